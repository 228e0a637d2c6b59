"""Rules 4, 10, 11 and 13: tracks that stand in several lists, identical tracks, and vertex fits taken over under another species."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from leastsquares import fit, track
from plain import PI, Event, K, beams
from running import Ran, diagnostics, run

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events

BEAM = beams(3.097)
HEAD = 'analysis "Rule" do\n    ecms 3.097 GeV\nend\n'

FOUR = f"""{HEAD}event_selection do
    charged_tracks do
        vr < 2 cm
        ngood == 4
        net_charge 0
    end
    assign(:pions) do
        from good
        identify :pip, charge > 0
        identify :pim, charge < 0
    end
    assign(:kaons) do
        from good
        identify :kp, charge > 0
        identify :km, charge < 0
    end
    kinematic_fit(:mixed) do
        decay     "J/psi -> K+ K- pi+ pi-"
        constrain :four_momentum
        choose    :min_chi2
        chi2      < 1000
        optional
    end
    kinematic_fit(:equal) do
        decay     "J/psi -> pi+ pi+ pi- pi-"
        constrain :four_momentum
        choose    :min_chi2
        chi2      < 1000
        optional
    end
    kinematic_fit(:nearest) do
        decay     "J/psi -> (K*(892)0 -> K+ pi-) (anti-K*(892)0 -> K- pi+)"
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
end
ntuple("fits") do
    column chi2: mixed.chi2, ikp: index(mixed.kp), ikm: index(mixed.km), ipip: index(mixed.pip), ipim: index(mixed.pim)
    column chi2_equal: equal.chi2, p1: index(equal.pip1), p2: index(equal.pip2), m1: index(equal.pim1), m2: index(equal.pim2)
    column chi2_near: nearest.chi2, pairs: count(m(pip, kp) > 0), same: count(m(pip, pip) > 0)
end
"""

VERTEX = f"""{HEAD}event_selection do
    charged_tracks do
        vr < 2 cm
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 40 MeV
        ngam 2..6
    end
    assign(:pions) do
        from good
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    assign(:kaons) do
        from good
        identify :kp, charge > 0
        identify :km, charge < 0
        nkp == 1
        nkm == 1
    end
    vertex_fit(:as_pions) do
        from pip, pim
    end
    vertex_fit(:as_kaons) do
        from kp, km
    end
    vertex_fit(:as_both) do
        from kp, pim
    end
    kinematic_fit(:changed) do
        decay     "J/psi -> K+ K- gam gam"
        from      as_pions, kp: pip, km: pim, gam
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
    kinematic_fit(:direct) do
        decay     "J/psi -> K+ K- gam gam"
        from      as_kaons, gam
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
    kinematic_fit(:half) do
        decay     "J/psi -> K+ pi- gam gam"
        from      kp: as_pions.pip, pim: as_pions.pim, gam
        constrain :four_momentum
        choose    :min_chi2
        conjugate false
        optional
    end
    kinematic_fit(:half_direct) do
        decay     "J/psi -> K+ pi- gam gam"
        from      as_both, gam
        constrain :four_momentum
        choose    :min_chi2
        conjugate false
        optional
    end
    kinematic_fit(:pions_only) do
        decay     "J/psi -> pi+ pi- gam gam"
        from      as_pions, gam
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
end
ntuple("fits") do
    column changed: changed.chi2, direct: direct.chi2, half: half.chi2, half_direct: half_direct.chi2, pions: pions_only.chi2
    column p_changed: p(changed.kp), p_direct: p(direct.kp), raw_changed: p(changed.raw.kp), raw_direct: p(direct.raw.kp)
    column p_vertex: p(as_pions.pip), p_measured: p(pip)
