"""Names, types, units and scopes: what formulas become, and what is refused. Rule numbers are those of SEMANTICS.md."""

from __future__ import annotations

import pytest
from meaning import (
    PHOTONS,
    PIONS,
    TRACKS,
    VERTEX,
    checked,
    codes,
    cut,
    faults,
    fit,
    parameter,
    program,
    selection,
    steps,
)

from dsl4bes.ir.dump import expression
from dsl4bes.ir.primitives import Define, FillTuple, Merge, Require, Select
from dsl4bes.ir.types import ENERGY, Kind, Origin, Shape, Species

BEFORE = (TRACKS, PHOTONS, PIONS)


# --- what formulas become ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("m(pip, pim) > 1 GeV", "m((p4(pip) + p4(pim))) > {c_1}"),
        (
            "m(gam1, gam2) in 0.115..0.150",
            "(m((p4(gam[0]) + p4(gam[1]))) >= {c_1} and m((p4(gam[0]) + p4(gam[1]))) <= {c_2})",
        ),
        ("p(pip, frame: :cm) > 1", "p(boost(p4(pip), beam)) > {c_1}"),
        ("p(pip, frame: :lab) > 1", "p(p4(pip)) > {c_1}"),
        ("recoil(pip, pim) > 1", "m((beam - (p4(pip) + p4(pim)))) > {c_1}"),
        ("recoil2(pip) > 1", "m2((beam - p4(pip))) > {c_1}"),
        ("missing_e(pip, pim) > 1", "(ecms() - e(boost((p4(pip) + p4(pim)), beam))) > {c_1}"),
        ("missing_p(pip) > 1", "p(boost(p4(pip), beam)) > {c_1}"),
        ("angle(pip, pim, frame: :cm) < 6 deg", "angle(boost(p4(pip), beam), boost(p4(pim), beam)) < {c_1}"),
        (
            "helicity(gam1, of: p4(gam1, gam2)) > 0.5",
            "helicity(p4(gam[0]), (p4(gam[0]) + p4(gam[1])), beam) > {c_1}",
        ),
        ("charge(pip) == 1", "charge(pip) == {c_1}"),
        ("any(e(gam) > 1)", "any[e(p4(gam#1)) > {c_1} for gam#1]"),
        ("count(gam) >= 3", "count(gam) >= {c_1}"),
        ("count(e(gam) > 1) == 2", "count[e(p4(gam#1)) > {c_1} for gam#1] == {c_2}"),
        ("sum(e(gam)) > 1", "sum[e(p4(gam#1)) for gam#1] > {c_1}"),
        ("max(e(gam)) > 1", "max[e(p4(gam#1)) for gam#1] > {c_1}"),
        ("max(e(gam1), e(gam2)) > 1", "max2(e(p4(gam[0])), e(p4(gam[1]))) > {c_1}"),
        ("e(first(gam)) > 1", "e(p4(gam[0])) > {c_1}"),
        ("min(angle(gam, good)) > 10 deg", "min[angle(p4(gam#1), p4(good#2)) for gam#1, good#2] > {c_1}"),
        ("e(pip) + e(pim) > ecms / 2", "(e(p4(pip)) + e(p4(pim))) > (ecms() / {c_1})"),
        (
            'abs(m(gam1, gam2) - mass("pi0")) < 15 MeV',
            "abs((m((p4(gam[0]) + p4(gam[1]))) - 0.1349768)) < {c_1}",
        ),
        ("cos(pip) > 0.5 or cos(pim) > 0.5", "(cos(p4(pip)) > {c_1} or cos(p4(pim)) > {c_2})"),
        ("cos(angle(pip, pim)) > 0.5", "cosine(angle(p4(pip), p4(pim))) > {c_1}"),
        ("mod(run, 2) == 0", "mod(run(), {c_1}) == {c_2}"),
        ("m(pip) ** 2 > 1 GeV * e(pim)", "(m(p4(pip)) ** 2) > ({c_1} * e(p4(pim)))"),
    ],
)
def test_formula(written: str, meaning: str):
    assert cut(written, *BEFORE) == meaning


def test_pairs_of_one_list_run_over_i_before_j():
    """PROGRAMS, `list in a formula`: of the same list twice, of all pairs i < j."""
    assert cut("any(m(gam, gam) in 0.1..0.2)", *BEFORE) == (
        "any[(m((p4(gam#1) + p4(gam#2))) >= {c_1} and m((p4(gam#1) + p4(gam#2))) <= {c_2}) for gam#1, gam#2 after gam#1]"
    )
    value = program(selection(*BEFORE, 'require "c", any(angle(gam, gam) < 10 deg)'))
    first, second = steps(value, Require)[-1].condition.over.binders
    assert second.after is first and first.after is None and first.list is second.list


