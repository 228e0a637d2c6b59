"""Rules 1, 8, 14, 16, 19, 20, 21, 24, 25: what is stored where, names of cuts and numbers, properties, probes, species without identification."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from plain import MU, NAN, E, Event, angle_between, beams, boosted, near, size
from running import Ran, busy, diagnostics, rhopi, run, vertices

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.build import build_selection
from dsl4bes.run.errors import RunError
from dsl4bes.run.runner import Settings
from dsl4bes.run.session import JobSession
from dsl4bes.run.vertex import SIMULATION
from dsl4bes.source import SourceFile

DEG = math.pi / 180


@cache
def leptons() -> Batch:
    return Batch.concatenate(
        [
            toy_events(f"J/psi -> {pair}", 60, 8, options=ToyOptions(extra_photons=3.0))
            for pair in ("e+ e-", "mu+ mu-", "p+ anti-p- pi+ pi-")
        ]
    )


PROGRAM = """analysis "Rule" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        vr < 2 cm
        ngood 2..6
    end
    photons do
        energy > 25 MeV
    end
    ntuple("reached") do
        column n: count(good)
        array :e_few, e(gam), max: 2
    end
    assign(:by_order) do
        from good
        identify :kp, order: 1
        identify :prp, order: 2
        identify :ka, p > 800 MeV, charge < 0
        identify :pip, :remaining
        identify :pim, order: :slowest, as: :slow
        identify :em, order: 3, as: :third
        nkp <= 1
    end
    leptons(:by_shower) do
        from good
        identify :el, eop > 0.8
        identify :mu, emc_energy < 0.4 GeV, depth > 30 cm
        identify :pi, :remaining, as: :others
    end
    nearest_track(:probe) do
        from  rest(good, kp, prp)
        to    recoil_p4(good1, good2)
        angle < 30 deg
    end
    let found = count(probe)
    require "hard track", max(p(good)) > 600 MeV
    require "one, or two photons", count(gam) >= 1, when: property("WantPhotons", true)
    require "sum of p", sum(p(good)) > 1.2
end
histogram("energies") do
    fill e(gam)
    bins 20, 0..1
end
histogram("times") do
    fill tof(good1)
    bins 10, 2 ns..7 ns
end
histogram("plane") do
    fill e(gam), cos(gam)
    bins 4, 0..1, 5, -1..1
    weight 2
end
region(:few) do
    require "few", count(gam) < 4
    ntuple("few") do
        column n: count(gam)
    end
    ntuple("per_photon", per: gam) do
        column e: e(gam), angle_to_first: angle(gam, good1), n_all: count(good)
    end
end
region(:fewer, from: few) do
    require "few", count(gam) < 2
    ntuple("fewer") do
        column n: count(gam)
    end
end
region(:many) do
    require "many", count(gam) >= 4
end
ntuple("lists") do
    column i_kp: index(kp)
    array :i_prp, index(prp), max: 9
    array :i_ka, index(ka), max: 9
    array :i_pip, index(pip), max: 9
    array :i_slow, index(slow), max: 9
    array :i_third, index(third), max: 9
    array :i_el, index(el), max: 9
    array :i_mu, index(mu), max: 9
    array :i_others, index(others), max: 9
    array :p_mu, p(mu), max: 9
    array :e_el, e(el), max: 9
    column n_probe: found, p_probe: p(probe), i_probe: index(probe), fastest: index(good1), e_cm: e(good1, frame: :cm)
