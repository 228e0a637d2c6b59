"""More photons than any event should have: the combinations stay few, the most energetic photons are taken, and what is left out is counted."""

from __future__ import annotations

import time
from math import comb

import numpy as np
import pytest
from cross_check_tools import built, compiled, vertices

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
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
