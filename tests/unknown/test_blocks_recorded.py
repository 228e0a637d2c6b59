"""Blocks written from what a real model answered: recorded answers through today's prompt, rounds, ladder and vote.

In: `blocks_cassette.json`, recorded by `finetune/record_blocks.py` from the model that it names. Out: assertions on what was right, and that no answer goes anywhere but up the ladder. Answers are
played by block and round, whatever else the prompt says today. Slow: every round builds two packages.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from front_end import ROOT

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from dsl4bes.evaluation.block_judge import Judge
from dsl4bes.heldout.block_tasks import load
from dsl4bes.unknown.backends.protocol import Answer, Answers, Request
from dsl4bes.unknown.backends.recorded import RecordedBackend
from dsl4bes.unknown.writing.program import asking_of
from dsl4bes.unknown.writing.writer import write
from finetune.record_blocks import BLOCKS, SETTINGS, settings

CASSETTE = Path(__file__).with_name("blocks_cassette.json")
if not CASSETTE.exists():
    pytest.skip("no recording of a model's answers is here: python -m finetune.record_blocks URL MODEL tests/unknown/blocks_cassette.json", allow_module_level=True)

ENTRIES = json.loads(CASSETTE.read_text(encoding="utf-8"))["entries"]
MODEL = "Qwen2.5-Coder-1.5B-Instruct"  #: as it was asked for, which names the recording; the server's own name for it is in the answers
TASKS = [task for task in load() if task.block in BLOCKS]


def recorded() -> list[Request]:
    """The requests that were recorded, without those that only warmed the server up."""
    requests = [Request.model_validate_json(json.dumps(entry["request"])) for entry in ENTRIES.values()]
    return [each for each in requests if each.max_tokens == SETTINGS["max_tokens"]]


def question(request: Request) -> tuple[str, bool]:
    """The line that names the block, and whether it was asked for the first time."""
    asked = [message for message in request.messages if message.role == "user" and "struct View {" in message.content][-1]
    return asked.content.splitlines()[-2], request.messages[-1] is asked


class ByBlock:
    """Plays the recorded answers for a block and a round, one after the other."""

    model, adapter, at_once, takes_grammar = MODEL, "", 1, True

    def __init__(self) -> None:
        played = RecordedBackend(CASSETTE, MODEL, "")
        self._left: dict[tuple[str, bool], list[Answer]] = {}
        for each in recorded():
            self._left.setdefault(question(each), []).extend(played.complete(each).answers)

    def complete(self, request: Request, on_text=None) -> Answers:
        left = self._left[question(request)]
        found = tuple(left.pop(0) if len(left) > 1 else left[0] for _ in range(request.samples))
        return Answers(answers=found, model=MODEL)

    def models(self) -> tuple[str, ...]:
        return (MODEL,)


def test_every_block_was_asked_with_its_grammar_and_nothing_else_of_the_user():
    assert {question(each)[0].split(":")[0].removeprefix("// ") for each in recorded()} == set(BLOCKS)
    for each in recorded():
        assert each.grammar and each.seed is None
        text = " ".join(message.content for message in each.messages)
        assert str(Path.home()) not in text and str(ROOT) not in text and "DSL4BES" not in text


def test_recorded_answers_obey_the_grammar_they_were_asked_with():
    llguidance = pytest.importorskip("llguidance")
    vocabulary, played = llguidance.LLTokenizer("byte"), RecordedBackend(CASSETTE, MODEL, "")
    for each in recorded():
        grammar = llguidance.LLMatcher.grammar_from_lark(each.grammar)
        for answer in played.complete(each).answers:
            matcher = llguidance.LLMatcher(vocabulary, grammar)
            taken = all(matcher.consume_token(byte) for byte in answer.text.encode())
            assert taken and (answer.cut_off or matcher.is_accepting()), answer.text


@pytest.mark.cpp
@pytest.mark.slow
def test_recorded_answers_go_up_the_ladder_and_the_vote_finds_what_was_meant():
    """What a small model gets right of four blocks is no law; that most of these are found by prompt, ladder and vote is why they exist."""
    backend, right = ByBlock(), []
    for task in TASKS:
        judge = Judge(task)
        written = write(task.task, backend, replace(asking_of(settings()), early=False), judge.climb)
        assert all(draft.climb.rungs[0].name == "policy" for draft in written.drafts)
        if written.chosen is not None:
            assert written.chosen.climb.accepted and written.clusters[0].members
            right.append(judge.equal[written.chosen.climb.code])
    assert sum(right) >= 2, right
