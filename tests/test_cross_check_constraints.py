"""Two roads, one result, for fits under unusual constraints: missing particles, known directions, both chains, many photons.

Programs on toy, busy, random and real events; one under random settings; mutants of the generated C++ that the comparison must find. What the
fits should give is tested in `rules/test_rules_missing.py` and, against BOSS, in `test_semantics_reference.py`.
"""

from __future__ import annotations

from functools import lru_cache

import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_cross_check import mutated, real_events

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events

_HEAD = """analysis "Unusual" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        vr < 2 cm
        ngood >= 2
    end
    photons do
        energy > 25 MeV
        time 0..14
    end
    assign do
        identify :kp, charge > 0
        identify :km, charge < 0
    end
    assign(:also) do
        identify :pip, charge > 0
        identify :pim, charge < 0
    end
"""

#: Fits of one idea each, optional, so that none hides another: lines and what of it is written.
FITS: dict[str, tuple[str, str]] = {
    "lost": (
        """
        decay "J/psi -> pi+ pi- pi0"
        missing pi0
        constrain :four_momentum
        choose :min_chi2
        """,
        "lost: lost.chi2, chance_lost: prob(lost), m_lost: m(lost.pip, lost.pi0), e_lost: e(lost.pi0)",
    ),
    "neutrino": (
        """
        decay "J/psi -> pi+ pi- gam X"
        missing X: 0 GeV
        constrain :four_momentum
        choose :min_chi2
        """,
        "neutrino: neutrino.chi2, u_miss: e(neutrino.X) - p(neutrino.X)",
    ),
    "one_track": (
        """
        decay "J/psi -> pi+ rho-"
        conjugate false
        missing rhom
        constrain :four_momentum
        choose :min_chi2
        """,
        "one: one_track.chi2, p_rho: p(one_track.rhom)",
    ),
    "pointed": (
        """
        decay "J/psi -> pi+ pi- K_L0"
        from pip, pim, kl: gam
        direction_known kl
        constrain :four_momentum
        choose :min_chi2
        """,
        "pointed: pointed.chi2, p_kl: p(pointed.kl), e_kl: e(pointed.raw.kl)",
    ),
    "two_lost": (
        """
        decay "J/psi -> (K*+ -> K+ K_L0) pi- X"
        from kp, km, pip, pim, kl: gam
        direction_known kl: 0.5 GeV
        missing X: 0.1 GeV
        constrain :four_momentum, kstp: 1.2 GeV
        choose :min_chi2
        """,
        "two: two_lost.chi2, ndf: two_lost.ndf",
    ),
    "classic": (
        """
        decay "J/psi -> pi+ pi- pi0"
        missing pi0
        constrain :four_momentum
        choose :min_chi2
        fitter :classic
        """,
        "classic: classic.chi2",
    ),
    "recoils": (
        """
        decay "pair -> K+ K-"
        constrain recoil: 0.2 GeV
        energy_spread 1 MeV
        choose :min_chi2
        """,
        "recoils: recoils.chi2, p_recoil: p(recoils.recoil), m_k: m(recoils.kp, recoils.km)",
    ),
    "moving": (
        """
        decay "J/psi -> pi+ pi- (pi0 -> gam gam)"
        constrain :four_momentum, :pi0
        photon_errors :dynamic
        choose :min_chi2
        """,
        "moving: moving.chi2",
    ),
    "moving_classic": (
        """
        decay "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        photon_errors :dynamic
        fitter :classic
        choose :min_chi2
        """,
        "moving_classic: moving_classic.chi2",
    ),
    "equal": (
        """
        decay "J/psi -> (K*+ -> K+ gam) (X -> pi- gam)"
        constrain :three_momentum, equal_mass: [kstp, X]
        choose :min_chi2
        """,
        "equal: equal.chi2, q: charge(equal.kp), m_equal: m(equal.kstp)",
    ),
    "energy": (
        """
        decay "J/psi -> K+ pi- (pi0 -> gam gam)"
        constrain :total_energy, pi0: 0.14 GeV
        choose min: abs(m(raw.pi0) - 0.14)
        require "chance", prob(energy) > 0.001
        """,
        "energy: energy.chi2, chance: prob(energy)",
    ),
    "from_vertex": (
        """
        decay "J/psi -> K+ pi- pi0"
        from vertex
        missing pi0
        constrain :four_momentum
        """,
        "from_vertex: from_vertex.chi2, q_v: charge(vertex.kp)",
    ),
}  # fmt: skip

_VERTEX = """    vertex_fit(:vertex) do
        from   kp, pim
        conjugate
        choose :min_chi2
    end
"""


def program(*names: str) -> str:
    """A program with these fits."""
    parts = [_HEAD]
    for name in names:
        parts += [_VERTEX] if name == "from_vertex" else []
        parts.append(f"    kinematic_fit(:{name}) do{FITS[name][0]}optional\n    end\n")
    return "".join(parts) + 'end\nntuple("fits") do\n' + "".join(f"    column {FITS[name][1]}\n" for name in names) + "end\n"


