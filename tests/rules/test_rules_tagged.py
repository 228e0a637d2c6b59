"""Rules 2, 4, 11 and 13 for kinematic fits of D tags, and of electrons with the photons they radiated: what enters, what is kept, which chain it is.

Every tag is put together here from the producer's list, mode by mode; the fits are those of `leastsquares`, of the particles as measured.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from leastsquares import Measured, fit, missing, photon, track
from plain import PI, PI0, E, Event, K, angle_between, beams, mass_of, near, size
from running import Ran, run
from test_rules_dtag import ECMS, M_D0, M_DP, entries, tagged

from dsl4bes.events.toy import ToyOptions, toy_events

pytestmark = pytest.mark.cpp
BEAM = beams(ECMS)
HEAD = f'analysis "Tagged" do\n    ecms {ECMS} GeV\nend\nevent_selection do\n'
#: Hypotheses of the tracks of the modes used here, in the producer's order; all their showers are photons.
TRACKS = {0: (K, PI), 1: (K, PI), 3: (K, PI, PI, PI), 103: (PI, PI), 105: (K, K), 200: (K, PI, PI), 201: (K, PI, PI)}
ASSIGN = """assign do
            from side
            identify :kp, charge > 0
            identify :km, charge < 0
            identify :ep, charge > 0
            identify :em, charge < 0
            identify :pip, charge > 0
            identify :pim, charge < 0
        end
"""


def particles(e: Event, tag: dict[str, Any]) -> list[Measured]:
    """The tracks and showers of a tag as they were measured."""
    return [*(track(e, t, h) for t, h in zip(tag["tracks"], TRACKS[tag["mode"]], strict=True)), *(photon(e, s) for s in tag["showers"])]


LARGE = 80  #: chi2 above which BOSS's fits may stop far from their minimum


def close(ours: float, theirs: float) -> bool:
    return abs(ours - theirs) < 0.03 + 0.06 * abs(theirs)


# --- a whole tag, a neutrino ----------------------------------------------------------------------------------------------------

SEMILEPTONIC = f"""{HEAD}    dtag(:tag) do
        modes  0, 1, 3, "D0 -> K- K+"
        keep   :all
    end
    for tag do
        charged_tracks(:side) do
            from   tag.other_tracks
            vr     < 5 cm
            nside  <= 3
        end
        {ASSIGN}        kinematic_fit(:fit) do
            decay     "psi(3770) -> D0 (anti-D0 -> K+ e- anti-nu_e)"
            from      tag, kp, km, ep, em
            missing   nuebar: 0 GeV
            constrain :four_momentum, d0
            choose    :min_chi2
            optional
        end
        ntuple("fits") do
            column passed: passed(fit), chi2: fit.chi2, prob: prob(fit), k: index(fit.kp), e: index(fit.em), m: m(fit.d0), raw: m(fit.raw.d0), nu: e(fit.nuebar), tag: m(tag)
            column mode: tag.mode, charm: tag.charm, t: tag.delta_e, q: charge(fit.kp)
        end
    end