end
"""


@cache
def strange() -> Batch:
    return toy_events("J/psi -> K+ K- pi+ pi-", 60, 21, options=ToyOptions(split_offs=0.0))


@dataclass(frozen=True)
class Case:
    e: Event

    @property
    def good(self) -> list[int]:
        return [t for t in self.e.tracks() if abs(self.e.approach(self.e.mdc_helix(t))[0]) < 2]

    @property
    def ok(self) -> bool:
        return len(self.good) == 4 and sum(map(self.e.charge, self.good)) == 0

    def of_charge(self, charge: int) -> list[int]:
        return [t for t in self.good if self.e.charge(t) == charge]

    def chi2(self, *tracks: tuple[int, int]) -> float:
        return fit([track(self.e, t, hypothesis) for t, hypothesis in tracks], BEAM)[0]


@pytest.fixture(scope="module")
def four() -> Ran:
    return run(FOUR, [strange()], tolerated=20)


@pytest.fixture(scope="module")
def cases(four: Ran) -> list[Case]:
    found = [case for e in four.events() if (case := Case(e)).ok]
    assert [Case(e).ok for e in four.events()] == four.accepted().tolist() and len(found) > 15
    return found


@pytest.mark.cpp
def test_no_track_is_used_twice(four: Ran, cases: list[Case]):
    table = four.tables["fits"]
    compared = 0
    for n, case in enumerate(cases):
        ways = {
            (kp, km, pip, pim): case.chi2((kp, K), (km, K), (pip, PI), (pim, PI))
            for kp, pip in permutations(case.of_charge(1))
            for km, pim in permutations(case.of_charge(-1))
        }
        best = min(ways, key=ways.__getitem__)
        if ways[best] > 60:
            continue
        compared += 1
        assert tuple(int(table[name][n]) for name in ("ikp", "ikm", "ipip", "ipim")) == best
        assert abs(table["chi2"][n] - ways[best]) < 0.02 + 0.05 * ways[best]
        assert (
            abs(table["chi2_near"][n] - ways[best]) < 0.02 + 0.05 * ways[best]
        )  # the same without mass constraints
    assert compared > 10


@pytest.mark.cpp
def test_identical_tracks_are_named_by_energy_and_taken_once(four: Ran, cases: list[Case]):
    table = four.tables["fits"]
    for n, case in enumerate(cases):
        assert (
            table["pairs"][n] == 2 and table["same"][n] == 1
        )  # two of pip x kp without a common track, one pair i < j
        if table["chi2_equal"][n] == 9999:
            continue
        plus = sorted(case.of_charge(1), key=lambda t: -case.e.p4(t, PI)[3])
        minus = sorted(case.of_charge(-1), key=lambda t: -case.e.p4(t, PI)[3])
        assert [int(table[name][n]) for name in ("p1", "p2", "m1", "m2")] == plus + minus
    assert (table["chi2_equal"] < 9999).sum() > 3


@pytest.mark.cpp
def test_a_vertex_fit_is_repeated_with_the_other_species():
    """`kp: pip` of a vertex fit of pions is the fit of kaons, to the last digit."""
    batch = toy_events(
        "J/psi -> K+ K- (pi0 -> gam gam)", 70, 22, options=ToyOptions(extra_photons=0.5, split_offs=0.0)
    )
    table = run(VERTEX, [batch], tolerated=20).tables["fits"]
    good = table["direct"] < 9999
    assert good.sum() > 15
    assert np.array_equal(table["changed"], table["direct"])
    assert np.array_equal(table["p_changed"], table["p_direct"]) and np.array_equal(
        table["raw_changed"], table["raw_direct"]
    )
    assert np.array_equal(table["half"], table["half_direct"])
    assert (np.abs(table["pions"] - table["direct"])[good] > 1).all()
    assert (table["p_vertex"] != table["p_measured"]).mean() > 0.9


def test_a_decay_that_is_not_its_own_conjugate_must_say_so():
    text = VERTEX.replace("        conjugate false\n", "", 1)
    assert set(diagnostics(text)) - set(diagnostics(VERTEX))
