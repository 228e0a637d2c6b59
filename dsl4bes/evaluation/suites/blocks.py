"""Leave one construct out: the 36 blocks whose right behaviour is known, asked for with the product's prompt.

In: how a prompt is made. Out: a suite: per draft the rung of the ladder that it got up to, and whether it says of every event of the task what the hidden construct says. All drafts of one request climb in one package, in the sandbox.
Nothing is asked twice: what repair rounds and votes add is measured by `finetune/measure_blocks.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from enum import Enum
from typing import Any

from dsl4bes.evaluation.block_judge import Judge, rules_of
from dsl4bes.evaluation.suite import MOST_TOGETHER, Ask, Common, Given, Grade, Task
from dsl4bes.evaluation.suites.means import Means
from dsl4bes.heldout.block_tasks import BlockTask, digest, load
from dsl4bes.standin.toolchain import toolchain
from dsl4bes.unknown.ladder import UNTRIED, Climb
from dsl4bes.unknown.sandbox.means import confinement
from dsl4bes.unknown.writing.prompt import VERSION
from dsl4bes.unknown.writing.writer import bodies_of, first_turns, grammar_of

_LADDER = ("policy", "compile", "run", "repeat", "checks", "decide")


class Outcome(str, Enum):
    """Where a draft ended."""

    EQUAL = "equal behaviour"
    OTHER = "other behaviour"
    POLICY = "refused by the policy"
    COMPILE = "does not compile"
    RUN = "does not run"
    REPEAT = "not repeatable"
    CHECKS = "fails checks of the library"


_REFUSED = {"policy": Outcome.POLICY, "compile": Outcome.COMPILE, "run": Outcome.RUN, "repeat": Outcome.REPEAT, "checks": Outcome.CHECKS}


class Blocks:
    """Bodies of custom blocks."""

    name = "blocks"
    about = "leave one construct out: bodies of 36 blocks, judged by what they do to events"
    together = MOST_TOGETHER
    rungs: tuple[str, ...] = (*_LADDER, "equal")
    graders = "1"

    def __init__(self, means: Means) -> None:
        self._means = means
        self._lock = threading.Lock()  # the known constructs run in this process, once for each program

    @property
    def digest(self) -> str:
        return digest()

    @property
    def options(self) -> dict[str, Any]:
        parts = self._means.parts
        return {"prompt": VERSION, "examples": parts.examples, "facts": parts.facts, "narrow": parts.narrow, "typed": self._means.typed, "mend": self._means.mend}

    def prepare(self) -> None:
        toolchain()
        confinement()

    def tasks(self) -> list[Task]:
        return [Task(each.block, each.family, _language(each)) for each in load()]

    def ask(self, task: Task, numbers: tuple[int, ...]) -> Ask:
        block = _block(task)
        grammar = grammar_of(block.task) if self._means.typed else None
        return Ask(task, numbers, task.language, first_turns(block.task, self._means.parts), grammar, offset=numbers[0])

    def grade(self, task: Task, given: Sequence[Given]) -> list[Grade]:
        block = _block(task)
        with self._lock:
            judge = Judge(block)
        body = bodies_of(block.task, self._means.mend)
        codes = [body(each.text) for each in given]
        climbs = judge.climb(codes)
        if any(map(_no_trial, climbs)):  # the policy bounds what a draft may take, so it is the machine that was busy
            climbs = judge.climb(codes)
        return [_grade(each, climb, judge.equal.get(climb.code, False)) for each, climb in zip(given, climbs, strict=True)]


def _grade(given: Given, climb: Climb, equal: bool) -> Grade:
    last = climb.rungs[-1]
    if climb.accepted:
        return Grade(Outcome.EQUAL if equal else Outcome.OTHER, equal, "equal" if equal else "decide")
    below = _LADDER[: _LADDER.index(last.name)]
    if _no_trial(climb):
        return Grade(Common.NO_TRIAL, False, below[-1], last.words)
    outcome = Common.CUT_OFF if given.finish.value == "length" else _REFUSED[last.name]
    return Grade(outcome, False, below[-1] if below else "", last.words, {"rules": rules_of(climb)})


def _no_trial(climb: Climb) -> bool:
    """Whether the trial, of all drafts in one package, gave nothing: the ladder says so of each of them in the same words."""
    last = climb.rungs[-1]
    return last.name == "run" and not last.passed and last.words.startswith(UNTRIED)


def _block(task: Task) -> BlockTask:
    return next(each for each in load() if each.block == task.name)


def _language(task: BlockTask) -> str:
    return "zh" if task.chinese else "en"
