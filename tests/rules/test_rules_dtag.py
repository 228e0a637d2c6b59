"""Rules 2, 10, 11 and 18 for D tags: which entries of the producer's list are kept, what they are, what is left of the event, missing energy."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from plain import PI, Event, K, beams, boosted, mass2_of, near, size
from running import Ran, anything, diagnostics, run

from dsl4bes.events.toy import ToyOptions, toy_events

ECMS, M_D0, M_DP = 3.773, 1.86484, 1.86966
HEAD = f'analysis "Rule" do\n    ecms {ECMS} GeV\nend\n'


def events():
    options = ToyOptions(extra_photons=1.0)
    return [
        toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)", 200, 5, ecms=ECMS, options=options),
        toy_events("psi(3770) -> (D0 -> K- pi+ (pi0 -> gam gam)) (anti-D0 -> K+ pi- pi- pi+)", 150, 6, ecms=ECMS, options=ToyOptions(extra_photons=1.0, run=-1001)),
        anything(),
    ]


def entries(batch: Any, event: int) -> list[dict[str, Any]]:
    """The list as it was put into the event."""
    here, parts = batch.rows("dtag", event), batch["dtag_part.position"][batch.rows("dtag_part", event)].tolist()
    found, at = [], 0
    for row in range(here.start, here.stop):
        tag = {name: int(batch[f"dtag.{name}"][row]) for name in ("mode", "charm", "charge", "type", "n_tracks", "n_showers")}
        tag["p4"] = batch["dtag.p4"][row]
        tag["tracks"] = parts[at : at + tag["n_tracks"]]
        tag["showers"] = parts[at + tag["n_tracks"] : at + tag["n_tracks"] + tag["n_showers"]]
        at += tag["n_tracks"] + tag["n_showers"]
        cm = boosted(tag["p4"], beams(ECMS))
        left = (ECMS / 2) ** 2 - size(cm) ** 2
        tag["mbc"], tag["delta_e"], tag["cm"] = math.sqrt(left) if left > 0 else math.nan, cm[3] - ECMS / 2, cm
        found.append(tag)
    return found


def tagged(ran: Ran) -> list[tuple[Event, list[dict[str, Any]]]]:
    lists = [entries(batch, number) for batch in ran.inputs for number in range(batch.n_events)]
    return list(zip(ran.events(), lists, strict=True))


def best(tags: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    """Of each group the one of the smallest |delta E|, groups as they are met."""
    groups: dict[tuple[int, ...], dict[str, Any]] = {}
    for tag in tags:
        group = tuple(tag[key] for key in keys)
        if group not in groups or abs(tag["delta_e"]) < abs(groups[group]["delta_e"]):
            groups[group] = tag
    return list(groups.values())


def rows_of(table, event: Event) -> list[int]:
    number = int(event.batch["event.number"][event.number])
    return [i for i in range(len(table["run"])) if (table["run"][i], table["event"][i]) == (event.run, number)]


# --- which are kept, and what is left of the event -------------------------------------------------------------------------

SEMILEPTONIC = f"""{HEAD}event_selection do
    dtag(:tag) do
        modes     "D0 -> K- pi+", "D0 -> pi+ pi0 K-", 3
        delta_e   -40 MeV..30 MeV
        mbc       1.855 GeV..1.875 GeV
        choose    :min_abs_delta_e, per: :mode_and_charm
    end
    for tag do
        charged_tracks(:signal_side) do
            from      tag.other_tracks
            vr        < 2 cm
            nsignal_side == 2
            net_charge 0
        end
        photons(:other) do
            from      tag.other_showers
            energy    > 30 MeV
        end
        assign do
            from      signal_side
            identify  :kp, charge > 0
            identify  :em, charge < 0
            nkp == 1
            nem == 1
        end
        ntuple("signal") do
            column mode: tag.mode, charm: tag.charm, charge: tag.charge, mbc: tag.mbc, delta_e: tag.delta_e, m: m(tag), p: p(tag), km: index(tag.km)
            column me: missing_e(tag, kp, em), mp: missing_p(tag, kp, em), mm2: missing_m2(tag, kp, em), mn: m(tag.nominal), pn: p(tag.nominal, frame: :cm)
            column n: count(other), all: count(tag.other_showers), k: index(kp), e: index(em), mk: p(tag.km), rest: count(tag.other_tracks)
        end
    end
