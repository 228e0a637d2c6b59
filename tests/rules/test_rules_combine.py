"""Rules 2, 4, 10, 11 and 12 for combinations: who is put together, which candidates are kept, what happens candidate by candidate."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations, permutations

import numpy as np
from plain import PI0, Event, K, beams, cos_of, mass_of, near, size
from running import Ran, anything, diagnostics, run

from dsl4bes.events.toy import ToyOptions, toy_events

KST = 0.89555  #: K*(892)0, PDG
HEAD = 'analysis "Rule" do\n    ecms 3.097 GeV\nend\n'
LISTS = """event_selection do
    charged_tracks do
        vr < 5 cm
    end
    photons do
        energy > 40 MeV
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
"""


def events():
    options = ToyOptions(extra_photons=1.0)
    return [anything(), toy_events("J/psi -> (K*(892)0 -> K+ pi-) (anti-K*(892)0 -> K- pi+)", 150, 3, options=options)]


def lists(event: Event) -> tuple[list[int], list[int], list[int]]:
    """Positive tracks, negative tracks, photons."""
    good = [t for t in event.tracks() if abs(event.approach(event.mdc_helix(t))[0]) < 5]
    gam = [s for s in event.showers() if event.emc_energy(s) > 0.04]
    return [t for t in good if event.charge(t) > 0], [t for t in good if event.charge(t) < 0], gam


def rows_of(table, event: Event) -> list[int]:
    number = int(event.batch["event.number"][event.number])
    return [i for i in range(len(table["run"])) if (table["run"][i], table["event"][i]) == (event.run, number)]


# --- one of each chain -------------------------------------------------------------------------------------------------

PER_CHAIN = f"""{LISTS}
    combine(:kst) do
        decay   "K*(892)0 -> K+ pi-"
        mass    0.6 GeV..1.4 GeV
        choose  :nearest_mass, per: :charge_state
        p       < 1.0 GeV
    end
end
ntuple("kst", per: kst) do
    column m: m(kst), p: p(kst), kaon: index(kst.kp), pion: index(kst.pim), charge: charge(kst.kp)
end
"""


def pairs(event: Event, conjugate: bool) -> list[tuple[float, int, int, np.ndarray]]:
    """Distance to the mass, kaon, pion, four-momentum of every pair within the window, in the order of the lists."""
    plus, minus, _ = lists(event)
    kaons, pions = (minus, plus) if conjugate else (plus, minus)
    found = []
    for kaon in kaons:
        for pion in pions:
            p4 = event.p4(kaon, K) + event.p4(pion)
            if 0.6 <= mass_of(p4) <= 1.4:
                found.append((abs(mass_of(p4) - KST), kaon, pion, p4))
    return found


@cache
def per_chain() -> Ran:
    return run(PER_CHAIN, events())


def test_the_nearest_of_each_chain_then_the_cut_after_it():
    ran, seen = per_chain(), 0
    table = ran.tables["kst"]
    for i, event in enumerate(ran.events()):
        best = [min(found, key=lambda c: c[0]) for side in (False, True) if (found := pairs(event, side))]
        left = [c for c in best if size(c[3]) < 1.0]
        rows = rows_of(table, event)
        assert len(rows) == len(left) and bool(ran.accepted()[i]) is bool(left)
        for row, (_, kaon, pion, p4) in zip(rows, left):
            assert (table["kaon"][row], table["pion"][row]) == (kaon, pion)
            assert table["charge"][row] == event.charge(kaon) and near(mass_of(p4), table["m"][row])
            seen += 1
    assert seen > 30 and {-1, 1} <= set(table["charge"].tolist())


def test_candidates_are_numbered_among_those_kept():
    ran = per_chain()
    table = ran.tables["kst"]
    for event in ran.events():
        assert [int(table["candidate"][row]) for row in rows_of(table, event)] == list(range(len(rows_of(table, event))))


# --- every candidate, cuts and counts per candidate --------------------------------------------------------------------

EACH = f"""{HEAD}{LISTS}
    combine(:dipion) do
        decay   "dipion -> pi+ pi-"
        recoil  1.0 GeV..2.9 GeV
        keep    :all
    end
    for dipion do
        require "steep", abs(cos(dipion)) < 0.9
        photons(:far) do
            energy > 100 MeV
            nfar   >= 1
        end
        let far_from_pip = count(angle(dipion.pip, far) > 60 deg)
        require "apart", far_from_pip >= 1
        ntuple("inside") do
            column m: m(dipion), n: count(far), k: far_from_pip
        end
    end
end
ntuple("after", per: dipion) do
    column rec: recoil(dipion), pip: index(dipion.pip), pim: index(dipion.pim), n: count(dipion)
