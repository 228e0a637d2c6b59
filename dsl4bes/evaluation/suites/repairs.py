"""Broken programs, answered by the right one: the held-out tasks of `heldout/repair_tasks.py`.

In: nothing. Out: a suite. A task is asked as it stands, as in the training data; an answer is compiled and compared by its meaning. Nothing of it runs.
"""

from __future__ import annotations

from dsl4bes.evaluation.suites.questions import Questions, as_pair
from dsl4bes.heldout.repair_tasks import Grade, RepairTask, graded, load

_REACHED = {Grade.NOT_CHECKED: "parses", Grade.OTHER: "checks", Grade.RIGHT: "right"}


def repairs() -> Questions[RepairTask]:
    """The suite."""
    return Questions(
        "repairs", "broken programs with what `check` says of them, answered by the right program", load(), lambda task: task.name.partition("/")[0], as_pair, lambda task, answer: (graded(task, answer), ""),
        frozenset({Grade.RIGHT}), lambda task: repr((task.broken, task.right, task.note)), rungs=tuple(_REACHED.values()), reached=_REACHED,
    )  # fmt: skip
