"""Rules 3, 19, 20 for the truth: arrays of every event, processes, matches; against the file read without this project, and plain loops.

Every program that is run here is compared with the judge too (`running.run`).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from plain import angle_between, from_helix, size
from running import DATA, Ran, anything, busy, run, sample, vertices
from truth_events import made_batch

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.truth import tree_text
from dsl4bes.run.vertex import Vertex, VertexTable

REAL = "test_full_mc_evt_1.dst"

PROGRAM = """
event_selection do
    charged_tracks do
        vr < 1 cm
        ngood 2..6
    end
    photons do
        energy > 40 MeV
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip >= 1
    end
    ntuple("tracks", per: pip) do
        column id: pdgid(truth(pip)), up: pdgid(mother(truth(pip))), p: p(pip), made: p(truth(pip)), apart: angle(pip, truth(pip)), at: index(pip)
        column right: matched(pip), e: e(truth(pip)), px: px(truth(pip))
    end
end
mc_truth do
    topology "J/psi"
    process :three, "J/psi -> pi+ pi- (pi0 -> gam gam)"
    process :rho, "J/psi -> (rho+ -> pi+ pi0) pi-"
    process :fixed, "J/psi -> (rho+ -> pi+ pi0) pi-", conjugate: false
    process :some_pi0, "pi0 -> gam gam"
    column p_pip: p(three.pip), e1: e(three.gam1), e2: e(three.gam2), up: pdgid(mother(some_pi0.pi0)), charge: pdgid(rho.rhop)
    tracks momentum < 100  # no limit until a test sets one
    match gam, good
end
ntuple("flags") do
    column three: three, rho: rho, fixed: fixed, e1: e(three.gam1)
