"""`systematics`: names and values of variations, what they may not change, and the laws that tie them to programs written by hand.

No events here: those are in test_systematics_run.py. A program "by hand" is made from the text alone, by other means than the compiler's.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from meaning import PHOTONS, PIONS, TRACKS, checked, faults, fit, parameter, program, selection

from dsl4bes.constructs.registry import load
from dsl4bes.driver import compile_source
from dsl4bes.ir import dump
from dsl4bes.ir.program import Program
from dsl4bes.resolve.switches import targets
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[1]
NAME = "example.bes"
EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*/*.bes")) if path.stem != "systematics"}
#: The examples of the constructs: every kind of field and number there is.
EXAMPLES |= {
    f"{construct.keyword}_{number}": example.source
    for construct in load().values()
    for number, example in enumerate(construct.examples)
    if "systematics" not in example.source and not construct.coded
}  # fmt: skip
SOFT = "photons do\n energy > 40 MeV\n time 0..14\n isolation > 20 deg\n ngam >= 2\nend\n"
BASE = (TRACKS, SOFT, PIONS, fit(lines="chi2 < 200"))


def varied(*lines: str, parts: tuple[str, ...] = BASE, after: str = "") -> str:
    """A program with these lines in its `systematics`."""
    return selection(*parts, after=after + "systematics do\n" + "\n".join(lines) + "\nend\n")


def values(text: str) -> dict[str, dict[str, object]]:
    """Key → what each variation changes."""
    return {each.key: dict(each.values) for each in program(text).variations}


# --- names and values -------------------------------------------------------------------------------------------------------


def test_a_value_is_a_variation():
    assert values(varied('vary "photon energy", photons.energy, 30 MeV, 0.05')) == {
        "photon_energy_1": {"photons.energy": pytest.approx(0.03)},
        "photon_energy_2": {"photons.energy": pytest.approx(0.05)},
    }


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ('vary "v", photons.time, 0..20', {"photons.time.low": 0, "photons.time.high": 20}),
        ('vary "v", photons.time, 0 ns..500 ns', {"photons.time.low": 0, "photons.time.high": 10}),
        ('vary "v", photons.time.high, 500 ns', {"photons.time.high": 10}),
        ('vary "v", photons.isolation, 0.2 rad', {"photons.isolation": 0.2}),
        ('vary "v", charged_tracks.vr, 20 mm', {"charged_tracks.vr": 2.0}),
        ('vary "v", charged_tracks_vr, 2', {"charged_tracks.vr": 2.0}),
        ('vary "v", photons.ngam, 3', {"photons.ngam": 3}),
        ('vary "v", fit4c.chi2, 150', {"fit4c.chi2": 150}),
        ('vary "v", ecms, 3.1', {"ecms": 3.1}),
        ('vary "v", crossing_angle, 20 mrad', {"crossing_angle": 0.02}),
        ('vary "v", kinematic_fit.ceiling, 1000', {"kinematic_fit.ceiling": 1000}),
        ('vary "v", kinematic_fit.iterations, 20', {"kinematic_fit.iterations": 20}),
        ('vary "v", without: fit4c.chi2', {"fit4c.chi2.off": True}),
        ('vary "v", without: [fit4c.chi2, photons.time]', {"fit4c.chi2.off": True, "photons.time.off": True}),
    ],
)
def test_values_are_read_as_the_field_reads_them(line, changes):
    (found,) = values(varied(line)).values()
    assert found == pytest.approx(changes)
    for name, value in changes.items():
        assert isinstance(found[name], bool) == isinstance(value, bool)


def test_numbers_of_formulas_of_regions_and_of_assumed_blocks():
    after = 'region(:signal) do\n require "pi0", m(gam1, gam2) in 0.115..0.150\nend\n'
    assert values(varied('vary "v", signal.pi0_2, 160 MeV', after=after)) == {"v_1": {"signal.pi0_2": pytest.approx(0.16)}}
    assumed = varied('vary "v", charged_tracks.vr, 5 mm', 'vary "w", photons.barrel.energy, 30 MeV', 'vary "t", photons.time, 0 ns..1 us', parts=('require "c", any(e(gam) > 0.1) and count(good) > 1',))
    assert values(assumed) == {
        "v_1": {"charged_tracks.vr": 0.5},
        "w_1": {"photons.barrel.energy": pytest.approx(0.03)},
        "t_1": {"photons.time.low": 0, "photons.time.high": pytest.approx(20)},
    }


def test_properties_and_lets():
    parts = (*BASE, 'let least = 100 MeV\nrequire "first", e(gam1) > least, when: property("Use", true)\nveto "second", e(gam2) > 2 GeV, when: property("Use", true)')
    assert values(varied('vary "v", Use, false', 'vary "w", least, 0.2 GeV', parts=parts)) == {"v_1": {"Use": False}, "w_1": {"least": 0.2}}
    assert faults(varied('vary "v", Use, 1', parts=parts)) == ["bad-value"]


def test_several_numbers_at_once():
    text = varied('vary "tight" do\n photons.energy 50 MeV, 60 MeV\n fit4c.chi2 100\n without photons.time\nend')
    assert values(text) == {
        "tight_1": {"photons.energy": pytest.approx(0.05), "fit4c.chi2": 100, "photons.time.off": True},
        "tight_2": {"photons.energy": pytest.approx(0.06), "fit4c.chi2": 100, "photons.time.off": True},
    }
    assert [each.text for each in program(text).variations] == [
        "photons.energy 50 MeV, fit4c.chi2 100, without photons.time", "photons.energy 60 MeV, fit4c.chi2 100, without photons.time",
    ]  # fmt: skip


def test_constants():
    """A constant is one number wherever it stands, counts and ranges included; as a value of a variation it is only a number."""
    parts = ("let least = 30 MeV\nlet many = 2\nlet tight = 60 MeV", "photons do\n energy > least\n time 0..14\n ngam >= many\nend", 'require "sum", e(gam1) + e(gam2) > least')
    assert values(varied('vary "v", least, 50 MeV', 'vary "w", photons.time.high, 20', parts=parts)) == {"v_1": {"least": 0.05}, "w_1": {"photons.time.high": 20}}
    assert values(varied('vary "v", many, 3', 'vary "w" do\n least tight\nend', parts=parts)) == {"v_1": {"many": 3}, "w_1": {"least": pytest.approx(0.06)}}
    assert faults(varied('vary "v", many, 1', parts=parts)) == ["varied-guarantee"]
    assert faults(varied('vary "v", least, 5 cm', parts=parts))[:1] in (["unit-mismatch"], ["wrong-variation"])
    assert values(varied('vary "v", without: least', parts=parts)) == {"v": {"least.off": True}}


def test_a_constant_that_is_a_setting_too_takes_it_along():
    parts = (*BASE[:3], "let most = 6", fit(lines="max_photons most\nchi2 < 200"), 'require "n", count(gam) < most')
    assert values(varied('vary "v", most, 7', parts=parts)) == {"v_1": {"most": 7, "fit4c.max_photons": 7}}


def test_numbers_of_included_files():
    """As if their text stood in the program, guarantees included; `expect` and assumed blocks do not matter."""
    head = 'include "besiii/standard_tracks.bes", vr: 1 cm, vz: 10 cm\n'
    text = selection(head, "charged_tracks(:two) do\n from good\n vr < 1 cm\n ntwo == 2\nend")
    name = next(each.name for each in program(text).parameters if each.name.endswith(".vr") and "two" not in each.name)
    more = lambda *lines: text + "systematics do\n" + "\n".join(lines) + "\nend\n"
    assert values(more(f'vary "v", {name}, 5 mm', f'vary "w", without: {name}')) == {"v_1": {name: 0.5}, "w": {f"{name}.off": True}}
    assert faults(more(f'vary "v", {name}, 5 GeV'))[0] == "unit-mismatch"


def test_quoted_comparisons_and_bare_numbers_are_numbers_too():
    parts = ('charged_tracks do\n vr 1\n vz "< 10"\n ngood "==2"\n net_charge 0\nend', PHOTONS)
    assert values(varied('vary "v", charged_tracks.vr, 2', 'vary "w", charged_tracks.vz, 5 cm', parts=parts)) == {
        "v_1": {"charged_tracks.vr": 2}, "w_1": {"charged_tracks.vz": 5},
    }  # fmt: skip


@pytest.mark.parametrize("first", [True, False])
def test_the_block_may_stand_anywhere_at_the_top(first):
    block = 'systematics do\n vary "v", photons.energy, 30 MeV\n vary "w", without: fit4c.chi2\nend\n'
    rest = selection(*BASE)
    assert set(values(block + rest if first else rest + block)) == {"v_1", "w"}


# --- mistakes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('vary "v", photons.enrgy, 30 MeV', "unknown-number"),
        ('vary "v", without: photons.enrgy', "unknown-number"),
        ('vary "v", photons.energy, 30 cm', "unit-mismatch"),
        ('vary "v", photons.energy, 30 furlong', "unknown-unit"),
        ('vary "v", photons.energy, 0..1', "bad-value"),
        ('vary "v", photons.time, 20', "bad-value"),
        ('vary "v", photons.time, 20..0', "reversed-range"),
        ('vary "v", photons.time, 0..500 ns', None),
        ('vary "v", photons.energy, > 30 MeV', "bad-value"),
        ('vary "v", photons.energy, -1 GeV', "impossible-value"),
        ('vary "v", photons.isolation, 20', "angle-without-unit"),
        ('vary "v", photons.ngam, 2.5', "not-whole"),
        ('vary "v", photons.energy, "30 MeV"', "bad-value"),
        ('vary "v", photons.energy, 40 MeV', "not-varied"),
        ('vary "v", kinematic_fit.iterations, 0', "value-out-of-range"),
        ('vary "v", kinematic_fit.ceiling, 5 cm', "unit-mismatch"),
        ('vary "v", without: fit4c.fit', "cannot-switch-off"),
        ('vary "v", without: photons.time.low', "cannot-switch-off"),
        ('vary "v", without: ecms', "cannot-switch-off"),
        ('vary "v", without: charged_tracks.ngood', None),
        ('vary "v"', "bad-value"),
        ('vary "v", photons.energy', "bad-value"),
        ('vary "v", 30 MeV', "bad-value"),
        ("vary photons.energy, 30 MeV", "missing-label"),
        ('vary "v", photons.energy, 30 MeV, witout: fit4c.chi2', "unexpected-argument"),
        ('vary "v" do\n photons.energy 30 MeV\n photons.energy 50 MeV\nend', "duplicate-field"),
        ('vary "v", photons.energy, 30 MeV do\n photons.energy 50 MeV\nend', "duplicate-field"),
        ('vary "v", photons.energy, 30 MeV\nvary "v", photons.time, 0..20', "variation-name-clash"),
    ],
)
def test_mistakes(line, code):
    found = faults(varied(line))
    assert found == ([] if code is None else [code]), found


def test_a_wrong_unit_shows_both_places():
    (item,) = checked(varied('vary "v", photons.energy, 30 cm')).bag
    assert item.primary.span.text == "30 cm" and [label.span.text for label in item.related] == ["40 MeV"]


def test_misspelt_numbers_are_mended():
    (item,) = checked(varied('vary "v", photons.enrgy, 30 MeV')).bag
    assert "photons.energy" in item.help and item.fixes[0].text == "photons.energy"


@pytest.mark.parametrize(
    "line", ['vary "v", pid.npip, 2', 'vary "v", without: pid.npip', 'vary "v", without: charged_tracks.net_charge', 'vary "v", charged_tracks.ngood, 3'],
)  # fmt: skip
def test_counts_on_which_particles_rest_cannot_be_varied(line):
    """`npip == 1` makes `pip` one particle; `ngood == 2` and `net_charge 0` make nothing, but two of each are asked below."""
    parts = (TRACKS, SOFT, PIONS, 'require "pair", angle(pip, pim) < 170 deg and p(good1) > 0.1 GeV and e(gam1) > 0.1 GeV')
    found = faults(varied(line, parts=parts))
    rests = "npip" in line or "ngood" in line and "3" in line
    assert found == (["varied-guarantee"] if "npip" in line else []) or (rests and found == [])


def test_a_count_above_what_is_used_may_be_raised_but_not_lowered():
    parts = (TRACKS, SOFT, 'require "hard", e(gam2) > 0.1 GeV')
    assert faults(varied('vary "v", photons.ngam, 3', parts=parts)) == []
    assert faults(varied('vary "v", photons.ngam, 1', parts=parts)) == ["varied-guarantee"]
    assert faults(varied('vary "v", without: photons.ngam', parts=parts)) == ["varied-guarantee"]


def test_a_number_that_changes_what_a_line_means_is_refused():
    """A histogram of one photon's energy would become one of the energies of all: no error by itself, but another program."""
    fill = 'histogram("e") do\n fill e(gam)\n bins 10, 0 GeV..1 GeV\nend\n'
    parts = ("photons do\n energy > 40 MeV\n ngam == 1\nend",)
    assert faults(selection(*parts, after=fill).replace("== 1", "== 2")) == []
    assert faults(varied('vary "v", photons.ngam, 2', parts=parts, after=fill)) == ["varied-guarantee"]
    assert faults(varied('vary "v", without: photons.ngam', parts=parts, after=fill)) == ["varied-guarantee"]


