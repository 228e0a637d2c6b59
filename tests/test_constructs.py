"""What each block means: its steps, read off as text. Rule numbers are those of SEMANTICS.md."""

from __future__ import annotations

import pytest
from meaning import (
    PHOTONS,
    PIONS,
    TRACKS,
    VERTEX,
    block,
    checked,
    faults,
    fit,
    parameter,
    program,
    selection,
    steps,
)

from dsl4bes.ir.candidates import Choice, FromVertex
from dsl4bes.ir.dump import expression, step
from dsl4bes.ir.fits import (
    EqualMass,
    Fitter,
    FourMomentum,
    KinematicFit,
    Mass,
    ThreeMomentum,
    TotalEnergy,
    VertexFit,
)
from dsl4bes.ir.primitives import (
    Collection,
    FillHistogram,
    FillTuple,
    Identify,
    Match,
    PidMethod,
    PidSystem,
    Require,
    Select,
)
from dsl4bes.ir.program import cuts_of
from dsl4bes.ir.types import ListKind, Species, View

BEFORE = (TRACKS, PHOTONS, PIONS)


def selects(text: str) -> dict[str, str]:
    """The condition of every list, by name."""
    return {each.target.name: expression(each.condition) for each in steps(program(text), Select)}


# --- charged tracks -----------------------------------------------------------------------------------------------------


def test_tracks_cut_on_the_mdc_track_with_absolute_values():
    """Rule 5."""
    text = selection(
        "charged_tracks do\n vr < 1 cm\n vz 10\n cos 0.93\n p < 2 GeV\n pt > 50 MeV\n ngood 2\nend"
    )
    assert selects(text)["good"] == (
        "(abs(vr@mdc(all_tracks#1)) < {charged_tracks.vr} and abs(vz@mdc(all_tracks#1)) < {charged_tracks.vz} and "
        "abs(cos(p4@mdc(all_tracks#1))) < {charged_tracks.cos} and p(p4@mdc(all_tracks#1)) < {charged_tracks.p} and "
        "pt(p4@mdc(all_tracks#1)) > {charged_tracks.pt})"
    )


def test_functions_are_signed_and_of_the_kalman_track():
    """Rule 5: `vr`, `vz`, `cos` as functions keep their sign; momenta are those of the Kalman track."""
    value = program(selection(TRACKS, 'require "c", any(vr(good) < 1) and any(cos(good) < 0.5)'))
    assert expression(steps(value, Require)[-1].condition) == (
        "(any[vr(good#1) < {c_1} for good#1] and any[cos(p4(good#2)) < {c_2} for good#2])"
    )
    call = steps(value, Require)[-1].condition.operands[0].over.body.left
    assert call.view is View.KALMAN


def test_cut_flow_lines_of_tracks():
    value = program(selection(TRACKS))
    assert [cut.name for _, cut in cuts_of(value.blocks)] == [
        "charged_tracks.ngood",
        "charged_tracks.net_charge",
    ]


def test_counts_keep_the_order_written():
    value = program(selection("charged_tracks do\n net_charge 0\n vr < 1\n ngood 2\nend"))
    assert [cut.part for _, cut in cuts_of(value.blocks)] == ["net_charge", "ngood"]


def test_a_list_within_a_list():
    value = program(
        selection(
            "charged_tracks(:loose) do\n vr < 10\n nloose >= 2\nend\ncharged_tracks(:tight) do\n from loose\n vr < 1\n ntight >= 1\nend"
        )
    )
    assert [(each.target.name, each.source.name) for each in steps(value, Select)] == [
        ("loose", "all_tracks"),
        ("tight", "loose"),
    ]
    assert len(steps(value, Collection)) == 1


@pytest.mark.parametrize("written", ['"==2"', '" == 2 "', "2", "== 2", '"2"'])
def test_counts_in_every_spelling(written: str):
    value = program(selection(f"charged_tracks do\n vr < 1\n ngood {written}\nend"))
    assert expression(steps(value, Require)[0].condition) == "count(good) == {charged_tracks.ngood}"