end
"""
WINDOW = ((-0.04, 0.03), (1.855, 1.875))


@cache
def semileptonic() -> Ran:
    return run(SEMILEPTONIC, events())


def kept(tags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    (low, high), (least, most) = WINDOW
    tight = [tag for tag in tags if tag["mode"] in (0, 1, 3) and tag["type"] == 1]
    return best([tag for tag in tight if low <= tag["delta_e"] <= high and least <= tag["mbc"] <= most], "mode", "charm")


def test_the_best_tag_of_each_mode_and_charm_and_its_other_side():
    ran, seen, modes = semileptonic(), 0, set()
    table = ran.tables["signal"]
    for i, (event, tags) in enumerate(tagged(ran)):
        chosen = kept(tags)
        expected = []
        for number, tag in enumerate(chosen):
            others = [t for t in event.tracks() if t not in tag["tracks"]]
            side = [t for t in others if abs(event.approach(event.mdc_helix(t))[0]) < 2]
            showers = [s for s in event.showers() if s not in tag["showers"]]
            if sorted(event.charge(t) for t in side) == [-1, 1]:
                expected.append((number, tag, side, others, showers))
        rows = rows_of(table, event)
        assert [int(table["candidate"][row]) for row in rows] == [each[0] for each in expected]
        assert bool(ran.accepted()[i]) is bool(expected)
        assert ran.passed[i, ran.cuts.index("tag.mbc")] == bool(chosen)
        for row, (_, tag, side, others, showers) in zip(rows, expected):
            assert [int(table[name][row]) for name in ("mode", "charm", "charge")] == [tag[name] for name in ("mode", "charm", "charge")]
            assert near(tag["mbc"], table["mbc"][row]) and abs(tag["delta_e"] - table["delta_e"][row]) < 1e-9
            assert near(size(tag["p4"]), table["p"][row]) and near(math.sqrt(mass2_of(tag["p4"])), table["m"][row])
            assert int(table["rest"][row]) == len(others) and int(table["all"][row]) == len(showers)
            assert int(table["n"][row]) == sum(event.emc_energy(s) > 0.03 for s in showers)
            kaon = tag["tracks"][0]  # the producer's order: the kaon is first in all three modes
            assert int(table["km"][row]) == kaon and near(size(event.p4(kaon, K)), table["mk"][row])
            assert event.charge(kaon) == -tag["charm"]
            plus, minus = sorted(side, key=event.charge, reverse=True)
            assert (int(table["k"][row]), int(table["e"][row])) == (plus, minus)
            energy, momentum = missing(tag, [event.p4(plus, K), event.p4(minus, 0)], M_D0)
            assert abs(energy - table["me"][row]) < 1e-9 and abs(size(momentum) - table["mp"][row]) < 1e-9
            assert abs(energy**2 - size(momentum) ** 2 - table["mm2"][row]) < 1e-8
            assert near(M_D0, table["mn"][row]) and near(math.sqrt(ECMS**2 / 4 - M_D0**2), table["pn"][row])
            modes.add((tag["mode"], tag["charm"]))
            seen += 1
    assert seen > 100 and {(0, 1), (0, -1)} <= modes


def missing(tag: dict[str, Any], others: list[np.ndarray], mass: float) -> tuple[float, np.ndarray]:
    """Energy and momentum that are missing in the centre of mass, the tag with ecms/2 and the momentum of its nominal mass."""
    direction = tag["cm"][:3] / size(tag["cm"])
    momentum = -direction * math.sqrt(ECMS**2 / 4 - mass**2)
    energy = ECMS / 2
    for other in others:
        cm = boosted(other, beams(ECMS))
        momentum, energy = momentum - cm[:3], energy - cm[3]
    return energy, np.append(momentum, 0.0)


def test_the_neutrino_is_what_is_missing():
    """The truth of the toy: the tag of the D0, the right kaon and electron, a massless neutrino."""
    table = semileptonic().tables["signal"]
    right = (table["mode"] == 0) & (table["charm"] == 1)
    u = (table["me"] - table["mp"])[right]
    assert right.sum() > 80 and abs(np.median(u)) < 0.004 and np.percentile(np.abs(u), 68) < 0.03
    assert abs(np.median(table["mm2"][right])) < 0.01


def test_candidates_are_counted_after_each_cut():
    ran = semileptonic()
    for i, (_, tags) in enumerate(tagged(ran)):
        tight = [tag for tag in tags if tag["mode"] in (0, 1, 3) and tag["type"] == 1]
        inside = [tag for tag in tight if WINDOW[0][0] <= tag["delta_e"] <= WINDOW[0][1]]
        assert (ran.flag("tag.found")[i], ran.flag("tag.delta_e")[i]) == (bool(tight), bool(inside))


# --- products and their names ------------------------------------------------------------------------------------------------

PRODUCTS = f"""{HEAD}event_selection do
    dtag(:one) do
        modes   "D0 -> K- pi+ pi+ pi-"
        keep    :all
        type    :loose
        optional
    end
    dtag(:two) do
        modes   "D0 -> pi0 pi0", "D0 -> pi0 pi0 K_S0", 116
        keep    :all
        type    :loose
        optional
    end
    dtag(:three) do
        modes   "D0 -> K_S0 pi+ pi-"
        keep    :all
        type    :loose
        optional
    end
