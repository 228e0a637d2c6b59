"""The six fit tasks: the prompts and graders of the benchmark as they are.

In: the user's ROOT. Out: a suite whose samples are the benchmark's programs: data, language and phrasing change from one to the next. `right` is "correct" there; that a program runs, which is what the study counts, is its rung. Programs run in the sandbox only.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from dsl4bes.benchmark.programs import Written, digest, job
from dsl4bes.benchmark.run import verdict
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.tasks.base import Exercise, draw
from dsl4bes.evaluation.suite import Ask, Given, Grade, Task
from dsl4bes.evaluation.suites.means import Means
from dsl4bes.fitting.asked.macros.ran import Fault
from dsl4bes.root.find import Root
from dsl4bes.unknown.backends.protocol import Message
from dsl4bes.unknown.sandbox.means import confinement

SEED = 1  #: of the benchmark's data


class Correct(str, Enum):
    """What no fault is."""

    CORRECT = "correct"


#: The rung below each fault.
_REACHED = {
    Fault.NO_CODE: "", Fault.CUT_OFF: "", Fault.NOT_COMPILED: "code", Fault.CRASHED: "compiles", Fault.TIMED_OUT: "compiles", Fault.LIMIT: "compiles", Fault.SAID_ERROR: "compiles",
    Fault.PRINTS_NOTHING: "compiles", Fault.NOT_CONVERGED: "runs", Fault.WRONG: "converges",
}  # fmt: skip


class Fits:
    """Programs of ROOT for six tasks."""

    name = "fits"
    about = "the six fit tasks: programs of ROOT, run and graded by value"
    together = 1
    rungs: tuple[str, ...] = ("code", "compiles", "runs", "converges", "correct")
    graders = "1"

    def __init__(self, means: Means) -> None:
        self._find_root = means.find_root

    @property
    def digest(self) -> str:
        return digest()

    @property
    def options(self) -> dict[str, Any]:
        return {"root": ".".join(map(str, self._root.version)), "seed": SEED}

    @property
    def _root(self) -> Root:
        return self._find_root()

    def prepare(self) -> None:
        self._find_root()
        confinement()

    def tasks(self) -> list[Task]:
        return [Task(name, name) for name in TASKS]

    def ask(self, task: Task, numbers: tuple[int, ...]) -> Ask:
        each = job(task.name, numbers[0], SEED)
        return Ask(task, numbers, each.language, (Message(role="user", content=each.prompt(_exercise(task.name, each.seed))),), offset=each.seed)

    def grade(self, task: Task, given: Sequence[Given]) -> list[Grade]:
        return [self._grade(task, each) for each in given]

    def _grade(self, task: Task, given: Given) -> Grade:
        each = job(task.name, given.number, SEED)
        found = verdict(Written(given.text, given.finish.value), _exercise(task.name, each.seed), self._root)
        more = {"runs": found.runs, "phrasing": each.phrasing}
        if found.fault is None:
            return Grade(Correct.CORRECT, True, "correct", more=more)
        return Grade(found.fault, False, _REACHED[found.fault], found.words, more)


@lru_cache(maxsize=256)
def _exercise(task: str, seed: int) -> Exercise:
    return draw(TASKS[task], seed)