@pytest.mark.parametrize("written", ["2..20", "in 2..20", '"in 2..20"', '"2..20"'])
def test_ranges_in_every_spelling(written: str):
    value = program(selection(f"charged_tracks do\n vr < 1\n ngood {written}\nend"))
    assert expression(steps(value, Require)[0].condition) == (
        "(count(good) >= {charged_tracks.ngood.low} and count(good) <= {charged_tracks.ngood.high})"
    )


def test_quoted_comparison_keeps_its_place():
    bag = checked('event_selection.charged_tracks do\n vr "< 1 GeV"\n ngood "==2"\nend\n').bag
    assert bag.items[0].code.name == "unit-mismatch" and bag.items[0].primary.span.text == "1 GeV"


# --- photons ----------------------------------------------------------------------------------------------------------------


def test_photons_of_barrel_and_endcap():
    text = selection(
        "photons do\n barrel cos < 0.80, energy > 25 MeV\n endcap do\n  cos in 0.86..0.92\n  energy 0.05\n end\n ngam >= 1\nend"
    )
    assert selects(text)["gam"] == (
        "((abs(cos(p4(all_showers#1))) < {photons.barrel.cos} and e(p4(all_showers#1)) > {photons.barrel.energy}) or "
        "(abs(cos(p4(all_showers#1))) >= {photons.endcap.cos.low} and abs(cos(p4(all_showers#1))) <= {photons.endcap.cos.high} and "
        "e(p4(all_showers#1)) > {photons.endcap.energy}))"
    )


def test_barrel_without_angle_is_the_part_of_the_calorimeter():
    text = selection("photons do\n barrel energy > 25 MeV\n endcap energy > 50 MeV\n ngam >= 1\nend")
    assert (
        "module(all_showers#1) == 1" in selects(text)["gam"]
        and "module(all_showers#1) != 1" in selects(text)["gam"]
    )


@pytest.mark.parametrize(
    ("written", "high"), [("0..14", 14), ("in 0..14", 14), ("0 ns..700 ns", 14), ("0..0.7 us", 14)]
)
def test_time_is_in_ticks(written: str, high: float):
    """Rule 6: bare = ticks of 50 ns, with a unit converted."""
    value = program(selection(f"photons do\n time {written}\n ngam >= 1\nend"))
    assert parameter(value, "photons.time.high").value == pytest.approx(high)
    assert parameter(value, "photons.time.high").unit == "ticks of 50 ns"
    assert (
        "ticks(all_showers#1) <= {photons.time.high}"
        in selects(selection(f"photons do\n time {written}\n ngam >= 1\nend"))["gam"]
    )


def test_time_in_formulas_is_in_ns():
    value = program(selection(PHOTONS, 'require "c", time(gam1) < 700 ns'))
    assert expression(steps(value, Require)[-1].condition) == "time(gam[0]) < {c_1}"
    assert parameter(value, "c_1").value == 700


def test_relative_time_without_charged_tracks():
    """Rule 6."""
    text = selection("photons do\n time 0..14\n relative_time 500 ns\n ngam >= 1\nend")
    assert selects(text)["gam"] == (
        "((n_charged() != 0 and ticks(all_showers#1) >= {photons.time.low} and ticks(all_showers#1) <= {photons.time.high}) or "
        "(n_charged() == 0 and abs((time(all_showers#1) - time(all_showers[0]))) < {photons.relative_time}))"
    )


def test_isolation_is_from_all_tracks_unless_said():
    """Rule 6."""
    assert (
        selects(selection("photons do\n isolation > 20 deg\n ngam >= 1\nend"))["gam"]
        == "isolation(all_showers#1) > {photons.isolation}"
    )
    text = selection(TRACKS, "photons do\n isolation_from good\n isolation > 20 deg\n ngam >= 1\nend")
    assert (
        selects(text)["gam"]
        == "count[emc_angle(all_showers#2, good#1) <= {photons.isolation} for good#1] == 0"
    )


def test_isolation_from_antiprotons():
    text = selection(
        TRACKS,
        "pid do\n prob_cut 0.001\n identify :prm\n nprm >= 1\nend",
        "photons do\n isolation > 10 deg\n isolation_from prm, > 30 deg\n ngam >= 1\nend",
    )
    assert selects(text)["gam"] == (
        "(count[emc_angle(all_showers#2, prm#1) <= {photons.isolation_from} for prm#1] == 0 and isolation(all_showers#2) > {photons.isolation})"
    )