end
ntuple("one", per: one) do
    column km: index(one.km), a: index(one.pip1), b: index(one.pip2), c: index(one.pim), ea: e(one.pip1), loose: one.delta_e
end
ntuple("two", per: two) do
    column a: index(two.pi0_1_gam1), b: index(two.pi0_1_gam2), c: index(two.pi0_2_gam1), d: index(two.pi0_2_gam2), m1: m(two.pi0_1), m2: m(two.pi0_2)
end
ntuple("three", per: three) do
    column p: index(three.ks_pip), m: index(three.ks_pim), pip: index(three.pip), pim: index(three.pim), m_ks: m(three.ks)
end
"""


def test_products_have_the_names_of_the_decay():
    options = ToyOptions(extra_photons=2.0)
    ran = run(PRODUCTS, [
        toy_events("psi(3770) -> (D0 -> K- pi+ pi+ pi-) (anti-D0 -> (K_S0 -> pi+ pi-) pi0 pi0)", 80, 7, ecms=ECMS, options=options),
        toy_events("psi(3770) -> (D0 -> (K_S0 -> pi+ pi-) pi+ pi-) (anti-D0 -> pi0 pi0)", 80, 8, ecms=ECMS, options=ToyOptions(extra_photons=2.0, run=-1001)),
    ])  # fmt: skip
    seen = {"one": 0, "two": 0, "three": 0}
    for event, tags in tagged(ran):
        for name, modes in (("one", (3,)), ("two", (107, 110, 116)), ("three", (100,))):
            table, rows = ran.tables[name], rows_of(ran.tables[name], event)
            own = [tag for tag in tags if tag["mode"] in modes]
            assert len(rows) == len(own)
            for row, tag in zip(rows, own):
                value = {column: table[column][row] for column in table}
                tracks, showers = tag["tracks"], tag["showers"]
                if name == "one":
                    pions = sorted(tracks[1:3], key=lambda t: (-event.p4(t, PI)[3], t))
                    assert [int(value[k]) for k in ("km", "a", "b", "c")] == [tracks[0], *pions, tracks[3]]
                    assert event.charge(tracks[0]) == -event.charge(pions[0]) == event.charge(tracks[3])
                elif name == "two":
                    pairs = [sorted(showers[k : k + 2], key=lambda s: (-event.gamma(s)[3], s)) for k in (0, 2)]
                    pairs.sort(key=lambda pair: (-sum(event.gamma(s)[3] for s in pair), pair[0]))
                    assert [int(value[k]) for k in "abcd"] == [*pairs[0], *pairs[1]]
                    assert near(math.sqrt(mass2_of(sum(event.gamma(s) for s in pairs[0]))), value["m1"])
                else:
                    assert [int(value[k]) for k in ("p", "m", "pip", "pim")] == tracks
                    assert near(math.sqrt(mass2_of(event.p4(tracks[0]) + event.p4(tracks[1]))), value["m_ks"])
                seen[name] += 1
    assert min(seen.values()) > 30, seen


# --- the chain as written ----------------------------------------------------------------------------------------------------

CHAINS = f"""{HEAD}event_selection do
    dtag(:d0) do
        modes     "D0 -> K- pi+", "anti-D0 -> K+ pi- pi0", 3
        conjugate false
        keep      :all
        optional
    end
    dtag(:minus) do
        modes     "D- -> K+ pi- pi-", "D- -> K+ K- pi-"
        conjugate false
        keep      :all
        optional
    end
    dtag(:both) do
        modes     "D- -> K+ pi- pi-", "D- -> K+ K- pi-"
        conjugate
        keep      :all
        optional
    end