@pytest.mark.parametrize(
    ("photons", "name"),
    [
        ("photons do\n barrel cos < 0.8, energy > 25 MeV\n endcap energy > 50 MeV\n ngam >= 1\nend", "photons.barrel.cos"),
        ("photons do\n ngam >= 1\nend\npid do\n prob_cut 0.001\n identify :pip\n npip >= 1\nend", "pid.prob_cut"),
    ],
)
def test_a_cut_without_which_its_block_means_something_else_has_no_switch(photons, name):
    """Without `cos` the barrel is told by the part of the calorimeter; without `prob_cut` a valid identification is still asked for."""
    assert "varied-guarantee" in faults(varied(f'vary "v", without: {name}', parts=(photons,)))


def test_contradictions_and_cuts_that_do_nothing():
    parts = (TRACKS, SOFT, 'require "few", count(gam) < 4\nrequire "c", abs(cos(gam1)) < 0.9')
    assert faults(varied('vary "v", photons.ngam, 5', parts=parts)) == ["wrong-variation"]
    assert faults(varied('vary "v", c_1, 1.5', parts=parts)) == ["cut-always-passes"]
    assert faults(varied('vary "v", c_1, -1', parts=parts)) == ["wrong-variation"]


def test_a_switch_named_as_another_number_is_an_error():
    parts = (*BASE, 'require "p", e(gam1) > property("fit4c_chi2_off", 0.1 GeV)')
    assert faults(varied('vary "v", without: fit4c.chi2', parts=parts)) == ["property-conflict"]