def test_angles_need_a_unit():
    assert faults(selection("photons do\n isolation > 20\n ngam >= 1\nend")) == ["angle-without-unit"]


def test_labelled_lists_of_photons():
    value = program(
        selection(
            "photons(:soft) do\n energy > 25 MeV\n nsoft >= 2\nend\nphotons(:hard) do\n energy > 1 GeV\n nhard == 1\nend"
        )
    )
    assert [cut.name for _, cut in cuts_of(value.blocks)] == ["soft.nsoft", "hard.nhard"]
    assert parameter(value, "soft.energy").value == pytest.approx(0.025)


def test_photons_of_a_list():
    text = selection(PHOTONS, "photons(:hard) do\n from gam\n energy > 1 GeV\n nhard >= 1\nend")
    assert [(each.target.name, each.source.name) for each in steps(program(text), Select)] == [
        ("gam", "all_showers"),
        ("hard", "gam"),
    ]
    assert faults(selection(TRACKS, "photons do\n from good\n ngam >= 1\nend")) == ["wrong-kind"]


# --- identification ------------------------------------------------------------------------------------------------------------


def test_program_of_the_design():
    """DESIGN section 2: above kaon, pion and 0.001; at least one of each."""
    text = 'event_selection.pid(method="probability") do\n prob_cut 0.001\n identify :prp, "from_kaon_and_pion"\n identify :prm, "from_kaon_and_pion"\n nprp ">=1"\n nprm ">=1"\nend\n'
    value = program(text)
    spec = steps(value, Identify)[0].spec
    assert spec.method is PidMethod.PROBABILITY and spec.hypotheses == (Species.PI, Species.K, Species.P)
    assert spec.systems == (PidSystem.DEDX, PidSystem.TOF1, PidSystem.TOF2, PidSystem.TOFE)
    written = selects(text)["prp"].replace("; probability dedx+tof1+tof2+tofe pi+k+p", "")
    assert (
        written
        == "(charge(good#1) > 0 and prob_p(good#1) > {pid.prob_cut} and prob_p(good#1) > prob_pi(good#1) and prob_p(good#1) > prob_k(good#1))"
    )
    protons = next(each.target for each in steps(value, Select) if each.target.name == "prp")
    assert (protons.kind, protons.species, protons.charge) == (ListKind.TRACKS, Species.P, 1)


@pytest.mark.parametrize(
    ("lines", "hypotheses"),
    [
        ("identify :pip", "pi k"),
        ("identify :prp", "pi k p"),
        ('identify :ep, "from_pion"', "e pi k"),
        ('identify :pip, "from_muon_and_electron"', "e mu pi k"),
        ("identify :el, prob_e(x) > prob_mu(x)", "e mu pi k"),
        ('identify :pip, chi_dedx(x, "e") > 3', "e pi k"),
    ],
)
def test_hypotheses_handed_over(lines: str, hypotheses: str):
    """Rule 7: those named, those in `from_...`, pi and K; e and mu only if named."""
    name = lines.split(":")[1].split(",")[0]
    value = program(selection(TRACKS, f"pid do\n prob_cut 0.001\n {lines}\n n{name} >= 1\nend"))
    assert " ".join(each.value for each in steps(value, Identify)[0].spec.hypotheses) == hypotheses


def test_most_probable_is_exclusive():
    """Rule 7: of equal probabilities the first hypothesis wins, so that a track is in one list only."""
    text = selection(
        TRACKS,
        "pid do\n identify :pip, :kp, :prp, as: :most_probable\n npip >= 1\n nkp >= 1\n nprp >= 1\nend",
    )
    found = {
        name: text.replace("; probability dedx+tof1+tof2+tofe pi+k+p", "")
        for name, text in selects(text).items()
    }
    assert (
        found["pip"]
        == "(charge(good#1) > 0 and prob_pi(good#1) >= prob_k(good#1) and prob_pi(good#1) >= prob_p(good#1))"
    )
    assert (
        found["kp"]
        == "(charge(good#1) > 0 and prob_k(good#1) > prob_pi(good#1) and prob_k(good#1) >= prob_p(good#1))"
    )
    assert (
        found["prp"]
        == "(charge(good#1) > 0 and prob_p(good#1) > prob_pi(good#1) and prob_p(good#1) > prob_k(good#1))"
    )
    assert faults(text) == []


