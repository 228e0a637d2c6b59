"""`diff`: nothing between a program and itself however it is written; of a changed number exactly that, in the right direction."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_samples import everything
from reports_tools import RHO, SWITCHED, compiled, made, numbers_in_text, programs, switched

from dsl4bes.api import fmt
from dsl4bes.ir import dump
from dsl4bes.ir.candidates import Role
from dsl4bes.ir.fits import Combination
from dsl4bes.ir.program import Program, blocks_of, steps_of
from dsl4bes.ir.types import ListSymbol
from dsl4bes.reports.difference.changes import Change, Difference, Kind
from dsl4bes.reports.difference.compare import compare
from dsl4bes.reports.difference.facts import SILENT, fact_of
from dsl4bes.reports.difference.on_events import Recorded, compared
from dsl4bes.reports.difference.written import as_json, as_text
from dsl4bes.run.cutflow import regions_of, slots_of
from dsl4bes.run.errors import RunError


def program_of(text: str) -> Program:
    found = made(text)
    assert found.program is not None, [item.message for item in found.bag]
    return found.program


def difference(first: str, second: str) -> Difference:
    return compare(program_of(first), program_of(second))


def only(found: Difference) -> Change:
    assert len(found.changes) == 1, found.changes
    return found.changes[0]


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_a_program_is_itself_however_it_is_formatted(path):
    first = compiled(path).program
    assert first is not None
    text = compiled(path).source.text
    assert compare(first, first).found == ()
    assert compare(first, program_of(text)).found == tuple(each for each in compare(first, program_of(text)).found if each.part in ("package", "algorithm"))
    spaced = re.sub(r"(?m)^( +)", r"\1\1", text) + "\n\n# a comment\n"
    for other in (fmt(text), spaced):
        assert compare(program_of(text), program_of(other)).found == ()


@pytest.mark.parametrize("hostile", [False, True])
def test_everything_is_itself(hostile):
    assert compare(everything(hostile), everything(hostile)).found == ()


def test_every_step_is_compared():
    """A step that says nothing by itself is on a list of such."""
    from dsl4bes.reports.difference.canonical import Names

    for step in steps_of(blocks_of(everything())):
        assert (fact_of(step, Names()) is None) == isinstance(step, SILENT), type(step)


#: Which way a larger number goes, by the sign in front of it.
_SIGN = re.compile(r"(<=|<|>=|>)\s*-?$")


@settings(max_examples=35)
@given(st.sampled_from(programs()), st.data())
def test_a_changed_number_is_told_and_nothing_else(path, data):
    """A number of the text is made larger or smaller: every change speaks of it, with both values; a bare comparison is told in the right direction."""
    text = compiled(path).source.text
    places = numbers_in_text(text)
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    factor = data.draw(st.sampled_from((0.5, 0.75, 1.25, 2.0)))
    number = f"{float(place[0]) * factor:.6g}" if "." in place[0] else str(int(float(place[0]) * factor))
    other = made(text[: place.start()] + number + text[place.end() :])
    if not other.ok or other.program is None or float(number) == float(place[0]):
        return
    found = compare(program_of(text), other.program)
    assert found.changes, (place, number)
    numbers = [change.number for change in found.changes if change.number is not None]
    assert all(change.number is not None or change.what.startswith(("variation", "fit")) for change in found.changes), found.changes
    ratio = float(number) / float(place[0]) if float(place[0]) else 0.0
    for each in numbers:
        if isinstance(each.before, str):
            assert number in str(each.after)  # lists of runs
            continue
        assert isinstance(each.before, (int, float)) and isinstance(each.after, (int, float))
        assert each.before == 0 or np.isclose(each.after / each.before, ratio), (each, ratio)
    sign = _SIGN.search(text[: place.start()])
    line = text[text.rfind("\n", 0, place.start()) + 1 : place.start()].split()
    if sign is not None and line and line[0] in ("vr", "vz", "energy", "isolation", "chi2", "length", "prob_cut") and len(numbers) == 1:
        easier = (sign[1] in ("<", "<=")) == (float(number) > float(place[0]))
        assert found.changes[0].kind is (Kind.LOOSENED if easier else Kind.TIGHTENED)


def _source(role: Role) -> str:
    """The list or the fit that a product comes from."""
    source = role.source
    return source.name if isinstance(source, ListSymbol) else f"{type(source).__name__} {source.fit.name if hasattr(source, 'fit') else ''}"


def meaning(program: Program) -> list[str]:
    """Blocks and values as the dump of the IR has them, without names of the package and without who wrote a block."""
    kept = [line.replace(" (assumed)", "") for line in dump.program(program).splitlines() if not line.startswith(("analysis ", "expect ", "parameter "))]
    ceilings = ("vertex_fit.ceiling", "kinematic_fit.ceiling", "secondary_vertex_fit.ceiling")
    values = sorted(f"{each.name} {each.value!r}" for each in program.parameters if not each.name.endswith(ceilings))
    sources = [f"{step.symbol.name} {step.symbol.optional} {role.name} {_source(role)}" for step in steps_of(blocks_of(program)) if isinstance(step, Combination) for role in step.symbol.roles]
    return kept + values + sources + [repr(fit) for fit in program.fits]


@settings(max_examples=30)
@given(st.sampled_from(programs()), st.data())
def test_a_line_that_is_gone_is_told_unless_it_meant_nothing(path, data):
    """The dump of the IR says whether a line meant something, by another way than the comparison."""
    lines = compiled(path).source.text.splitlines(keepends=True)
    single = [number for number, line in enumerate(lines) if line.strip() and line.split()[0] not in ("end", "#") and not re.search(r"\bdo\s*(#.*)?$", line)]
    if not single:
        return
    gone = data.draw(st.sampled_from(single))
    other = made("".join(lines[:gone] + lines[gone + 1 :]))
    if not other.ok or other.program is None:
        return
    first = program_of("".join(lines))
    found = compare(first, other.program)
    assert found.same == (meaning(first) == meaning(other.program)), (lines[gone], found)


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ("vr < 1 cm", "vr < 2 cm", Kind.LOOSENED, ("|V_r| < 1 cm", "|V_r| < 2 cm")),
        ("energy > 25 MeV", "energy > 40 MeV", Kind.TIGHTENED, ("E > 25 MeV", "E > 40 MeV")),
        ("ngam 2..8", "ngam 3..8", Kind.TIGHTENED, ("N(γ) ≥ 2", "N(γ) ≥ 3")),
        ("ngam 2..8", "ngam 2..9", Kind.LOOSENED, ("N(γ) ≤ 8", "N(γ) ≤ 9")),
        ("ngood == 2", "ngood == 3", Kind.CHANGED, ("N(good) = 2", "N(good) = 3")),
        ("chi2 < 200", "chi2 < 50", Kind.TIGHTENED, ("χ² < 200", "χ² < 50")),
        ("> 0.1 * ecms", "> 0.2 * ecms", Kind.TIGHTENED, ("E(γ₁ [fit]) > 0.1 × √s", "E(γ₁ [fit]) > 0.2 × √s")),
        ("ecms 3.097 GeV", "ecms 3.686 GeV", Kind.CHANGED, ("ecms = 3.097 GeV", "ecms = 3.686 GeV")),
        ("        vz < 10 cm\n", "", Kind.REMOVED, ("|V_z| < 10 cm", "")),
        ("vz < 10 cm", "vz < 10 cm\n        cos < 0.93", Kind.ADDED, ("", "|cosθ| < 0.93")),
        ("constrain :four_momentum", "constrain :three_momentum", Kind.CHANGED, None),
        ("choose :min_chi2", "choose max: e(gam1)", Kind.CHANGED, None),
        ("identify :pim\n", 'identify :pim, "from_kaon"\n', Kind.ADDED, ("", "P_π > P_K")),
    ],
)  # fmt: skip
def test_one_change_is_told_as_what_it_is(old, new, kind, words):
    text = RHO.replace(old, new)
    assert text != RHO
    if kind is Kind.CHANGED and words is None:
        other = made(text)
        if other.program is None:
            pytest.fail(str([item.message for item in other.bag]))
        kinds = {change.kind for change in compare(program_of(RHO), other.program).changes}
        assert kinds & {Kind.CHANGED, Kind.ADDED, Kind.REMOVED}
        return
    found = difference(RHO, text)
    change = only(found)
    assert change.kind is kind
    assert (change.before, change.after) == words
    backwards = only(difference(text, RHO))
    assert (backwards.before, backwards.after) == (words[1], words[0])
    opposite = {Kind.LOOSENED: Kind.TIGHTENED, Kind.TIGHTENED: Kind.LOOSENED, Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
    assert backwards.kind is opposite.get(kind, kind)


def test_a_veto_is_loosened_by_what_tightens_a_requirement():
    text = "event_selection do\n    photons do\n        ngam >= 2\n    end\n    veto \"close\", angle(gam1, gam2) < 5 deg\nend\n"
    assert only(difference(text, text.replace("5 deg", "3 deg"))).kind is Kind.LOOSENED


def test_another_decay_is_told():
    change = [each for each in difference(RHO, RHO.replace("pi+ pi- gam gam", "pi+ pi- (pi0 -> gam gam)")).changes if each.part == "particles"]
    assert change and "π⁰" in change[0].after and "π⁰" not in change[0].before


def test_renamed_lists_fits_and_cuts_mean_the_same():
    other = RHO.replace("charged_tracks do", "charged_tracks(:fine) do").replace("ngood", "nfine").replace(":fit)", ":four)").replace("fit.gam1", "four.gam1").replace('"hard"', '"strong"')
    found = difference(RHO, other)
    assert found.same
    assert {each.after for each in found.notes if each.kind is Kind.RENAMED} >= {"fine", "four", "strong"}
    assert "no change in meaning" in as_text(found, "a", "b")


def test_what_was_assumed_and_is_now_written_means_the_same():
    short = "event_selection.pid do\n    identify :pip\n    npip >= 1\nend\n"
    long = "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        cos < 0.93\n    end\n    pid do\n        identify :pip\n        npip >= 1\n    end\nend\n"
    found = difference(short, long)
    assert found.same
    assert [each.kind for each in found.notes] == [Kind.EXPLICIT]
    assert not difference(short, long.replace("0.93", "0.92")).same


def test_let_is_what_it_stands_for():
    text = RHO.replace('    require "hard", e(fit.gam1)', '    let e1 = e(fit.gam1)\n    require "hard", e1')
    assert difference(RHO, text).found == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("e(fit.gam1) > 0.1 * ecms", "any(e(gam) > 1) or all(p(pip) > 1)"),
        ("any(e(gam) > 1) or all(p(pip) > 1)", "all(p(pip) > 1) or any(e(gam) > 1)"),
        ("any(e(gam) > 1) or any(e(gam) > 2)", "any(e(gam) > 2) or any(e(gam) > 1)"),
    ],
)
def test_the_order_of_loops_in_one_condition_means_nothing(old, new):
    first, second = (RHO.replace("e(fit.gam1) > 0.1 * ecms", each) for each in (old, new))
    assert difference(first, second).same == (sorted(old.split(" or ")) == sorted(new.split(" or ")))


def test_the_order_within_a_kind_of_photon_means_nothing():
    first = RHO.replace("energy > 25 MeV", "barrel cos < 0.80, energy > 25 MeV\n        endcap cos in 0.86..0.92, energy > 50 MeV")
    second = first.replace("cos < 0.80, energy > 25 MeV", "energy > 25 MeV, cos < 0.80")
    assert second != first and difference(first, second).found == ()
    assert only(difference(first, second.replace("25 MeV", "30 MeV"))).kind is Kind.TIGHTENED


def test_a_variation_without_a_cut_changes_no_cut():
    found = difference(RHO, switched())
    assert [(each.kind, each.what.split()[0]) for each in found.found] == [(Kind.ADDED, "variation")] * len(SWITCHED)
    assert [each.what for each in difference(switched(), switched().replace("chi2 < 200", "chi2 < 100")).changes] == ["cut fit.chi2"]


def test_order_of_cuts_is_told_once():
    first = RHO.replace('    require "hard"', '    require "soft", e(fit.gam2) > 50 MeV\n    require "hard"')
    lines = first.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if '"soft"' in line)
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    change = only(difference(first, "".join(lines)))
    assert change.kind is Kind.ORDER


def test_a_cut_before_the_choice_is_another_one_behind_it():
    first = RHO.replace("        choose :min_chi2\n        chi2 < 200\n", "        choose :min_chi2\n        chi2 < 200\n").replace("        chi2 < 200\n", "        chi2 < 200\n        require \"m\", m(gam1, gam2) > 0.1 GeV\n")
    second = RHO.replace("        choose :min_chi2\n", "        require \"m\", m(gam1, gam2) > 0.1 GeV\n        choose :min_chi2\n")
    found = difference(first, second)
    assert not found.same


def test_regions_variations_and_fits_are_compared():
    from reports_tools import ROOT

    text = (ROOT / "examples/systematics/systematics.bes").read_text()
    assert any(each.what.startswith("variation") for each in difference(text, text.replace("1000 ns", "900 ns") if "1000 ns" in text else text.replace("50 MeV", "60 MeV", 1)).changes)
    assert any(each.what == "region sideband" and each.kind is Kind.REMOVED for each in difference(text, re.sub(r"region\(:sideband.*?\nend\n|\nexpect.*?\nend\n", "", text, flags=re.DOTALL)).changes)
    fit = (ROOT / "tests/corpus/good/fit.bes").read_text()
    change = only(difference(fit, fit.replace("6 MeV", "7 MeV")))
    assert change.what == "fit pi0_peak" and "sigma" in change.part


def test_json_has_both_numbers():
    data = as_json(difference(RHO, RHO.replace("25 MeV", "40 MeV")), "a", "b")
    assert data["same"] is False
    assert data["changes"][0]["number"]["shown"] == ["25 MeV", "40 MeV"]


# --- on events --------------------------------------------------------------------------------------------------------------


def record(program: Program, rows: list[list[int]]) -> Recorded:
    return Recorded(slots_of(program), regions_of(program), np.full(len(rows), -7), np.arange(len(rows)), np.array(rows))


def test_events_are_counted_where_they_are_lost():
    program = program_of(RHO)
    names = [slot.name for slot in slots_of(program)]
    full = [1] * len(names)
    first = record(program, [full, full, full, [1, *[0] * (len(names) - 1)]])
    second = record(program, [full, [1, 1, *[0] * (len(names) - 2)], [0] * len(names), full])
    found = compared(first, second)
    shared = found.shared[0]
    assert (shared.both, shared.only_first, shared.only_second) == (1, 2, 1)
    assert dict(shared.lost_first) == {names[0]: 1, names[2]: 1}
    assert dict(shared.lost_second) == {names[1]: 1}
    assert [event for _, event, _ in shared.examples] == [1, 2, 3]
    assert "only A, lost in B by" in found.as_text("a", "b")
    with pytest.raises(RunError):
        compared(first, record(program, [full]))


def test_a_cut_that_one_lacks_stands_behind_the_line_before_it():
    first = program_of(RHO)
    second = replace(first, blocks=tuple(block for block in first.blocks if block.name != "photons"))
    full, other = ([[1] * len(slots_of(each))] for each in (first, second))
    lines = compared(record(first, full), record(second, other)).as_text("a", "b").splitlines()
    assert any(line.split()[:1] == ["photons"] and line.split()[-1] == "—" for line in lines)


def test_isolation_from_one_list_has_a_direction():
    text = "event_selection do\n    charged_tracks do\n        vr < 1 cm\n    end\n    photons do\n        isolation_from good\n        isolation > 10 deg\n        ngam >= 1\n    end\nend\n"
    assert only(difference(text, text.replace("10 deg", "20 deg"))).kind is Kind.TIGHTENED