end
ntuple("d0", per: d0) do
    column mode: d0.mode, charm: d0.charm, k: charge(d0.kp)
end
ntuple("minus", per: minus) do
    column mode: minus.mode, charm: minus.charm, k: charge(minus.kp)
end
ntuple("both", per: both) do
    column mode: both.mode, charm: both.charm
end
""".replace(", k: charge(d0.kp)", "")


def test_conjugate_false_takes_the_charm_as_written():
    ran = run(CHAINS, [
        toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ pi-)", 60, 41, ecms=ECMS),
        toy_events("psi(3770) -> (anti-D0 -> K+ pi- (pi0 -> gam gam)) (D0 -> K- pi+ pi+ pi-)", 60, 42, ecms=ECMS, options=ToyOptions(run=-1001)),
        toy_events("psi(3770) -> (D+ -> K- pi+ pi+) (D- -> K+ K- pi-)", 60, 43, ecms=ECMS, options=ToyOptions(run=-1002)),
    ])  # fmt: skip
    seen: set[tuple[str, int, int]] = set()
    for event, tags in tagged(ran):
        for name, wanted in (("d0", {0: (1,), 1: (-1,), 3: (1,)}), ("minus", {200: (-1,), 205: (-1,)}), ("both", {200: (1, -1), 205: (1, -1)})):
            table = ran.tables[name]
            own = [(tag["mode"], tag["charm"]) for tag in tags if tag["type"] == 1 and tag["charm"] in wanted.get(tag["mode"], ())]
            rows = rows_of(table, event)
            assert [(int(table["mode"][row]), int(table["charm"][row])) for row in rows] == own
            seen.update((name, *each) for each in own)
            assert name != "minus" or all(table["k"][row] == 1 for row in rows)
    assert {("d0", 0, 1), ("d0", 1, -1), ("d0", 3, 1), ("minus", 200, -1), ("minus", 205, -1), ("both", 200, 1), ("both", 205, -1)} <= seen, seen


def test_a_mode_of_either_charm_has_no_chain_as_written():
    one = f'{HEAD}event_selection do\n    dtag(:tag) do\n        modes "D0 -> K- K+", "D0 -> K- pi+"\n        conjugate {{}}\n        keep :all\n    end\nend\n'
    assert "BES0425" in diagnostics(one.format("false")) and "BES0425" not in diagnostics(one.format("true"))
    assert "BES0207" in diagnostics(one.format("maybe"))


# --- windows of modes, D+, one tag --------------------------------------------------------------------------------------------

WINDOWS = f"""{HEAD}event_selection do
    dtag(:tag) do
        modes     "D+ -> K- pi+ pi+", "D+ -> K_S0 pi+", delta_e: -15 MeV..15 MeV
        modes     "D+ -> K- K+ pi+", mbc: 1.86 GeV..1.88 GeV
        modes     "D+ -> pi+ pi+ pi-"
        delta_e   -40 MeV..35 MeV
        choose    :min_abs_delta_e
        mbc       1.865 GeV..1.875 GeV
        optional
    end
