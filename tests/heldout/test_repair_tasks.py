"""Held-out repairs: right programs check, broken ones do not, and grades tell them apart."""

from __future__ import annotations

import pytest

pytest.importorskip("pydantic")

from dsl4bes.driver import check_source
from dsl4bes.heldout.meaning import Reached, read
from dsl4bes.heldout.repair_tasks import Grade, graded, load
from dsl4bes.heldout.words import programs, words

TASKS = load()


def test_tasks_are_many_in_both_languages_and_named_once():
    assert len(TASKS) >= 40 and len({task.name for task in TASKS}) == len(TASKS)
    assert len({task.right for task in TASKS}) >= 10
    assert {task.language for task in TASKS} == {"en", "zh"} and sum(task.language == "zh" for task in TASKS) >= 15


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_right_program_is_right_and_the_broken_one_is_not(task):
    assert graded(task, f"Here it is.\n\n```bes\n{task.right}```\n") is Grade.RIGHT
    assert graded(task, task.right) is Grade.RIGHT
    assert graded(task, task.broken) in (Grade.NOT_PARSED, Grade.NOT_CHECKED)
    assert "error[BES" in task.said and task.said in task.question and task.broken in task.question
    assert task.question.startswith("With the BOSS framework, " if task.language == "en" else "使用BOSS框架，")


def test_grades():
    task = next(task for task in TASKS if task.name == "chic_cascade/name_of_the_jpsi")
    assert graded(task, "I cannot say.") is Grade.NOT_PARSED
    assert graded(task, "") is Grade.NOT_PARSED
    assert graded(task, task.right.replace("chi2 < 75", "chi2 < 60")) is Grade.OTHER
    assert graded(task, task.right.replace('output "chic.root"', 'output "other.root"')) is Grade.OTHER
    assert graded(task, task.right.replace("muons", "muons  ").replace("        ", "   ")) is Grade.RIGHT, "layout does not count"
    assert graded(task, task.right.replace("25 MeV", "0.025 GeV")) is Grade.RIGHT, "nor does the unit a number is written in"
    assert graded(task, task.right.replace("ecms 3.686 GeV", "ecms 3.097 GeV")) in (Grade.OTHER, Grade.NOT_CHECKED)


def test_fits_belong_to_the_meaning():
    text = 'fit("peak") do\n    data  "peak.root", tree: "t", branch: "m"\n    range 0.1 GeV..0.2 GeV\n    signal gaussian do\n        mean 0.135 GeV\n    end\n    background exponential do\n    end\nend\n'
    one, other = read(text), read(text.replace("0.135", "0.136"))
    assert one.reached is other.reached is Reached.PROGRAM and one.meaning != other.meaning
    assert read(text).meaning == one.meaning


def test_a_note_says_what_the_program_leaves_open():
    for task in TASKS:
        if task.note:
            assert task.question.endswith(task.note)


def test_words_and_programs_are_told_to_whoever_keeps_them_out():
    names = {task.name.partition("/")[0] for task in TASKS}
    assert {f"repairs/{name}" for name in names} <= {name for name, _ in words()} & {name for name, _ in programs()}
    assert all(not check_source(text).bag.has_errors for _, text in programs())