def test_overlap_is_a_warning_with_both_places():
    """Rule 7."""
    lines = 'identify :pip\n identify :kp, "from_pion"\n npip >= 1\n nkp >= 1'
    bag = checked(selection(TRACKS, f"pid do\n prob_cut 0.001\n {lines}\nend")).bag
    assert [item.code.name for item in bag] == ["overlapping-lists"] and bag.items[0].related
    both = lines.replace(":pip\n", ':pip, "from_kaon"\n')
    assert faults(selection(TRACKS, f"pid do\n prob_cut 0.001\n {both}\nend")) == []


def test_ratio_as_a_formula():
    text = selection(
        TRACKS,
        "pid do\n identify :el, prob_e(x) / (prob_e(x) + prob_pi(x) + prob_k(x)) > 0.8\n nel >= 1\nend",
    )
    found = selects(text)["el"].replace("; probability dedx+tof1+tof2+tofe e+pi+k", "")
    assert found == "(prob_e(good#1) / ((prob_e(good#1) + prob_pi(good#1)) + prob_k(good#1))) > {pid.el_1}"


@pytest.mark.parametrize("subject", ["x", "kp", "ka", "good", ""])
def test_the_track_in_question_has_many_names(subject: str):
    formula = f"prob_k({subject}) > prob_pi({subject})" if subject else "prob_k > prob_pi"
    text = selection(TRACKS, f"pid do\n identify :kp, {formula}\n nkp >= 1\nend")
    assert selects(text)["kp"].count("good#1") == 3


def test_likelihood_takes_fractions():
    text = selection(TRACKS, "pid(method: :likelihood) do\n prob_cut 0.1\n identify :kp\n nkp >= 1\nend")
    assert "lhf_k(good#1; likelihood" in selects(text)["kp"]


def test_identification_once_for_all():
    """PidSpec: equal settings share one calculation; a quantity of other tracks runs it for them."""
    value = program(selection(TRACKS, PIONS, 'require "c", prob_k(pip) < 0.5'))
    assert len(steps(value, Identify)) == 1
    other = "charged_tracks(:loose) do\n vr < 5\n nloose >= 2\nend\n"
    value = program(selection(TRACKS, PIONS, other, 'require "c", all(prob_k(loose) < 0.5)'))
    assert [each.source.name for each in steps(value, Identify)] == ["good", "loose"]


def test_pid_flag_is_a_value():
    text = selection(
        TRACKS,
        "pid_flag(:proton_by_tof) do\n from good\n systems :tof1, :tof2\n prob_cut 0.01\nend",
        after='ntuple("t") do\n column tof: proton_by_tof\nend\n',
    )
    value = program(text)
    column = steps(value, FillTuple)[0].columns[0].value
    assert expression(column) == "let proton_by_tof" and not cuts_of((block(value, "proton_by_tof"),))
    written = expression(column.define.value).replace("; probability tof1+tof2 pi+k+p", "")
    assert (
        written
        == "any[(prob_p(good#1) > {proton_by_tof.prob_cut} and prob_p(good#1) > prob_pi(good#1) and prob_p(good#1) > prob_k(good#1)) for good#1]"
    )
    assert faults(selection(TRACKS, "pid_flag(:flag) do\n from good\nend")) == ["missing-field"]


# --- assign, leptons --------------------------------------------------------------------------------------------------------------


def test_assign_by_charge_and_momentum():
    text = selection(
        TRACKS,
        "assign do\n identify :mup, charge > 0, p > 1 GeV\n identify :pip, :remaining\n nmup == 1\n npip >= 0\nend",
    )
    found = selects(text)
    assert (
        found["mup"]
        == "(charge(good#1) > 0 and charge(good#1) > {assign.mup_1} and p(p4(good#1)) > {assign.mup_2})"
    )
    assert found["pip"] == "(charge(good#1) > 0 and not (good#1 among mup))"