def test_two_uses_of_a_list_in_different_calls_are_one_entry():
    assert (
        cut("any(e(gam) > 1 and cos(gam) > 0.5)", *BEFORE)
        == "any[(e(p4(gam#1)) > {c_1} and cos(p4(gam#1)) > {c_2}) for gam#1]"
    )


def test_reductions_are_nested():
    assert cut("any(e(gam) > 1 and all(angle(gam, good) > 10 deg))", *BEFORE).count(" for ") == 2


def test_types_follow_from_the_parts():
    """Rule 1: shape, dimension, source, presence."""
    value = program(selection(*BEFORE, fit(), "let a = m(fit4c.gam1, fit4c.gam2)\nlet b = tof(pip)\nlet c = e(gam1)\nlet d = e(gam)\n"
                              'require "x", a > 0.1 and b > 0 ns and c > 0.1 and any(d > 0.1)'))  # fmt: skip
    a, b, c = (step.value.type for step in steps(value, Define))
    assert (a.kind, a.dimension, a.shape, a.origin, a.maybe) == (
        Kind.NUMBER,
        ENERGY,
        Shape.EVENT,
        Origin.FITTED,
        False,
    )
    assert b.maybe and b.origin is Origin.MEASURED
    assert not c.maybe and c.dimension == ENERGY


# --- absence (rule 3) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("not (tof(pip) < 5 ns)", "tof(pip) >= {c_1}"),
        ("not (tof(pip) < 5 ns and e(gam1) > 1)", "(tof(pip) >= {c_1} or e(p4(gam[0])) <= {c_2})"),
        ("not (tof(pip) == 5 ns)", "tof(pip) != {c_1}"),
        ("not (tof(pip) in 1 ns..5 ns)", "(tof(pip) < {c_1} or tof(pip) > {c_2})"),
        ("not any(tof(good) < 5 ns)", "all[tof(good#1) >= {c_1} for good#1]"),
        ("not has_tof(pip)", "not (has_tof(pip))"),
        ("not not has_tof(pip)", "has_tof(pip)"),
        ("not (has_tof(pip) or tof(pim) < 5 ns)", "(not (has_tof(pip)) and tof(pim) >= {c_1})"),
    ],
)
def test_not_goes_inwards(written: str, meaning: str):
    """A comparison with what is absent is false, also under `not`."""
    assert cut(written, *BEFORE) == meaning


def test_not_over_a_named_comparison_goes_inwards():
    value = program(selection(*BEFORE, 'let early = tof(pip) < 5 ns\nrequire "c", not early'))
    assert expression(steps(value, Require)[-1].condition) == "tof(pip) >= {early_1}"


def test_veto_is_not_a_negation():
    """Rule 3: `require` false rejects, `veto` false keeps."""
    value = program(selection(*BEFORE, 'veto "late", tof(pip) > 5 ns'))
    step = steps(value, Require)[-1]
    assert step.veto and expression(step.condition) == "tof(pip) > {late_1}"


def test_optional_fit_must_be_asked():
    """Rule 3: particles of a failed optional fit are absent; chi2 is infinite and needs no question."""
    optional = fit(name="five", lines="optional")
    assert faults(selection(*BEFORE, optional, 'require "c", m(five.gam1, five.gam2) < 1')) == [
        "optional-not-asked"
    ]
    assert (
        faults(selection(*BEFORE, optional, 'require "c", passed(five) and m(five.gam1, five.gam2) < 1'))
        == []
    )
    assert (
        faults(selection(*BEFORE, optional, 'require "c", m(five.gam1, five.gam2) < 1 and passed(five)'))
        == []
    )
    assert faults(
        selection(*BEFORE, optional, 'require "c", m(five.gam1, five.gam2) < 1 or passed(five)')
    ) == ["optional-not-asked"]
    assert (
        faults(
            selection(
                *BEFORE, optional, 'require "p", passed(five)\nrequire "c", m(five.gam1, five.gam2) < 1'
            )
        )
        == []
    )
    assert faults(selection(*BEFORE, optional, 'require "c", not passed(five) or five.chi2 < 10')) == []


