"""What graders take for right, without ROOT: the numbers of our own reference fits in the forms in which programs print, and what differs from them.

In: exercises, texts made of their checks. Out: assertions on what is missing. No program is run.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import cache

import pytest

pytest.importorskip("iminuit", reason="the extra [fits] is not installed")

from dsl4bes.benchmark.checks import Bounds, Chi2, Value
from dsl4bes.benchmark.prompts import LANGUAGES, phrasings, prompt
from dsl4bes.benchmark.study import PROGRAMS, STUDY
from dsl4bes.benchmark.study import TASKS as STUDIED
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.tasks.base import draw
from dsl4bes.fitting.asked.macros.printed import numbers


@cache
def exercise_of(name):
    return draw(TASKS[name], 1)


FORMS = {
    "plain": lambda name, value, error: f"{name} = {value:.8g} +/- {error:.4g}\n",
    "table": lambda name, value, error: f"{name:<20}{value:>16.8e}{error:>14.3e}   1.2e-06  -4.1e-03\n",
    "roofit": lambda name, value, error: f"  {name:>14}    {0.7 * value:.4e}    {value:.8e} +/-  {error:.2e}  <none>\n",
    "lines": lambda name, value, error: f"{name}\n    value: {value:.9f}\n    error: {error:.9f}\n",
    "brackets": lambda name, value, error: f"{name}: {value:.9f}({error * 1e9:.0f})\n",
    "asymmetric": lambda name, value, error: f"{name}: {value:.9g} +{error:.3g} -{error:.3g}\n",
    "chinese": lambda name, value, error: f"参数{name}的拟合值为{value:.8g}，误差为{error:.4g}。\n",
    "no label": lambda name, value, error: f"{value:.8g} ± {error:.4g}\n",
}


def said(checks, form="plain", change=lambda check, value, error: (value, error)):
    """A text that says what the checks ask for; `change` makes it wrong."""
    text = ""
    for check in checks:
        if isinstance(check, Value):
            text += FORMS[form](check.name, *change(check, *check.forms[0]))
        elif isinstance(check, Bounds):
            middle, half = change(check, (check.low + check.high) / 2, (check.high - check.low) / 2)
            text += f"{check.name} {check.level}% [{middle - half:.9g}, {middle + half:.9g}]\n"
        else:
            text += f"chi2 = {check.pairs[0][0]:.6g}, ndf = {check.pairs[0][1]}\n"
    return text


def lacking(instance, text):
    printed = numbers(text)
    return [words for group in instance.groups for words in group.missing(printed)]


def way(instance, number=0):
    return [check for group in instance.groups for check in list(group.ways.values())[number]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("task", TASKS)
def test_right_numbers_pass_in_every_form(task, form):
    for instance in exercise_of(task).instances:
        assert lacking(instance, said(way(instance), form)) == []
        assert lacking(instance, said(way(instance, -1), form)) == []


CHANGES = {
    "three errors off": lambda check, value, error: (value + 3 * error, error),
    "errors doubled": lambda check, value, error: (value, 2 * error),
    "errors halved": lambda check, value, error: (value, error / 2),
    "no error": lambda check, value, error: (value, 0.0),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("task", TASKS)
def test_wrong_numbers_fail(task, change):
    for instance in exercise_of(task).instances:
        checks = way(instance)
        assert lacking(instance, said(checks, change=CHANGES[change]))
        # of each number alone
        for one in checks:
            if isinstance(one, Value):
                text = said(checks, change=lambda check, value, error, one=one: CHANGES[change](check, value, error) if check is one else (value, error))
                assert lacking(instance, text), one.name


@pytest.mark.parametrize("task", TASKS)
def test_each_number_is_asked_for(task):
    instance = exercise_of(task).instances[0]
    checks = way(instance)
    for left_out in checks:
        assert lacking(instance, said([check for check in checks if check is not left_out])), left_out


@pytest.mark.parametrize("task", TASKS)
def test_numbers_of_the_other_set_of_data_fail(task):
    """Numbers written into a program are right for one set at most."""
    one, other = exercise_of(task).instances
    assert lacking(one, said(way(other))) and lacking(other, said(way(one)))


@pytest.mark.parametrize("task", TASKS)
def test_words_of_the_prompt_do_not_pass(task):
    """Whoever prints the prompt, or each of its numbers with a small error, is not right."""
    exercise = exercise_of(task)
    for language in LANGUAGES:
        text = prompt(task, language, 0, exercise.words)
        every = "".join(f"{number.value} +/- {0.01 * abs(number.value)}\n" for number in numbers(text))
        assert lacking(exercise.instances[0], text + every)


def test_labels_that_name_another_parameter_are_not_taken():
    instance = exercise_of("plane").instances[0]
    checks = way(instance)
    other = {"mean_x": "mean_y", "mean_y": "mean_x"}
    swapped = said([replace(check, name=other.get(check.name, check.name)) if isinstance(check, Value) else check for check in checks])
    assert sorted(words.split()[0] for words in lacking(instance, swapped)) == ["mean_x", "mean_y"]


def test_levels_that_are_exchanged_are_not_taken():
    instance = exercise_of("levels").instances[0]
    checks = way(instance)
    first, *_, last = sorted({check.level for check in checks}, key=float)
    other = {first: last, last: first}
    assert len(lacking(instance, said([replace(check, level=other.get(check.level, check.level)) for check in checks]))) == 8


def test_chi2_needs_its_name():
    check = Chi2(((98.6, 95),))
    for text in ("chi2/ndf = 98.6 / 95", "Chi2: 98.6\nNDf 95", "χ²/自由度 1.038", "reduced chi-square 1.0379"):
        assert check.missing(numbers(text)) == "", text
    for text in ("98.6 95", "result 1.038", "chi2/ndf = 1.2", "chi2 = 98.6"):
        assert check.missing(numbers(text)), text


@pytest.mark.parametrize("name", TASKS)
def test_an_exercise_is_the_same_for_the_same_seed_and_another_for_another(name):
    again, other = draw(TASKS[name], 1), draw(TASKS[name], 2)
    exercise = exercise_of(name)
    assert again.words == exercise.words and again.instances[0].truth == exercise.instances[0].truth and [way(each) for each in again.instances] == [way(each) for each in exercise.instances]
    assert other.instances[0].truth != exercise.instances[0].truth
    assert exercise.instances[0].truth != exercise.instances[1].truth and exercise.instances[0].files.keys() == exercise.instances[1].files.keys()


@pytest.mark.parametrize("name", TASKS)
def test_references_lie_at_the_truth(name):
    """Of all values of 3 exercises none is off by more than the 5 sigma that are promised, and most are near."""
    pulls = []
    for exercise in (exercise_of(name), draw(TASKS[name], 0), draw(TASKS[name], 2)):
        for instance in exercise.instances:
            for group in instance.groups:
                for check in list(group.ways.values())[-1]:
                    if isinstance(check, Value):
                        value, error = check.forms[0]
                        pulls.append((value - instance.truth[check.name]) / error)
                    elif isinstance(check, Bounds) and check.name in instance.truth:
                        pulls.append(((check.low + check.high) / 2 - instance.truth[check.name]) / check.error)
    assert max(map(abs, pulls)) < 5 and sum(abs(pull) < 2.5 for pull in pulls) > 0.8 * len(pulls)


@pytest.mark.parametrize("name", TASKS)
def test_prompts_say_all_that_a_program_needs(name):
    exercise = exercise_of(name)
    needed = {"FILE"} | {word for word in exercise.words if word.startswith("HIST")}
    for language in LANGUAGES:
        texts = phrasings(name, language)
        assert len(texts) == 3 == len({text[:40] for text in texts})
        for number, text in enumerate(texts):
            used = set(re.findall(r"@([A-Z0-9]+)@", text))
            assert used <= set(exercise.words) and needed <= used
            filled = prompt(name, language, number, exercise.words)
            assert "@" not in filled and filled.startswith("使用CERNROOT框架") == (language == "zh")
            for value in exercise.instances[0].truth.values():
                assert f"{value:.4g}" not in re.findall(r"[-\d.]+", filled)


def test_the_table_of_the_study():
    assert tuple(TASKS) == STUDIED and [TASKS[name].number for name in STUDIED] == [1, 2, 3, 4, 5, 6]
    assert [sum(column.errors) for column in STUDY] == [36, 30, 20, 21, 22, 24, 19, 26]
    assert all(0 <= count <= PROGRAMS for column in STUDY for count in column.errors)


def test_a_flood_of_numbers_is_judged_soon():
    """A program may print what it likes, in one line or in many."""
    instance = exercise_of("levels").instances[0]
    started = time.monotonic()
    assert lacking(instance, "".join(f"step {number / 7:.6f}\n" for number in range(150_000)) + said(way(instance))) == []
    for text in (" ".join(f"mean {number / 7:.6f}" for number in range(150_000)), "\n".join(f"sigma = {number / 7:.6f} 95% " for number in range(150_000)), "mean " * 500_000 + "1.5"):
        assert lacking(instance, text)
    assert time.monotonic() - started < 60
