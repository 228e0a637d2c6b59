"""Pairs for the repair of programs: each broken program has the errors that are said, each answer has none.

In: the source itself at its smallest size, single slips. Out: assertions. What `dsl4bes check` prints is taken from the command line, not from the function that the source uses.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("pydantic")
pytest.importorskip("datasketch")
pytest.importorskip("uproot")

from dsl4bes.cli.app import run
from dsl4bes.dataset.leaks import near, near_program, programs_in, without_tests
from dsl4bes.dataset.record import BOSS_OPENINGS, Kind, Language
from dsl4bes.dataset.repairs.pairs import SLIPS, Repairs, _pair, broken, said
from dsl4bes.dataset.repairs.programs import canonical, drawn, examples
from dsl4bes.dataset.repairs.words import causes, questions, told
from dsl4bes.dataset.source import Means, Size
from dsl4bes.dataset.verified import Verified
from dsl4bes.diagnostics.model import Severity
from dsl4bes.driver import check_source
from dsl4bes.heldout.words import programs
from dsl4bes.unknown.asking.prompt import messages

PLACEHOLDER = re.compile(r"@[A-Z]+@")
FENCE = re.compile(r"```bes\n(.*?)```", re.DOTALL)


def no_root():
    raise AssertionError("repairs need no ROOT")


@pytest.fixture(scope="module")
def made():
    steps = []
    found = Repairs().make(Size(draws=1), Means(Verified(None), no_root, steps.append))
    assert len(steps) == Repairs().steps(Size(draws=1))
    return found


def test_slips_are_many_and_each_has_its_cause():
    assert len(SLIPS) >= 40 and len({slip.name for slip in SLIPS}) == len(SLIPS)
    assert {slip.name for slip in SLIPS} == set(causes())
    for own in causes().values():
        assert re.search(r"[\u4e00-\u9fff]", own.zh) and not re.search(r"[\u4e00-\u9fff]", own.en)
        assert set(PLACEHOLDER.findall(own.en + own.zh)) <= {"@WRONG@", "@RIGHT@"}


def test_phrasings_are_many_different_and_far_from_the_tests():
    assert len(questions()["whole"].en) >= 15 and len(questions()["whole"].zh) >= 15
    for own in (*questions().values(), told()):
        assert len({*own.en, *own.zh}) == len(own.en) + len(own.zh)
        for text in own.en:
            assert not re.search(r"[\u4e00-\u9fff]", text) and not near(text)
        for text in own.zh:
            assert re.search(r"[\u4e00-\u9fff]", text) and not near(text)


def test_all_slips_but_rare_ones_give_a_pair(made):
    assert len(made.pairs) >= 0.95 * len(SLIPS)
    codes = {code for pair in made.pairs for code in re.findall(r"BES\d{4}", pair.verified[0])}
    assert len(codes) >= 40, sorted(codes)
    assert {pair.language for pair in made.pairs} == set(Language) and {pair.kind for pair in made.pairs} == {Kind.REPAIR}
    assert len({pair.family for pair in made.pairs}) == len(made.pairs)


def test_questions_are_filled_and_answers_check(made):
    for pair in made.pairs:
        assert pair.question.startswith(BOSS_OPENINGS[pair.language]) and not PLACEHOLDER.search(pair.question + pair.answer), pair.source
        (wrong,) = [text for text in FENCE.findall(pair.question) if "@" not in text][:1]
        assert check_source(wrong).bag.has_errors, pair.source
        (right,) = FENCE.findall(pair.answer)
        if "\nevent_selection do\n" in f"\n{right}" and right.count("\n") > 12:
            assert not check_source(right).bag.has_errors, pair.source


def test_what_is_said_is_what_the_command_prints(made, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    shown = 0
    for pair in made.pairs[::9]:
        (wrong,) = FENCE.findall(pair.question)[:1]
        found = re.search(r"(?:--> |^)(\w+\.bes):\d+:\d+", pair.question, re.MULTILINE)
        if found is None:
            continue
        (tmp_path / found[1]).write_text(wrong, encoding="utf-8")
        form = "concise" if "-->" not in pair.question else "full"
        assert run(["check", found[1], "--format", form]) == 1
        assert capsys.readouterr().out.strip("\n") in pair.question, pair.source
        shown += 1
    assert shown >= 8


def test_the_same_seed_gives_the_same_pair(made):
    for at in (2, 40, 70):
        again = Repairs().make(Size(draws=1), Means(Verified(None), no_root)) if at == 2 else None
        if again is not None:
            assert [pair.name for pair in again.pairs] == [pair.name for pair in made.pairs]
    assert _pair(SLIPS[3], 5, Language.ENGLISH, np.random.default_rng(1), "x") == _pair(SLIPS[3], 5, Language.ENGLISH, np.random.default_rng(1), "x")


@pytest.mark.parametrize("name", ["chinese_comma", "field_misspelt", "charge_not_balanced"])
def test_two_slips_are_two_errors(name):
    slip = next(each for each in SLIPS if each.name == name)
    pair = _pair(slip, 5, Language.CHINESE, np.random.default_rng(4), "x")
    assert pair is not None and pair.family == f"repairs/two_slips/{name}"
    (wrong,) = FENCE.findall(pair.question)[:1]
    errors = [item for item in check_source(wrong).bag if item.severity is Severity.ERROR]
    assert len({item.primary.span.place.line for item in errors if item.primary}) >= 2


def test_a_share_has_the_form_of_ask():
    slip = next(each for each in SLIPS if each.name == "particle_misspelt")
    pairs = [_pair(slip, 7, Language.ENGLISH, np.random.default_rng(seed), "x") for seed in range(6)]
    asked = [pair for pair in pairs if pair is not None and pair.before]
    assert asked
    for pair in asked:
        ((question, before),) = pair.before
        system = messages("select J/psi -> pi+ pi-", 1024)[0].content
        assert pair.system[:2000] == system[:2000] and question.startswith("Write the program for this selection:")
        assert check_source(before).bag.has_errors and not check_source(pair.answer).bag.has_errors
        assert pair.question.startswith("The compiler refuses this program:") and "```" not in pair.answer


def test_a_slip_that_leaves_open_what_was_meant_says_it():
    rng = np.random.default_rng(8)
    slip = next(each for each in SLIPS if each.name == "missing_value")
    found = next(each for each in (broken(drawn(rng), slip, False, rng) for _ in range(10)) if each is not None)
    assert found.meant and found.meant[0].right in found.program.text
    assert "BES0133" in said(found.diagnostics, "full")


def test_drawn_programs_check_and_differ():
    rng = np.random.default_rng(11)
    texts = [drawn(rng).text for _ in range(40)]
    assert len(set(texts)) > 38
    for text in texts:
        assert not check_source(text).bag.has_errors, text
        assert canonical(text) == text
    assert len(examples()) > 90


def test_no_held_out_program_is_in_training(made):
    kept, gone = without_tests(made.pairs)
    assert not gone and len(kept) == len(made.pairs)
    rng = np.random.default_rng(12)
    for text in (*(drawn(rng).text for _ in range(40)), *(example.text for example in examples())):
        assert not near_program(text), text


def test_a_held_out_program_with_other_numbers_is_found(made):
    for name, text in programs():
        changed = re.sub(r"(?<=[<>] )\d+", "7", text).replace("0.93", "0.92")
        assert near_program(changed) == name
    leaked = made.pairs[0].model_copy(update={"question": f"{made.pairs[0].question}\n```bes\n{programs()[0][1].strip()}\n```"})
    assert programs_in(leaked) and without_tests([leaked])[1] == [(leaked, programs()[0][0])]


def test_a_held_out_program_is_found_where_the_answer_is_nothing_else(made):
    for name, text in programs():
        for change in ({"answer": text}, {"before": (("select it", text),)}):
            leaked = made.pairs[0].model_copy(update=change)
            assert without_tests([leaked])[1] == [(leaked, name)]