end
ntuple("tag") do
    column passed: passed(tag), mode: tag.mode, mbc: tag.mbc, delta_e: tag.delta_e, me: missing_e(tag), mp: missing_p(tag)
end
"""


def test_windows_of_modes_hold_instead_of_those_of_the_block():
    ran = run(WINDOWS, [toy_events("psi(3770) -> (D+ -> K- pi+ pi+) (D- -> K+ K- pi-)", 200, 9, ecms=ECMS), anything()])
    table, modes, none = ran.tables["tag"], set(), 0
    for event, tags in tagged(ran):
        (row,) = rows_of(table, event)
        inside = []
        for tag in tags:
            low, high = (-0.015, 0.015) if tag["mode"] in (200, 202) else (-0.04, 0.035)
            if tag["mode"] in (200, 202, 205, 209) and tag["type"] == 1 and low <= tag["delta_e"] <= high:
                inside.append(tag)
        found = best(inside)
        window = (1.86, 1.88) if found and found[0]["mode"] == 205 else (1.865, 1.875)
        left = [tag for tag in found if window[0] <= tag["mbc"] <= window[1]]  # the cut after the choice
        assert bool(table["passed"][row]) is bool(left)
        if not left:
            assert table["mode"][row] == table["mbc"][row] == -999
            none += 1
            continue
        assert int(table["mode"][row]) == left[0]["mode"] and near(left[0]["mbc"], table["mbc"][row])
        energy, momentum = missing(left[0], [], M_DP)
        assert near(energy, table["me"][row]) and near(size(momentum), table["mp"][row])
        modes.add(left[0]["mode"])
    assert {200, 205} <= modes and none > 20


# --- what is refused -----------------------------------------------------------------------------------------------------------

TAG = f'{HEAD}event_selection do\n    dtag(:tag) do\n        modes "D0 -> K- pi+", "D0 -> K- pi+ pi0"\n'


def test_what_cannot_be_meant_is_refused():
    one = f"{TAG}        choose :min_abs_delta_e\n    end\n"
    every = f"{TAG}        keep :all\n    end\n"
    assert "BES0405" in diagnostics(f"{TAG}    end\nend\n")
    assert "BES0492" in diagnostics(f'{one}    require "m", m(tag.pi0) > 0.1 GeV\nend\n')
    assert "BES0432" in diagnostics(f'{every}    require "m", tag.mbc > 1.86 GeV\nend\n')
    assert "BES0432" in diagnostics(f"{every}    charged_tracks(:rest_side) do\n        from tag.other_tracks\n    end\nend\n")
    assert "BES0415" in diagnostics(one.replace(HEAD, "") + "end\n")
    assert "BES0207" in diagnostics(f"{TAG}        delta_e 30 MeV\n        choose :min_abs_delta_e\n    end\nend\n")
    assert not {"BES0405", "BES0492", "BES0432"} & set(diagnostics(f'{one}    require "k", charge(tag.km) == tag.charm\nend\n'))


# --- both mesons --------------------------------------------------------------------------------------------------------------

PAIRS = f"""{HEAD}event_selection do
    dtag(:tag) do
        modes     "D0 -> K- pi+", "D0 -> K- pi+ pi0", "D0 -> K_S0 pi+ pi-"
        delta_e   -60 MeV..50 MeV
        keep      :all
    end
    dtag(:other) do
        modes     "D0 -> K- pi+ pi+ pi-", "D0 -> K- pi+ pi0"
        delta_e   -60 MeV..50 MeV
        keep      :all
    end
    double_tag(:pair) do
        from      tag, other
        choose    :nearest_mass, per: :modes
    end
    for pair do
        require "quiet", count(pair.other_tracks) <= 1
        ntuple("pairs") do
            column mbc: pair.mbc, one: tag.mbc, two: other.mbc, mode1: tag.mode, mode2: other.mode, charm1: tag.charm, charm2: other.charm, m: m(pair)
            column tracks: count(pair.other_tracks), showers: count(pair.other_showers), own: count(tag.other_tracks), de: tag.delta_e + other.delta_e
        end
    end
