"""Fits that could only end in a macro that does not compile, or in a number that means nothing, are refused where they are written."""

from __future__ import annotations

import pytest

from dsl4bes.driver import check_source

PEAK = """fit("peak") do
    data  "h.root", histogram: "h"
    range 0..10
    signal gaussian do
        sigma 1
    end
    background exponential do
    end
end
"""
SAMPLES = """fit("both") do
    range 0..10
    background exponential do
    end
    sample(:one) do
        data :generated, events: 100
    end
    sample(:two) do
        data :generated, events: 200
    end
end
"""


def codes(text):
    return [item.code.id for item in check_source(text).bag]


def test_as_they_stand_they_are_fine():
    assert codes(PEAK) == codes(SAMPLES) == []


@pytest.mark.parametrize("asked", ["significance", "upper_limit 90 %", "branching_fraction events: 100, efficiency: 0.5"])
@pytest.mark.parametrize("amount", ["yield 2 * background.yield", "yield 10, fixed: true"])
def test_a_yield_that_does_not_float_cannot_be_asked_for(asked, amount):
    asks = PEAK.replace("    range", f"    {asked}\n    range")
    assert codes(asks) == []
    assert codes(asks.replace("sigma 1", f"sigma 1\n        {amount}")) == ["BES0611"]
    assert codes(PEAK.replace("sigma 1", f"sigma 1\n        {amount}")) == []


def test_data_are_generated_for_all_samples_or_for_none():
    assert codes(SAMPLES.replace(":generated, events: 200", '"h.root", histogram: "h"')) == ["BES0609"]


@pytest.mark.parametrize("error", ["0", "-1"])
def test_a_constraint_is_a_positive_error(error):
    assert codes(PEAK.replace("sigma 1", "sigma 1, constraint: 0.1")) == []
    assert codes(PEAK.replace("sigma 1", f"sigma 1, constraint: {error}")) == ["BES0211"]


def test_levels_are_read_with_the_rest():
    """A fit with a fault in any of its lines is none."""
    found = check_source(PEAK.replace("    range", "    intervals 95\n    range"))
    assert [item.code.id for item in found.bag] == ["BES0211"] and found.program is None