end
"""


def semileptonic_events():
    return [
        toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)", 90, 5, ecms=ECMS),
        toy_events("psi(3770) -> (anti-D0 -> K+ pi- (pi0 -> gam gam)) (D0 -> K- e+ nu_e)", 90, 6, ecms=ECMS, options=ToyOptions(extra_photons=0.5, run=-1001)),
        toy_events("psi(3770) -> (D0 -> K- K+) (anti-D0 -> K+ e- anti-nu_e)", 60, 7, ecms=ECMS),
    ]


@cache
def semileptonic() -> Ran:
    return run(SEMILEPTONIC, semileptonic_events())


def candidates(e: Event, tag: dict[str, Any]) -> dict[tuple[int, int], float]:
    """chi2 of every kaon and electron that the charm of the tag allows."""
    side = [t for t in e.tracks() if t not in tag["tracks"] and abs(e.approach(e.mdc_helix(t))[0]) < 5]
    own, found = particles(e, tag), {}
    for kaon in side:
        for electron in side:
            charges = e.charge(kaon), e.charge(electron)
            if kaon == electron or charges not in ((1, -1), (-1, 1)) or tag["charm"] * charges[0] < 0:
                continue
            others = [track(e, kaon, K), track(e, electron, E)]
            start = BEAM - sum(each.p4(each.values) for each in (*own, *others))
            found[kaon, electron] = fit([*own, *others, missing(0.0, start)], BEAM, [(M_D0, range(len(own)))])[0]
    return found


def test_a_tag_and_a_neutrino():
    ran, seen, none = semileptonic(), set(), 0
    table = ran.tables["fits"]
    rows = {(int(table["run"][i]), int(table["event"][i]), int(table["mode"][i]), round(float(table["t"][i]), 9)): i for i in range(len(table["run"]))}
    for e, tags in tagged(ran):
        for tag in (tag for tag in tags if tag["mode"] in (0, 1, 3, 105) and tag["type"] == 1):
            row = rows.get((e.run, int(e.batch["event.number"][e.number]), tag["mode"], round(tag["delta_e"], 9)))
            found = {pair: chi2 for pair, chi2 in candidates(e, tag).items() if chi2 < 190}
            if row is None:
                continue
            if not table["passed"][row] or not found:
                none += 1
                assert not found or min(found.values()) > LARGE
                continue
            best = min(found, key=found.__getitem__)
            chosen = int(table["k"][row]), int(table["e"][row])
            if found[best] > LARGE:
                continue
            assert close(table["chi2"][row], found[chosen]) and found[chosen] <= 1.1 * found[best] + 0.05
            assert near(M_D0, table["m"][row], 1e-4)
            assert near(mass_of(sum(each.p4(each.values) for each in particles(e, tag))), table["raw"][row], 1e-7)
            assert int(table["q"][row]) == e.charge(chosen[0]) and (tag["charm"] == 0 or e.charge(chosen[0]) == tag["charm"])
            seen.add((tag["mode"], tag["charm"], e.charge(chosen[0])))
    assert {(0, 1, 1), (1, -1, -1), (105, 0, 1)} <= seen and none > 3, (seen, none)


def test_the_probability_of_right_candidates_is_flat():
    table = semileptonic().tables["fits"]
    right = (table["mode"] == 0) & (table["charm"] == 1) & (table["passed"] == 1) & (table["run"] == -1000)
    chance = table["prob"][right]
    assert right.sum() > 50 and 0.35 < chance.mean() < 0.65 and (chance < 0.01).mean() < 0.1
    assert np.abs(np.median(table["nu"][right])) > 0.1


# --- both mesons are tags -----------------------------------------------------------------------------------------------------------

DOUBLE = f"""{HEAD}    dtag(:tag) do
        modes  0
        keep   :all
    end
    dtag(:other) do
        modes  "D0 -> K- pi+ pi0", "D0 -> K- pi+ pi+ pi-"
        keep   :all
    end
    double_tag(:pair) do
        from   tag, other
        keep   :all
    end
    for pair do
        kinematic_fit(:four) do
            decay     "psi(3770) -> D0 anti-D0"
            from      tag, other
            constrain :four_momentum
            optional
        end
        kinematic_fit(:six) do
            decay     "psi(3770) -> D0 anti-D0"
            from      d0bar: tag, d0: other
            constrain :four_momentum, d0: 1.86 GeV, d0bar: 1.87 GeV
            optional
        end
        kinematic_fit(:equal) do
            decay     "psi(3770) -> D0 anti-D0"
            from      tag, other
            constrain :three_momentum, equal_mass: [d0, d0bar]
            optional
        end
        ntuple("pairs") do
            column four: four.chi2, six: six.chi2, equal: equal.chi2, a: m(four.d0), b: m(four.d0bar), n: four.ndf, mode: other.mode, t1: tag.delta_e, t2: other.delta_e
        end
    end
