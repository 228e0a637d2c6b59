"""The correction of helices: what moves, by how much, for which tracks, and that it can be repeated.

The shift of every track is worked out here from the fits' inputs by hand, with a hash written out for whole numbers of Python.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from leastsquares import Measured, fit, photon, track
from plain import PI, Event, beams
from running import run

from dsl4bes.driver import check_source
from dsl4bes.events.toy import ToyOptions, toy_events

BEAM = beams(3.097)
HEAD = """analysis "Smeared" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        ngam 2..4
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
"""
TABLE = {1: {"phi0": (0.3, 1.4), "kappa": (-0.2, 1.5), "tanl": (0.1, 1.3)}, -1: {"phi0": (0.0, 1.2), "kappa": (0.25, 1.6)}}
PLACES = {"phi0": 1, "kappa": 2, "tanl": 4}

SELECTION = HEAD + """    kinematic_fit(:fit4c) do
        decay     "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose    :min_chi2
        optional
    end
    vertex_fit(:vertex) do
        from pip, pim
        optional
    end
end
ntuple("fits") do
    column chi2: fit4c.chi2, vertex: vertex.chi2, p_raw: p(pip), i: index(pip), j: index(pim)
end
"""


def faults_of(text: str) -> list[str]:
    """Names of the diagnostics, notes left out."""
    return [item.code.name for item in check_source(text, "helix.bes").bag if item.code.name != "assumed-block"]


def lines(seed: int = 5) -> str:
    text = f"helix_correction do\n    seed {seed}\n"
    for charge, name in ((1, "pip"), (-1, "pim")):
        text += f"    {name} " + ", ".join(f"{key}: [{mean}, {width}]" for key, (mean, width) in TABLE[charge].items()) + "\n"
    return text + "end\n"


def mixed(state: int, value: int) -> int:
    state ^= value % 2**32
    state ^= state >> 16
    state = state * 0x85EBCA6B % 2**32
    state ^= state >> 13
    state = state * 0xC2B2AE35 % 2**32
    state ^= state >> 16
    return (state + 0x9E3779B9) % 2**32


def normal(*values: int) -> float:
    state = 0
    for value in values:
        state = mixed(state, value)
    first, second = ((mixed(state, i) + 0.5) / 2**32 for i in (1, 2))
    return math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second)


def corrected(e: Event, position: int, seed: int) -> Measured:
    """The track as it enters the fit."""
    plain, run_number = track(e, position, PI), int(e.batch["event.run"][e.number])
    values = plain.values.copy()
    if run_number < 0:
        for key, (mean, width) in TABLE[e.charge(position)].items():
            place = PLACES[key]
            at = (1, 2, 4).index(place)
            gauss = normal(seed, run_number, int(e.batch["event.number"][e.number]), position, place)
            values[at] += (mean + math.sqrt(width**2 - 1) * gauss) * math.sqrt(plain.covariance[at, at])
    return replace(plain, values=values)


def events(run_number: int):
    options = ToyOptions(extra_photons=0.0, split_offs=0.0)
    batch = toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 80, 51, options=options)
    batch.columns["event.run"][:] = run_number
    return batch


@pytest.mark.cpp
def test_the_helices_of_simulated_tracks_move_before_fits():
    ran = run(lines() + SELECTION, [events(-1000)], tolerated=0)
    plain = run(SELECTION, [events(-1000)], tolerated=0)
    table, before = ran.tables["fits"], plain.tables["fits"]
    found = [e for e, kept in zip(ran.events(), ran.accepted(), strict=True) if kept]
    moved = 0
    for n, e in enumerate(found):
        if table["chi2"][n] > 60:
            continue
        gam = sorted((s for s in e.showers() if e.gamma(s)[3] > 0.025), key=lambda s: -e.gamma(s)[3])
        two = [corrected(e, int(table[name][n]), 5) for name in ("i", "j")]
        chi2 = min(fit([*two, photon(e, a), photon(e, b)], BEAM)[0] for k, a in enumerate(gam) for b in gam[k + 1 :])
        assert abs(table["chi2"][n] - chi2) < 0.02 + 0.06 * chi2
        moved += abs(table["chi2"][n] - before["chi2"][n]) > 0.1
    assert moved > 25
    assert np.array_equal(table["p_raw"], before["p_raw"])  # outside of fits nothing moves
    assert (np.abs(table["vertex"] - before["vertex"]) > 1e-6).mean() > 0.8


@pytest.mark.cpp
def test_data_stay_and_a_seed_changes_the_numbers():
    data, same = run(lines() + SELECTION, [events(1000)]), run(SELECTION, [events(1000)])
    assert np.array_equal(data.tables["fits"]["chi2"], same.tables["fits"]["chi2"])
    again = [run(lines() + SELECTION, [events(-1000)], options={"helix_correction_seed": str(seed)}).tables["fits"]["chi2"] for seed in (5, 5, 6)]
    assert np.array_equal(again[0], again[1]) and not np.array_equal(again[0], again[2])


def test_the_random_numbers_are_normal_and_independent():
    draws = np.array([[normal(1, -9989, event, track, 1), normal(1, -9989, event, track, 2)] for event in range(4000) for track in range(2)])
    assert abs(draws.mean()) < 0.02 and abs(draws.std() - 1) < 0.02
    assert abs(np.mean(draws[:, 0] * draws[:, 1])) < 0.04 and abs(np.mean(draws[::2, 0] * draws[1::2, 0])) < 0.06
    assert abs(np.mean(np.abs(draws) < 1) - 0.6827) < 0.02


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("pip phi0: [0.1, 0.9]", "value-out-of-range"),
        ("pip phi0: 1.2", "bad-value"),
        ("pip phi0: [0.1, 1.2, 3]", "bad-value"),
        ("pip dz: [0.1, 1.2]", "unexpected-argument"),
        ("pi phi0: [0.1, 1.2]", "unknown-field"),
        ("pip phi0: [0, 1.2]\n pip phi0: [0, 1.3]", "duplicate-field"),
        ("seed 3", "missing-field"),
        ("pip phi0: [0, 1.2]\nend\nhelix_correction do\n pip phi0: [0, 1.2]", "duplicate-block"),
        ("pip phi0: [1 MeV, 1.2]", None),
    ],
)
def test_bad_tables(line: str, code: str | None):
    found = faults_of(f"helix_correction do\n {line}\nend\n{SELECTION}")
    assert code in found if code else found, found


def test_a_correction_that_no_fit_sees():
    assert "without-effect" in faults_of(f"{lines()}event_selection do\n charged_tracks do\n ngood == 2\n end\nend\n")