def test_branch_of_an_optional_fit_is_a_warning_unless_asked():
    optional = fit(name="five", lines="optional")
    rows = 'ntuple("t") do\n column m: m(five.gam1, five.gam2)\n%send\n'
    assert faults(selection(*BEFORE, optional, after=rows % "")) == ["absent-branch"]
    assert faults(selection(*BEFORE, optional, after=rows % " column ok: passed(five)\n")) == []


def test_maybe_absent_probe_is_a_single_candidate():
    """Rule 19: a probe has one entry or none and can be stored without `any`."""
    probe = "nearest_track(:probe) do\n from rest(good, pip)\n to p4(pim)\n angle < 10 deg\nend\n"
    value = program(
        selection(*BEFORE, probe, after='ntuple("t") do\n column p: p(probe), n: count(probe)\nend\n')
    )
    column = steps(value, FillTuple)[0].columns[0]
    assert expression(column.value) == "p(p4(probe))" and column.value.type.maybe


# --- units and dimensions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("e(gam1) > 40 MeV", 0.04),
        ("e(gam1) > 0.04", 0.04),
        ("e(gam1) > 40e-3 GeV", 0.04),
        ("tof(pip) < 500 ps", 0.5),
        ("vr(pip) < 3 mm", 0.3),
    ],
)
def test_numbers_are_in_base_units(written: str, number: float):
    value = program(selection(*BEFORE, f'require "c", {written}'))
    assert parameter(value, "c_1").value == pytest.approx(number)


def test_bare_number_takes_the_dimension_of_the_other_side():
    value = program(selection(*BEFORE, 'require "c", abs(recoil(pip, pim) - 3.097) < 0.01'))
    assert [parameter(value, name).unit for name in ("c_1", "c_2")] == ["GeV", "GeV"]
    value = program(selection(*BEFORE, 'require "c", 0.1 < e(gam1)'))
    assert parameter(value, "c_1").dimension == ENERGY


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("e(gam1) > 3 cm", "dimension-mismatch"),
        ("e(gam1) + vr(pip) > 1", "dimension-mismatch"),
        ("e(gam1) > count(gam)", "dimension-mismatch"),
        ("angle(pip, pim) > 3", "angle-without-unit"),
        ("phi(pip) + 3 > 1 rad", "angle-without-unit"),
        ("angle(pip, pim) > 3 GeV", "dimension-mismatch"),
        ("e(gam1) > 3 Mev", "unknown-unit"),
        ("log(e(gam1)) > 1", "dimension-mismatch"),
        ("sin(3) > 0.5", "angle-without-unit"),
        ("e(gam1) ** e(gam2) > 1", "exponent-not-constant"),
        ("e(gam1) in 0.2..0.1", "reversed-range"),
    ],
)
def test_dimension_fault(written: str, code: str):
    assert faults(selection(*BEFORE, f'require "c", {written}')) == [code]


def test_both_places_of_a_mismatch_are_shown():
    bag = checked(selection(*BEFORE, 'require "c", e(gam1) > 3 cm')).bag
    places = {bag.items[0].primary.span.text, bag.items[0].related[0].span.text}
    assert places == {"e(gam1)", "3 cm"}


def test_zero_needs_no_unit_even_for_angles():
    assert faults(selection(*BEFORE, 'require "c", phi(pip) > 0')) == []


# --- kinds ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("e(gam1)", "not-a-condition"),
        ("gam1 > 1", "wrong-kind"),
        ("p4(pip) > 1", "wrong-kind"),
        ("p4(pip) * 2 > 1", "wrong-kind"),
        ("has_tof(pip) > 1", "wrong-kind"),
        ("e(gam1) and e(gam2) > 1", "not-a-condition"),
        ("any(e(gam))", "wrong-kind"),
        ("sum(e(gam) > 1) > 1", "wrong-kind"),
        ("any(e(gam1) > 1)", "wrong-kind"),
        ("e(gam) > 1", "one-value-needed"),
        ("e(gam3) > 1", "not-guaranteed"),
        ("vr(gam1) < 1", "track-needed"),
        ("eop(gam1) < 1", "track-needed"),
        ("prob_pi(gam1) < 1", "track-needed"),
        ("isolation(pip) > 1 deg", "wrong-kind"),
        ("e(3) > 1", "wrong-kind"),
        ("angle(pip) > 1 deg", "wrong-arguments"),
        ("m(pip, frame: :cms) > 1", "unknown-frame"),
        ("m(pip, fram: :cm) > 1", "wrong-arguments"),
        ("mm(pip) > 1", "unknown-function"),
        ("m(pap) > 1", "unknown-name"),
        ("m > 1", "wrong-arguments"),
        ("fit4c > 1", "wrong-kind"),
        ("fit4c.pi0 > 1", "unknown-member"),
        ("m(fit4c.gam1.pip) > 1", "unknown-member"),
        ("gam.chi2 > 1", "unknown-member"),
        ('mass("pi00") > 1', "unknown-particle"),
        ('chi_dedx(pip, "quark") > 1', "unknown-particle"),
        ('e(gam1) > "3"', "wrong-kind"),
        ("e(gam1) > 1 > 2", None),
        ("passed(six)", "unknown-name"),
        ("charge(p4(pip)) > 0", "wrong-kind"),
        ("any(m(gam, gam) > 0.1 and e(gam) > 1)", "mixed-pairs"),
    ],
)
def test_kind_fault(written: str, code: str | None):
    found = faults(selection(*BEFORE, fit(), f'require "c", {written}'))
    assert found and (code is None or found == [code])


