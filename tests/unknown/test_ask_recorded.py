"""`ask` on what a real model answered: the answers obey the grammar they were asked with, and go through today's rounds.

In: `ask_cassette.json`, recorded by `finetune/record_ask.py` from the model that it names (Qwen2.5-Coder-0.5B-Instruct, under the grammar; most of its answers were cut off at 400 tokens). Out: assertions. Prompt and grammar change with the language: answers are played by question and round,
so that they go on being checked; that today's requests are still the recorded ones is a test of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pydantic")
from front_end import faults

from dsl4bes.cli.app import run
from dsl4bes.unknown.asking.rounds import ask
from dsl4bes.unknown.backends.protocol import Finish, Request
from dsl4bes.unknown.backends.recorded import RecordedBackend
from dsl4bes.unknown.settings import SETTINGS, Settings
from dsl4bes.unknown.trouble import Trouble

CASSETTE = Path(__file__).with_name("ask_cassette.json")
if not CASSETTE.exists():
    pytest.skip("no recording of a model's answers is here: python -m finetune.record_ask URL MODEL tests/unknown/ask_cassette.json", allow_module_level=True)

from finetune.record_ask import QUESTIONS
from finetune.record_ask import SETTINGS as RECORDED

ENTRIES = json.loads(CASSETTE.read_text(encoding="utf-8"))["entries"]
MODEL = next(iter(ENTRIES.values()))["answers"]["model"]


def requests():
    return [Request.model_validate_json(json.dumps(entry["request"])) for entry in ENTRIES.values()]


class ByQuestion:
    """Plays the recorded answers for a question and a round, whatever the rest of the request is today."""

    model, adapter = MODEL, ""

    def __init__(self):
        self._recorded = RecordedBackend(CASSETTE, MODEL, "")

    def complete(self, request, on_text=None):
        for each in requests():
            if (each.messages[1].content, len(each.messages)) == (request.messages[1].content, len(request.messages)):
                return self._recorded.complete(each)
        raise Trouble(None, "not recorded")

    def models(self):
        return (MODEL,)


def settings(**more):
    values = {**Settings().values, **RECORDED, "model": MODEL, **more}
    return Settings(values, {})


def test_it_is_the_recording_of_a_model():
    assert "qwen" in MODEL.lower() and len({request.messages[1].content for request in requests()}) == len(QUESTIONS)
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in question) for question in QUESTIONS) >= 2


def test_answers_obey_the_grammar_they_were_asked_with():
    pytest.importorskip("llguidance")
    from asking_tools import matcher

    whole = 0
    for request in requests():
        for answer in RecordedBackend(CASSETTE, MODEL, "").complete(request).answers:
            engine, content = matcher(request.grammar), list(answer.text.encode())
            assert engine.try_consume_tokens(content) == len(content), answer.text[-200:]
            if answer.finish is Finish.STOP:
                whole += 1
                assert engine.is_accepting() and not faults(answer.text)
    assert whole


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answers_go_through_the_rounds(question):
    wanted = settings()
    found = ask(question, ByQuestion(), wanted, constrained=True)
    assert found.model == MODEL and found.best.program
    assert found.rounds <= wanted["rounds"] + 1 and (not found.best.errors or found.rounds == wanted["rounds"] + 1)
    assert all(item.primary is not None or item.code.id.startswith("BES07") for item in found.best.diagnostics)


def test_the_command_plays_it(tmp_path, monkeypatch, capsys):
    """`dsl4bes ask` with the recording; skipped where prompt or grammar have changed since, and the answers are for other requests."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    flags = [part for name, value in RECORDED.items() for part in (next(each.flag for each in SETTINGS if each.name == name), str(value))]
    status = run(["ask", QUESTIONS[0], "--json", "--model-cassette", str(CASSETTE), "--model", MODEL, *flags])
    data = json.loads(capsys.readouterr().out)
    if isinstance(data, list) and data[0]["code"] == "BES0728":
        pytest.skip("prompt or grammar have changed since the recording: python -m finetune.record_ask")
    assert data["model"] == MODEL and data["grammar"] is True and status == (1 if data["errors"] else 0)
