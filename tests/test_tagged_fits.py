"""Kinematic fits of D tags and of electrons with their photons: both roads under random settings, mutants of the package, and what cannot be meant.

What such fits should give is tested in `rules/test_rules_tagged.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dsl4bes.driver import check_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events

ECMS = 3.773
HEAD = f'analysis "Fits" do\n    ecms {ECMS} GeV\nend\nevent_selection do\n'
LISTS = """charged_tracks(:side) do
            from   tag.other_tracks
            vr     < 5 cm
        end
        assign do
            from side
            identify :kp, charge > 0
            identify :km, charge < 0
            identify :ep, charge > 0
            identify :em, charge < 0
            identify :pip, charge > 0
            identify :pim, charge < 0
        end
        photons(:gam) do
            from   tag.other_showers
            energy > 25 MeV
        end
"""
TAGGED = f"""helix_correction do
    kp kappa: [0.1, 1.2]
    pip phi0: [0, 1.3]
end
{HEAD}    dtag(:tag) do
        modes  0, 1, 3, 103, "D0 -> K- K+"
        keep   :all
    end
    for tag do
        {LISTS}        kinematic_fit(:lost) do
            decay     "psi(3770) -> D0 (anti-D0 -> K+ e- anti-nu_e)"
            from      tag, kp, km, ep, em
            missing   nuebar: 0 GeV
            constrain :four_momentum, d0
            choose    :min_chi2
            optional
        end
        kinematic_fit(:full) do
            decay     "psi(3770) -> (anti-D0 -> K+ pi- (pi0 -> gam gam)) D0"
            from      d0: tag, kp, km, pip, pim, gam
            constrain :four_momentum, :pi0
            photon_errors :dynamic
            choose    :min_chi2
            optional
        end
        kinematic_fit(:two) do
            decay     "psi(3770) -> D0 (anti-D0 -> K+ pi-)"
            from      tag, kp, pim
            conjugate false
            constrain :three_momentum, d0: 1.865 GeV
            fitter    :classic
            choose    :min_chi2
            optional
        end
        kinematic_fit(:every) do
            decay     "psi(3770) -> D0 (anti-D0 -> K+ e- anti-nu_e)"
            from      tag, kp, km, ep, em
            missing   nuebar: 0 GeV
            constrain :four_momentum
            chi2      < 30
            keep      :all
            optional
        end
        ntuple("fits") do
            column lost: lost.chi2, full: full.chi2, two: two.chi2, n: count(every), mode: tag.mode, charm: tag.charm
        end
    end
end
ntuple("rows", per: tag) do
    column mode: tag.mode
end
"""
PARTS = f"""{HEAD}    dtag(:tag) do
        modes  "D0 -> K- pi+ pi0"
        choose :min_abs_delta_e
    end
    {LISTS}    kinematic_fit(:f) do
        decay     "psi(3770) -> (D0 -> K- pi+ (pi0 -> gam gam)) (anti-D0 -> K+ pi-)"
        from      tag, kp, km, pip, pim
        constrain :four_momentum, :pi0
        choose    :min_chi2
    end
end
ntuple("fits") do
    column chi2: f.chi2, m: m(f.d0), k: index(f.km), g: index(f.gam1), q: charge(f.kp), s: sigma(m(f.raw.pi0))
end
"""
RADIATED = """analysis "Radiated" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood >= 2
    end
    photons do
        energy > 30 MeV
    end
    assign do
        identify :ep, charge > 0
        identify :em, charge < 0
        identify :mup, charge > 0
        identify :mum, charge < 0
        nep == 1
        nem == 1
    end
    bremsstrahlung(:rest_of_it) do
        from  ep, em
        angle < 60 deg
    end
    kinematic_fit(:f) do
        decay     "J/psi -> e+ e-"
        from      ep_recovered, em_recovered
        constrain :four_momentum
        optional
    end
    kinematic_fit(:g) do
        decay     "J/psi -> e+ e- gam"
        from      ep_recovered, em_recovered, gam
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
    kinematic_fit(:mixed) do
        decay     "J/psi -> e+ mu- gam"
        from      ep_recovered, em_recovered, mup, mum, gam
        constrain :total_energy, :three_momentum
        choose    :min_chi2
        optional
    end