def test_list_of_one_is_a_candidate_and_a_list():
    """Rule 2: a list with one entry guaranteed may be used as one particle; in `any` it works as well."""
    assert cut("any(p(pip) > 1)", *BEFORE) == "any[p(p4(pip#1)) > {c_1} for pip#1]"


def test_a_required_count_guarantees_picks():
    more = 'require "three", count(gam) >= 3\n'
    assert faults(selection(*BEFORE, more, 'require "c", e(gam3) > 0.1')) == []
    assert faults(selection(*BEFORE, more.replace("require", "veto"), 'require "c", e(gam3) > 0.1')) == [
        "not-guaranteed"
    ]
    switched = 'require "three", count(gam) >= 3, when: property("On", true)\n'
    assert faults(selection(*BEFORE, switched, 'require "c", e(gam3) > 0.1')) == ["not-guaranteed"]


def test_both_charges_make_a_list():
    """PROGRAMS, `either charge`: `pi` is both lists, filled at the end of the block that makes the second."""
    value = program(selection(*BEFORE, 'require "c", any(p(pi) > 1)'))
    merge = steps(value, Merge)
    assert [(m.target.name, [s.name for s in m.sources], m.target.species) for m in merge] == [
        ("pi", ["pip", "pim"], Species.PI)
    ]
    assert any(step is merge[0] for step in value.blocks[2].steps)
    assert faults(
        selection(
            TRACKS,
            PIONS.replace(" identify :pim\n", "").replace(" npim == 1\n", ""),
            'require "c", any(p(pi) > 1)',
        )
    ) == ["unknown-name"]


def test_spelling_help():
    bag = checked(selection(*BEFORE, 'require "c", angel(gam1, gam2) > 10 deg')).bag
    assert "angle" in bag.items[0].help and bag.items[0].fixes[0].text == "angle"
    bag = checked(selection(*BEFORE, fit(), 'require "c", e(fit4c.gam3) > 1')).bag
    assert "gam1" in bag.items[0].help or "gam2" in bag.items[0].help


# --- names of numbers (public) -------------------------------------------------------------------------------------------


def test_names_of_numbers():
    """DESIGN section 8: `block.field`; `<cut>_1`, `<cut>_2` as written, exponents left out."""
    value = program(selection(
        TRACKS, "photons do\n barrel energy > 25 MeV\n endcap cos in 0.86..0.92, energy > 50 MeV\n time 0..14\n ngam >= 2\nend", PIONS, fit(lines="chi2 < 100"),
        'require "proton recoil", 180 deg - angle(pip, pim) < 6 deg and m(pip) ** 2 > 0.1 GeV * e(pim)',
    ))  # fmt: skip
    names = [each.name for each in value.parameters]
    for name in (
        "charged_tracks.vr", "charged_tracks.ngood", "photons.barrel.energy", "photons.endcap.cos.low", "photons.endcap.cos.high", "photons.time.high", "photons.ngam",
        "pid.prob_cut", "fit4c.chi2", "proton_recoil_1", "proton_recoil_2", "proton_recoil_3", "ecms", "crossing_angle",
    ):  # fmt: skip
        assert name in names
    assert "proton_recoil_4" not in names
    assert parameter(value, "photons.barrel.energy").property_name == "photons_barrel_energy"
    assert parameter(value, "proton_recoil_3").value == pytest.approx(0.1)
    assert parameter(value, "charged_tracks.ngood").value == 2 and isinstance(
        parameter(value, "charged_tracks.ngood").value, int
    )


