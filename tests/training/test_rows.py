"""Order, packing, steps, the learning rate: every pair once an epoch, no row too long, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dsl4bes.training.recipe import Training
from dsl4bes.training.rows import packed, plan
from dsl4bes.training.schedule import rate

LENGTHS = [int(length) for length in np.random.default_rng(5).integers(20, 500, 700)]


@given(st.lists(st.integers(1, 512), min_size=1, max_size=400), st.booleans(), st.integers(1, 4), st.integers(1, 5), st.integers(0, 9))
def test_every_pair_is_seen_once_an_epoch_and_no_row_is_too_long(lengths, packing, batch, accumulation, seed):
    training = Training(epochs=2, longest=512, packing=packing, batch=batch, accumulation=accumulation, seed=seed)
    whole = plan(lengths, training)
    for epoch in whole.epochs:
        rows = [row for step in epoch for micro in step for row in micro]
        assert Counter(number for row in rows for number in row) == Counter(range(len(lengths)))
        assert all(sum(lengths[number] for number in row) <= 512 for row in rows) and (packing or all(len(row) == 1 for row in rows))
        assert all(len(micro) <= batch for step in epoch for micro in step) and all(len(step) == accumulation for step in epoch[:-1])
    assert [whole.step(number)[0] for number in range(whole.steps)] == sorted(whole.step(number)[0] for number in range(whole.steps))
    with pytest.raises(IndexError):
        whole.step(whole.steps)


def test_the_same_seed_gives_the_same_order_and_epochs_differ():
    one, other = Training(seed=1, longest=512), Training(seed=2, longest=512)
    assert plan(LENGTHS, one) == plan(LENGTHS, one) != plan(LENGTHS, other)
    assert plan(LENGTHS, one).epochs[0] != plan(LENGTHS, one).epochs[1]


def test_packing_fills_rows():
    rows = packed(range(len(LENGTHS)), LENGTHS, 512)
    assert sum(LENGTHS) / (512 * len(rows)) > 0.97
    whole = plan(LENGTHS, Training(longest=512))
    assert sum(LENGTHS) / (512 * sum(len(micro) for step in whole.epochs[0] for micro in step)) > 0.93


def test_rows_of_a_batch_are_of_about_the_same_length():
    whole = plan(LENGTHS, Training(longest=512, packing=False, batch=4))
    waste = sum(4 * max(LENGTHS[row[0]] for row in micro) - sum(LENGTHS[row[0]] for row in micro) for step in whole.epochs[0] for micro in step if len(micro) == 4)
    assert waste / sum(LENGTHS) < 0.05


def test_the_rate_rises_and_falls():
    training = Training(learning_rate=1e-3, warm_up=0.1)
    rates = [rate(step, 100, training) for step in range(100)]
    assert rates[0] == pytest.approx(1e-4) and max(rates) == rates[9] == pytest.approx(1e-3) and 0 < rates[-1] < 1e-6
    assert rates[:10] == sorted(rates[:10]) and rates[10:] == sorted(rates[10:], reverse=True)
    assert rate(55, 100, training) == pytest.approx(0.5e-3)
    assert rate(0, 1, Training(warm_up=0.0, learning_rate=1e-3)) == 1e-3