end
ntuple("fits") do
    column f: f.chi2, g: g.chi2, mixed: mixed.chi2, n: count(rest_of_it), e: e(f.raw.ep), q: charge(mixed.ep)
end
"""
PROGRAMS = {"tagged": TAGGED, "parts": PARTS, "radiated": RADIATED}


@lru_cache(maxsize=3)
def made(name: str) -> Compiled:
    return compiled(PROGRAMS[name], f"{name}.bes")


@lru_cache(maxsize=2)
def batches(name: str) -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=0.7)
    if name == "radiated":
        return (toy_events("J/psi -> e+ e- gam gam", 120, 3, options=options), toy_events("J/psi -> e+ mu- gam", 40, 4, options=options), random_batch(5, 100))
    return (
        toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)", 60, 21, ecms=ECMS, options=options),
        toy_events("psi(3770) -> (anti-D0 -> K+ pi- (pi0 -> gam gam)) (D0 -> K- pi+)", 80, 22, ecms=ECMS),
        toy_events("psi(3770) -> (D0 -> pi+ pi- (pi0 -> gam gam)) (anti-D0 -> K+ pi- (pi0 -> gam gam))", 40, 23, ecms=ECMS),
        random_batch(24, 80),
    )


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_package_and_judge_agree(name):
    report = cross_check(made(name), batches(name))
    assert_agree(report, tolerated=0.01)


_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "lost_nuebar_mass": st.sampled_from([0.0, 0.1, 0.14]), "lost_d0_mass": st.floats(1.85, 1.88), "every_chi2": st.floats(1, 100), "two_d0_mass": st.floats(1.8, 1.9),
        "tag_identified": st.booleans(), "kinematic_fit_ceiling": st.sampled_from([20.0, 200.0, 1000.0]), "kinematic_fit_iterations": st.sampled_from([5, 10, 30]),
        "kinematic_fit_max_photons": st.integers(1, 5), "crossing_angle": st.sampled_from([0.0, 0.022]), "ecms": st.floats(3.76, 3.79),
    },
)  # fmt: skip


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.generate))
@given(overrides=_SETTINGS, seed=st.integers(0, 1000))
def test_random_settings(overrides, seed):
    events = [toy_events("psi(3770) -> (anti-D0 -> K+ pi- (pi0 -> gam gam)) (D0 -> K- e+ nu_e)", 40, seed, ecms=ECMS), random_batch(seed, 20)]
    assert_agree(cross_check(made("tagged"), events, overrides, selection=built(made("tagged"))), tolerated=0.05)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.generate))
@given(angle=st.floats(0.05, 3), energy=st.sampled_from([0.03, 0.1]), seed=st.integers(0, 1000))
def test_random_angles_of_radiation(angle, energy, seed):
    known = {parameter.property_name for parameter in made("radiated").program.parameters}
    overrides = {"rest_of_it_angle": angle, "photons_energy": energy}
    assert set(overrides) <= known, sorted(known)
    events = [toy_events("J/psi -> e+ e- gam gam", 50, seed, options=ToyOptions(extra_photons=0.7)), random_batch(seed, 50)]
    assert_agree(cross_check(made("radiated"), events, overrides, selection=built(made("radiated"))), tolerated=0.05)


#: What goes wrong: the program, text of the generated source, what it becomes.
MUTANTS: dict[str, tuple[str, str, str]] = {
    "kaons of the tag are pions": ("tagged", "track_or", "track_or"),
    "a tag of the wrong charm": ("tagged", "if (ctx.tag.charm * (chain == 0 ? 1 : -1) < 0) continue;", ""),
    "the mass of the tag is that of a track": ("tagged", "AddResonance(1, m_lost_d0_mass, of_d0)", "AddResonance(1, m_lost_d0_mass, fit->AddList(0, 1))"),
    "showers of the tag are left out": ("tagged", "candidate.hypotheses.resize(candidate.used.size(), -1);", "candidate.used.resize(candidate.hypotheses.size());"),
    "products of another charge": ("parts", "candidate.km = ctx.tag.km;", "candidate.km = ctx.tag.pip;"),
    "photons twice": ("radiated", "contains(ctx.ep_radiated_1, ", "contains(ctx.em_radiated_2, "),
    "photons of the other electron": ("radiated", "candidate.ep_radiated = ctx.ep_radiated_1;", "candidate.ep_radiated = ctx.em_radiated_2;"),
    "photons in one chain only": ("radiated", "chain == 0 ? ctx.ep_radiated_1 : ctx.em_radiated_2", "ctx.ep_radiated_1"),
    "the sum without photons": ("radiated", "candidate.ep_raw += shower_p4(ctx.at(position));", ""),
}  # fmt: skip
MUTANTS["kaons of the tag are pions"] = ("tagged", "const int hypotheses[] = {RecMdcKalTrack::kaon, RecMdcKalTrack::pion};", "const int hypotheses[] = {RecMdcKalTrack::pion, RecMdcKalTrack::pion};")


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    which, before, after = MUTANTS[name]
    text = made(which).files[made(which).source]
    assert before in text, f"the generated source no longer has: {before}"
    wrong = replace(made(which), files={**made(which).files, made(which).source: text.replace(before, after)})
    assert not cross_check(made(which), batches(which), selection=built(wrong)).agrees


# --- what cannot be meant -------------------------------------------------------------------------------------------------------------


def errors(text: str) -> list[tuple[str, str]]:
    return [(item.code.name, item.message) for item in check_source(text, verify=True).bag if item.severity.value == "error"]


def program(source: str = "from tag, kp, km, ep, em", decay: str = "psi(3770) -> D0 (anti-D0 -> K+ e- anti-nu_e)", *, modes: str = "0, 1", tail: str = "", more: str = "missing nuebar: 0 GeV", constrain: str = ":four_momentum") -> str:
    return f"""{HEAD}    dtag(:tag) do
        modes  {modes}
        choose :min_abs_delta_e
    end
    dtag(:many) do
        modes  {modes}
        keep   :all
    end
    {LISTS}    kinematic_fit(:f) do
        decay     "{decay}"
        {source}
        {more}
        constrain {constrain}
        choose    :min_chi2
    end