def test_let_numbers():
    """A number alone is the property of that name; a unitless number in a formula is no property."""
    value = program(
        selection(
            *BEFORE,
            'let least = 100 MeV\nlet ebeam = ecms / 2\nrequire "c", e(gam1) > least and e(gam2) < ebeam',
        )
    )
    assert parameter(value, "least").value == pytest.approx(0.1)
    assert not any(each.name.startswith("ebeam") for each in value.parameters)


def test_property_switch():
    value = program(selection(*BEFORE, 'require "c", e(gam1) > 1, when: property("UseHard", true)'))
    assert parameter(value, "UseHard").value is True
    assert expression(steps(value, Require)[-1].when) == "{UseHard}"
    two = 'require "a", e(gam1) > 1, when: property("X", true)\nrequire "b", e(gam2) > 1, when: property("X", false)'
    assert faults(selection(*BEFORE, two)) == ["property-conflict"]
    assert faults(selection(*BEFORE, two.replace("false", "true"))) == []


# --- scope ----------------------------------------------------------------------------------------------------------------


def test_defined_twice_shows_both_places():
    """Rule 8."""
    again = "pid(:tight) do\n from good\n prob_cut 0.01\n identify :pip\n npip == 1\nend\n"
    bag = checked(selection(TRACKS, PIONS, again)).bag
    assert [item.code.name for item in bag] == ["list-defined-twice"]
    assert (
        bag.items[0].related
        and bag.items[0].related[0].span.place.line < bag.items[0].primary.span.place.line
    )
    assert (
        faults(selection(TRACKS, PIONS, again.replace(":pip\n npip", ":pip, as: :tight_pip\n ntight_pip")))
        == []
    )


def test_only_fitting_list_is_the_source():
    """Rule 8: the only one in scope; two are an error; an identified list does not fit."""
    loose = "charged_tracks(:loose) do\n vr < 10 cm\n nloose >= 2\nend\n"
    assert [step.source.name for step in steps(program(selection(loose, PIONS)), Select)][-1] == "loose"
    bag = checked(selection(TRACKS, loose, PIONS)).bag
    assert [item.code.name for item in bag] == ["two-sources"] and len(bag.items[0].related) == 2
    assert faults(selection(TRACKS, loose, PIONS.replace("pid do\n", "pid do\n from loose\n"))) == []


def test_used_before_it_is_made():
    found = checked(selection('require "c", count(gam) == 2', PHOTONS)).bag
    assert [item.code.name for item in found] == ["used-before-made"] and found.items[0].related


def test_words_of_the_language_name_no_list():
    assert "reserved-name" in faults(selection("photons(:m) do\n energy > 40 MeV\n nm >= 1\nend"))
    assert "reserved-name" in faults(selection(PHOTONS, "let e = e(gam1)", 'require "c", count(gam) > 2'))


def test_assumed_blocks_are_shown():
    """Rule 9: the note shows the text; the block stands in front of the one that needs it."""
    result = checked(
        'event_selection.pid(method="probability") do\n prob_cut 0.001\n identify :prp, "from_kaon_and_pion"\n nprp ">=1"\nend\n'
    )
    note = result.bag.items[0]
    assert note.code.name == "assumed-block" and "vr  < 1 cm" in note.shows and "cos < 0.93" in note.shows
    assert [(block.name, block.assumed) for block in result.program.blocks] == [
        ("charged_tracks", True),
        ("pid", False),
    ]
    assert {p.name: p.value for p in result.program.parameters if p.name.startswith("charged")} == {
        "charged_tracks.vr": 1.0, "charged_tracks.vz": 10.0, "charged_tracks.cos": 0.93,
    }  # fmt: skip


def test_assumed_photons_are_the_standard_ones():
    value = program(selection(TRACKS, 'require "c", visible_energy > 1'))
    numbers = {p.name: p.value for p in value.parameters if p.name.startswith("photons")}
    assert numbers == {
        "photons.barrel.cos": 0.80, "photons.barrel.energy": 0.025, "photons.endcap.cos.low": 0.86, "photons.endcap.cos.high": 0.92,
        "photons.endcap.energy": pytest.approx(0.05), "photons.time.low": 0.0, "photons.time.high": 14.0, "photons.isolation": pytest.approx(0.174533, rel=1e-5),
    }  # fmt: skip


def test_assumed_pid_names_what_is_needed():
    value = program(selection(TRACKS, PHOTONS, fit()))
    assert [step.target.name for step in steps(value, Select)][-2:] == ["pim", "pip"]
    assert parameter(value, "pid.prob_cut").value == 0.001


