"""Rules 3, 4, 10, 12, 13, 14, 16 and 17: which combinations a fit tries, with which helix, and which one it keeps.

Every fit is done again by least squares on all combinations; optional fits stand side by side in one program.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import numpy as np
import pytest
from leastsquares import Measured, fit, photon, track
from plain import P4, PI, PI0, Event, K, beams, mass_of
from running import Ran, run

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events

BEAM = beams(3.097)


@cache
def sample() -> tuple[Batch, ...]:
    """Three channels, so that right and wrong hypotheses, and more photons than needed, occur."""
    options = ToyOptions(extra_photons=1.0, split_offs=0.0)
    return (
        toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 40, 3, options=options),
        toy_events("J/psi -> K+ K- (pi0 -> gam gam)", 32, 4, options=options),
        toy_events("J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)", 30, 5, options=options),
    )


@dataclass(frozen=True)
class Fitted:
    """One combination: photons in the order of their names."""

    gam: tuple[int, ...]
    chi2: float
    p4: list[P4]


_DONE: dict[tuple, list[Fitted]] = {}


@dataclass(frozen=True)
class Case:
    e: Event

    @cached_property
    def good(self) -> list[int]:
        return [t for t in self.e.tracks() if abs(self.e.approach(self.e.mdc_helix(t))[0]) < 2]

    @cached_property
    def gam(self) -> list[int]:
        """By falling energy."""
        chosen = [s for s in self.e.showers() if self.e.gamma(s)[3] > 0.04]
        return sorted(chosen, key=lambda s: (-self.e.gamma(s)[3], s))

    @property
    def ok(self) -> bool:
        return (
            len(self.good) == 2 and sum(self.e.charge(t) for t in self.good) == 0 and 2 <= len(self.gam) <= 7
        )

    def tracks(self, hypothesis: int) -> list[Measured]:
        by_charge = sorted(self.good, key=lambda t: -self.e.charge(t))
        return [track(self.e, t, hypothesis) for t in by_charge]

    def pairs(self, hypothesis: int = PI, mass: bool = False, most: int = 20) -> list[Fitted]:
        """All photon pairs, fitted to the beams (and the pi0)."""
        key = (id(self.e.batch), self.e.number, hypothesis, mass, most)
        if key in _DONE:
            return _DONE[key]
        made: list[Fitted] = []
        _DONE[key] = made
        for pair in combinations(self.gam[:most], 2):
            particles = [*self.tracks(hypothesis), *(photon(self.e, s) for s in pair)]
            chi2, p4 = fit(particles, BEAM, [(PI0, (2, 3))] if mass else [])
            made.append(Fitted(pair, chi2, p4))
        return made

    def softer(self, candidate: Fitted) -> float:
        return float(self.e.gamma(candidate.gam[1])[3])

    def m_raw(self, candidate: Fitted) -> float:
        return mass_of(sum(self.e.gamma(s) for s in candidate.gam))


PROGRAM = """analysis "Fits" do
    ecms 3.097 GeV
    crossing_angle 22 mrad
end
event_selection do
    charged_tracks do
        vr < 2 cm
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 40 MeV
        ngam 2..7
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    kinematic_fit(:plain) do
        decay     "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose    :min_chi2
        chi2      < 1500
        optional
    end
    kinematic_fit(:kaons) do
        decay     "J/psi -> K+ K- gam gam"
        from      kp: pip, km: pim, gam
        constrain :four_momentum
        choose    :min_chi2
        chi2      < 1500
        optional
    end
    kinematic_fit(:five) do
        decay     "J/psi -> pi+ pi- (pi0 -> gam gam)"
        constrain :four_momentum, :pi0
        choose    :min_chi2
        optional
    end
    kinematic_fit(:before) do
        decay     "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        require   "energy", e(raw.gam2) > 200 MeV
        choose    :min_chi2
        optional
    end
    kinematic_fit(:after) do
        decay     "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose    :min_chi2
        require   "energy", e(raw.gam2) > 200 MeV
        optional
    end
    kinematic_fit(:capped) do
        decay     "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose    :min_chi2
        max_photons 3
        optional
    end
    kinematic_fit(:nearest) do
        decay     "J/psi -> pi+ pi- (pi0 -> gam gam)"
        constrain :four_momentum
        choose    min: abs(m(raw.gam1, raw.gam2) - mass("pi0"))
        optional
    end
    kinematic_fit(:window) do
        decay     "J/psi -> pi+ pi- (pi0 -> gam gam)"
        constrain :four_momentum
        mass      pi0: 0.110..0.160
        choose    :min_chi2
        optional
    end
    kinematic_fit(:nominal) do
        decay     "J/psi -> pi+ pi- (pi0 -> gam gam)"
        constrain :four_momentum
        mass_window pi0: 12 MeV
        choose    max: chi2
        optional
    end
    kinematic_fit(:classic) do
        decay     "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose    :min_chi2
        fitter    :classic
        optional
    end
    kinematic_fit(:two) do
        decay     "J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)"
        constrain :four_momentum
        choose    min: (m(raw.gam1, raw.gam2) - 0.135)**2 + (m(raw.gam3, raw.gam4) - 0.135)**2
        optional
    end
