"""Event files of our own: what is written is what is read, in any pieces, and bad files are named."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dsl4bes.events import Batch, EventFileError, read_events, write_events
from dsl4bes.events.store import count_stored, origin
from dsl4bes.events.toy import random_batch


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, Batch]:
    batch = random_batch(7, 50)
    path = tmp_path / "events.toy.npz"
    assert write_events(path, batch.split(20), origin="random", block=15) == 50
    return path, batch


def test_what_is_written_is_read(stored: tuple[Path, Batch]):
    path, batch = stored
    for chunk in (1, 7, 15, 100):
        batches = list(read_events(path, chunk=chunk, first_event=3))
        assert max(b.n_events for b in batches) <= chunk
        assert batches[0].first_event == 3 and batches[-1].first_event + batches[-1].n_events == 53
        again = Batch.concatenate(batches)
        again.validate()
        assert all(np.array_equal(again.offsets[name], batch.offsets[name]) for name in batch.offsets)
        assert all(np.array_equal(again[name], batch[name]) for name in batch.columns)
    assert count_stored(path) == 50
    assert origin(path) == "random"


def test_only_what_is_needed(stored: tuple[Path, Batch]):
    path, batch = stored
    part = Batch.concatenate(list(read_events(path, needs={"emc"})))
    assert np.array_equal(part["emc.energy"], batch["emc.energy"])
    assert part.offsets["kal"][-1] == 0 and (part["track.kal"] == -1).all()


def test_the_same_events_are_the_same_bytes(tmp_path: Path, monkeypatch):
    for name, now in (("a", 1.0e9), ("b", 1.7e9)):
        monkeypatch.setattr("time.time", lambda now=now: now)
        write_events(tmp_path / name, [random_batch(1, 10)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_events_is_a_file_too(tmp_path: Path):
    assert write_events(tmp_path / "none.toy.npz", []) == 0
    assert list(read_events(tmp_path / "none.toy.npz")) == []


def test_a_failed_write_leaves_nothing(tmp_path: Path):
    def failing():
        yield random_batch(1, 3)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        write_events(tmp_path / "x.toy.npz", failing())
    assert list(tmp_path.iterdir()) == []


def test_damaged_and_foreign_files(stored: tuple[Path, Batch], tmp_path: Path):
    path, _ = stored
    content = path.read_bytes()
    (tmp_path / "cut").write_bytes(content[: len(content) // 2])
    with pytest.raises(EventFileError, match="damaged or truncated"):
        list(read_events(tmp_path / "cut"))
    with zipfile.ZipFile(tmp_path / "foreign", "w") as archive:
        archive.writestr("readme", "hello")
    with pytest.raises(EventFileError, match="not of events"):
        list(read_events(tmp_path / "foreign"))
    with zipfile.ZipFile(tmp_path / "future", "w") as archive:
        archive.writestr("header.json", json.dumps({"format": "dsl4bes-events", "version": 99, "blocks": []}))
    with pytest.raises(EventFileError, match="version"):
        list(read_events(tmp_path / "future"))
    with zipfile.ZipFile(tmp_path / "hollow", "w") as archive:
        archive.writestr("header.json", json.dumps({"format": "dsl4bes-events", "version": 1, "blocks": [3]}))
    with pytest.raises(EventFileError, match="block 0"):
        list(read_events(tmp_path / "hollow"))
    with pytest.raises(EventFileError, match="no such file"):
        list(read_events(tmp_path / "missing"))


def test_flipped_bytes_never_give_wrong_events(stored: tuple[Path, Batch], tmp_path: Path):
    """A damaged block fails its checksum; it is an error and never different numbers."""
    path, batch = stored
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(1)
    failed = 0
    for _ in range(25):
        damaged = bytearray(content)
        damaged[int(rng.integers(100, len(content)))] ^= 0xFF
        (tmp_path / "flipped").write_bytes(damaged)
        try:
            again = Batch.concatenate(list(read_events(tmp_path / "flipped")))
        except EventFileError:
            failed += 1
            continue
        assert all(np.array_equal(again[name], batch[name]) for name in batch.columns)
    assert failed > 5
