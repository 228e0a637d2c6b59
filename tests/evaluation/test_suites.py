"""The suites of the product with their real graders: what is asked is what the product asks, gold answers are all right, wrong and hostile ones come to the grade that they deserve.

In: gold bodies, the compiler's own macros, answers of a hostile model. Out: assertions. Slow: answers are compiled and run, in the sandbox.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")
pytest.importorskip("iminuit", reason="the extra [fits] is not installed")

from evaluation_tools import SAMPLING, Server, head_of

from dsl4bes.benchmark.programs import job
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.template import macro_of
from dsl4bes.evaluation.numbers import numbers
from dsl4bes.evaluation.report import report
from dsl4bes.evaluation.run import run
from dsl4bes.evaluation.study_table import study_table
from dsl4bes.evaluation.suite import Given, Task
from dsl4bes.evaluation.suites import blocks
from dsl4bes.evaluation.suites.blocks import Blocks
from dsl4bes.evaluation.suites.fits import SEED, Fits
from dsl4bes.evaluation.suites.means import Means
from dsl4bes.evaluation.suites.predictions import predictions
from dsl4bes.evaluation.suites.repairs import repairs
from dsl4bes.evaluation.suites.words import words
from dsl4bes.heldout import prediction_tasks, repair_tasks
from dsl4bes.heldout.block_tasks import load
from dsl4bes.heldout.verdict_line import written
from dsl4bes.heldout.word_tasks import load as word_tasks
from dsl4bes.ir.custom import Author
from dsl4bes.root.find import find_root
from dsl4bes.standin.toolchain import ToolchainError, toolchain
from dsl4bes.unknown.asking.rounds import ask
from dsl4bes.unknown.backends.protocol import Finish, Request
from dsl4bes.unknown.candidates import Candidate
from dsl4bes.unknown.ladder import Climb
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble
from dsl4bes.unknown.writing.prompt import Parts
from dsl4bes.unknown.writing.writer import Asking, write

sys.path.insert(0, str(Path(__file__).parents[1] / "unknown"))
from hostile_answers import ANSWERS

HOSTILE = [*(text for text, _ in ANSWERS.values()), "x" * 50_000, "", "return true;\x00", "```cpp\nreturn true;", "\ufffd" * 100]


@pytest.fixture(scope="module")
def root():
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(f"no ROOT: {trouble.message}")


@pytest.fixture(scope="module")
def compiler():
    try:
        return toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])


def given(texts, finish: Finish = Finish.STOP) -> list[Given]:
    return [Given(number, text, finish) for number, text in enumerate(texts)]


def task_of(suite, name: str) -> Task:
    return next(task for task in suite.tasks() if task.name == name)


# --- blocks -------------------------------------------------------------------------------------------------------------


class Heard(Exception):
    """Ends the product's asking once its request is known."""


def test_a_block_is_asked_for_as_the_product_does():
    """The same messages and the same grammar as `compile` sends for a block."""
    seen: list[Request] = []

    class Ear(Server):
        def complete(self, request, on_text=None):
            seen.append(request)
            raise Heard

    for block in load()[:3]:
        for parts in (Parts(), Parts(examples=0, facts=False)):
            with pytest.raises(Heard):
                write(block.task, Ear(lambda *_: "", takes_grammar=True), Asking(samples=4, parts=parts), lambda codes: [])
            suite = Blocks(Means(parts))
            ask = suite.ask(task_of(suite, block.block), (0, 1, 2, 3))
            assert (ask.messages, ask.grammar, len(ask.numbers)) == (seen[-1].messages, seen[-1].grammar, seen[-1].samples)
            assert block.gold.strip() not in "\n".join(message.content for message in ask.messages)
    assert Blocks(Means(typed=False)).ask(task_of(suite, load()[0].block), (0,)).grammar is None


@pytest.mark.slow
@pytest.mark.cpp
def test_gold_bodies_are_all_right(compiler, tmp_path):
    suite = Blocks(Means())
    gold = {suite.ask(task_of(suite, block.block), (0,)).messages[-1].content: block.gold for block in load()}
    found = numbers(run(suite, Server(lambda question, number: gold[question]), SAMPLING, tmp_path / "blocks.jsonl", head_of(suite, 1), graders=2))
    assert found.right.value == 1.0 and found.right.tasks == 36 and {rung: each.value for rung, each in found.reached.items()} == dict.fromkeys(suite.rungs, 1.0)
    assert found.weak == "1 samples a task of at least 20"


