"""Recorded answers: what is played is what was recorded, and nothing else; and which backend the settings mean."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("httpx")
pytest.importorskip("pydantic")

from model_server import ModelServer, answering

from dsl4bes.unknown.backends import choose
from dsl4bes.unknown.backends.protocol import Answer, Answers, Finish, Request
from dsl4bes.unknown.backends.recorded import RecordedBackend
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble

SECRET = "sk-test-4f9a8b7c6d5e"
ASK = Request(prompt="Write a veto.\nNow.", samples=2, seed=3)


class Counting:
    """Each answer is another one."""

    model, adapter = "m", "a"
    at_once = 1
    takes_grammar = False

    def __init__(self):
        self.asked = 0

    def complete(self, request, on_text=None):
        self.asked += 1
        return Answers(answers=(Answer(text=f"{self.asked} ü\0", finish=Finish.LENGTH),) * request.samples, model="m")

    def models(self):
        return ("m",)


class Few(Counting):
    """One answer, whatever is asked for."""

    def complete(self, request, on_text=None):
        return Answers(answers=(Answer(text="one", finish=Finish.STOP),), model="m")


def settings(**more):
    return Settings({**Settings().values, **more})


def test_what_is_recorded_is_played(tmp_path):
    path, source = tmp_path / "cassette.json", Counting()
    recording = RecordedBackend(path, "m", "a", source)
    first = recording.complete(ASK)
    assert recording.complete(ASK) == first and source.asked == 1
    second = recording.complete(ASK.model_copy(update={"seed": 4}))
    assert second != first and source.asked == 2
    told = []
    played = RecordedBackend(path, "m", "a")
    assert played.complete(ASK, lambda *piece: told.append(piece)) == first and told == [(0, "1 ü\0"), (1, "1 ü\0")]
    assert played.complete(ASK.model_copy(update={"seed": 4})) == second


def test_a_recording_of_fewer_answers_than_were_asked_for_is_none(tmp_path):
    """Whoever writes one by hand can compute its checksum, too."""
    RecordedBackend(tmp_path / "c.json", "m", "a", Few()).complete(ASK)
    with pytest.raises(Trouble) as caught:
        RecordedBackend(tmp_path / "c.json", "m", "a").complete(ASK)
    assert caught.value.code.id == "BES0728"


@pytest.mark.parametrize("change", [{"seed": 9}, {"samples": 3}, {"prompt": "Write"}, {"temperature": 0.7}, {"stop": ("x",)}, {"grammar": "a"}])
def test_another_request_is_not_in_it(tmp_path, change):
    RecordedBackend(tmp_path / "c.json", "m", "a", Counting()).complete(ASK)
    with pytest.raises(Trouble) as caught:
        RecordedBackend(tmp_path / "c.json", "m", "a").complete(ASK.model_copy(update=change))
    assert caught.value.code.id == "BES0728" and "c.json" in str(caught.value) and "record" in caught.value.help


def test_another_model_is_not_in_it(tmp_path):
    RecordedBackend(tmp_path / "c.json", "m", "a", Counting()).complete(ASK)
    for model, adapter in (("m", ""), ("n", "a"), ("a", "m")):
        with pytest.raises(Trouble):
            RecordedBackend(tmp_path / "c.json", model, adapter).complete(ASK)


def test_a_hand_that_changes_it_is_noticed(tmp_path):
    path = tmp_path / "c.json"
    RecordedBackend(path, "m", "a", Counting()).complete(ASK)
    whole = path.read_text()
    for old, new in (('"1 \\u00fc', '"2 \\u00fc'), ('"seed": 3', '"seed": 4'), ('"length"', '"stop"'), ('"length"', '"no"'), ('"check"', '"chuck"')):
        assert old in whole
        path.write_text(whole.replace(old, new))
        with pytest.raises(Trouble) as caught:
            RecordedBackend(path, "m", "a").complete(ASK)
        assert caught.value.code.id == "BES0728" and "changed" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": 2, "entries": {}}', b'{"format": 1, "entries": {"a": 1}}', b"[" * 100_000])
def test_what_is_no_recording(tmp_path, content):
    path = tmp_path / "c.json"
    path.write_bytes(content)
    for source in (None, Counting()):
        with pytest.raises(Trouble) as caught:
            RecordedBackend(path, "m", "a", source)
        assert caught.value.code.id == "BES0728"
    assert path.read_bytes() == content, "what is not ours is not overwritten"


def test_two_that_record_keep_each_others_entries(tmp_path):
    path = tmp_path / "c.json"
    one, two = RecordedBackend(path, "m", "a", Counting()), RecordedBackend(path, "m", "a", Counting())
    one.complete(ASK)
    two.complete(ASK.model_copy(update={"seed": 4}))
    assert len(json.loads(path.read_text())["entries"]) == 2 and not list(tmp_path.glob(".c.json*"))


def test_a_folder_that_is_not_there_is_said_before_a_model_is_asked(tmp_path):
    source = Counting()
    with pytest.raises(Trouble) as caught:
        RecordedBackend(tmp_path / "none" / "c.json", "m", "a", source).complete(ASK)
    assert caught.value.code.id == "BES0728" and "none" in str(caught.value) and source.asked == 0


def test_a_recording_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    backend = RecordedBackend(tmp_path / "c.json", "m", "a", Counting())
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(Trouble, match="disk full"):
        backend.complete(ASK)
    assert not list(tmp_path.iterdir())


def test_a_recording_has_the_mode_of_other_files(tmp_path):
    path = tmp_path / "c.json"
    (tmp_path / "other").write_text("")
    RecordedBackend(path, "m", "a", Counting()).complete(ASK)
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
    path.chmod(0o640)
    RecordedBackend(path, "m", "a", Counting()).complete(ASK.model_copy(update={"seed": 4}))
    assert path.stat().st_mode & 0o777 == 0o640


def test_same_answers_same_bytes(tmp_path):
    for name, seeds in (("a", (1, 2)), ("b", (2, 1))):
        backend = RecordedBackend(tmp_path / name, "m", "a", Fixed())
        for seed in seeds:
            backend.complete(ASK.model_copy(update={"seed": seed}))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


class Fixed(Counting):
    def complete(self, request, on_text=None):
        return Answers(answers=(Answer(text=str(request.seed), finish=Finish.STOP),), model="m")


def test_neither_key_nor_address_is_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("DSL4BES_MODEL_KEY", SECRET)
    with ModelServer(answering(f"key {SECRET}")) as server:
        given = settings(url=server.url, model="m", cassette="c.json", record=True)
        backend = choose.open_backend(given, tmp_path)
        backend.complete(ASK.model_copy(update={"samples": 1}))
        assert server.seen[0].headers["authorization"].endswith(SECRET)
        port = str(server.port)
    text = (tmp_path / "c.json").read_text()
    assert SECRET not in text and "127.0.0.1" not in text and port not in text and "key ***" in text
    replayed = choose.open_backend(settings(url="http://127.0.0.1:9", model="m", cassette="c.json"), tmp_path)
    assert replayed.complete(ASK.model_copy(update={"samples": 1})).answers[0].text == "key ***"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "BES0724"),
        ({"backend": "recorded"}, "BES0724"),
        ({"backend": "recorded", "cassette": "c", "record": True}, "BES0724"),
        ({"backend": "openai"}, "BES0724"),
        ({"cassette": "absent.json"}, "BES0728"),
    ],
)
def test_settings_that_mean_no_backend(tmp_path, given, code):
    with pytest.raises(Trouble) as caught:
        choose.open_backend(settings(**given), tmp_path)
    assert caught.value.code.id == code and caught.value.help


@pytest.mark.parametrize(
    ("given", "absent", "extra"),
    [
        ({"url": "http://localhost"}, "httpx", "llm"),
        ({"cassette": "c.json"}, "pydantic", "llm"),
        ({"backend": "transformers", "model": "x"}, "transformers", "train"),
        ({"backend": "transformers", "model": "x", "adapter": "y"}, "peft", "train"),
    ],
)
def test_a_missing_package_names_its_extra(monkeypatch, given, absent, extra):
    real = importlib.util.find_spec
    monkeypatch.setattr(choose, "find_spec", lambda name: None if name == absent else real("json") if name in ("torch", "transformers") else real(name))
    with pytest.raises(Trouble) as caught:
        choose.open_backend(settings(**given))
    assert caught.value.code.id == "BES0729" and absent in str(caught.value) and f"dsl4bes[{extra}]" in caught.value.help


def test_nothing_heavy_is_imported():
    code = (
        "import sys, dsl4bes.unknown, dsl4bes.unknown.settings, dsl4bes.unknown.backends.choose, dsl4bes.unknown.backends.recorded,"
        " dsl4bes.unknown.backends.local, dsl4bes.unknown.sandbox.run;"
        "print(sorted({'httpx', 'torch', 'transformers', 'peft', 'numpy', 'typer'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