end
"""


def good(e: Event) -> list[int]:
    return [t for t in e.tracks() if abs(e.approach(e.mdc_helix(t))[0]) < 2]


def photons(e: Event) -> list[int]:
    return [s for s in e.showers() if e.gamma(s)[3] > 0.025]


def p(e: Event, t: int) -> float:
    return size(e.p4(t))


def by_momentum(e: Event, tracks: list[int]) -> list[int]:
    return sorted(tracks, key=lambda t: (-p(e, t), t))


def rank(e: Event, number: int, charge: int) -> list[int]:
    """The n-th by momentum of the good tracks of a charge."""
    ordered = by_momentum(e, [t for t in good(e) if e.charge(t) == charge])
    return ordered[number - 1 : number]


def taken(e: Event) -> set[int]:
    return {*rank(e, 1, 1), *rank(e, 2, 1), *(t for t in good(e) if p(e, t) > 0.8 and e.charge(t) < 0)}


def eop(e: Event, t: int) -> float:
    return e.emc_energy(t) / p(e, t)


ASSIGNED: dict[str, Callable[[Event], list[int]]] = {
    "kp": lambda e: rank(e, 1, 1),
    "prp": lambda e: rank(e, 2, 1),
    "ka": lambda e: [t for t in good(e) if p(e, t) > 0.8 and e.charge(t) < 0],
    "pip": lambda e: [t for t in good(e) if e.charge(t) > 0 and t not in taken(e)],
    "slow": lambda e: by_momentum(e, [t for t in good(e) if e.charge(t) < 0])[-1:],
    "third": lambda e: rank(e, 3, -1),
    "el": lambda e: [t for t in good(e) if eop(e, t) > 0.8],
    "mu": lambda e: [t for t in good(e) if e.emc_energy(t) < 0.4 and e.depth(t) > 30],
    "others": lambda e: [
        t for t in good(e) if not eop(e, t) > 0.8 and not (e.emc_energy(t) < 0.4 and e.depth(t) > 30)
    ],
}  # fmt: skip


def probe(e: Event) -> list[int]:
    first, second = by_momentum(e, good(e))[:2]
    wanted = beams(3.097) - e.p4(first) - e.p4(second)
    left = [t for t in good(e) if t not in rank(e, 1, 1) and t not in rank(e, 2, 1)]
    nearest = min(left, key=lambda t: angle_between(e.p4(t), wanted), default=None)
    return [nearest] if nearest is not None and angle_between(e.p4(nearest), wanted) < 30 * DEG else []


def reached(e: Event) -> bool:
    return 2 <= len(good(e)) <= 6


def selected(e: Event) -> bool:
    if not reached(e):
        return False
    momenta = [p(e, t) for t in good(e)]
    return max(momenta) > 0.6 and len(photons(e)) >= 1 and sum(momenta) > 1.2


def batches() -> list[Batch]:
    return [leptons(), busy(), rhopi()]


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run(PROGRAM, batches())


@pytest.fixture(scope="module")
def events(ran: Ran) -> list[Event]:
    return [e for e in ran.events() if selected(e)]


@pytest.mark.cpp
def test_the_events(ran: Ran, events: list[Event]):
    assert ran.accepted().tolist() == [selected(e) for e in ran.events()]
    assert 100 < len(events) < len(ran.events())


@pytest.mark.cpp
def test_names_of_the_cut_flow(ran: Ran):
    assert ran.cuts == [
        "charged_tracks.ngood", "by_order.nkp", "hard track", "one, or two photons", "sum of p", "few.few", "fewer.few", "many.many"
    ]  # fmt: skip
    assert "many" in ran.log and "one, or two photons" in ran.log


@pytest.mark.cpp
def test_a_tuple_fills_where_it_is_written(ran: Ran, events: list[Event]):
    every = [e for e in ran.events() if reached(e)]
    assert ran.tables["reached"]["n"].tolist() == [len(good(e)) for e in every]
    assert len(ran.tables["lists"]["run"]) == len(events)
    few = [e for e in events if len(photons(e)) < 4]
    assert ran.tables["few"]["n"].tolist() == [len(photons(e)) for e in few]
    assert ran.tables["fewer"]["n"].tolist() == [len(photons(e)) for e in few if len(photons(e)) < 2]
    assert ran.flag("many.many")[ran.accepted()].tolist() == [len(photons(e)) >= 4 for e in events]
    assert ran.flag("fewer.few").sum() == len(ran.tables["fewer"]["n"])
    numbers = [int(e.batch["event.number"][e.number]) for e in events]
    assert ran.tables["lists"]["event"].tolist() == numbers


@pytest.mark.cpp
def test_one_row_per_candidate(ran: Ran, events: list[Event]):
    table = ran.tables["per_photon"]
    rows = [(e, n, s) for e in events if len(photons(e)) < 4 for n, s in enumerate(photons(e))]
    assert table["candidate"].tolist() == [n for _, n, _ in rows]
    for (e, _, s), energy, angle, count in zip(
        rows, table["e"], table["angle_to_first"], table["n_all"], strict=True
    ):
        assert near(e.gamma(s)[3], float(energy))
        assert near(angle_between(e.gamma(s), e.p4(by_momentum(e, good(e))[0])), float(angle), 1e-7)
        assert count == len(good(e))


@pytest.mark.cpp
def test_an_array_keeps_the_highest_energies_and_counts_the_rest(ran: Ran):
    every = [e for e in ran.events() if reached(e)]
    lost = 0
    for e, values in zip(every, ran.tables["reached"]["e_few"], strict=True):
        strongest = sorted(photons(e), key=lambda s: (-e.gamma(s)[3], s))[:2]
        lost += max(0, len(photons(e)) - 2)
        assert values.tolist() == [e.gamma(s)[3] for s in sorted(strongest)]
    assert lost > 50
    line = next(line for line in ran.log.splitlines() if "e_few" in line)
    assert int(line.rsplit(":", 1)[1]) == lost


@pytest.mark.cpp
@pytest.mark.parametrize("name", ASSIGNED)
def test_species_without_identification(ran: Ran, events: list[Event], name: str):
    wanted = [ASSIGNED[name](e) for e in events]
    got = ran.tables["lists"][f"i_{name}"]
    if name == "kp":  # one at most, so a number
        assert got.tolist() == [each[0] if each else -999 for each in wanted]
    else:
        assert [[int(t) for t in entries] for entries in got] == wanted
    assert sum(map(len, wanted)) > 10


@pytest.mark.cpp
def test_momenta_of_assigned_species(ran: Ran, events: list[Event]):
    for e, muons, electrons in zip(
        events, ran.tables["lists"]["p_mu"], ran.tables["lists"]["e_el"], strict=True
    ):
        assert muons.tolist() == pytest.approx([size(e.p4(t, MU)) for t in ASSIGNED["mu"](e)])
        assert electrons.tolist() == pytest.approx([e.p4(t, E)[3] for t in ASSIGNED["el"](e)])


@pytest.mark.cpp
def test_a_probe_never_rejects(ran: Ran, events: list[Event]):
    table = ran.tables["lists"]
    wanted = [probe(e) for e in events]
    assert table["n_probe"].tolist() == [len(each) for each in wanted]
    assert table["i_probe"].tolist() == [each[0] if each else -999 for each in wanted]
    for e, each, momentum in zip(events, wanted, table["p_probe"], strict=True):
        assert near(p(e, each[0]) if each else NAN, float(momentum), 1e-7)
    assert 10 < sum(map(len, wanted)) < len(events)


@pytest.mark.cpp
def test_histograms(ran: Ran, events: list[Event]):
    energies = [e.gamma(s)[3] for e in events for s in photons(e)]
    inside, _ = np.histogram(energies, 20, (0, 1))
    got = np.asarray(ran.histograms["energies"])
    assert (
        got.ravel()[1:-1].tolist() == inside.tolist()
        if got.size == 22
        else got.ravel().tolist() == inside.tolist()
    )
    times = [e.tof(by_momentum(e, good(e))[0]) for e in events]
    inside, _ = np.histogram([t for t in times if not math.isnan(t)], 10, (2, 7))
    got = np.asarray(ran.histograms["times"])
    assert (got[1:-1] if got.size == 12 else got).tolist() == inside.tolist()
    assert any(math.isnan(t) for t in times)
    cosines = [e.gamma(s)[2] / e.gamma(s)[3] for e in events for s in photons(e)]
    inside, _, _ = np.histogram2d(energies, cosines, (4, 5), ((0, 1), (-1, 1)))
    got = np.asarray(ran.histograms["plane"])
    assert np.array_equal(got[1:-1, 1:-1] if got.shape == (6, 7) else got, 2 * inside)


@pytest.mark.cpp
def test_properties_change_the_selection():
    """Every number of a cut, the switch and the beams are properties: their names are public."""
    options = {
        "charged_tracks_ngood_high": "2", "photons_energy": "0.1", "WantPhotons": "false", "hard_track_1": "1.0", "sum_of_p_1": "1.5",
        "crossing_angle": "0.1", "ecms": "3.2", "reached_e_few_max": "1", "few_few_1": "3", "probe_angle": "0.1", "by_order_ka_1": "0.5",
    }  # fmt: skip
    ran = run(PROGRAM, batches(), options=options)

    def hard(e: Event) -> list[int]:
        return [s for s in e.showers() if e.gamma(s)[3] > 0.1]

    chosen = [
        e for e in ran.events()
        if len(good(e)) == 2 and max(p(e, t) for t in good(e)) > 1.0 and sum(p(e, t) for t in good(e)) > 1.5
    ]  # fmt: skip
    table = ran.tables["lists"]
    assert len(chosen) > 40 and any(not hard(e) for e in chosen)
    assert table["fastest"].tolist() == [by_momentum(e, good(e))[0] for e in chosen]
    frame = beams(3.2, 0.1)
    for e, energy in zip(chosen, table["e_cm"], strict=True):
        assert near(boosted(e.p4(by_momentum(e, good(e))[0]), frame)[3], float(energy), 1e-7)
    assert [len(each) for each in table["i_ka"]] == [
        sum(p(e, t) > 0.5 and e.charge(t) < 0 for t in good(e)) for e in chosen
    ]
    assert len(ran.tables["few"]["n"]) == sum(len(hard(e)) < 3 for e in chosen)
    assert max(map(len, ran.tables["reached"]["e_few"])) == 1


@pytest.mark.cpp
def test_two_instances_in_one_job():
    """A variation is a second instance with other numbers; tuples and counters are each instance's own (rule 24)."""
    from dsl4bes.run.job import Job
    from dsl4bes.standin.build import build_library

    made = compile_source(SourceFile("rule.bes", PROGRAM))
    selection = build_selection(made.program, made.files)
    batch = leptons()
    job = Job(build_library())
    try:
        job.load(selection.library)
        job.options(f"{selection.options}\nTight.charged_tracks_vr = 0.03;\nTight.ecms = 3.0;\n")
        job.algorithm("Rule", "Rule")
        job.algorithm("Rule", "Tight")
        job.vertex(0, True, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        job.initialize()
        job.process(batch)
        tables, histograms = job.tuples(), job.histograms()
        job.finalize()
        log = job.messages()
    finally:
        job.close()
    counts = {}
    for instance, vr in (("Rule", 2), ("Tight", 0.03)):
        expected = []
        for n in range(batch.n_events):
            e = Event(batch, n)
            tracks = [t for t in e.tracks() if abs(e.approach(e.mdc_helix(t))[0]) < vr]
            if 2 <= len(tracks) <= 6:
                expected.append(len(tracks))
        assert tables[f"FILE1/{instance}_reached"]["n"].tolist() == expected
        counts[instance] = len(expected)
        assert any(f"cut flow of {instance}" in line for line in log)
        assert any(name.endswith(f"{instance}_energies") for name in histograms)
    assert counts["Rule"] > counts["Tight"] > 10


@pytest.mark.cpp
def test_real_data_needs_an_interaction_point():
    """Rule 25: no (0,0,0) in silence."""
    made = compile_source(SourceFile("rule.bes", PROGRAM))
    selection = build_selection(made.program, made.files)
    batch = toy_events("J/psi -> e+ e-", 5, 1, options=ToyOptions(run=9947))
    session = JobSession(selection, Settings(vertex=SIMULATION))
    try:
        with pytest.raises(RunError, match="--vertex|interaction point"):
            session.process(batch)
    finally:
        session.close()
    session = JobSession(selection, Settings(vertex=vertices([leptons()])))  # a table without this run
    try:
        records = session.process(batch).records
        assert records is not None and not np.asarray(records.passed).any()
        log = "\n".join(session.close())
        assert "without a valid vertex: 5" in log
    except RunError:
        session.close()


START = 'analysis "Rule" do\necms 3.097 GeV\nend\nevent_selection do\ncharged_tracks do\nngood == 2\nend\n'


def test_names_that_clash_are_errors():
    """In `expect` and options characters other than letters and digits become `_` (rule 21)."""
    clash = diagnostics(START + 'require "a b", p(good1) > 1\nrequire "a-b", p(good1) > 1\nend\n')
    fine = diagnostics(START + 'require "a b", p(good1) > 1\nrequire "a c", p(good1) > 1\nend\n')
    assert set(clash) - set(fine)


@pytest.mark.parametrize(
    ("line", "good_line"),
    [
        ('require "x", angle(good1, good2) < 3', 'require "x", angle(good1, good2) < 3 rad'),  # rule 22
        ("charged_tracks do\nend", "charged_tracks(:loose) do\nend"),  # rule 8: twice the same list
        ('require "x", p(good) > 1', 'require "x", any(p(good) > 1)'),  # a list where one value is needed
        ('require "x", p(good3) > 1', 'require "x", p(good2) > 1'),  # the counts do not guarantee it
        ('require "x", p(good1) > 1 cm', 'require "x", p(good1) > 1 GeV'),
        ('require "x", eop(gam1) > 1', 'require "x", eop(good1) > 1'),
    ],
)
def test_errors(line: str, good_line: str):
    def errors(text: str) -> bool:
        return compile_source(SourceFile("rule.bes", text), until="ir").bag.has_errors

    assert errors(f"{START}photons do\nngam >= 1\nend\n{line}\nend\n")
    assert not errors(f"{START}photons do\nngam >= 1\nend\n{good_line}\nend\n")
