"""Predictions: what the shown numbers say is what the judge says, and what the package does.

In: the selections with toy events, sheets made by hand. Out: assertions. Masses are calculated again here from the numbers in the questions.
"""

from __future__ import annotations

import re
from itertools import combinations
from math import sqrt

import numpy as np
import pytest

pytest.importorskip("pydantic")
pytest.importorskip("datasketch")
pytest.importorskip("uproot")

from dsl4bes.dataset.leaks import near, near_program
from dsl4bes.dataset.predictions.events import events
from dsl4bes.dataset.predictions.numbers import TOPICS, drawn_number
from dsl4bes.dataset.predictions.pairs import cut_pair, fates
from dsl4bes.dataset.predictions.programs import templates
from dsl4bes.dataset.predictions.sheet import CutStep, Fact, Joint, Label, ListStep, Sheet, sheets
from dsl4bes.dataset.predictions.wording import event, reasoning, why, words
from dsl4bes.dataset.record import BOSS_OPENINGS, Language
from dsl4bes.driver import check_source, compile_source
from dsl4bes.heldout.verdict_line import read, written
from dsl4bes.ir.dump import program as dumped
from dsl4bes.semantics.evaluate import evaluate

PLACEHOLDER = re.compile(r"@[A-Z0-9]+@")
P4 = re.compile(r"^(?:\| )?([\w\u4e00-\u9fff ]+?)(?:: \(px, py, pz; E\) = \(| \| )(-?[\d.]+)(?:, | \| )(-?[\d.]+)(?:, | \| )(-?[\d.]+)(?:; | \| )(-?[\d.]+)", re.MULTILINE)
ONE_OF_EACH = [next(each for each in templates() if each.family == family) for family in sorted({each.family for each in templates()})]


def test_selections_are_many_check_and_are_not_those_of_tasks():
    families = {each.family for each in templates()}
    assert len(families) >= 6 and all(sum(each.family == family for each in templates()) >= 10 for family in families)
    rng = np.random.default_rng(2)
    for template in templates():
        text = template.drawn(rng)
        assert not check_source(text).bag.has_errors, template.name
        assert not near_program(text), template.name


def test_phrasings_and_styles_are_many_and_differ():
    assert len(words().question.en) >= 10 and len(words().question.zh) >= 10
    for own in (words().question, words().ending):
        assert len({*own.en, *own.zh}) == len(own.en) + len(own.zh)
        assert not any(near(text) for text in (*own.en, *own.zh))
    for language in Language:
        styles = words().style.of(language)
        assert len(styles) >= 10
        for part in ("kept", "dropped", "list", "passes", "fails", "fit", "nofit", "end"):
            assert len({getattr(style, part) for style in styles}) == len(styles), part


@pytest.mark.parametrize("template", ONE_OF_EACH, ids=lambda each: each.family)
@pytest.mark.parametrize("language", list(Language))
def test_a_pair_says_what_the_judge_says(template, language):
    pair = cut_pair(template, 3, 2, language, "x")
    assert pair is not None and pair == cut_pair(template, 3, 2, language, "x")
    assert pair.question.startswith(BOSS_OPENINGS[language]) and not PLACEHOLDER.search(pair.question + pair.answer)
    (program,) = re.findall(r"```bes\n(.*?)```", pair.question, re.DOTALL)
    cuts = [column.cut.name for column in evaluate(check_source(program).program, events(template.decays[0], 3, 2).slice(0, 1)).cuts]
    verdict = read(pair.answer)
    assert verdict is not None and (verdict in cuts or verdict == "")
    assert pair.verified == (f"the judge rejects the event at {verdict}" if verdict else "the judge accepts the event",)
    assert all(f"`{cut}`" in pair.question for cut in cuts)
    for number in re.findall(r"= (\d+\.\d+) (?:cm|GeV|MeV|deg)(?=,| not| <| >|，|\])", pair.answer):
        assert number in pair.question, number


def test_most_draws_of_every_selection_have_several_fates():
    rng = np.random.default_rng(5)
    for template in ONE_OF_EACH:
        found = fates(template.drawn(rng), template, 5, 1)
        assert len(found) >= 2, template.name


def fact(value, operator="<", limit=1.0):
    return Fact("p", value, f"{value} GeV", operator, limit, f"{limit} GeV")


def test_decisions_come_from_the_shown_numbers():
    steps = (
        ListStep("good", "all", ()),
        CutStep("first", Joint((fact(0.5), fact(2.0)), every=False)),
        CutStep("second", fact(0.5), veto=True),
        CutStep("third", fact(2.0)),
    )
    sheet = Sheet(steps, (), "second", True)
    assert sheet.decided == "second" and read(reasoning(sheet, Language.ENGLISH, 0)) == "second" and "third" not in reasoning(sheet, Language.ENGLISH, 0)
    through = Sheet(steps[:2], (), "", True)
    assert through.decided == "" and reasoning(through, Language.CHINESE, 3).endswith(written("", "zh"))
    assert not fact(float("nan")).holds and not fact(float("nan"), "!=").holds


