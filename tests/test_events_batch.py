"""Batch: slices, concatenation, defaults, and what validate refuses."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from dsl4bes.events.batch import Batch, BatchError, event_of_row
from dsl4bes.events.columns import COLLECTIONS
from dsl4bes.events.toy import random_batch


def same(one: Batch, two: Batch) -> bool:
    return (
        one.n_events == two.n_events
        and all(np.array_equal(one.offsets[name], two.offsets[name]) for name in one.offsets)
        and all(np.array_equal(one.columns[name], two.columns[name]) for name in one.columns)
    )


def test_an_empty_batch_has_every_column():
    batch = Batch.empty()
    batch.validate()
    names = {f"{c.name}.{column.name}" for c in COLLECTIONS for column in c.columns}
    assert set(batch.columns) == names
    assert len(batch) == 0


def test_missing_columns_get_the_declared_default():
    batch = Batch.build(1, {"tof": np.array([0, 2])}, {"tof.tof": np.array([1.0, 2.0])})
    batch.validate()
    assert batch["tof.path"].tolist() == [9999.0, 9999.0]
    assert batch["tof.quality"].tolist() == [10, 10]
    assert batch["tof.texp"].shape == (2, 5)
    assert batch["event.n_charged"].tolist() == [0]


def test_slices_put_together_are_the_whole():
    batch = random_batch(1, 40)
    parts = list(batch.split(7))
    for part in parts:
        part.validate()
    assert [part.first_event for part in parts] == [0, 7, 14, 21, 28, 35]
    assert same(Batch.concatenate(parts), batch)
    middle = batch.slice(10, 20)
    for collection in ("track", "tof", "mc"):
        for event in (0, 9):
            rows, whole = middle.rows(collection, event), batch.rows(collection, event + 10)
            assert np.array_equal(
                middle[f"{collection}.id" if collection != "mc" else "mc.index"][rows],
                batch[f"{collection}.id" if collection != "mc" else "mc.index"][whole],
            )


def test_slices_are_clamped_and_views():
    batch = random_batch(2, 10)
    assert batch.slice(8, 99).n_events == 2
    assert batch.slice(5, 3).n_events == 0
    assert np.shares_memory(batch.slice(2, 5)["kal.error"], batch["kal.error"])
    with pytest.raises(ValueError):
        next(batch.split(0))


def test_counts_and_events_of_rows_agree():
    batch = random_batch(3, 30)
    events = event_of_row(batch.offsets["emc"])
    assert np.array_equal(np.bincount(events, minlength=30), batch.counts("emc"))


def broken(batch: Batch, name: str, values: np.ndarray) -> Batch:
    return dataclasses.replace(batch, columns={**batch.columns, name: values})


@pytest.mark.parametrize("link", ["track.mdc", "track.kal", "track.emc", "track.muc", "tof_link.tof"])
@pytest.mark.parametrize("value", [-2, 99])
def test_a_link_out_of_range_is_refused(link: str, value: int):
    batch = random_batch(4, 20)
    values = batch[link].copy()
    values[-1] = value
    with pytest.raises(BatchError, match=link):
        broken(batch, link, values).validate()


def test_other_damage_is_refused():
    batch = random_batch(5, 20)
    with pytest.raises(BatchError, match=r"emc\.energy"):
        broken(batch, "emc.energy", batch["emc.energy"].astype(np.float32)).validate()
    with pytest.raises(BatchError, match=r"kal\.helix"):
        broken(batch, "kal.helix", batch["kal.helix"][:, :5].copy()).validate()
    with pytest.raises(BatchError, match="contiguous"):
        broken(batch, "kal.helix", np.asfortranarray(batch["kal.helix"])).validate()
    with pytest.raises(BatchError, match="n_charged"):
        broken(batch, "event.n_charged", batch["event.n_charged"] + 100).validate()
    with pytest.raises(BatchError, match="tof_first"):
        broken(batch, "track.tof_count", batch["track.tof_count"] + 50).validate()
    with pytest.raises(BatchError, match="no such column"):
        Batch.build(0, {}, {"emc.colour": np.zeros(0)})
    with pytest.raises(BatchError, match="no such collection"):
        Batch.build(0, {"zdd": np.zeros(1)}, {})
    with pytest.raises(BatchError, match="values where"):
        Batch.build(1, {"emc": np.array([0, 2])}, {"emc.energy": np.zeros(3)})
    falling = dataclasses.replace(batch, offsets={**batch.offsets, "muc": batch.offsets["muc"][::-1].copy()})
    with pytest.raises(BatchError, match="muc"):
        falling.validate()


def test_importing_events_loads_nothing_heavy():
    heavy = ("numpy", "uproot", "awkward", "particle")
    code = f"import sys, dsl4bes.events, dsl4bes.events.toy; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
