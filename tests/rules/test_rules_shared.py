"""Shipped fragments and named constants on events: what plain loops over the stored values select, and one property for all uses.

Rules 5, 6 and 9. The judge runs beside the package (see `running.run`).
"""

from __future__ import annotations

import math

import pytest
from plain import Event, cos_of
from running import Ran, anything, busy, rhopi, run

PROGRAM = """let near = 0.5 cm
let late = 500 ns
let least = 60 MeV
let few = 2

include "besiii/standard_tracks.bes", vr: near, vz: 6 cm
event_selection do
    include "besiii/standard_photons.bes", barrel_energy: 30 MeV, isolation: 15 deg
    photons(:prompt) do
        energy > least
        time < late
    end
    charged_tracks(:close) do
        vr < near
    end
    require "some photons", count(gam) >= few or count(prompt) >= few
    veto "soft", max(e(gam)) < least
end
ntuple("lists") do
    array :i_good, index(good), max: 50
    array :i_close, index(close), max: 50
    array :i_gam, index(gam), max: 50
    array :i_prompt, index(prompt), max: 50
end
"""


def tracks(e: Event, vr: float, vz: float = math.inf, slope: float = math.inf) -> list[int]:
    found = []
    for t in e.tracks():
        r, z = e.approach(e.mdc_helix(t))
        if abs(r) < vr and abs(z) < vz and abs(cos_of(e.mdc_p4(t))) < slope:
            found.append(t)
    return found


def photons(e: Event) -> list[int]:
    found = []
    for s in e.showers():
        energy = e.gamma(s)[3]
        slope = abs(cos_of(e.gamma(s))) if energy > 0 else 1.0
        if not (slope < 0.8 and energy > 0.03 or 0.86 <= slope <= 0.92 and energy > 0.05):
            continue
        if 0 <= e.ticks(s) <= 14 and e.isolation(s) > math.radians(15):
            found.append(s)
    return found


def prompt(e: Event, least: float) -> list[int]:
    """500 ns are ten ticks of 50 ns."""
    return [s for s in e.showers() if e.gamma(s)[3] > least and e.ticks(s) < 10]


def expected(e: Event, near: float = 0.5, least: float = 0.06, few: int = 2) -> dict[str, list[int]] | None:
    gam, fast = photons(e), prompt(e, least)
    if not (len(gam) >= few or len(fast) >= few) or (gam and max(e.gamma(s)[3] for s in gam) < least):
        return None
    return {"i_good": tracks(e, near, 6, 0.93), "i_close": tracks(e, near), "i_gam": gam, "i_prompt": fast}


def compare(ran: Ran, **numbers: float) -> int:
    """Every list of every accepted event; gives how many events were accepted."""
    wanted = [row for e in ran.events() if (row := expected(e, **numbers)) is not None]
    table = ran.tables["lists"]
    assert len(wanted) == len(table["run"])
    for column in ("i_good", "i_close", "i_gam", "i_prompt"):
        assert [list(map(int, row)) for row in table[column]] == [row[column] for row in wanted], column
    return len(wanted)


@pytest.fixture(scope="module")
def batches():
    return [anything(), busy(), rhopi()]


@pytest.mark.cpp
def test_lists_of_fragments_and_constants(batches):
    assert compare(run(PROGRAM, batches)) > 100


@pytest.mark.cpp
def test_a_changed_property_acts_on_every_use(batches):
    """The package's default is not what is used: the same program with other values in the job options."""
    before = compare(run(PROGRAM, batches))
    changed = run(PROGRAM, batches, options={"near": "0.1", "least": "0.2", "few": "3"})
    assert compare(changed, near=0.1, least=0.2, few=3) < before