end
"""


def test_pairs_share_nothing_and_the_mean_mass_decides():
    options = ToyOptions(extra_photons=1.0)
    ran = run(PAIRS, [
        toy_events("psi(3770) -> (D0 -> K- pi+ (pi0 -> gam gam)) (anti-D0 -> K+ pi- (pi0 -> gam gam))", 150, 6, ecms=ECMS, options=options),
        toy_events("psi(3770) -> (D0 -> (K_S0 -> pi+ pi-) pi+ pi-) (anti-D0 -> K+ pi- pi- pi+)", 150, 8, ecms=ECMS, options=ToyOptions(run=-1001)),
    ])  # fmt: skip
    table, seen, modes = ran.tables["pairs"], 0, set()
    for event, tags in tagged(ran):
        tight = [(n, tag) for n, tag in enumerate(tags) if tag["type"] == 1 and -0.06 <= tag["delta_e"] <= 0.05]
        first = {n: tag for n, tag in tight if tag["mode"] in (0, 1, 100)}
        second = {n: tag for n, tag in tight if tag["mode"] in (3, 1)}
        chosen: dict[tuple[int, int], tuple[float, dict, dict]] = {}
        unordered = set()
        for a, one in first.items():
            for b, two in second.items():
                shared = set(one["tracks"] + one["showers"]) & set(two["tracks"] + two["showers"])
                if shared or one["charm"] * two["charm"] == 1 or (a in second and b in first and a > b):
                    continue
                assert frozenset((a, b)) not in unordered
                unordered.add(frozenset((a, b)))
                far = abs((one["mbc"] + two["mbc"]) / 2 - M_D0)
                key = (one["mode"], two["mode"])
                if key not in chosen or far < chosen[key][0]:
                    chosen[key] = (far, one, two)
        expected = []
        for number, (_, one, two) in enumerate(chosen.values()):
            left = [t for t in event.tracks() if t not in one["tracks"] + two["tracks"]]
            if len(left) <= 1:
                expected.append((number, one, two, left))
        rows = rows_of(table, event)
        assert [int(table["candidate"][row]) for row in rows] == [each[0] for each in expected]
        for row, (_, one, two, left) in zip(rows, expected):
            assert (int(table["mode1"][row]), int(table["mode2"][row])) == (one["mode"], two["mode"])
            assert (int(table["charm1"][row]), int(table["charm2"][row])) == (one["charm"], two["charm"])
            assert near(one["mbc"], table["one"][row]) and near(two["mbc"], table["two"][row]) and near((one["mbc"] + two["mbc"]) / 2, table["mbc"][row])
            assert near(math.sqrt(mass2_of(one["p4"] + two["p4"])), table["m"][row]) and abs(one["delta_e"] + two["delta_e"] - table["de"][row]) < 1e-9
            used = one["showers"] + two["showers"]
            assert int(table["tracks"][row]) == len(left) and int(table["showers"][row]) == sum(s not in used for s in event.showers())
            assert int(table["own"][row]) == sum(t not in one["tracks"] for t in event.tracks())
            modes.add((one["mode"], two["mode"]))
            seen += 1
    assert seen > 60 and {(1, 1), (100, 3)} <= modes


@pytest.mark.cpp
def test_a_tag_is_matched_by_its_products_only():
    truth = "mc_truth do\nend\n"
    one = f"{TAG}        choose :min_abs_delta_e\n    end\nend\n"

    def table(column: str) -> str:
        return f'ntuple("t") do\n    column right: {column}\nend\n{truth}'

    assert "BES0460" in diagnostics(one + table("matched(tag)"))
    assert "BES0460" in diagnostics(PAIRS.replace("m: m(pair)", "m: m(pair), right: matched(pair)") + truth)
    assert not {each for each in diagnostics(one + table("matched(tag.km, tag.pip)")) if each.startswith("BES04")}
    ran = run(one + table("matched(tag.km, tag.pip), n: tag.mbc"), [events()[0]])
    assert set(ran.tables["t"]["right"]) <= {0, 1}