def test_a_written_block_is_not_assumed():
    """Who writes `photons` under another name means it."""
    assert faults(
        selection("photons(:soft) do\n energy > 40 MeV\n nsoft >= 2\nend", 'require "c", e(gam1) > 1')
    ) == ["unknown-name"]


def test_energy_is_needed_once():
    """Rule 16: using the beams without an `ecms` is an error, said once."""
    text = selection(
        *BEFORE, 'require "a", recoil(pip) > 1', 'require "b", p(pip, frame: :cm) > 1', ecms=False
    )
    assert faults(text) == ["ecms-missing"]


def test_visible_energy_uses_assigned_masses():
    """Rule 18: showers of `gam` and tracks of `good`, their assigned mass, else pion."""
    assert cut("visible_energy > 1", *BEFORE) == (
        "(sum[e(p4(gam#1)) for gam#1] + sum[e(p4(good#2 as pip|pim)) for good#2]) > {c_1}"
    )
    assert cut("abs(balance_z) < 0.7", TRACKS, PHOTONS).startswith("abs(((sum[pz(p4(gam#1))")


def test_rest_leaves_out_whole_lists():
    value = program(selection(*BEFORE, 'require "c", count(rest(good, pip, pim)) == 0'))
    step = steps(value, Select)[-1]
    assert step.target.name.startswith("rest") and expression(step.condition) == "not (good#1 among pip|pim)"


# --- regions -----------------------------------------------------------------------------------------------------------------

REGIONS = (
    'region(:signal, from: baseline) do\n require "pi0", m(gam1, gam2) in 0.115..0.150\nend\n'
    'region(:side, from: baseline) do\n require "pi0", m(gam1, gam2) in 0.165..0.185\nend\n'
)


def test_regions_carry_their_name():
    value = program(selection(PHOTONS, after=REGIONS))
    assert [(r.name, r.parent, [b.name for b in r.blocks]) for r in value.regions] == [
        ("signal", None, ["signal.pi0"]), ("side", None, ["side.pi0"]),
    ]  # fmt: skip
    assert parameter(value, "signal.pi0_1").property_name == "signal_pi0_1"
    assert parameter(value, "side.pi0_2").value == pytest.approx(0.185)


def test_regions_do_not_see_each_other():
    inner = 'region(:a) do\n photons(:hard) do\n  energy > 1 GeV\n  nhard >= 1\n end\nend\nregion(:b) do\n require "c", count(hard) == 1\nend\n'
    assert "unknown-name" in faults(selection(PHOTONS, after=inner))


def test_region_goes_on_from_a_region():
    inner = 'region(:a) do\n photons(:hard) do\n  energy > 100 MeV\n  nhard >= 1\n end\nend\nregion(:b, from: a) do\n require "c", e(hard1) > 1\nend\n'
    value = program(selection(PHOTONS, after=inner))
    assert value.regions[1].parent == "a"
    assert faults(
        selection(PHOTONS, after='region(:b, from: late) do\n require "c", e(gam1) > 1\nend\n')
    ) == ["unknown-region"]


def test_both_charges_in_two_regions_are_merged_once():
    text = selection(
        *BEFORE,
        after='region(:a) do\n require "c", any(p(pi) > 1)\nend\nregion(:b) do\n require "c", any(p(pi) > 2)\nend\n',
    )
    assert len(steps(program(text), Merge)) == 1


# --- expectations ----------------------------------------------------------------------------------------------------------


def test_expectations_name_lines_of_the_cut_flow():
    """Rule 21."""
    text = selection(
        TRACKS,
        PHOTONS,
        'require "proton recoil!", e(gam1) > 1',
        after='expect(sample: "a.dst") do\n events 10\n charged_tracks 8\n photons.ngam 7\n proton_recoil_ 5\nend\n',
    )
    expectation = program(text).expectations[0]
    assert expectation.sample == "a.dst"
    assert [(key, number) for key, number, _ in expectation.numbers] == [
        ("events", 10),
        ("charged_tracks", 8),
        ("photons.ngam", 7),
        ("proton_recoil_", 5),
    ]
    assert "unknown-expectation" in codes(
        selection(TRACKS, after='expect(sample: "a") do\n photons 3\nend\n')
    )


def test_fits_and_vertices_share_names_with_nothing():
    assert "list-defined-twice" in faults(
        selection(*BEFORE, VERTEX, "let vertex = e(gam1)", 'require "c", vertex.chi2 < 10')
    )
