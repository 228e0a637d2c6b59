"""Weights of simulated samples against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from running import diagnostics, run
from taken import taken

pytestmark = pytest.mark.cpp

BLOCK = "sample_weight(:w) do\n{}\nend\n"
TEXT = (
    "event_selection do\n    photons do\n        ngam >= 2\n    end\nend\n"
    + BLOCK
    + 'ntuple("gg") do\n    column w: w, m: m(gam1, gam2)\nend\nhistogram("m") do\n    fill m(gam1, gam2)\n    bins 40, 0 GeV..2 GeV\n    weight w\nend\n'
)


@pytest.mark.parametrize(
    ("lines", "options", "weight"),
    [
        ("generated 1000000\ncross_section 3660\nluminosity 2931.8", {}, 3660 * 2931.8 / 1e6),
        ("generated 1000000\ncross_section 3660\nluminosity 2931.8", {"w_generated": "5000.0", "w_luminosity": "10.0"}, 3660 * 10 / 5000),
        ("generated 500000\nexpected 12000", {}, 0.024),
    ],
)
def test_simulation_is_scaled_and_data_counts_one(lines, options, weight):
    ran = run(TEXT.format(lines), [taken()], options=options)
    table = ran.tables["gg"]
    wanted = np.where(table["run"] < 0, weight, 1.0)
    assert len(set(wanted)) == 2
    assert np.allclose(table["w"], wanted, rtol=1e-12)
    assert np.allclose(ran.histograms["m"][1:-1], np.histogram(table["m"], 40, (0, 2), weights=wanted)[0])


@pytest.mark.parametrize(
    "lines",
    ["expected 5", "generated 5", "generated 5\nluminosity 3", "generated 5\nexpected 3\nluminosity 3", "generated 5\nexpected 3\nluminosity 3\ncross_section 2"],
)
def test_a_weight_needs_what_is_expected_once(lines):
    assert "BES0203" in diagnostics(TEXT.format(lines))
    assert "BES0301" not in diagnostics(TEXT.format(lines))


def test_nothing_was_generated():
    assert "BES0211" in diagnostics(TEXT.format("generated 0\nexpected 3"))
