"""The statistics of an evaluation: against values by hand, against the enumeration of all subsets, and where limits are known."""

from __future__ import annotations

from itertools import combinations

import pytest

pytest.importorskip("numpy", reason="the extra [run] is not installed")

from hypothesis import given
from hypothesis import strategies as st

from dsl4bes.benchmark.wilson import wilson
from dsl4bes.evaluation.estimate import bootstrap, overlap, pass_at, share


def test_pass_at_k_by_hand():
    assert pass_at(1, 20, 7) == pytest.approx(7 / 20)
    assert pass_at(5, 20, 1) == pytest.approx(5 / 20)  # the right one is among five of twenty
    assert pass_at(2, 5, 2) == pytest.approx(1 - (3 * 2) / (5 * 4))
    assert pass_at(5, 20, 0) == 0.0 and pass_at(5, 20, 20) == 1.0 and pass_at(5, 20, 16) == 1.0
    for bad in ((0, 5, 1), (6, 5, 1), (1, 5, 6), (1, 5, -1)):
        with pytest.raises(ValueError, match="pass@"):
            pass_at(*bad)


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n), st.integers(0, n))))
def test_pass_at_k_is_the_share_of_subsets_with_a_right_one(case):
    k, samples, right = case
    subsets = list(combinations(range(samples), k))
    assert pass_at(k, samples, right) == pytest.approx(sum(any(i < right for i in subset) for subset in subsets) / len(subsets))


@given(st.integers(1, 30), st.integers(0, 30))
def test_more_tries_and_more_right_ones_never_harm(samples, right):
    right = min(right, samples)
    values = [pass_at(k, samples, right) for k in range(1, samples + 1)]
    assert values == sorted(values) and values[0] == pytest.approx(right / samples) and values[-1] == (1.0 if right else 0.0)


def test_ten_tries_cannot_tell_four_from_seven():
    assert overlap(wilson(4, 10), wilson(7, 10)) and not overlap(wilson(80, 200), wilson(140, 200))
    assert overlap((0.1, 0.2), (0.2, 0.3)) and not overlap((0.1, 0.2), (0.21, 0.3))


def test_the_bootstrap_has_the_width_of_the_normal_approximation():
    """For many tasks that are right or wrong the interval is p +- 1.96 sqrt(p (1 - p) / n)."""
    values = [1.0] * 120 + [0.0] * 280
    low, high = bootstrap(values)
    half = 1.96 * (0.3 * 0.7 / 400) ** 0.5
    assert low == pytest.approx(0.3 - half, abs=0.006) and high == pytest.approx(0.3 + half, abs=0.006)
    assert bootstrap(values) == (low, high)


def test_samples_of_one_task_are_no_further_tries():
    """Ten tasks that are all right or all wrong: the interval is that of ten tries, however many samples there are."""
    low, high = bootstrap([1.0] * 5 + [0.0] * 5)
    assert high - low > 0.5
    low, high = bootstrap([0.5] * 10)
    assert (low, high) == (0.5, 0.5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_intervals_hold_the_share(values):
    found = share(values)
    assert found.value == pytest.approx(sum(values) / len(values)) and found.tasks == len(values)
    for low, high in (found.wilson, found.bootstrap):
        assert low - 1e-9 <= found.value <= high + 1e-9 and -1e-9 <= low and high <= 1 + 1e-9


def test_a_share_of_nothing_says_nothing():
    assert share([]).wilson == (0.0, 1.0) and share([]).tasks == 0
    with pytest.raises(ValueError, match="no task"):
        bootstrap([])