end
"""


def test_both_tags_in_one_fit():
    from leastsquares import solve

    ran = run(DOUBLE, [
        toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ pi- pi- pi+)", 60, 8, ecms=ECMS),
        toy_events("psi(3770) -> (anti-D0 -> K+ pi-) (D0 -> K- pi+ (pi0 -> gam gam))", 60, 9, ecms=ECMS, options=ToyOptions(run=-1001)),
    ])  # fmt: skip
    table, seen = ran.tables["pairs"], 0
    rows = {(int(table["run"][i]), int(table["event"][i]), round(float(table["t1"][i]), 9), round(float(table["t2"][i]), 9)): i for i in range(len(table["run"]))}
    for e, tags in tagged(ran):
        tight = [tag for tag in tags if tag["type"] == 1]
        for one in (tag for tag in tight if tag["mode"] == 0):
            for two in (tag for tag in tight if tag["mode"] in (1, 3)):
                row = rows.get((e.run, int(e.batch["event.number"][e.number]), round(one["delta_e"], 9), round(two["delta_e"], 9)))
                if row is None:
                    continue
                parts, first = [*particles(e, one), *particles(e, two)], len(one["tracks"])
                groups = range(first), range(first, len(parts))
                chi2, p4s = fit(parts, BEAM)
                if chi2 > LARGE:
                    continue
                assert close(table["four"][row], chi2) and table["n"][row] == 4
                assert near(mass_of(sum(p4s[i] for i in groups[0])), table["a"][row], 2e-3) and near(mass_of(sum(p4s[i] for i in groups[1])), table["b"][row], 2e-3)
                masses = fit(parts, BEAM, [(1.87, groups[0]), (1.86, groups[1])])[0]
                assert close(table["six"][row], masses) if masses < LARGE else table["six"][row] > 0.8 * LARGE

                def off(p4s, groups=groups):
                    a, b = (mass_of(sum(p4s[i] for i in group)) for group in groups)
                    return np.array([*(sum(p4s) - BEAM)[:3], a - b])

                alike = solve(parts, off)[0]
                assert close(table["equal"][row], alike) if alike < LARGE else table["equal"][row] > 0.8 * LARGE
                seen += 1
    assert seen > 30


# --- product by product --------------------------------------------------------------------------------------------------------------

PARTS = f"""{HEAD}    dtag(:tag) do
        modes  "D0 -> K- pi+ pi0"
        choose :min_abs_delta_e
    end
    charged_tracks(:side) do
        from   tag.other_tracks
        nside  >= 2
    end
    {ASSIGN}    kinematic_fit(:fit) do
        decay     "psi(3770) -> (anti-D0 -> K+ pi-) (D0 -> (pi0 -> gam gam) pi+ K-)"
        from      tag, kp, km, pip, pim
        constrain :four_momentum, :pi0
        choose    :min_chi2
        optional
    end
end
ntuple("fit") do
    column chi2: fit.chi2, kp: index(fit.kp), pim: index(fit.pim), km: index(fit.km), pip: index(fit.pip), g1: index(fit.gam1), g2: index(fit.gam2)
    column charm: tag.charm, t: tag.delta_e, q: charge(fit.km), m: m(fit.pi0), passed: passed(fit)