def test_write_outputs_is_the_package_s_own():
    assert faults(selection(*BASE, 'require "p", e(gam1) > property("write_outputs", 0.1 GeV)')) == ["property-conflict"]


def test_numbers_and_cuts_of_candidates():
    """Inside `for`, cuts reject candidates; they are varied and left out like others."""
    pairs = 'combine(:dipion) do\n decay "dipion -> pi+ pi-"\n recoil 2 GeV..3.2 GeV\n keep :all\nend\n'
    each = 'for dipion do\n require "apart", angle(dipion.pip, dipion.pim) < 170 deg\n ntuple("pairs") do\n  column m: m(dipion)\n end\nend'
    parts = (TRACKS, "pid do\n prob_cut 0.001\n identify :pip\n identify :pim\n npip >= 1\n npim >= 1\nend", pairs, each)
    found = values(varied('vary "v", apart_1, 160 deg', 'vary "w", without: apart', 'vary "x", dipion.recoil.low, 2.5 GeV', parts=parts))
    assert found["w"] == {"apart.off": True} and found["x_1"] == {"dipion.recoil.low": 2.5} and set(found["v_1"]) == {"apart_1"}


# --- ceilings (SEMANTICS rule 14) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "ceiling"),
    [
        ('vary "v", photons.energy, 30 MeV', 400),
        ('vary "v", fit4c.chi2, 150', 400),
        ('vary "v", fit4c.chi2, 150, 250', 500),
        ('vary "v" do\n photons.energy 30 MeV\n fit4c.chi2 300\nend', 600),
        ('vary "v", without: fit4c.chi2', 400),
        ('vary "v", least, 400', 800),
    ],
)
def test_ceilings_consider_the_variations(line, ceiling):
    parts = (*BASE, 'let least = 100 + 0\nlet limit = 50\nrequire "also", fit4c.chi2 < limit')
    assert parameter(program(varied(line.replace("least", "limit"), parts=parts)), "kinematic_fit.ceiling").value == ceiling