end
region(:kaons_worse) do
    veto "kaons fit better", kaons.chi2 < plain.chi2
end
region(:pions_better) do
    require "pions fit better", plain.chi2 < kaons.chi2
end
region(:both) do
    require "both", passed(five) and passed(before)
end
region(:below) do
    require "below", before.chi2 < 200
end
ntuple("fits") do
"""
FITS = (
    "plain",
    "kaons",
    "five",
    "before",
    "after",
    "capped",
    "nearest",
    "window",
    "nominal",
    "classic",
    "two",
)


def _program() -> str:
    columns = "".join(
        f"column chi2_{name}: {name}.chi2, passed_{name}: passed({name})\n"
        f"column g1_{name}: index({name}.gam1), g2_{name}: index({name}.gam2), e1_{name}: e({name}.gam1), eraw_{name}: e({name}.raw.gam1)\n"
        for name in FITS
    )
    return (
        f"{PROGRAM}{columns}column p_k: p(kaons.kp), p_k_raw: p(kaons.raw.kp), e_k_raw: e(kaons.raw.kp), g3: index(two.gam3), g4: index(two.gam4)\n"
        "column e_pi0_1: e(two.raw.pi0_1), e_pi0_2: e(two.raw.pi0_2), m_pi0: m(nearest.raw.pi0), m_pi0_fit: m(five.pi0)\nend\n"
    )


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run(
        _program(), sample(), tolerated=20
    )  # wrong hypotheses: the judge excuses their chi2 of hundreds


@pytest.fixture(scope="module")
def cases(ran: Ran) -> list[Case]:
    found = [case for e in ran.events() if (case := Case(e)).ok]
    assert [Case(e).ok for e in ran.events()] == ran.accepted().tolist() and len(found) > 60
    return found


def smallest(candidates: list[Fitted]) -> Fitted | None:
    return min(candidates, key=lambda c: c.chi2, default=None)


#: Largest number that a chi2 of a kinematic fit is compared with here is 1500: the ceiling is twice that (rule 14).
CEILING = 3000.0


def accepted(candidates: list[Fitted], ceiling: float = CEILING) -> list[Fitted]:
    return [c for c in candidates if c.chi2 < ceiling]


def kept(case: Case, name: str) -> Fitted | None:
    """What each fit should keep."""
    pairs = accepted(case.pairs(K if name == "kaons" else PI, name == "five"))
    if name in ("plain", "kaons"):
        best = smallest(pairs)
        return best if best is not None and best.chi2 < 1500 else None
    if name in ("five", "classic"):
        return smallest(pairs)
    if name == "before":
        return smallest([c for c in pairs if case.softer(c) > 0.2])
    if name == "after":
        best = smallest(pairs)
        return best if best is not None and case.softer(best) > 0.2 else None
    if name == "capped":
        return smallest(accepted(case.pairs(most=3)))
    if name == "nearest":
        return min(pairs, key=lambda c: abs(case.m_raw(c) - PI0), default=None)
    if name == "window":
        return smallest([c for c in pairs if 0.110 <= case.m_raw(c) <= 0.160])
    assert name == "nominal"
    return max((c for c in pairs if abs(case.m_raw(c) - PI0) < 0.012), key=lambda c: c.chi2, default=None)


def close(ours: float, theirs: float, name: str) -> bool:
    """The formulations differ where the constraints are far from linear; the classic fitter's photons are Cartesian."""
    return abs(ours - theirs) < 0.02 + (0.02 if ours < 50 and name != "classic" else 0.10) * ours


@pytest.mark.slow
@pytest.mark.cpp
@pytest.mark.parametrize("name", [name for name in FITS if name != "two"])
def test_what_a_fit_keeps(ran: Ran, cases: list[Case], name: str):
    table = ran.tables["fits"]
    wrong, sure, failed = [], 0, 0
    for n, case in enumerate(cases):
        wanted = kept(case, name)
        sure += wanted is not None and wanted.chi2 < 150
        if not table[f"passed_{name}"][n]:
            failed += 1
            assert table[f"chi2_{name}"][n] == 9999.0  # infinite, as stored
            assert table[f"g1_{name}"][n] == table[f"e1_{name}"][n] == -999.0
            if wanted is not None and wanted.chi2 < 150:
                wrong.append((n, wanted))
            continue
        got = (int(table[f"g1_{name}"][n]), int(table[f"g2_{name}"][n]))
        same = (
            wanted is not None
            and got == wanted.gam
            and close(wanted.chi2, float(table[f"chi2_{name}"][n]), name)
        )
        if not same:
            wrong.append((n, got, float(table[f"chi2_{name}"][n]), wanted))
    # fits of wrong hypotheses, with chi2 of hundreds, settle elsewhere in another formulation
    clear = [each for each in wrong if each[-1] is not None and each[-1].chi2 < 150]
    assert not clear, clear[:3]
    assert sure > (8 if name in ("before", "after") else 18), sure
    assert failed > 3 or name not in ("before", "after", "window", "nominal")


