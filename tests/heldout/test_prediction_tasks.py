"""Held-out predictions: the committed text, and grades by the last line."""

from __future__ import annotations

import hashlib

import pytest

pytest.importorskip("pydantic")

from dsl4bes.driver import check_source
from dsl4bes.heldout.prediction_tasks import TASKS, Grade, graded, load, programs
from dsl4bes.heldout.verdict_line import read, written

DIGEST = "055f852776cc0e7ca1206a833c08b1d333322738a506d6610715825d378af2df"


def test_the_tasks_are_those_that_were_committed():
    """They stay for ever: numbers of models before and after a change of this file cannot be compared."""
    assert hashlib.sha256(TASKS.read_bytes().replace(b"\r\n", b"\n")).hexdigest() == DIGEST


def test_tasks_are_many_of_many_fates():
    tasks = load()
    assert len(tasks) >= 60 and len({task.name for task in tasks}) == len(tasks) == len({task.question for task in tasks})
    assert {task.name.partition("/")[0] for task in tasks} == set(programs())
    assert sum(task.language == "zh" for task in tasks) * 2 == len(tasks)
    assert len({task.rejected for task in tasks}) >= 20 and 5 <= sum(not task.rejected for task in tasks) <= 20
    for task in tasks:
        assert task.rejected in (*task.cuts, "") and task.program.strip() in task.question
        assert all(f"`{cut}`" in task.question for cut in task.cuts) and "count(" not in task.question
        assert not check_source(task.program).bag.has_errors


@pytest.mark.parametrize("task", load(), ids=lambda task: task.name)
def test_grades_of_a_task(task):
    assert graded(task, f"Because of the numbers.\n\n{written(task.rejected, task.language)}") is Grade.RIGHT
    other = next(cut for cut in (*task.cuts, "") if cut != task.rejected)
    assert graded(task, f"...\n{written(other, task.language)}") is Grade.WRONG
    assert graded(task, "I do not know.") is Grade.NO_ANSWER
    assert graded(task, "Rejected by: the weather") is Grade.NO_ANSWER


@pytest.mark.parametrize(
    "line", ["Rejected by: pid.npip", "rejected by pid.npip.", "**Rejected by:** `pid.npip`", "Rejected by：pid.npip", "拒绝于：pid.npip", "拒绝于: `pid.npip`。", "Rejected by: `PID.npip`\n"]
)
def test_forms_of_a_rejection(line):
    found = read(f"First the tracks.\nRejected by: charged_tracks.ngood\n{line}")
    assert found is not None and found.casefold() == "pid.npip"


@pytest.mark.parametrize("line", ["Accepted", "accepted.", "**Accepted**", "`接受`", "接受。", "通过"])
def test_forms_of_acceptance(line):
    assert read(f"All cuts are passed.\n\n{line}") == ""


@pytest.mark.parametrize("text", ["", "The event is rejected.", "It would be accepted if the cut were looser", "Accepted\n" + "and so on\n" * 8])
def test_no_verdict(text):
    assert read(text) is None