# --- laws over the examples ---------------------------------------------------------------------------------------------------


def _other(text: str) -> str:
    """Another number with the unit of `40 MeV`: whole numbers one more, others a tenth more."""
    number, unit = re.fullmatch(r"(-?[\d.]+(?:e-?\d+)?)(.*)", text, re.DOTALL).groups()
    if "." not in number and not unit.strip():
        return f"{int(number) + 1}"
    return f"{float(number) * 1.1:.6g}{unit}"


def _numbers(text: str) -> list:
    """The numbers of a program that stand in its file."""
    result = checked(text, NAME)
    return [each for each in result.program.parameters if each.span is not None and each.span.file is result.source and each.span.text[0] in "-.0123456789" and not isinstance(each.value, (bool, str))]


def _by_hand(text: str, span, value: str):
    """The program with the number at `span` replaced in the text."""
    return checked(re.sub(r"expect\(.*?\nend\n", "", text[: span.start] + value + text[span.end :], flags=re.DOTALL), NAME)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_variation_is_the_program_with_that_number(example):
    """Every number of every example: refused, or the parameters and steps are those of the program rewritten in the text."""
    text, numbers = EXAMPLES[example], _numbers(EXAMPLES[example])
    accepted = 0
    for number in numbers:
        other = _other(number.span.text)
        changed = checked(text + f'systematics do\n vary "v", {number.name.replace(" ", "_")}, {other}\nend\n', NAME)
        hand = _by_hand(text, number.span, other)
        if changed.program is None:
            codes = {item.code.name for item in changed.bag}
            assert codes & {"varied-guarantee", "wrong-variation"} or not hand.ok, (number.name, codes)
            continue
        accepted += 1
        assert hand.ok, (number.name, [item.message for item in hand.bag])
        (variation,) = changed.program.variations
        with_values = {each.name: variation.values.get(each.name, each.value) for each in changed.program.parameters}
        wanted = {each.name: each.value for each in hand.program.parameters if not each.name.endswith(".ceiling")}
        assert {name: with_values[name] for name in wanted} == pytest.approx(wanted)
        assert _steps(changed.program) == _steps(hand.program)
    assert accepted > 0 or len(numbers) < 4