@pytest.mark.parametrize(
    ("order", "condition"),
    [
        ("1", "index(tracks~1#1) == index(tracks~1[0])"),
        (":fastest", "index(tracks~1#1) == index(tracks~1[0])"),
        ("2", "index(tracks~1#1) == index(tracks~1[1])"),
        (":slowest", "p(p4(tracks~1#1)) <= min[p(p4(tracks~1#2)) for tracks~1#2]"),
    ],
)
def test_assign_by_order(order: str, condition: str):
    text = selection(TRACKS, f"assign do\n identify :mup, order: {order}\n nmup == 1\nend")
    assert selects(text)["mup"] == condition
    assert selects(text)["tracks~1"] == "charge(good#1) > 0"


def test_assigned_species_give_the_hypothesis():
    value = program(
        selection(TRACKS, "assign do\n identify :ep, charge > 0\n nep == 1\nend", 'require "c", p(ep) > 1')
    )
    pick = steps(value, Require)[-1].condition.left.arguments[0].particle
    assert pick.list.species is Species.E and pick.list.charge == 1


def test_leptons_by_detector():
    text = selection(
        TRACKS,
        "leptons do\n identify :el, eop > 0.8\n identify :mu, emc_energy < 0.4 GeV, depth > 30 cm\n nel >= 0\n nmu == 2\nend",
    )
    assert selects(text)["el"] == "eop(good#1) > {leptons.el_1}"
    assert selects(text)["mu"] == "(emc_energy(good#1) < {leptons.mu_1} and depth(good#1) > {leptons.mu_2})"


# --- fits --------------------------------------------------------------------------------------------------------------------------


def kinematic(
    *lines: str, before=BEFORE, decay: str = "J/psi -> pi+ pi- gam gam", constrain: str = ":four_momentum"
) -> KinematicFit:
    text = f'kinematic_fit(:f) do\n decay "{decay}"\n constrain {constrain}\n' + "\n".join(lines) + "\nend\n"
    return steps(program(selection(*before, text)), KinematicFit)[-1]


def test_vertex_fit():
    value = program(selection(*BEFORE, VERTEX))
    found = steps(value, VertexFit)[0]
    assert [(role.name, role.species, role.charge) for role in found.symbol.roles] == [
        ("pip", Species.PI, 1),
        ("pim", Species.PI, -1),
    ]
    assert found.choose.choice is Choice.ONLY and found.cut.name == "vertex.fit"
    assert (
        found.settings.iterations.value,
        found.settings.tolerance.value,
        found.settings.ceiling.value,
        found.error.value,
    ) == (10, 1e-3, 1000, 1e6)


def test_vertex_of_several_candidates_asks_for_a_choice():
    loose = PIONS.replace("npip == 1", "npip >= 1")
    assert faults(selection(TRACKS.replace("ngood == 2\n", "ngood >= 2\n"), loose, VERTEX)) == [
        "choice-missing"
    ]
    assert (
        faults(
            selection(
                TRACKS.replace("ngood == 2\n", "ngood >= 2\n"),
                loose,
                VERTEX.replace("\nend", "\n choose :min_chi2\nend"),
            )
        )
        == []
    )


def test_vertex_of_a_list_with_two_tracks():
    found = steps(program(selection(TRACKS, "vertex_fit(:v) do\n from good\nend")), VertexFit)[0]
    assert [role.name for role in found.symbol.roles] == ["good1", "good2"] and found.symbol.roles[
        0
    ].group == found.symbol.roles[1].group >= 0
    assert found.choose.choice is Choice.ONLY


def test_first_source_that_offers_wins():
    found = kinematic("from vertex, gam", "choose :min_chi2", before=(*BEFORE, VERTEX))
    sources = [role.source for role in found.symbol.roles]
    assert all(isinstance(source, FromVertex) for source in sources[:2]) and [
        source.name for source in sources[2:]
    ] == ["gam", "gam"]
    assert [role.name for role in found.symbol.roles] == ["pip", "pim", "gam1", "gam2"]


def test_fit_starts_from_lists_unless_a_fit_is_named():
    """Rule 13."""
    found = kinematic("choose :min_chi2", before=(*BEFORE, VERTEX))
    assert [role.source.name for role in found.symbol.roles] == ["pip", "pim", "gam", "gam"]