def test_the_comparisons_that_decide_are_told():
    low, high = fact(2.0, ">", 3.0), fact(2.0, "<", 4.0)
    assert why(Joint((low, high), every=True), Language.ENGLISH) == "p = 2.0 GeV, not > 3.0 GeV"
    assert why(Joint((low, high), every=False), Language.ENGLISH) == "p = 2.0 GeV < 4.0 GeV"
    assert why(Joint((), every=False), Language.CHINESE) == "没有可比较的对象"


def test_what_is_shown_gives_nothing_away():
    """All events of a program show the same quantities of each object, whatever cut rejects them."""
    template = next(each for each in templates() if each.name == "pion_pair")
    program = check_source(template.drawn(np.random.default_rng(1))).program
    shown = {(label.charged, tuple(what for what, _ in own)) for sheet in sheets(program, events(template.decays[0], 9, 0)) for label, own in sheet.objects}
    assert len(shown) == 1
    text = event(Sheet((), ((Label(True, 1), (("charge", "+1"), ("|vr|", "0.1 cm"))),), "", True), Language.CHINESE, as_table=True)
    assert "径迹 1" in text and "\\|vr\\|" in text


def test_an_event_within_rounding_of_a_limit_is_not_clear():
    text = "event_selection do\n    photons do\n        energy > {limit} GeV\n        ngam >= 1\n    end\nend\n"
    batch = events("J/psi -> gam (eta -> gam gam)", 4, 0)
    first = sheets(check_source(text.format(limit=0.5)).program, batch)
    value = next(float(shown.split()[0]) for sheet in first for label, own in sheet.objects for what, shown in own if what == "e" and float(shown.split()[0]) > 0.5)
    again = sheets(check_source(text.format(limit=value)).program, batch)
    assert sum(not sheet.clear for sheet in again) >= 1


@pytest.mark.parametrize("topic", [each for each in TOPICS if each.kind in ("mass", "recoil")], ids=lambda each: each.name)
def test_masses_follow_from_the_numbers_in_the_question(topic):
    found = next((each for number in range(4) if (each := drawn_number(topic, 2, number, Language.ENGLISH, np.random.default_rng(number)))), None)
    assert found is not None
    momenta = {name: [float(each) for each in rest] for name, *rest in P4.findall(found.question)}
    total = np.sum(list(momenta.values()), axis=0)
    if topic.kind == "recoil":
        beam = [topic.ecms * 0.011, 0.0, 0.0, topic.ecms]  # half the crossing angle, as the collaboration has it
        total = np.array(beam) - total
    mass = sqrt(total[3] ** 2 - sum(total[:3] ** 2))
    said = float(re.search(r"= (-?[\d.]+) GeV$", found.answer)[1])
    assert abs(said - mass) < 2e-3 and found.answer.splitlines()[-1].startswith(f"{topic.what} = ")


@pytest.mark.parametrize("name", ["choice_of_pi0", "choice_of_eta", "choice_among_four"])
def test_the_pair_that_is_chosen_is_the_nearest(name):
    topic = next(each for each in TOPICS if each.name == name)
    found = next((each for number in range(6) if (each := drawn_number(topic, 2, number, Language.ENGLISH, np.random.default_rng(number)))), None)
    assert found is not None
    momenta = {label.strip(): np.array([float(each) for each in rest]) for label, *rest in P4.findall(found.question)}
    nominal = {"pi0": 0.1349768, "eta": 0.547862}[topic.particle]

    def distance(pair):
        total = momenta[pair[0]] + momenta[pair[1]]
        return abs(sqrt(max(0.0, total[3] ** 2 - sum(total[:3] ** 2))) - nominal)

    best = min(combinations(momenta, 2), key=distance)
    assert found.answer.splitlines()[-1] == f"Pair: {', '.join(sorted(best, key=lambda label: int(label.split()[1])))}"


@pytest.mark.parametrize("language", list(Language))
def test_photons_are_counted_as_the_judge_has_them(language):
    topic = next(each for each in TOPICS if each.name == "count_standard")
    found = next((each for number in range(4) if (each := drawn_number(topic, 2, number, language, np.random.default_rng(number)))), None)
    assert found is not None
    count = int(re.search(r"(?:Photons: |光子数：)(\d+)$", found.answer)[1])
    assert found.verified == f"the judge has {count} photons, the same ones"


@pytest.mark.slow
def test_the_package_rejects_the_same_events_at_the_same_cuts():
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.cutflow import slots_of
    from dsl4bes.run.runner import Settings
    from dsl4bes.run.session import JobSession

    for name in ("three_pi", "pi0"):
        template = next(each for each in templates() if each.name == name and each.family in ("fits", "vetoes"))
        made = compile_source(template.drawn(np.random.default_rng(6)), "sel.bes")
        assert made.program is not None and dumped(made.program)
        session = JobSession(build_selection(made.program, made.files), Settings())
        try:
            for decay in template.decays:
                batch = events(decay, 6, 0)
                records = session.process(batch).records
                columns = [slot for slot in slots_of(made.program)]
                for row, sheet in zip(records.passed, sheets(made.program, batch), strict=True):
                    failed = next((sheet.cuts[at] for at in range(len(columns)) if not row[at]), "")
                    if sheet.clear:
                        assert failed == sheet.decided == sheet.rejected
        finally:
            session.close()