def _steps(value: Program) -> list[str]:
    return [line for line in dump.program(value).splitlines() if not line.startswith(("parameter", "variation", "expect"))]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_cut_can_be_left_out_or_says_why_not(example):
    text = EXAMPLES[example]
    nominal = checked(text, NAME)
    assert nominal.program is not None
    for name, target in targets(nominal.program).items():
        found = checked(text + f'systematics do\n vary "v", without: {name}\nend\n', NAME)
        codes = {item.code.name for item in found.bag if item.code.name != "assumed-block"}
        if found.program is None:
            assert codes <= {"varied-guarantee", "cannot-switch-off"}, (name, codes)
            assert target.assumed == ("cannot-switch-off" in codes)
        else:
            assert dict(found.program.variations[0].values) == {f"{name}.off": True}
            assert _steps(found.program) != _steps(nominal.program)


# --- the package ----------------------------------------------------------------------------------------------------------------


def files(text: str, name: str = "test.bes", profile: str | None = None) -> dict[str, str]:
    made = compile_source(SourceFile(name, text), profile=profile)
    assert made.files, [item.message for item in made.bag]
    return {path.rsplit("/", 1)[-1]: content for path, content in made.files.items()}


def test_instances_in_the_job_options():
    text = varied('vary "photon energy", photons.energy, 30 MeV', 'vary "no fit", without: fit4c.chi2')
    made = files(text)
    options = made["systematics_Example.txt"]
    assert 'ApplicationMgr.TopAlg += { "Example/Example_photon_energy_1" };\nExample_photon_energy_1.photons_energy = 0.03;' in options
    assert 'ApplicationMgr.TopAlg += { "Example/Example_no_fit" };\nExample_no_fit.fit4c_chi2_off = true;' in options
    assert options.count("write_outputs = false;") == 2 == options.count("record_events = false;")
    assert '#include "$EXAMPLEROOT/share/systematics_Example.txt"\n' in made["ana_Example.txt"]
    assert '#include "opts/systematics_Example.txt"\n' in files(text, profile="8")["ana_Example.txt"]
    assert files(text.replace("systematics do", "systematics(outputs: true) do"))["systematics_Example.txt"].count("write_outputs = true;") == 2


def test_a_variation_of_values_leaves_the_code_alone():
    """Without switches and higher ceilings, variations add the property `write_outputs` and nothing else to the C++."""
    plain, with_them = files(selection(*BASE)), files(varied('vary "v", photons.energy, 30 MeV'))
    added = set(with_them["Example.cxx"].splitlines()) - set(plain["Example.cxx"].splitlines())
    assert all("write_outputs" in line for line in added)
    assert "write_outputs" not in "".join(plain.values()) and "systematics_Example.txt" not in plain


def test_dump_shows_variations():
    assert "variation v_1: photons.energy = 0.03\n" in dump.program(program(varied('vary "v", photons.energy, 30 MeV')))