def test_another_species_takes_the_same_tracks():
    """Rule 13: `from kp: pip` takes the kaon helix of the pion's track, through the vertex if that is named too."""
    decay = "J/psi -> K+ K- gam gam"
    found = kinematic("from kp: pip, km: pim, gam", "choose :min_chi2", decay=decay)
    assert [(role.species, role.source.name) for role in found.symbol.roles[:2]] == [
        (Species.K, "pip"),
        (Species.K, "pim"),
    ]
    for line in ("from vertex, kp: pip, km: pim, gam", "from kp: vertex.pip, km: vertex.pim, gam"):
        found = kinematic(line, "choose :min_chi2", decay=decay, before=(*BEFORE, VERTEX))
        assert [(role.species, role.source.role) for role in found.symbol.roles[:2]] == [
            (Species.K, "pip"),
            (Species.K, "pim"),
        ]


def test_identical_products_are_one_group():
    """Rule 10: every combination once, named by falling energy; photons of two pi0 are two groups, since pairings differ."""
    assert [role.group for role in kinematic("choose :min_chi2").symbol.roles] == [-1, -1, 0, 0]
    found = kinematic(
        "choose :min_chi2",
        decay="J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)",
        constrain=":four_momentum, :pi0",
    )
    assert [role.group for role in found.symbol.roles] == [-1, -1, 0, 0, 1, 1]
    assert [composite.name for composite in found.symbol.composites] == ["pi0_1", "pi0_2"]
    assert [type(each) for each in found.constraints] == [FourMomentum, Mass, Mass]


def test_constraints():
    decay = "J/psi -> pi+ pi- (pi0 -> gam gam)"
    found = kinematic(
        "choose :min_chi2",
        decay=decay,
        constrain=":three_momentum, :total_energy, pi0: 135 MeV, total_energy: [pip, pim], equal_mass: [pip, pim]",
    )
    kinds = [ThreeMomentum, TotalEnergy, Mass, TotalEnergy, EqualMass]
    assert [type(each) for each in found.constraints] == kinds
    assert (
        found.constraints[2].mass.value == pytest.approx(0.135)
        and found.constraints[2].mass.name == "f.pi0.mass"
    )
    assert found.constraints[3].roles == ("pip", "pim")
    nominal = kinematic("choose :min_chi2", decay=decay, constrain=":four_momentum, :pi0").constraints[1]
    assert nominal.mass.value == pytest.approx(0.1349768) and nominal.roles == ("gam1", "gam2")


def test_cuts_before_and_after_choose():
    """Rule 12."""
    found = kinematic("chi2 < 100", "choose :min_chi2", 'require "late", m(gam1, gam2) > 0.1')
    assert [cut.cut.part for cut in found.before] == ["chi2"] and [cut.cut.part for cut in found.after] == [
        "late"
    ]
    assert expression(found.after[0].condition) == "m((p4(f.gam1) + p4(f.gam2))) > {f.late_1}"
    found = kinematic("choose :min_chi2", "chi2 < 100")
    assert not found.before and [cut.cut.part for cut in found.after] == ["chi2"]


def test_windows_are_of_the_measured_mass():
    found = kinematic("mass pi0: 0.115..0.150", "choose :min_chi2", decay="J/psi -> pi+ pi- (pi0 -> gam gam)")
    assert (
        expression(found.before[0].condition)
        == "(m(f.raw.pi0) >= {f.pi0.mass.low} and m(f.raw.pi0) <= {f.pi0.mass.high})"
    )
    found = kinematic(
        "mass_window pi0: 12 MeV", "choose :min_chi2", decay="J/psi -> pi+ pi- (pi0 -> gam gam)"
    )
    assert expression(found.before[0].condition) == "abs((m(f.raw.pi0) - 0.1349768)) < {f.pi0.mass_window}"


def test_choice_by_a_formula():
    found = kinematic("choose max: e(gam1) + e(gam2)")
    assert (
        found.choose.choice is Choice.MAXIMUM
        and expression(found.choose.key) == "(e(p4(f.gam1)) + e(p4(f.gam2)))"
    )