end
"""


def test_cuts_inside_reject_candidates_and_the_event_lives_while_one_does():
    ran, seen = run(EACH, events()), 0
    inside, after = ran.tables["inside"], ran.tables["after"]
    cuts = ran.cuts
    for i, event in enumerate(ran.events()):
        plus, minus, _ = lists(event)
        kept = []
        for pip in plus:
            for pim in minus:
                p4 = event.p4(pip) + event.p4(pim)
                if 1.0 <= mass_of(beams(3.097) - p4) <= 2.9:
                    kept.append((pip, pim, p4))
        steep = [c for c in kept if abs(cos_of(c[2])) < 0.9]
        photons = [s for s in event.showers() if event.emc_energy(s) > 0.1]
        counted = steep if photons else []
        far = []
        for number, (pip, pim, p4) in enumerate(kept):
            if (pip, pim, p4) not in [c for c in counted]:
                continue
            angles = [s for s in photons if _angle(event.p4(pip), event.gamma(s)) > math.radians(60)]
            if angles:
                far.append((number, pip, pim, p4, len(photons), len(angles)))
        assert ran.passed[i, cuts.index("steep")] == len(steep)  # candidates, not events
        assert ran.passed[i, cuts.index("far.nfar")] == len(counted)
        assert ran.passed[i, cuts.index("apart")] == len(far)
        assert bool(ran.accepted()[i]) is bool(far)
        rows = rows_of(inside, event)
        assert [int(inside["candidate"][r]) for r in rows] == [c[0] for c in far]
        assert [int(inside["k"][r]) for r in rows] == [c[5] for c in far]
        rows = rows_of(after, event)
        assert [(int(after["candidate"][r]), int(after["pip"][r]), int(after["pim"][r])) for r in rows] == [c[:3] for c in far]
        assert all(int(after["n"][r]) == len(far) for r in rows)
        seen += len(far)
    assert seen > 100


def _angle(a, b) -> float:
    return math.acos(max(-1.0, min(1.0, float(a[:3] @ b[:3]) / (size(a) * size(b)))))


# --- photons into pions -------------------------------------------------------------------------------------------------

TWO = f"""{LISTS}
    combine(:two) do
        decay       "two -> (pi0 -> gam gam) (pi0 -> gam gam)"
        max_photons 5
        choose      min: sum((m(pi0) - mass("pi0"))**2)
        optional
    end
end
ntuple("two") do
    column passed: passed(two), a: m(two.pi0_1), b: m(two.pi0_2), m: m(two), g1: index(two.gam1), g2: index(two.gam2), g3: index(two.gam3), g4: index(two.gam4)
end
"""


def test_photons_are_paired_without_repeats_and_the_best_assignment_is_kept():
    ran, seen = run(TWO, [anything(), toy_events("J/psi -> omega pi0 pi0".replace("omega ", "pi+ pi- "), 100, 8, options=ToyOptions(extra_photons=1.0))]), 0
    table = ran.tables["two"]
    for event in ran.events():
        (row,) = rows_of(table, event)
        _, _, gam = lists(event)
        strongest = sorted(gam, key=lambda s: (-event.gamma(s)[3], s))[:5]
        best = math.inf
        for four in combinations(strongest, 4):
            for order in permutations(four):
                if order[0] < order[1] and order[2] < order[3]:
                    masses = [mass_of(event.gamma(order[k]) + event.gamma(order[k + 1])) for k in (0, 2)]
                    best = min(best, sum((m - PI0) ** 2 for m in masses))
        assert bool(table["passed"][row]) is (best < math.inf)
        if best < math.inf:
            chosen = [int(table[f"g{k}"][row]) for k in (1, 2, 3, 4)]
            assert len(set(chosen)) == 4
            masses = [mass_of(event.gamma(chosen[k]) + event.gamma(chosen[k + 1])) for k in (0, 2)]
            assert abs(sum((m - PI0) ** 2 for m in masses) - best) < 1e-9
            energies = [sum(event.gamma(s)[3] for s in chosen[k : k + 2]) for k in (0, 2)]
            assert energies[0] >= energies[1]  # named by falling energy
            assert near(masses[0], table["a"][row]) and near(masses[1], table["b"][row])
            seen += 1
    assert seen > 60


# --- what is refused ------------------------------------------------------------------------------------------------------


def test_one_candidate_is_never_taken_in_silence():
    keep = f'{LISTS}    combine(:pair) do\n        decay "pair -> pi+ pi-"\n        keep :all\n    end\n'
    assert "BES0432" in diagnostics(f'{keep}    require "mass", m(pair) > 0.3 GeV\nend\n')
    assert "BES0432" in diagnostics(f'{keep}end\nntuple("m") do\n    column m: m(pair)\nend\n')
    assert "BES0405" in diagnostics(f'{LISTS}    combine(:pair) do\n        decay "pair -> pi+ pi-"\n    end\nend\n')
    assert "BES0432" not in diagnostics(f'{keep}    require "some", count(pair) > 1\nend\n')


def test_what_is_made_for_a_candidate_ends_with_it():
    inside = "    for pair do\n        photons(:hard) do\n            energy > 1 GeV\n        end\n        require \"some\", count(hard) > 0\n    end\n"
    keep = f'{LISTS}    combine(:pair) do\n        decay "pair -> pi+ pi-"\n        keep :all\n    end\n{inside}'
    assert not {"BES0301"} & set(diagnostics(f"{keep}end\n"))
    assert "BES0301" in diagnostics(f'{keep}    require "again", count(hard) > 1\nend\n')