end
{tail}"""


TABLE = 'ntuple("t") do\n column x: {}\nend\n'


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (program(), "", ""),
        (program("from d0: tag, kp, km, ep, em"), "", ""),
        (program("from many, kp, km, ep, em"), "several-candidates", "many"),
        (program("from tag, tag, kp, km, ep, em"), "source-not-usable", "twice"),
        (program("from tag"), "no-source", "kp"),
        (program("from nothing, kp, km, ep, em"), "unknown-name", "nothing"),
        (program("from dp: tag, kp, km, ep, em"), "source-not-usable", "dp"),
        (program(modes="200, 201"), "source-not-usable", "D+"),
        (program(modes="0, 200"), "source-not-usable", "D0 or a D+"),
        (program(modes="0, 100"), "source-not-usable", "K_S0"),
        (program(decay="psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)"), "source-not-usable", "products"),
        (program(decay="psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)", modes="0"), "", ""),
        (program(decay="psi(3770) -> (D0 -> K- pi+ pi0) (anti-D0 -> K+ e- anti-nu_e)", modes="1"), "source-not-usable", "products"),
        (program(decay="psi(3770) -> (D0 -> K- K+) (anti-D0 -> K+ e- anti-nu_e)", modes="0"), "source-not-usable", "products"),
        (program(decay="J/psi -> K+ e- X", more="missing X: 1 GeV"), "source-not-usable", "D0"),
        (program(more="missing nuebar: 0 GeV, d0"), "source-not-usable", "missing"),
        (program(constrain=":four_momentum, d0"), "", ""),
        (program(constrain=":four_momentum, d0, d0"), "repeated-constraint", "same"),
        (program(constrain=":four_momentum, kp"), "unknown-constraint", "kp"),
        (program("from kp, km, ep, em", constrain=":four_momentum, d0"), "no-source", "D0"),
        (program(tail=TABLE.format("m(f.d0)")), "", ""),
        (program(tail=TABLE.format("m(f.raw.d0)")), "", ""),
        (program(tail=TABLE.format("sigma(m(f.raw.d0))")), "wrong-arguments", "error"),
        (program(tail=TABLE.format("count(rest(side, f.kp))")), "", ""),
        (program(tail=TABLE.format("count(rest(side, tag, f.kp, f.em))")), "", ""),
        (program(tail=TABLE.format("count(rest(side, f))")), "wrong-kind", "tag"),
        (program(tail=TABLE.format("count(rest(side, f.d0))")), "wrong-kind", "tag"),
        (program(tail=TABLE.format("charge(f.d0)")), "wrong-kind", "four-momentum"),
        (program(tail="mc_truth do\n match f\nend\n"), "not-measured", "d0"),
        (program(tail=TABLE.format("matched(f)") + "mc_truth do\nend\n"), "not-measured", "d0"),
    ],
)  # fmt: skip
def test_tags_that_cannot_be_products(text, code, words):
    found = errors(text)
    assert [name for name, _ in found] == ([code] if code else []), found
    assert not code or words in found[0][1] or any(words in item for item in found[0]), found


def test_a_pair_is_no_tag():
    text = program("from pair, kp, km, ep, em").replace("    dtag(:many) do", "    dtag(:other) do\n modes 3\n keep :all\n end\n    dtag(:many) do")
    text = text.replace("    kinematic_fit(:f) do", "    double_tag(:pair) do\n from many, other\n choose :nearest_mass\n end\n    kinematic_fit(:f) do")
    (item,) = [item for item in check_source(text).bag if item.severity.value == "error"]
    assert item.code.name == "source-not-usable" and "from many, other" in item.help


@pytest.mark.parametrize("keyword", ["combine", "secondary_vertex"])
def test_other_blocks_take_no_tags(keyword):
    text = program(tail="").replace("    kinematic_fit(:f) do", f'    {keyword}(:x) do\n decay "K_S0 -> pi+ pi-"\n from tag, pip, pim\n choose :nearest_mass\n end\n    kinematic_fit(:f) do')
    assert [name for name, _ in errors(text)] == ["source-not-usable"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("from      ep_recovered, em_recovered\n        constrain :four_momentum\n        optional", "from      ep_recovered, em\n        constrain :four_momentum\n        optional"), ""),
        (("from      ep_recovered, em_recovered, mup, mum, gam", "from      ep_recovered, mup, mum, em, gam"), "conjugate-unsaid"),
        (("from      ep_recovered, em_recovered, mup, mum, gam", "from      ep_recovered, em_recovered, mum, mup, gam\n        conjugate false"), "source-not-usable"),
        (("from      ep_recovered, em_recovered, gam", "from      ep: em_recovered, em: ep_recovered, gam"), "charge-mismatch"),
        (("from      ep_recovered, em_recovered, gam", "from      ep_recoverd, em_recovered, gam"), "unknown-name"),
        (("column f: f.chi2", "column r: count(rest(gam, g.gam)), f: f.chi2"), ""),
        (("column f: f.chi2", "column r: count(rest(gam, f.ep)), f: f.chi2"), "wrong-kind"),
        (("column f: f.chi2", "column r: count(rest(good, f)), f: f.chi2"), "wrong-kind"),
        (("column f: f.chi2", "column s: sigma(m(f.raw.ep, f.raw.em)), f: f.chi2"), "wrong-arguments"),
        (("    kinematic_fit(:f)", "    vertex_fit(:v) do\n        from ep_recovered, em\n    end\n    kinematic_fit(:f)"), "unknown-name"),
    ],
)  # fmt: skip
def test_recovered_electrons_that_cannot_be_products(change, code):
    assert change[0] in RADIATED
    found = errors(RADIATED.replace(*change))
    assert [name for name, _ in found][:1] == ([code] if code else []), found