@pytest.mark.slow
@pytest.mark.cpp
def test_drafts_end_on_their_rung(compiler):
    block = load()[0]
    suite = Blocks(Means())
    texts = [block.gold, "return true;", "return in.nothing > 1.0;", "while (true) {}", f"```cpp\n{block.gold}\n```"]
    grades = suite.grade(task_of(suite, block.block), given(texts))
    assert [(each.outcome.value, each.right, each.rung) for each in grades] == [
        ("equal behaviour", True, "equal"), ("other behaviour", False, "decide"), ("refused by the policy", False, ""), ("refused by the policy", False, ""), ("equal behaviour", True, "equal"),
    ]  # fmt: skip
    assert grades[3].more["rules"] and grades[3].words
    assert suite.grade(task_of(suite, block.block), given(["return in."], Finish.LENGTH))[0].outcome.value == "cut off"


@pytest.mark.slow
@pytest.mark.cpp
def test_hostile_bodies_are_never_right(compiler):
    block = load()[0]
    suite = Blocks(Means())
    grades = suite.grade(task_of(suite, block.block), given(HOSTILE))
    assert len(grades) == len(HOSTILE) and not any(each.right for each in grades)


def test_a_trial_without_a_result_is_tried_again_and_said(tmp_path, monkeypatch):
    """A machine that is too busy for the trial is no fault of the drafts: it is tried once more, and then counted by a name of its own."""
    block, tried = load()[0], []

    class Busy:
        def __init__(self, task) -> None:
            self.equal: dict[str, bool] = {}

        def climb(self, codes):
            tried.append(codes)
            climbs = [Climb(Candidate(block.task, code, Author.MODEL)) for code in codes]
            for each in climbs:
                each.add("policy", True, "accepted")
                each.add("run", False, "the trial was stopped after 300 s")
            return climbs

    monkeypatch.setattr(blocks, "Judge", Busy)
    suite = Blocks(Means())
    results = run(suite, Server(lambda question, number: block.gold), SAMPLING, tmp_path / "blocks.jsonl", head_of(suite, 2, tasks=(block.block,)), graders=1)
    assert len(tried) == 2 and dict(numbers(results).outcomes) == {"no trial": 2}
    assert "`--regrade`" in report({"blocks": numbers(results)}, {"blocks": results})


# --- fits ---------------------------------------------------------------------------------------------------------------


def test_fits_are_asked_for_as_the_benchmark_does():
    suite = Fits(Means())
    for name in ("plane", "levels"):
        for number in (0, 1, 5):
            each = job(name, number, SEED)
            ask = suite.ask(task_of(suite, name), (number,))
            assert [message.content for message in ask.messages] == [each.prompt(each.exercise)] and (ask.language, ask.offset) == (each.language, each.seed)
    assert suite.digest and suite.together == 1 and len(suite.tasks()) == 6


@pytest.mark.slow
def test_the_compilers_programs_are_all_right(root, tmp_path):
    suite = Fits(Means())
    by_prompt = {}
    for name in TASKS:
        for number in range(2):
            each = job(name, number, SEED)
            by_prompt[each.prompt(each.exercise)] = f"```cpp\n{macro_of(each.exercise)}```\n"
    results = run(suite, Server(lambda question, number: by_prompt[question]), SAMPLING, tmp_path / "fits.jsonl", head_of(suite, 2), graders=2)
    found = numbers(results)
    assert found.right.value == 1.0 and found.samples == 12 and {part.name for part in found.languages} == {"en", "zh"}
    text = report({"fits": found}, {"fits": results})
    assert "| **all** | 0 of 12 (0–24 %) | 12 of 12 (76–100 %) | 36 of 60 |" in text and "6 tasks of at least 30" in text


@pytest.mark.slow
def test_wrong_and_hostile_programs_are_errors(root, tmp_path):
    suite = Fits(Means())
    task = task_of(suite, "plane")
    exercise = job("plane", 0, SEED).exercise
    texts = [
        "I cannot do that.", "", "```cpp\nvoid f() { TNoSuchClass x; }\n```", "```cpp\nvoid f() { printf(\"1\"); }\n```", "```cpp\nvoid f() { while (true) {} }\n```", "```cpp\nvoid f() { *(int*)0 = 1; }\n```",
        "\x00" * 1000, "x" * 50_000,
    ]  # fmt: skip
    grades = suite.grade(task, given(texts))
    assert [(each.outcome.value, each.rung) for each in grades] == [
        ("no code", ""), ("no code", ""), ("does not compile", "code"), ("wrong result", "converges"), ("times out", "compiles"), ("crashes", "compiles"), ("no code", ""), ("no code", ""),
    ]  # fmt: skip
    assert suite.grade(task, given([f"```cpp\n{macro_of(exercise)}```"], Finish.LENGTH))[0].outcome.value == "cut off"
    results = run(suite, Server(lambda question, number: texts[0]), SAMPLING, tmp_path / "fits.jsonl", head_of(suite, 2), graders=2)
    assert "| **all** | 12 of 12 (76–100 %) | 0 of 12 (0–24 %) |" in study_table(results)


