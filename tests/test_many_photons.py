"""More photons than any event should have: the combinations stay few, the most energetic photons are taken, and what is left out is counted."""

from __future__ import annotations

import math
import time
from math import comb

import numpy as np
import pytest
from cross_check_tools import built, compiled, vertices

from dsl4bes.constructs.photon_limit import FITS, SUMS, combinations
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.ir.fits import Combine, KinematicFit
from dsl4bes.ir.program import steps_of
from dsl4bes.run.runner import Settings
from dsl4bes.run.session import JobSession

CAP = 20  #: SEMANTICS rule 17
PROGRAM = """
analysis "ManyPhotons" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge == 0
    end
    photons(:gam) do
        energy > 30 MeV
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    kinematic_fit(:fit) do
        decay "J/psi -> pi+ pi- 4 gam"
        from pip, pim, gam
        constrain :four_momentum
        choose :min_chi2
        optional
    end
end
ntuple("fits") do
    column n: count(gam), chi2: fit.chi2
    array :e_gam, e(gam), max: 100
end
"""


def weak_removed(batch: Batch) -> Batch:
    """The same events, in which only the 20 most energetic photons of each are above the threshold; tracks' own showers stay."""
    columns = dict(batch.columns)
    energy = columns["emc.energy"] = batch["emc.energy"].copy()
    for event in range(batch.n_events):
        tracks = batch.rows("track", event)
        first = tracks.start + int(batch["event.n_charged"][event])
        photons = batch.offsets["emc"][event] + batch["track.emc"][first : tracks.stop]
        weak = photons[np.argsort(-energy[photons], kind="stable")[CAP:]]
        energy[weak] = 0.001
    return Batch.build(batch.n_events, batch.offsets, columns, batch.first_event, batch.source)


def ran(selection, batch):
    """The rows, the log and the seconds of the event loop."""
    session = JobSession(selection, Settings(vertex=vertices([batch])))
    started = time.perf_counter()
    chunk = session.process(batch)
    seconds = time.perf_counter() - started
    return chunk.tables["fits"].columns, session.close(), seconds


@pytest.mark.cpp
def test_forty_photons_do_not_explode():
    batch = toy_events("J/psi -> pi+ pi- pi0 pi0", 15, 4, options=ToyOptions(extra_photons=40.0))
    selection = built(compiled(PROGRAM))
    rows, log, seconds = ran(selection, batch)
    least, _, least_seconds = ran(selection, weak_removed(batch))
    photons = rows["n"]
    assert len(photons) > 5 and np.median(photons) > 1.4 * CAP
    # the chosen fit is the one among the 20 strongest
    assert least["n"].max() == CAP
    np.testing.assert_array_equal(rows["chi2"], least["chi2"])
    # what was left out is counted, and said at the end
    line = next(line for line in log if "fit: photons of gam above the limit, left out" in line)
    assert int(line.rsplit(":", 1)[1]) == int(np.maximum(photons - CAP, 0).sum()) > 0
    # without the limit there would be more than five times the fits
    assert sum(comb(int(n), 4) for n in photons) > 5 * sum(comb(min(int(n), CAP), 4) for n in photons)
    assert seconds < 3 * least_seconds + 1


def kind_of(kind: str, pi0s: int, rest: str = "") -> str:
    """The program with a combination of pi0 in the place of its fit; what is chosen is the same whatever the order."""
    decay = " ".join(["(pi0 -> gam gam)"] * pi0s)
    block = {
        "fit": f'kinematic_fit(:fit) do\n decay "J/psi -> pi+ pi- {decay}"\n from pip, pim, gam\n constrain :four_momentum, :pi0\n choose :min_chi2\n',
        "combine": f'combine(:fit) do\n decay "made -> {decay}"\n from gam\n choose min: sum((m(pi0) - mass("pi0"))**2)\n',
    }[kind]
    before, after = PROGRAM[: PROGRAM.index("    kinematic_fit")], PROGRAM[PROGRAM.index("end\nntuple") :]
    quantity = "chi2: fit.chi2" if kind == "fit" else "chi2: m(fit)"
    return f"{before}{block} {rest}\n optional\n end\n{after}".replace("chi2: fit.chi2", quantity)


def the_limit(text: str):
    """The symbol of the combination and its limit."""
    step = next(step for step in steps_of(compiled(text).program.blocks) if isinstance(step, (KinematicFit, Combine)))
    return step.symbol, step.max_photons


@pytest.mark.parametrize(
    ("kind", "pi0s", "photons"),
    [("fit", 2, 20), ("fit", 3, 13), ("fit", 4, 11), ("combine", 2, 20), ("combine", 3, 20), ("combine", 4, 14)],
)
def test_more_pi0_are_made_of_fewer_photons(kind, pi0s, photons):
    most = FITS if kind == "fit" else SUMS
    symbol, limit = the_limit(kind_of(kind, pi0s))
    assert limit.value == photons
    # by hand: choose the photons, then pair them
    pairings = math.prod(range(1, 2 * pi0s, 2))
    for number in range(2 * pi0s, CAP + 1):
        assert combinations(symbol, number) == comb(number, 2 * pi0s) * pairings
    assert combinations(symbol, photons) <= most
    assert photons == CAP or combinations(symbol, photons + 1) > most
    assert (limit.name == "fit.max_photons") == (photons < CAP)  # a number of its own, which `vary` and job options can change


def test_photons_that_differ_are_counted_in_every_order():
    symbol, _ = the_limit(PROGRAM)
    assert combinations(symbol, 10) == comb(10, 4)
    symbol, _ = the_limit(kind_of("fit", 1))
    assert combinations(symbol, 10) == comb(10, 2)
    mixed = kind_of("fit", 1).replace("(pi0 -> gam gam)", "(pi0 -> gam gam) (eta -> gam gam)").replace(":pi0\n", ":pi0, :eta\n")
    symbol, _ = the_limit(mixed)
    assert combinations(symbol, 10) == comb(10, 2) * comb(8, 2)  # a pi0 and an eta are not exchanged


def test_the_number_of_the_program_is_taken():
    _, limit = the_limit(kind_of("fit", 4, "max_photons 9"))
    assert limit.value == 9


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("extra", [16.0, 40.0])
@pytest.mark.parametrize(
    ("kind", "pi0s"), [("fit", 2), ("fit", 3), ("fit", 4), ("combine", 2), ("combine", 3), ("combine", 4)]
)
def test_many_pi0_in_many_photons(kind, pi0s, extra):
    """Seconds of an event with 20 and with 40 photons; what is left out is counted."""
    text = kind_of(kind, pi0s)
    _, limit = the_limit(text)
    batch = toy_events("J/psi -> pi+ pi- pi0 pi0", 3, 4, options=ToyOptions(extra_photons=extra))
    rows, log, seconds = ran(built(compiled(text)), batch)
    photons = rows["n"]
    assert len(photons) and np.median(photons) > extra * 0.8
    left_out = int(np.maximum(photons - limit.value, 0).sum())
    lines = [line for line in log if "photons of gam above the limit, left out" in line]
    assert [int(line.rsplit(":", 1)[1]) for line in lines] == ([left_out] if left_out else [])
    assert seconds < 5 * len(photons)