end
"""


@cache
def ran() -> Ran:
    return run(PROGRAM, all_batches())


@cache
def all_batches() -> tuple[Batch, ...]:
    crowd = ToyOptions(stress=True, extra_photons=2.0)
    return (
        toy_events("J/psi -> pi+ pi- pi0", 150, 3), toy_events("J/psi -> (rho+ -> pi+ pi0) pi-", 100, 4), toy_events("J/psi -> (rho- -> pi- pi0) pi+", 100, 5),
        toy_events("J/psi -> K_S0 K+ pi-", 100, 6, options=crowd), busy(), anything(),
        *([sample(REAL), sample("test_mrpc.dst")] if (DATA / REAL).exists() else []),
    )  # fmt: skip


def events() -> list[tuple[Batch, int]]:
    return [(batch, event) for batch in all_batches() for event in range(batch.n_events)]


def truth_of(batch: Batch, event: int) -> list[dict]:
    """The generated particles of an event, each with the place of its mother (None: none)."""
    rows = range(int(batch.offsets["mc"][event]), int(batch.offsets["mc"][event + 1]))
    found = [
        {name: int(batch[f"mc.{name}"][row]) for name in ("pdgid", "index", "mother", "flags")} | {"p4": np.array(batch["mc.p4"][row])} for row in rows
    ]
    for place, each in enumerate(found):
        above = [other for other, one in enumerate(found) if one["index"] == each["mother"] and each["mother"] >= 0]
        exact = [other for other in above if other == each["mother"]]
        each["up"] = next((other for other in (exact or above)), None)
        if each["up"] == place:
            each["up"] = None
    return found


# --- the tree of all events ---------------------------------------------------------------------------------------------


def test_the_tree_has_every_simulated_event_in_order():
    table = ran().tables["truth"]
    assert table["run"].tolist() == [int(batch["event.run"][event]) for batch, event in events() if batch["event.run"][event] < 0]
    assert len(ran().tables["flags"]["run"]) < len(table["run"]), "the selection must reject some"


def test_arrays_are_those_of_the_file():
    """Read by pybes3, with the usual loop of an analyst: skip primaries and what is not from the generator, begin at the J/psi."""
    uproot = pytest.importorskip("uproot")
    pytest.importorskip("pybes3")
    sample(REAL)
    particles = uproot.open({str(DATA / REAL): "Event"})["TMcEvent/m_mcParticleCol"].array().tolist()
    table = run(PROGRAM, [sample(REAL)]).tables["truth"]
    assert len(particles) == 10
    for event, found in enumerate(particles):
        ids, mothers, places = [], [], {}
        for each in found:
            flags, index, mother = each["m_statusFlags"], each["m_trackIndex"], each["m_mother"]
            if flags & 4 or not flags & 1 or (each["m_particleID"] != 443 and not places):
                continue
            places[index] = len(ids)
            ids.append(each["m_particleID"])
            mothers.append(places.get(mother, -1))
        assert table["pdgid"][event].tolist() == ids
        assert table["motheridx"][event].tolist() == mothers
        assert table["indexmc"][event] == len(ids) == 7
        assert table["n_generated"][event] == len(found)


def test_mothers_of_the_real_events_stand_before_their_products():
    table = run(PROGRAM, [sample(REAL)]).tables["truth"]
    for ids, mothers in zip(table["pdgid"], table["motheridx"], strict=True):
        assert mothers[0] == -1 and all(0 <= mother < place for place, mother in enumerate(mothers.tolist()) if place)
        assert {ids[mother] for place, mother in enumerate(mothers) if ids[place] == 22} == {111}


def test_only_what_came_of_the_named_particle_from_the_generator():
    table = ran().tables["truth"]
    simulated = [(batch, event) for batch, event in events() if batch["event.run"][event] < 0]
    for row, (batch, event) in enumerate(simulated):
        truth = truth_of(batch, event)
        own = [place for place, each in enumerate(truth) if each["flags"] & 1 and not each["flags"] & 4]
        heads = [place for place in own if truth[place]["pdgid"] == 443]
        if not heads:
            heads = [place for place, each in enumerate(truth) if each["flags"] & 1 and each["pdgid"] == 443][:1]
            own = sorted({*own, *heads})
        below = set(heads[:1])
        for _ in truth:
            below |= {place for place, each in enumerate(truth) if each["up"] in below and below}
        wanted = [place for place in own if place in below]
        assert table["pdgid"][row].tolist() == [truth[place]["pdgid"] for place in wanted]


def test_a_head_that_is_primary_counts_where_there_is_no_other():
    batch = toy_events("J/psi -> pi+ pi- pi0", 20, 3)
    flags = np.where(batch["mc.pdgid"] == 443, batch["mc.flags"] | 4, batch["mc.flags"])
    table = run(PROGRAM, [replace(batch, columns={**batch.columns, "mc.flags": flags.astype(np.uint32)})]).tables["truth"]
    assert set(table["indexmc"].tolist()) == {6} and {ids[0] for ids in table["pdgid"]} == {443}


def test_an_array_keeps_its_maximum_and_counts_the_rest():
    result = run(PROGRAM, [toy_events("J/psi -> pi+ pi- pi0", 20, 3)], options={"mc_truth_topology_max": "3"})
    table = result.tables["truth"]
    assert table["indexmc"].tolist() == [3] * 20
    assert all(len(ids) == 3 for ids in table["pdgid"])
    assert f"above the maximum, left out: {20 * 3}" in result.log  # six particles in each: J/psi, pi+, pi-, pi0 and two photons


def test_events_of_a_run_without_a_vertex_are_in_the_tree():
    batch = toy_events("J/psi -> pi+ pi- pi0", 30, 3)
    result = run(PROGRAM, [batch], table=VertexTable({5: Vertex((0.0, 0.0, 0.0), (0.1, 0.1, 0.1))}))
    assert len(result.tables["truth"]["run"]) == 30
    assert not result.accepted().any()


# --- processes ----------------------------------------------------------------------------------------------------------


def test_processes_of_toys_and_their_conjugates():
    three, rho_plus, rho_minus = (run(PROGRAM, [batch]).tables["truth"] for batch in all_batches()[:3])
    for table, flags in ((three, (1, 0, 0)), (rho_plus, (0, 1, 1)), (rho_minus, (0, 1, 0))):
        for name, flag in zip(("three", "rho", "fixed"), flags, strict=True):
            assert set(table[name].tolist()) == {flag}, name
    assert set(rho_plus["charge"].tolist()) == {213.0} and set(rho_minus["charge"].tolist()) == {-213.0}
    assert set(rho_plus["up"].tolist()) == {213.0} and set(three["up"].tolist()) == {443.0}
    assert (three["e1"] >= three["e2"]).all() and set(rho_plus["e1"].tolist()) == {-999.0}


G, PIP, PIM = (22, []), (211, []), (-211, [])
PI0, DALITZ = (111, [G, G]), (111, [G, (11, []), (-11, [])])
KS = (310, [PIP, PIM])
TREES: dict[str, tuple] = {
    "plain": (443, [PIP, PIM, PI0]),
    "resonance": (443, [(213, [PIP, PI0]), PIM]),
    "conjugate": (443, [(-213, [PIM, PI0]), PIP]),
    "one more": (443, [PIP, PIM, PI0, PI0]),
    "one less": (443, [PIP, PIM]),
    "dalitz": (443, [PIP, PIM, DALITZ]),
    "both pi0": (443, [PIP, PIM, PI0, DALITZ]),
    "inside psi(2S)": (100443, [PIP, PIM, (443, [PIP, PIM, PI0])]),
    "hard photon": (443, [PIP, PIM, PI0, G]),
    "kaons": (443, [KS, (321, []), PIM]),
    "omega": (443, [(223, [PIP, PIM, PI0])]),
    "deep": (443, [(100213, [(213, [PIP, PI0])]), PIM]),
    "radiative": (443, [(331, [PIP, PIM, PI0]), G]),
    "six photons": (443, [PI0, PI0, PI0]),
    "kaons conjugate": (443, [KS, (-321, []), PIP]),
}
WRITTEN: dict[str, tuple[str, tuple, bool]] = {
    "plain": ("J/psi -> pi+ pi- (pi0 -> gam gam)", TREES["plain"], True),
    "any_pi0": ("J/psi -> pi+ pi- pi0", (443, [PIP, PIM, (111, [])]), True),
    "rho": ("J/psi -> (rho+ -> pi+ pi0) pi-", (443, [(213, [PIP, (111, [])]), PIM]), True),
    "only_rho": ("J/psi -> (rho+ -> pi+ pi0) pi-", (443, [(213, [PIP, (111, [])]), PIM]), False),
    "two": ("J/psi -> pi+ pi- (pi0 -> gam e+ e-) (pi0 -> gam gam)", TREES["both pi0"], True),
    "kkpi": ("J/psi -> (K_S0 -> pi+ pi-) K+ pi-", TREES["kaons"], True),
    "inclusive": ("J/psi -> pi+ pi- (pi0 -> gam gam)", TREES["plain"], True),
    "six": ("J/psi -> 3 (pi0 -> gam gam)", TREES["six photons"], True),
}
THROUGH = ", through: :resonances"
_LINES = "".join(f'    process :{name}, "{text}"{"" if both else ", conjugate: false"}{THROUGH if name == "inclusive" else ""}\n' for name, (text, _, both) in WRITTEN.items())
_COLUMNS = "    column first: e(plain.gam1), second: e(plain.gam2), dalitz: m(two.gam1, two.ep, two.em), kp: pdgid(kkpi.kp)\n"
_SIX = "".join(f"    column p{i}: e(six.pi0_{i})\n" for i in (1, 2, 3)) + "".join(f"    column g{i}: e(six.gam{i})\n" for i in range(1, 7))
WRITTEN_PROGRAM = f'event_selection.photons do\n    ngam >= 0\nend\nmc_truth do\n    topology "J/psi"\n{_LINES}{_COLUMNS}{_SIX}    match gam\nend\n'
_ANTI = {211: -211, -211: 211, 213: -213, 321: -321, 11: -11, -11: 11}


def conjugated(node: tuple) -> tuple:
    return (_ANTI.get(node[0], node[0]), [conjugated(each) for each in node[1]])


def decays(tree: tuple, written: tuple) -> bool:
    """By trying every order: the text of the block, word for word."""
    if tree[0] != written[0]:
        return False
    if not written[1]:
        return True
    return any(
        len(tree[1]) == len(written[1]) and all(decays(a, b) for a, b in zip(order, written[1], strict=True)) for order in itertools.permutations(tree[1])
    )


def contains(tree: tuple, written: tuple) -> bool:
    return decays(tree, written) or any(contains(each, written) for each in tree[1])


def test_a_process_is_the_decay_exactly_as_written():
    names = list(TREES) * 12
    batch = made_batch([TREES[name] for name in names], 5)
    table = run(WRITTEN_PROGRAM, [batch]).tables["truth"]
    for name, (_, written, both) in WRITTEN.items():
        if name == "inclusive":
            wanted = ("plain", "resonance", "conjugate", "inside psi(2S)", "omega", "deep")
            assert table[name].astype(bool).tolist() == [each in wanted for each in names]
            continue
        expected = [contains(TREES[each], written) or (both and contains(TREES[each], conjugated(written))) for each in names]
        assert table[name].astype(bool).tolist() == expected, name
        assert 0 < sum(expected) < len(names)
    assert (table["first"] >= table["second"])[table["plain"] == 1].all()
    assert (table["dalitz"][table["two"] == 1] != -999).all() and (table["dalitz"][table["two"] == 0] == -999).all()
    assert {(each, kp) for each, kp in zip(names, table["kp"].tolist(), strict=True) if kp != -999} == {("kaons", 321.0), ("kaons conjugate", -321.0)}


def test_identical_products_follow_falling_generated_energy():
    batch = made_batch([(443, [PI0, PI0, PI0])] * 60, 8)
    table = run(WRITTEN_PROGRAM, [batch]).tables["truth"]
    assert set(table["six"].tolist()) == {1}
    for event in range(60):
        truth = truth_of(batch, event)
        pions = sorted((each["p4"][3] for each in truth if each["pdgid"] == 111), reverse=True)
        assert [table[f"p{i}"][event] for i in (1, 2, 3)] == pytest.approx(pions)
        for number in (1, 2, 3):
            own = next(place for place, each in enumerate(truth) if each["pdgid"] == 111 and each["p4"][3] == pions[number - 1])
            photons = sorted((each["p4"][3] for each in truth if each["pdgid"] == 22 and each["up"] == own), reverse=True)
            assert [table[f"g{2 * number - 1}"][event], table[f"g{2 * number}"][event]] == pytest.approx(photons)


# --- matches ------------------------------------------------------------------------------------------------------------

CHARGE = {11: -1, -11: 1, 13: -1, -13: 1, 211: 1, -211: -1, 321: 1, -321: -1, 2212: 1, -2212: -1}


def nearest(truth: list[dict], p4: np.ndarray, charge: int, limit: float) -> int | None:
    """The plain search: everything of the right charge, sorted by angle."""
    photon = charge == 0
    near = [
        (angle_between(p4, each["p4"]), place)
        for place, each in enumerate(truth)
        if each["flags"] & 1 and (abs(each["pdgid"]) == 22 if photon else CHARGE.get(each["pdgid"]) == charge) and size(each["p4"]) > 0
    ]
    near = [each for each in near if each[0] < limit]
    return min(near)[1] if near else None


def test_tracks_belong_to_the_nearest_particle_of_their_charge():
    """Batch by batch, where run and event number name an event."""
    tracks = matched = 0
    for batch in all_batches():
        numbers = [(int(run_), int(event)) for run_, event in zip(batch["event.run"], batch["event.number"], strict=True)]
        if len(set(numbers)) < len(numbers):
            continue
        table = run(PROGRAM, [batch]).tables["tracks"]
        for row in range(len(table["run"])):
            event = numbers.index((int(table["run"][row]), int(table["event"][row])))
            track = int(batch.offsets["track"][event]) + int(table["at"][row])
            kal = int(batch.offsets["kal"][event]) + int(batch["track.kal"][track])
            p4 = from_helix(np.array(batch["kal.helix"][kal]).reshape(5, 5)[2], 0.13957039)
            truth = truth_of(batch, event) if numbers[event][0] < 0 else []
            found = nearest(truth, p4, 1, math.radians(10))
            tracks += 1
            if found is None:
                assert table["id"][row] == table["made"][row] == table["apart"][row] == -999 and table["right"][row] == 0
                continue
            matched += 1
            assert table["id"][row] == truth[found]["pdgid"]
            assert table["made"][row] == pytest.approx(size(truth[found]["p4"]))
            assert table["apart"][row] == pytest.approx(angle_between(p4, truth[found]["p4"]), abs=1e-7)
            assert table["right"][row] == int(truth[found]["pdgid"] == 211)
            up = truth[found]["up"]
            assert table["up"][row] == (-999 if up is None else truth[up]["pdgid"])
    assert 100 < matched < tracks


def test_matches_of_the_real_events_are_those_with_the_most_common_hits():
    """What the detector simulation wrote beside the events: which particle made the hits of a track or shower. One pi+ (event 9) decays in flight
    before the drift chamber: its track is that of the muon, and the match is the pi+ the generator made."""
    from dsl4bes.events.columns import BY_NAME
    from dsl4bes.events.dst import read_dst

    sample(REAL)
    batch = next(read_dst(DATA / REAL, needs=frozenset(BY_NAME)))
    result = run(PROGRAM, [batch], options={"charged_tracks_ngood_low": "0", "assign_npip": "0"})
    checked = 0
    for name, kind, limit in (("match_good", "mdc", 7), ("match_gam", "emc", 0)):
        table = result.tables[name]
        for event in range(10):
            hits = most_hits(batch, event, kind, limit)
            rows = [row for row in range(len(table["run"])) if table["event"][row] == batch["event.number"][event]]
            truth = truth_of(batch, event)
            for row in rows:
                found = [place for place, each in enumerate(truth) if table["pdgid"][row] == each["pdgid"] and np.isclose(table["px"][row], each["p4"][0])]
                sources = {truth[source]["up"] if truth[source]["flags"] == 2 else source for source in hits.values()}
                known = [place for place in found if place in sources]
                checked += bool(known)
                if kind == "mdc":
                    assert known, (event, row)
    assert checked >= 25


def most_hits(batch: Batch, event: int, kind: str, limit: int) -> dict[int, int]:
    """Track or shower → place of the particle with the most common hits."""
    rows = range(int(batch.offsets[f"{kind}_match"][event]), int(batch.offsets[f"{kind}_match"][event + 1]))
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        particle, partner, hits = (int(batch[f"{kind}_match.{name}"][row]) for name in ("mc", kind, "hits"))
        if hits > limit and hits > found.get(partner, (0, 0))[0]:
            found[partner] = (hits, particle)
    return {partner: particle for partner, (_, particle) in found.items()}


def test_matched_tracks_of_the_real_events_have_their_momentum():
    table = run(PROGRAM, [sample(REAL)]).tables["tracks"]
    assert len(table["run"]) >= 7 and set(table["id"].tolist()) == {211.0}
    stable = table["event"] != 9  # there the pi+ decays in flight: 1.16 GeV became a muon of 0.89 GeV
    assert (np.abs(table["p"] - table["made"]) < 0.03 * table["made"])[stable].all() and (table["apart"] < 0.03)[stable].all()
    close = run(PROGRAM, [sample(REAL)], options={"mc_truth_tracks_momentum": "0.1"}).tables["tracks"]
    assert (close["id"] == np.where(stable, 211.0, -999.0)).all()


DATA_OPTIONS = ToyOptions(run=4242)


def test_limits_are_properties():
    batch = toy_events("J/psi -> pi+ pi- pi0", 200, 3)
    wide = run(PROGRAM, [batch]).tables["tracks"]
    tight = run(PROGRAM, [batch], options={"mc_truth_tracks_angle": "0.003"}).tables["tracks"]
    assert (tight["id"] != -999).sum() == (wide["apart"][wide["id"] != -999] < 0.003).sum() < (wide["id"] != -999).sum()
    near = run(PROGRAM, [batch], options={"mc_truth_tracks_momentum": "0.002"}).tables["tracks"]
    expected = np.abs(wide["p"] - wide["made"]) < 0.002 * wide["made"]
    assert (near["id"] != -999).tolist() == (expected & (wide["id"] != -999)).tolist()


# --- events without truth -----------------------------------------------------------------------------------------------


def test_data_has_no_truth_and_says_so_once():
    data = [toy_events("J/psi -> pi+ pi- pi0", 40, 3, options=DATA_OPTIONS), toy_events("J/psi -> pi+ pi- pi0", 40, 4, options=DATA_OPTIONS)]
    simulated = toy_events("J/psi -> pi+ pi- pi0", 40, 3)
    result = run(PROGRAM, [*data, simulated], table=vertices([*data, simulated]))
    assert set(result.tables["truth"]["run"].tolist()) == {-1000} and len(result.tables["truth"]["run"]) == 40
    for name, columns in (("tracks", ("id", "up", "made", "apart", "e")), ("flags", ("e1",)), ("match_gam", ("pdgid", "px"))):
        table = result.tables[name]
        real = table["run"] > 0
        assert real.any()
        for column in columns:
            assert set(table[column][real].tolist()) == {-999.0}, column
    flags = result.tables["flags"]
    assert set(flags["three"][flags["run"] > 0].tolist()) == {0} and set(flags["three"][flags["run"] < 0].tolist()) == {1}
    assert result.log.count("there is no truth") == 1
    assert "events of real data, which have no truth: 80" in result.log


def test_simulated_events_without_particles():
    batch = toy_events("J/psi -> pi+ pi- pi0", 30, 3)
    columns = {name: values for name, values in batch.columns.items() if not name.startswith(("mc.", "mdc_match.", "emc_match."))}
    offsets = {name: values for name, values in batch.offsets.items() if name not in ("mc", "mdc_match", "emc_match")}
    result = run(PROGRAM, [Batch.build(30, offsets, columns, 0, "bare")])
    table = result.tables["truth"]
    assert len(table["run"]) == 30
    assert set(table["n_generated"].tolist()) == set(table["indexmc"].tolist()) == set(table["three"].tolist()) == {0}
    assert set(table["p_pip"].tolist()) == {-999.0} and set(result.tables["tracks"]["id"].tolist()) == {-999.0}
    assert "simulated events without generated particles: 30" in result.log


def test_the_truth_rejects_nothing():
    bare = PROGRAM[: PROGRAM.index("mc_truth do")]
    lines = [line for line in bare.splitlines() if "truth" not in line and "matched" not in line]
    bare = "\n".join(lines).replace('ntuple("tracks", per: pip) do', 'ntuple("tracks") do\n column n: count(pip)')
    for batch in all_batches()[:4]:
        assert run(bare, [batch]).passed.tolist() == run(PROGRAM, [batch]).passed.tolist()


# --- texts --------------------------------------------------------------------------------------------------------------


def test_trees_as_text_can_be_read_as_processes():
    from dsl4bes.physics.decays import parse_decay

    tables = [ran().tables["truth"]]
    texts = {
        tree_text(ids.tolist(), mothers.tolist()) for table in tables for ids, mothers in zip(table["pdgid"], table["motheridx"], strict=True) if len(ids) > 1
    }
    assert "J/psi -> pi+ pi- (pi0 -> gamma gamma)" in texts and len(texts) > 4
    for text in texts:
        assert parse_decay(text).mother.particle.pdgid == 443


def test_the_text_of_a_tree_does_not_depend_on_the_order():
    assert tree_text([443, 211, -211, 111, 22, 22], [-1, 0, 0, 0, 3, 3]) == tree_text([443, 111, 22, 22, -211, 211, -22], [-1, 0, 1, 1, 0, 0, 0])
    assert tree_text([], []) == "(no such particle)"