end
"""


def test_products_of_the_tag_by_name():
    ran = run(PARTS, [
        toy_events("psi(3770) -> (D0 -> K- pi+ (pi0 -> gam gam)) (anti-D0 -> K+ pi-)", 70, 10, ecms=ECMS),
        toy_events("psi(3770) -> (anti-D0 -> K+ pi- (pi0 -> gam gam)) (D0 -> K- pi+)", 70, 11, ecms=ECMS, options=ToyOptions(run=-1001)),
    ])  # fmt: skip
    table, seen = ran.tables["fit"], {1: 0, -1: 0}
    of_event = {(int(table["run"][i]), int(table["event"][i])): i for i in range(len(table["run"]))}
    for e, tags in tagged(ran):
        row = of_event.get((e.run, int(e.batch["event.number"][e.number])))
        if row is None or not table["passed"][row]:
            continue
        tag = min((tag for tag in tags if tag["mode"] == 1 and tag["type"] == 1), key=lambda each: abs(each["delta_e"]))
        side = [t for t in e.tracks() if t not in tag["tracks"]]
        own = particles(e, tag)
        pairs = {(k, p): fit([*own, track(e, k, K), track(e, p, PI)], BEAM, [(PI0, (2, 3))])[0] for k in side for p in side if e.charge(k) == tag["charm"] == -e.charge(p)}
        chosen = int(table["kp"][row]), int(table["pim"][row])
        if min(pairs.values()) > LARGE:
            continue
        assert close(table["chi2"][row], pairs[chosen]) and pairs[chosen] <= 1.1 * min(pairs.values()) + 0.05
        showers = sorted(tag["showers"], key=lambda s: (-e.gamma(s)[3], s))
        assert [int(table[name][row]) for name in ("km", "pip", "g1", "g2")] == [*tag["tracks"], *showers]
        assert int(table["q"][row]) == e.charge(tag["tracks"][0]) == -tag["charm"] and near(PI0, table["m"][row], 1e-4)
        seen[tag["charm"]] += 1
    assert min(seen.values()) > 15, seen


PLUS = f"""{HEAD}    dtag(:tag) do
        modes  "D- -> K+ pi- pi-", "D- -> K+ pi- pi- pi0"
        choose :min_abs_delta_e
    end
    charged_tracks(:side) do
        from   tag.other_tracks
        nside  == 3
    end
    {ASSIGN}    kinematic_fit(:both) do
        decay     "psi(3770) -> D+ (D- -> K+ pi- pi-)"
        from      tag, kp, km, pip, pim
        constrain :four_momentum, dp
        choose    :min_chi2
        optional
    end
    kinematic_fit(:written) do
        decay     "psi(3770) -> D+ (D- -> K+ pi- pi-)"
        from      tag, kp, pim
        conjugate false
        constrain :four_momentum, dp
        choose    :min_chi2
        optional
    end
end
ntuple("fit") do
    column both: both.chi2, written: written.chi2, charm: tag.charm
end
"""


def test_charged_mesons_and_the_chain_as_written():
    ran = run(PLUS, [
        toy_events("psi(3770) -> (D+ -> K- pi+ pi+) (D- -> K+ pi- pi-)", 60, 12, ecms=ECMS),
        toy_events("psi(3770) -> (D- -> K+ pi- pi-) (D+ -> K- pi+ pi+)", 60, 13, ecms=ECMS, options=ToyOptions(run=-1001)),
    ])  # fmt: skip
    table, seen = ran.tables["fit"], {1: 0, -1: 0}
    of_event = {(int(table["run"][i]), int(table["event"][i])): i for i in range(len(table["run"]))}
    for e, tags in tagged(ran):
        row = of_event.get((e.run, int(e.batch["event.number"][e.number])))
        if row is None:
            continue
        tag = min((tag for tag in tags if tag["mode"] in (200, 201) and tag["type"] == 1), key=lambda each: abs(each["delta_e"]))
        side = [t for t in e.tracks() if t not in tag["tracks"]]
        kaons = [t for t in side if e.charge(t) == tag["charm"]]
        own = particles(e, tag)
        found = [
            fit([*own, track(e, k, K), *(track(e, p, PI) for p in side if p != k)], BEAM, [(M_DP, range(len(own)))])[0]
            for k in kaons if sum(e.charge(p) for p in side if p != k) == -2 * tag["charm"]
        ]  # fmt: skip
        chi2 = min(found, default=math.inf)
        if chi2 < LARGE:
            assert close(table["both"][row], chi2)
            assert close(table["written"][row], chi2) if tag["charm"] == 1 else table["written"][row] == 9999
            seen[tag["charm"]] += 1
        elif chi2 > 250:
            assert table["both"][row] == table["written"][row] == 9999
    assert min(seen.values()) > 15, seen


# --- electrons with their photons -----------------------------------------------------------------------------------------------------

RADIATED = """analysis "Radiated" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 30 MeV
    end
    assign do
        identify :ep, charge > 0
        identify :em, charge < 0
        nep == 1
        nem == 1
    end
    bremsstrahlung do
        from  ep, em
        angle < 50 deg
    end
    kinematic_fit(:plain) do
        decay     "J/psi -> e+ e-"
        constrain :four_momentum
        optional
    end
    kinematic_fit(:recovered) do
        decay     "J/psi -> e+ e-"
        from      ep_recovered, em_recovered
        constrain :four_momentum
        optional
    end
    kinematic_fit(:other) do
        decay     "J/psi -> e+ e- gam"
        from      ep: ep_recovered, em, gam
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
    kinematic_fit(:mass) do
        decay     "pair -> e+ e-"
        from      ep_recovered, em_recovered
        constrain recoil: 0 GeV, pair: 3 GeV
        optional
    end