@pytest.mark.cpp
def test_the_ceiling_follows_the_program(ran: Ran):
    """chi2 between BOSS's ceiling of 200 and the program's cut occur, and none above the ceiling (rule 14)."""
    chi2 = ran.tables["fits"]["chi2_plain"]
    assert ((chi2 > 200) & (chi2 < 1500)).sum() > 5
    others = np.concatenate([ran.tables["fits"][f"chi2_{name}"] for name in FITS])
    assert ((others <= CEILING) | (others == 9999)).all()
    assert ((others > 1500) & (others < CEILING)).any()
    assert "kinematic_fit_ceiling" in {
        parameter.name.replace(".", "_") for parameter in ran.program.parameters
    }


@pytest.mark.cpp
def test_kaons_from_pion_lists_have_the_kaon_helix(ran: Ran, cases: list[Case]):
    table = ran.tables["fits"]
    differ = 0
    for n, case in enumerate(cases):
        if not table["passed_kaons"][n]:
            continue
        positive = max(case.good, key=case.e.charge)
        kaon, pion = case.e.p4(positive, K), case.e.p4(positive, PI)
        assert abs(table["p_k_raw"][n] - np.linalg.norm(kaon[:3])) < 1e-7
        assert abs(table["e_k_raw"][n] - kaon[3]) < 1e-7
        differ += abs(np.linalg.norm(kaon[:3]) - np.linalg.norm(pion[:3])) > 1e-5
    assert differ > 30


@pytest.mark.cpp
def test_names_follow_the_measured_energy(ran: Ran, cases: list[Case]):
    table = ran.tables["fits"]
    turned = 0
    for n, case in enumerate(cases):
        for name in FITS:
            if not table[f"passed_{name}"][n]:
                continue
            first, second = int(table[f"g1_{name}"][n]), int(table[f"g2_{name}"][n])
            assert case.e.gamma(first)[3] >= case.e.gamma(second)[3]
            assert abs(table[f"eraw_{name}"][n] - case.e.gamma(first)[3]) < 1e-9
        turned += table["passed_two"][n] and table["e_pi0_1"][n] < table["e_pi0_2"][n]
    assert turned == 0, "identical composites are numbered by falling energy too"


@pytest.mark.cpp
def test_four_photons_are_four(ran: Ran, cases: list[Case]):
    """No photon twice, and the best of all assignments (rules 4 and 11)."""
    table = ran.tables["fits"]
    found = 0
    for n, case in enumerate(cases):
        if not table["passed_two"][n]:
            continue
        used = [int(table[name][n]) for name in ("g1_two", "g2_two", "g3", "g4")]
        assert len(set(used)) == 4
        gamma = [case.e.gamma(s) for s in used]
        key = (mass_of(gamma[0] + gamma[1]) - 0.135) ** 2 + (mass_of(gamma[2] + gamma[3]) - 0.135) ** 2
        keys = []
        for a, b in combinations(combinations(case.gam, 2), 2):
            if set(a) & set(b):
                continue
            ga, gb = (sum(case.e.gamma(s) for s in pair) for pair in (a, b))
            particles = [*case.tracks(PI), *(photon(case.e, s) for s in (*a, *b))]
            value = (mass_of(ga) - 0.135) ** 2 + (mass_of(gb) - 0.135) ** 2
            if value < key - 1e-9:
                keys.append(fit(particles, BEAM)[0])
        assert all(chi2 > 0.7 * CEILING for chi2 in keys), (n, key, keys)
        found += 1
    assert found > 15


@pytest.mark.cpp
def test_competing_hypotheses(ran: Ran, cases: list[Case]):
    """The chi2 of a fit that failed is infinite in every comparison (rule 3)."""
    table = ran.tables["fits"]
    chosen = ran.accepted()
    pions, kaons, before = (
        np.where(table[f"passed_{name}"] > 0, table[f"chi2_{name}"], math.inf)
        for name in ("plain", "kaons", "before")
    )
    assert (ran.flag("kaons_worse.kaons fit better")[chosen] == ~(kaons < pions)).all()
    assert (ran.flag("pions_better.pions fit better")[chosen] == (pions < kaons)).all()
    assert (ran.flag("below.below")[chosen] == (before < 200)).all()
    both = (table["passed_five"] > 0) & (table["passed_before"] > 0)
    assert (ran.flag("both.both")[chosen] == both).all()
    assert np.isinf(kaons).sum() + np.isinf(pions).sum() > 3 and 0 < both.sum() < len(both)


@pytest.mark.cpp
def test_five_constraints_hold_the_mass(ran: Ran):
    table = ran.tables["fits"]
    good = table["passed_five"] > 0
    assert np.abs(table["m_pi0_fit"][good & (table["chi2_five"] < 50)] - PI0).max() < 1e-4


@pytest.mark.cpp
def test_photons_above_the_cap_are_counted(ran: Ran, cases: list[Case]):
    left_out = sum(max(0, len(case.gam) - 3) for case in cases)
    assert left_out > 30
    line = next(line for line in ran.log.splitlines() if "capped" in line and "above the limit" in line)
    assert int(line.rsplit(":", 1)[1]) == left_out
