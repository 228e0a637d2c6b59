"""Held-out tasks of words: right programs are exact, wrong ones of many kinds are not right, names are free.

In: the tasks of the package, answers made of them here. Out: assertions.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")

from dsl4bes.heldout.word_tasks import FOLDER, Verdict, graded, load
from dsl4bes.heldout.words import words

FAMILIES = sorted({task.family for task in load()})
#: Of each family the task that wrong answers are made of, and changes that other events follow from.
CHANGED = {
    "fits": ("zh_ppbar_recoil", ("0.5 GeV..0.6 GeV", "0.6 GeV..0.7 GeV"), ("ecms 3.097 GeV", "ecms 3.3 GeV"), ("recoil(prp, prm)", "m(prp, prm)")),
    "flight": ("muons_from_depth", ("330 MeV, depth > 28 cm\n        identify :mum, emc_energy < 330 MeV", "130 MeV, depth > 28 cm\n        identify :mum, emc_energy < 130 MeV"), ("ngood == 2", "ngood == 4"), ("depth > 28 cm", "depth > 55 cm")),
    "photons": ("recoiling_photon", ("0.9 GeV..1.0 GeV", "0.5 GeV..0.6 GeV"), ("ngam >= 3", "ngam == 5"), ("recoil(gam1)", "recoil(gam2)")),
    "species": ("dedx_kaons", ('"from_pion"', '"from_pion_and_electron"'), ("nkm >= 1", "nkm >= 2"), ("systems :dedx\n", "systems :tof1, :tof2, :tofe\n")),
    "tracks": ("slow_tracks", ("p < 450 MeV", "p < 750 MeV"), ("ngood >= 2", "ngood == 1"), ("vr < 12 mm", "vr < 0.12 mm")),
}  # fmt: skip


def task(name):
    return next(each for each in load() if each.name == name)


def test_there_are_enough_tasks_and_their_words_differ():
    count = Counter(each.language for each in load())
    assert count["en"] >= 20 and count["zh"] >= 12 and sum(count.values()) >= 40
    assert len({each.name for each in load()}) == len({each.words for each in load()}) == len(load())
    assert all((re.search(r"[\u4e00-\u9fff]", each.words) is not None) == (each.language != "en") for each in load())
    assert set(FAMILIES) == {path.stem for path in FOLDER.glob("*.toml")} == set(CHANGED)


def test_what_they_ask_is_kept_out_of_training():
    said = dict(words())
    assert all(said[each.name] == each.words for each in load())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_right_program_is_exact(family):
    chosen = task(CHANGED[family][0])
    found = graded(chosen, f"Here it is:\n```bes\n{chosen.program}```\n")
    assert found.verdict is Verdict.EXACT, found
    assert found.accepted is not None and 0.05 < found.accepted[1] / found.events < 0.95


@pytest.mark.slow
@pytest.mark.parametrize("each", load(), ids=lambda each: each.name)
def test_every_right_program_is_exact_and_decides_something(each):
    found = graded(each, each.program)
    assert found.verdict is Verdict.EXACT, found
    assert found.accepted is not None and 0.05 < found.accepted[1] / found.events < 0.95


@pytest.mark.parametrize("family", FAMILIES)
def test_wrong_answers_are_not_right(family):
    name, *changes = CHANGED[family]
    chosen = task(name)
    end = chosen.program.rindex("end")

    def with_line(line):
        return f"{chosen.program[:end]}    {line}\nend\n"

    answers = [
        ("", Verdict.DOES_NOT_PARSE),
        ("I am sorry, but I do not know this language.", Verdict.DOES_NOT_PARSE),
        (chosen.program[:end], Verdict.DOES_NOT_PARSE),
        ("```cpp\nif (nGood != 2) return StatusCode::SUCCESS;\n```", Verdict.DOES_NOT_PARSE),
        (chosen.program.replace("event_selection do", "event_selection do\n    charged_trakcs do\n        vr < 1 cm\n    end", 1), Verdict.DOES_NOT_CHECK),
        (with_line('require "mass", m(foo) > 1 GeV'), Verdict.DOES_NOT_CHECK),
        (with_line('require "energy", visible_energy > 3 cm'), Verdict.DOES_NOT_CHECK),
        ('histogram("a") do\n    fill ecms\n    bins 2, 0 GeV..1 GeV\nend\n', Verdict.DOES_NOT_CHECK),
        (with_line('require "none", n_charged > 50'), Verdict.OTHER_EVENTS),
        ("event_selection do\n    photons do\n        energy > 1 MeV\n        ngam >= 0\n    end\nend\n", Verdict.OTHER_EVENTS),
    ]
    for old, new in changes:
        assert old in chosen.program, old
        answers.append((chosen.program.replace(old, new), Verdict.OTHER_EVENTS))
    assert len(answers) >= 13
    for answer, verdict in answers:
        found = graded(chosen, answer)
        assert found.verdict is verdict and not found.verdict.right and found.why, (answer, found)


def test_names_and_units_are_free_and_the_order_of_cuts_is_seen_as_right():
    lists = task("two_lists")
    assert graded(lists, lists.program.replace("wide", "broad").replace("near", "tight").replace("7 mm", "0.7 cm")).verdict is Verdict.EXACT
    mass = task("recoiling_photon")
    assert graded(mass, mass.program.replace('"etap"', '"eta prime"').replace("Radiative", "Mine").replace("60 MeV", "0.06 GeV")).verdict is Verdict.EXACT
    slow = task("slow_tracks")
    assert graded(slow, slow.program.replace("vr < 12 mm\n        vz < 9 cm", "vz < 9 cm\n        vr < 12 mm")).verdict is Verdict.RIGHT


@pytest.mark.parametrize("answer", ["\x00\x00", "event_selection do\n" * 400, "do end " * 500, 'include "/etc/passwd"\nevent_selection do\n    photons do\n        ngam >= 1\n    end\nend\n', "```bes\n", "x" * 100_000])
def test_nothing_is_raised_whatever_the_answer(answer):
    assert not graded(task("slow_tracks"), answer).verdict.right


def test_an_answer_is_judged_apart_as_here():
    name, change, *_ = CHANGED["photons"]
    right = task(name)
    other = right.program.replace(*change)
    assert graded(right, right.program, apart=True) == graded(right, right.program)
    assert graded(right, other, apart=True) == graded(right, other) and other != right.program


def test_a_program_that_nobody_waits_for_is_ended(monkeypatch):
    from dsl4bes.heldout import apart

    monkeypatch.setattr(apart, "WALL_SECONDS", 0.01)
    found = graded(load()[0], load()[0].program, apart=True)
    assert found.verdict is Verdict.NO_END and "stopped after" in found.why and not found.verdict.right


def test_a_judge_that_fails_is_not_called_one_that_takes_too_much():
    from dsl4bes.heldout.apart import NoEnd, accepted_apart

    with pytest.raises(NoEnd, match="failed with status 1: StopIteration"):
        accepted_apart("no_such_task", load()[0].program)