@pytest.mark.parametrize(
    ("lines", "ceiling"),
    [("chi2 < 80", 200.0), ("chi2 < 200", 400.0), ("", 200.0), ('require "r", chi2 < 150', 300.0)],
)
def test_ceiling(lines: str, ceiling: float):
    """Rule 14: the larger of BOSS's value and twice the largest number a chi2 of that kind is compared with."""
    assert kinematic("choose :min_chi2", lines).settings.ceiling.value == ceiling


def test_ceiling_is_the_same_for_all_fits_of_a_kind():
    value = program(
        selection(
            *BEFORE,
            VERTEX,
            fit(),
            fit(name="other", lines="chi2 < 300"),
            'require "x", fit4c.chi2 < 500 and vertex.chi2 < 100',
        )
    )
    assert {found.settings.ceiling.value for found in steps(value, KinematicFit)} == {1000.0}
    assert steps(value, VertexFit)[0].settings.ceiling.value == 1000.0


def test_settings_of_the_fitter():
    found = kinematic(
        "choose :min_chi2", "fitter :classic", "max_photons 8", "iterations 5", "tolerance 0.05"
    )
    assert found.fitter is Fitter.CLASSIC and found.max_photons.value == 8
    assert (
        found.settings.iterations.name,
        found.settings.iterations.value,
        found.settings.tolerance.value,
    ) == ("f.iterations", 5, 0.05)
    assert (
        kinematic("choose :min_chi2").max_photons.value == 20
        and kinematic("choose :min_chi2").fitter is Fitter.KALMAN
    )


def test_optional_fit_rejects_nothing():
    value = program(selection(*BEFORE, fit(lines="optional\n chi2 < 50")))
    assert not cuts_of((block(value, "fit4c"),))
    assert steps(value, KinematicFit)[0].symbol.optional


def test_cut_flow_of_a_fit():
    """Rule 14: a refusal is the line `<block>.fit`."""
    value = program(selection(*BEFORE, fit(lines="chi2 < 50")))
    assert [cut.name for _, cut in cuts_of((block(value, "fit4c"),))] == ["fit4c.fit", "fit4c.chi2"]


def test_one_combination_needs_no_choice():
    two = PHOTONS.replace(">= 2", "== 2")
    assert faults(selection(TRACKS, two, PIONS, fit(choose=""))) == []
    assert faults(selection(TRACKS, PHOTONS, PIONS, fit(choose=""))) == ["choice-missing"]


# --- probes and output -----------------------------------------------------------------------------------------------------------


def test_nearest_track_does_not_reject():
    """Rule 19."""
    probe = "nearest_track(:probe) do\n from rest(good, pip)\n to recoil_p4(pip)\n angle < 10 deg\n%send\n"
    found = steps(program(selection(*BEFORE, probe % "")), Match)[0]
    assert found.cut is None and expression(found.to) == "(beam - p4(pip))"
    assert expression(found.condition) == "angle(p4(rest~1#1), (beam - p4(pip))) < {probe.angle}"
    assert steps(program(selection(*BEFORE, probe % " required\n")), Match)[0].cut.name == "probe"


def test_outputs_fill_where_they_stand():
    """Rule 20: at the top level after the last cut, inside where they are written."""
    rows = 'ntuple("%s") do\n column e: e(gam1)\nend\n'
    value = program(selection(PHOTONS, rows % "early", 'require "hard", e(gam1) > 1', after=rows % "late"))
    assert [each.name for each in value.blocks] == ["photons", "ntuple early", "hard"]
    assert [each.name for each in value.outputs] == ["ntuple late"]


def test_tuple_of_every_entry():
    value = program(
        selection(PHOTONS, after='ntuple("t", per: gam) do\n column e: e(gam), n: count(gam)\nend\n')
    )
    found = steps(value, FillTuple)[0]
    assert found.per.list.name == "gam" and [column.unit for column in found.columns] == ["GeV", ""]
    assert found.columns[0].value.arguments[0].particle.binder is found.per