# --- words --------------------------------------------------------------------------------------------------------------


def test_words_are_asked_for_as_the_product_does():
    """The request of the first round of `dsl4bes ask`; bare, the words with the opening of their language."""
    seen: list[Request] = []

    class Ear(Server):
        def complete(self, request, on_text=None):
            seen.append(request)
            raise Heard

    suite = words(Means(max_tokens=700))
    for task in (word_tasks()[0], next(each for each in word_tasks() if each.language == "zh")):
        settings = Settings(Settings().values | {"max_tokens": 700})
        with pytest.raises(Heard):
            ask(task.words, Ear(lambda *_: ""), settings, constrained=True)
        asked = suite.ask(task_of(suite, task.name), (0, 1))
        assert (asked.messages, asked.grammar) == (seen[-1].messages, seen[-1].grammar)
        assert task.program.strip() not in "\n".join(message.content for message in asked.messages)
        (bare,) = words(Means(bare=True)).ask(task_of(suite, task.name), (0,)).messages
        assert bare.content.endswith(task.words) and bare.content.startswith(("With the BOSS framework, ", "使用BOSS框架，"))


def test_programs_for_words_are_graded(tmp_path):
    suite = words(Means())
    task = word_tasks()[0]
    texts = [task.program, f"```bes\n{task.program}```", "event_selection do", 'analysis "A" do\n    ecms 3.0 GeV\nend\nevent_selection do\n    nothing_known do\n    end\nend\n', "", "I cannot.", *HOSTILE[:20]]
    grades = suite.grade(task_of(suite, task.name), given(texts))
    assert [(each.right, each.rung) for each in grades[:6]] == [(True, "exact"), (True, "exact"), (False, ""), (False, "parses"), (False, ""), (False, "")]
    assert not any(each.right for each in grades[2:]) and grades[2].words
    assert suite.grade(task_of(suite, task.name), given(["event_selection do"], Finish.LENGTH))[0].outcome.value == "cut off"


@pytest.mark.slow
def test_right_programs_for_words_are_all_right(tmp_path):
    suite = words(Means(bare=True))
    gold = {suite.ask(task_of(suite, task.name), (0,)).messages[-1].content: task.program for task in word_tasks()}
    found = numbers(run(suite, Server(lambda question, number: gold[question]), SAMPLING, tmp_path / "words.jsonl", head_of(suite, 1), graders=2))
    assert found.right.value == 1.0 and found.reached["exact"].value == 1.0 and found.right.tasks >= 40 and [part.name for part in found.languages] == ["en", "mixed", "zh"]


# --- repairs and predictions ----------------------------------------------------------------------------------------------


def test_repairs_are_asked_and_graded(tmp_path):
    suite = repairs()
    gold = {task.question: f"```bes\n{task.right}```\n" for task in repair_tasks.load()}
    found = numbers(run(suite, Server(lambda question, number: gold[question]), SAMPLING, tmp_path / "repairs.jsonl", head_of(suite, 1), graders=1))
    assert found.right.value == 1.0 and found.right.tasks >= 40 and found.reached["right"].value == 1.0
    task = repair_tasks.load()[0]
    texts = [task.broken, "", "analysis", 'analysis "A" do\n    ecms 3.097 GeV\nend\nevent_selection do\n    charged_tracks do\n        ngood == 2\n    end\nend\n', *HOSTILE]
    grades = suite.grade(task_of(suite, task.name), given(texts))
    assert not any(each.right for each in grades) and grades[3].rung == "checks" and grades[1].outcome.value == "does not parse"


def test_predictions_are_asked_and_graded(tmp_path):
    suite = predictions()
    gold = {task.question: f"First this.\n{written(task.rejected, task.language)}" for task in prediction_tasks.load()}
    found = numbers(run(suite, Server(lambda question, number: gold[question]), SAMPLING, tmp_path / "predictions.jsonl", head_of(suite, 2), graders=1))
    assert found.right.value == 1.0 and found.right.tasks >= 60 and not found.silent
    nobody = numbers(run(suite, Server(lambda question, number: HOSTILE[number]), SAMPLING, tmp_path / "hostile.jsonl", head_of(suite, 30), graders=1))
    assert nobody.right.value == 0.0 and dict(nobody.outcomes) == {"no answer": 64 * 30} and not nobody.silent