end
ntuple("fits") do
    column plain: plain.chi2, recovered: recovered.chi2, other: other.chi2, mass: mass.chi2, g: index(other.gam), i: index(ep), j: index(em)
    column raw: e(recovered.raw.ep), fitted: e(recovered.ep), value: e(ep_recovered), sum: m(recovered.ep, recovered.em), m: m(mass.ep, mass.em)
end
"""


def attempt(parts: list[Measured], beam) -> tuple[float, list[np.ndarray]]:
    """The fit; infinite where energies run away."""
    try:
        return fit(parts, beam)
    except np.linalg.LinAlgError:
        return math.inf, []


def test_an_electron_and_its_photons_are_measured_particles():
    beam = beams(3.097)
    ran = run(RADIATED, [toy_events("J/psi -> e+ e- gam", 160, 14, options=ToyOptions(extra_photons=0.6)), toy_events("J/psi -> e+ e-", 60, 15)])
    table, several, other, zero = ran.tables["fits"], 0, 0, 0
    of_event = {(int(table["event"][i]), float(table["i"][i]), round(float(table["value"][i]), 9)): i for i in range(len(table["event"]))}
    found = [e for e, kept in zip(ran.events(), ran.accepted(), strict=True) if kept]
    assert len(found) == len(of_event)
    for n, e in enumerate(found):
        plus, minus = int(table["i"][n]), int(table["j"][n])
        gam = [s for s in e.showers() if e.gamma(s)[3] > 0.03]
        near_to = {s: [angle_between(e.gamma(s), e.p4(t, E)) for t in (plus, minus)] for s in gam}
        limit = math.radians(50)
        own = [[s for s in gam if near_to[s][0] < limit and near_to[s][0] <= near_to[s][1]], [s for s in gam if near_to[s][1] < limit and near_to[s][1] < near_to[s][0]]]
        energy = e.p4(plus, E)[3] + sum(e.gamma(s)[3] for s in own[0])
        assert near(energy, table["value"][n], 1e-9)
        tracks = [track(e, plus, E), track(e, minus, E)]
        photons = [[photon(e, s) for s in each] for each in own]
        chi2, p4s = attempt([*tracks, *photons[0], *photons[1]], beam)
        if chi2 < LARGE:
            assert close(table["recovered"][n], chi2) and near(energy, table["raw"][n], 1e-9)
            assert near(p4s[0][3] + sum(p[3] for p in p4s[2 : 2 + len(own[0])]), table["fitted"][n], 3e-3)
            assert near(mass_of(beam), table["sum"][n], 1e-4)
            several += bool(own[0] or own[1])
            zero += not own[0] and not own[1] and close(table["recovered"][n], table["plain"][n])
        left = [s for s in gam if s not in own[0]]
        fits = {s: attempt([*tracks, photon(e, s), *photons[0]], beam)[0] for s in left}
        if fits and min(fits.values()) < LARGE:
            chosen = int(table["g"][n])
            assert chosen in fits and close(table["other"][n], fits[chosen]) and fits[chosen] <= 1.1 * min(fits.values()) + 0.05
            other += bool(own[0])
        elif not fits:
            assert table["other"][n] == 9999
    assert several > 20 and other > 4 and zero > 10, (several, other, zero)
    assert np.abs(np.median(table["m"][table["mass"] < 100]) - 3.0) < 1e-4 if (table["mass"] < 100).any() else True


def test_the_list_of_the_producer_is_there():
    (ran,) = (semileptonic(),)
    assert sum(len(entries(batch, number)) for batch in ran.inputs for number in range(batch.n_events)) > 100
    assert all(size(tag["p4"]) < 1 for tag in entries(ran.inputs[0], 0))