def test_array_has_its_limit_as_a_property():
    value = program(
        selection(
            PHOTONS,
            after='ntuple("t") do\n array :e_gam, e(gam), max: 30\n array :m_gg, m(gam, gam), max: 9\nend\n',
        )
    )
    found = steps(value, FillTuple)[0].arrays
    assert [(array.name, array.maximum.value, array.maximum.name) for array in found] == [
        ("e_gam", 30, "t.e_gam.max"),
        ("m_gg", 9, "t.m_gg.max"),
    ]
    assert expression(found[1].values).endswith("for gam#1, gam#2 after gam#1]")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("column a: e(gam)", "one-value-needed"),
        ("column a: gam1", "wrong-kind"),
        ("column a: p4(gam1)", "wrong-kind"),
        ("column e(gam1)", "bad-value"),
        ("column run: e(gam1)", "reserved-branch"),
        ("column a: e(gam1), a: e(gam2)", "duplicate-branch"),
        ("array :a, e(gam1), max: 3", "wrong-kind"),
        ("array :a, e(gam)", "missing-field"),
        ("array :a, e(gam), max: 0", "value-out-of-range"),
        ("array :a, e(gam), most: 3", "unexpected-argument"),
        ("column a: e(gam9)", "not-guaranteed"),
    ],
)
def test_faults_of_tuples(line: str, code: str):
    assert faults(selection(PHOTONS, after=f'ntuple("t") do\n {line}\nend\n')) == [code]


def test_histogram_of_pairs_and_in_two_dimensions():
    value = program(
        selection(
            PHOTONS,
            after='histogram("h") do\n title "two"\n fill e(gam), cos(gam)\n bins 50, 0 GeV..2 GeV, 20, -1..1\nend\n',
        )
    )
    found = steps(value, FillHistogram)[0]
    assert [(axis.bins, axis.low, axis.high) for axis in found.axes] == [
        (50, 0, 2),
        (20, -1, 1),
    ] and found.title == "two"
    assert found.values[0].binders == found.values[1].binders


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("fill e(gam1)\n bins 50", "bad-value"),
        ("fill e(gam1)\n bins 50, 2..1", "reversed-range"),
        ("fill e(gam1)\n bins 50, 1 cm..2 cm", "unit-mismatch"),
        ("fill e(gam1)\n bins 0, 1..2", "value-out-of-range"),
        ("fill e(gam1), e(gam2)\n bins 10, 1..2", "bad-value"),
        ("fill angle(gam1, gam2)\n bins 10, 0..3", "angle-without-unit"),
        ("bins 10, 1..2", "missing-field"),
    ],
)
def test_faults_of_histograms(lines: str, code: str):
    assert code in faults(selection(PHOTONS, after=f'histogram("h") do\n {lines}\nend\n'))


def test_analysis():
    value = program(
        'analysis "RhoPi" do\n ecms 3.097 GeV\n input "a.dst", "b.dst"\n output "x.root"\n events 10\n profile "8"\n algorithm "Rho"\nend\nevent_selection do\n'
        + PHOTONS
        + "end\n"
    )
    settings = value.analysis
    assert (settings.package, settings.algorithm, settings.profile, settings.inputs, settings.output, settings.events) == (
        "RhoPi", "Rho", "8", ("a.dst", "b.dst"), "x.root", 10,
    )  # fmt: skip
    assert settings.crossing_angle.value == pytest.approx(0.022) and settings.ecms.value == pytest.approx(
        3.097
    )


def test_crossing_angle_is_the_full_one():
    """Rule 16."""
    value = program(
        'analysis "A" do\n ecms 3 GeV\n crossing_angle 20 mrad\nend\nevent_selection do\n' + PHOTONS + "end\n"
    )
    assert value.analysis.crossing_angle.value == pytest.approx(0.020)


def test_file_name_is_the_package_without_analysis():
    assert (
        checked("event_selection do\n" + PHOTONS + "end\n", "my-rho_pi.bes").program.analysis.package
        == "MyRhoPi"
    )
    assert (
        checked("event_selection do\n" + PHOTONS + "end\n", "7pi.bes").program.analysis.package
        == "Analysis7pi"
    )


def test_nested_and_dotted_are_the_same():
    """PROGRAMS, `nesting`."""
    nested = program(
        "event_selection do\n photons do\n  barrel do\n   energy > 25 MeV\n  end\n  ngam >= 1\n end\nend\n"
    )
    dotted = program("event_selection.photons do\n barrel energy > 25 MeV\n ngam >= 1\nend\n")
    assert [step(each) for each in nested.blocks[0].steps] == [step(each) for each in dotted.blocks[0].steps]