#: Program 13 of the language's design: many photons, competing hypotheses.
PHOTONS = """analysis "Photons" do
    ecms 3.686 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        ngam 6..8
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    kinematic_fit(:six) do
        decay      "psi(2S) -> pi+ pi- 6 gam"
        constrain  :four_momentum
        choose     :min_chi2
        chi2       < 80
    end
    kinematic_fit(:five) do
        decay      "psi(2S) -> pi+ pi- 5 gam"
        constrain  :four_momentum
        choose     :min_chi2
        optional
    end
    kinematic_fit(:seven) do
        decay      "psi(2S) -> pi+ pi- 7 gam"
        constrain  :four_momentum
        choose     :min_chi2
        optional
    end
    kinematic_fit(:kaons) do
        decay      "psi(2S) -> K+ K- 6 gam"
        from       kp: pip, km: pim, gam
        constrain  :four_momentum
        choose     :min_chi2
        optional
    end
    veto "five photons fit better", five.chi2 < six.chi2
    veto "seven photons fit better", seven.chi2 < six.chi2
    veto "kaons fit better",        kaons.chi2 < six.chi2
end
ntuple("photons") do
    column six: six.chi2, five: five.chi2, seven: seven.chi2, kaons: kaons.chi2, better: six.chi2 < five.chi2, chance: prob(kaons)
end
"""


#: Fits that settle whatever the settings; the others hang on the last digits where they are stopped early.
STEADY = ("lost", "neutrino", "pointed", "recoils", "moving", "equal")


@lru_cache(maxsize=16)
def made(*names: str) -> Compiled:
    return compiled(program(*names))


@lru_cache(maxsize=1)
def mixed() -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=0.5)
    return (
        toy_events("J/psi -> pi+ pi- pi0", 120, 71, options=options),
        toy_events("J/psi -> K+ pi- pi0", 60, 72, options=options),
        toy_events("J/psi -> K- pi+ pi0", 60, 73, options=options),
        toy_events("J/psi -> pi+ pi- pi+ pi-", 40, 74, options=options),
        random_batch(75, 100),
    )


@pytest.mark.slow
def test_unusual_constraints():
    report = cross_check(made(*FITS), [*mixed(), *real_events()])
    assert_agree(report, tolerated=0)
    assert not report.tolerated


def test_many_photons_and_competing_hypotheses():
    options = ToyOptions(extra_photons=0.4)
    batch = toy_events("psi(2S) -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam) (pi0 -> gam gam)", 60, 81, options=options)
    assert_agree(cross_check(compiled(PHOTONS), [batch]), tolerated=0)


_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "charged_tracks_vr": st.floats(0.05, 3),
        "photons_energy": st.sampled_from([0.0, 0.025, 0.05, 0.1]),
        "kinematic_fit_max_photons": st.integers(1, 5),
        "kinematic_fit_ceiling": st.sampled_from([20.0, 200.0, 2000.0]),
        "kinematic_fit_iterations": st.sampled_from([1, 3, 10, 30]),
        "kinematic_fit_tolerance": st.sampled_from([0.5, 0.005, 1e-3]),  # below, the few digits that errors of 1 TeV leave BOSS do not settle
        "lost_pi0_mass": st.floats(0, 1),
        "neutrino_X_mass": st.floats(0, 0.5),
        "pointed_kl_mass": st.floats(0, 1),
        "recoils_recoil_mass": st.floats(0, 1),
        "recoils_energy_spread": st.sampled_from([0.0, 0.0009, 0.02]),
        "moving_pi0_mass": st.floats(0.1, 0.6),
        "crossing_angle": st.sampled_from([0.0, 0.022]),
        "ecms": st.floats(3.0, 3.2),
    },
)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.generate))
@given(overrides=_SETTINGS, seed=st.integers(0, 1000))
def test_random_settings(overrides, seed):
    steady = made(*STEADY)
    options = ToyOptions(extra_photons=0.5, stress=seed % 2 == 0)
    batches = [toy_events("J/psi -> K+ pi- pi0", 50, seed, options=options), random_batch(seed, 40)]
    assert_agree(cross_check(steady, batches, overrides, selection=built(steady)))


#: What goes wrong: the fit, text of the generated source, what it becomes.
MUTANTS: dict[str, tuple[str, str, str]] = {
    "another missing mass": ("lost", "AddMissTrack(2, m_lost_pi0_mass)", "AddMissTrack(2, m_lost_pi0_mass + 0.02)"),
    "direction taken for a photon": (
        "pointed", "AddMissTrack(2, m_pointed_kl_mass, ctx.at(candidate.kl)->emcShower())", "AddTrack(2, m_pointed_kl_mass, ctx.at(candidate.kl)->emcShower())",
    ),
    "conjugate not tried": ("from_vertex", "chain < 2", "chain < 1"),
    "sides of equal masses exchanged": (
        "equal", "AddEqualMass(1, fit->AddList(0, 1), fit->AddList(2, 3))", "AddEqualMass(1, fit->AddList(0, 3), fit->AddList(2, 1))",
    ),
    "no spread of the beams": ("recoils", "  fit->setEspread(m_recoils_energy_spread);\n", ""),
    "errors of photons that stay": ("moving", "  fit->setDynamicerror(true);\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_of_the_generated_code_is_found(name):
    fit, before, after = MUTANTS[name]
    report = cross_check(made(fit), mixed()[:3], selection=mutated(made(fit), ((before, after),)))
    assert not report.agrees, f"nothing noticed: {name}"
