"""DST files and lists of files: what is read, in which pieces, and what happens to bad files."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from dsl4bes.events import Batch, EventFileError, open_events, read_file
from dsl4bes.events.columns import COLLECTIONS
from dsl4bes.events.composites import COMPOSITES
from dsl4bes.events.dst import count_events, read_dst
from dsl4bes.events.store import write_events
from dsl4bes.events.toy import random_batch

DATA = Path(__file__).parents[1] / "../shared/data"
RHOPI, CGEM, GUN = (DATA / name for name in ("test_full_mc_evt_1.dst", "test_cgem.dst", "test_mrpc.dst"))
real = pytest.mark.skipif(not RHOPI.exists(), reason="the real events (../shared/data) are not here")


def whole(path: Path, **keywords) -> Batch:
    return Batch.concatenate(list(read_dst(path, **keywords)))


@pytest.fixture(scope="module")
def rhopi() -> Batch:
    return whole(RHOPI)


@real
@pytest.mark.parametrize("path", [RHOPI, CGEM, GUN], ids=["rhopi", "cgem", "gun"])
def test_every_column_is_what_uproot_reads(path: Path):
    """Column by column against a plain pybes3 read."""
    import awkward as ak
    import pybes3  # noqa: F401
    import uproot

    batch = whole(path)
    batch.validate()
    tree = uproot.open(path)["Event"]
    compared = 0
    for collection in COLLECTIONS[1:]:
        if collection.name in COMPOSITES:  # test_events_composites.py
            continue
        array = tree[collection.branch].array()
        if collection.name != "tof_link":
            assert np.array_equal(batch.counts(collection.name), ak.to_numpy(ak.num(array)))
        for column in collection.columns:
            if not all(member in array.fields for member in column.dst):
                continue
            name = f"{collection.name}.{column.name}"
            if collection.name == "tof_link":
                expected = ak.to_numpy(ak.flatten(array["m_tofTrackIds"], axis=None))
            else:
                members = [ak.to_numpy(ak.flatten(array[m], axis=1)) for m in column.dst]
                expected = np.concatenate([m.reshape(len(m), -1) for m in members], axis=1)
            if column.order:
                expected = expected[:, column.order]
            assert np.array_equal(batch[name].ravel(), expected.ravel(), equal_nan=True), name
            compared += 1
    assert compared >= 120


@real
def test_facts_of_the_ten_events(rhopi: Batch):
    assert rhopi.n_events == 10
    assert set(rhopi["event.run"].tolist()) == {-9989}
    assert rhopi["event.number"].tolist() == list(range(10))
    charged = rhopi["event.n_charged"]
    assert charged.sum() == 19
    assert np.array_equal(rhopi["event.n_charged"] + rhopi["event.n_neutral"], rhopi.counts("track"))
    # closest approach of the first tracks, from the data's README
    first = rhopi["mdc.helix"][:2]
    assert np.allclose(np.abs(first[:, 0]), [0.0342, 4.256], atol=1e-3)
    assert np.allclose(first[:, 3], [0.378, 18.892], atol=1e-3)


@real
def test_tof_links_follow_the_track(rhopi: Batch):
    """Every record a charged track points to says that it belongs to that track."""
    followed = 0
    for event in range(10):
        tracks, links, tofs = (rhopi.rows(name, event) for name in ("track", "tof_link", "tof"))
        mdc = rhopi.rows("mdc", event)
        for track in range(tracks.start, tracks.start + int(rhopi["event.n_charged"][event])):
            owner = rhopi["mdc.id"][mdc][rhopi["track.mdc"][track]]
            begin = links.start + rhopi["track.tof_first"][track]
            for link in range(begin, begin + rhopi["track.tof_count"][track]):
                record = tofs.start + rhopi["tof_link.tof"][link]
                assert rhopi["tof.track_id"][record] == owner
                followed += 1
    assert followed > 90


@real
@pytest.mark.parametrize("chunk", [1, 3, 10, 1000])
def test_chunks_add_up(rhopi: Batch, chunk: int):
    batches = list(read_dst(RHOPI, chunk=chunk, first_event=5))
    assert max(batch.n_events for batch in batches) <= chunk
    assert [batch.first_event for batch in batches] == list(range(5, 15, chunk))
    joined = Batch.concatenate(batches)
    assert all(np.array_equal(joined[name], rhopi[name], equal_nan=True) for name in rhopi.columns)


@real
def test_only_what_is_needed_is_read(rhopi: Batch):
    batch = whole(RHOPI, needs={"emc", "kal"})
    batch.validate()
    assert np.array_equal(batch["emc.energy"], rhopi["emc.energy"])
    for absent in ("mdc", "tof", "mc", "ext"):
        assert batch.offsets[absent][-1] == 0
    # nobody may follow a link into what was not read
    assert (batch["track.mdc"] == -1).all()
    assert (batch["tof_link.tof"] == -1).all()
    assert np.array_equal(batch["track.kal"], rhopi["track.kal"])
    with pytest.raises(ValueError, match="zdd"):
        list(read_dst(RHOPI, needs={"zdd"}))


@real
def test_truncated_files_are_named_and_the_others_read(tmp_path: Path):
    content = RHOPI.read_bytes()
    for number, size in enumerate((0, 3, 100, 5000, len(content) // 2, len(content) - 1)):
        (tmp_path / f"{number}.dst").write_bytes(content[:size])
    damaged = bytearray(content)
    damaged[len(content) // 3 : len(content) // 3 + 4000] = bytes(4000)
    (tmp_path / "6.dst").write_bytes(damaged)
    (tmp_path / "7.dst").write_bytes(content)
    source = open_events(tmp_path)
    batches = list(source)
    assert sum(batch.n_events for batch in batches if batch.source.endswith("7.dst")) == 10
    assert [Path(failure.path).name for failure in source.failures] == [f"{n}.dst" for n in range(7)]
    reasons = [failure.reason for failure in source.failures]
    assert "empty" in reasons[0]
    assert "not a ROOT file" in reasons[1]
    assert all("truncated" in reason for reason in reasons[2:6])
    assert all(failure.advice for failure in source.failures)
    assert source.count() >= 10


def test_foreign_root_file(tmp_path: Path):
    uproot = pytest.importorskip("uproot")
    path = tmp_path / "foreign.root"
    with uproot.recreate(path) as file:
        file["mine"] = {"x": np.arange(3)}
    with pytest.raises(EventFileError, match="the file holds mine") as caught:
        list(read_dst(path))
    assert caught.value.path == str(path)
    other = tmp_path / "event.root"
    with uproot.recreate(other) as file:
        file.mktree("Event", {"x": np.int32}).extend({"x": np.arange(3, dtype=np.int32)})
    with pytest.raises(EventFileError, match="m_evtRecTrackCol is missing"):
        list(read_dst(other))


def test_without_pybes3_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(sys.modules, "pybes3", None)
    with pytest.raises(EventFileError, match=r"dsl4bes\[run\]"):
        list(read_dst(tmp_path / "x.dst"))


def test_missing_files_and_folders(tmp_path: Path):
    with pytest.raises(EventFileError, match="no such file"):
        list(read_dst(tmp_path / "no.dst"))
    with pytest.raises(EventFileError, match="not a file"):
        list(read_dst(tmp_path))
    with pytest.raises(EventFileError):
        count_events(tmp_path / "no.dst")
    source = open_events([tmp_path, tmp_path / "no.dst", str(tmp_path / "*.dst"), f"@{tmp_path}/no.txt"])
    assert list(source) == []
    assert len(source.failures) == 4
    assert list(source) == []
    assert len(source.failures) == 4, "failures of one pass only"


def test_patterns_lists_and_folders(tmp_path: Path):
    batch = random_batch(1, 5)
    (tmp_path / "deep").mkdir()
    for name in ("b.toy.npz", "a.toy.npz", "deep/c.toy.npz"):
        write_events(tmp_path / name, [batch])
    assert [Path(p).name for p in open_events(tmp_path).files] == ["a.toy.npz", "b.toy.npz", "c.toy.npz"]
    assert [Path(p).name for p in open_events(str(tmp_path / "[ab]*")).files] == ["a.toy.npz", "b.toy.npz"]
    assert len(open_events(str(tmp_path / "**" / "*.npz")).files) == 3
    listing = tmp_path / "files.txt"
    listing.write_text("# events\n\nb.toy.npz\r\nmissing.dst\ndeep\n" + "a.toy.npz\n" * 3, encoding="utf-8")
    source = open_events(listing)
    assert [Path(p).name for p in source.files] == [
        "b.toy.npz", "missing.dst", "c.toy.npz", "a.toy.npz", "a.toy.npz", "a.toy.npz",
    ]  # fmt: skip
    assert [b.first_event for b in source] == [0, 5, 10, 15, 20]
    assert [Path(f.path).name for f in source.failures] == ["missing.dst"]
    assert source.count() == 25
    (tmp_path / "empty.txt").write_text("# nothing\n")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    bad = open_events([tmp_path / "empty.txt", tmp_path / "binary.txt"])
    assert bad.files == () and len(bad.failures) == 2


@real
def test_content_decides_not_the_name(tmp_path: Path):
    disguised = tmp_path / "really-dst.toy.npz"
    disguised.write_bytes(RHOPI.read_bytes())
    assert sum(b.n_events for b in read_file(disguised)) == 10


@real
@pytest.mark.parametrize("path", [RHOPI, GUN], ids=["rhopi", "gun"])
def test_error_matrices_are_put_together_as_boss_packs_them(path: Path):
    """Helix covariances are positive definite, and a shower's position errors give the angular errors stored beside them."""
    batch = whole(path)
    assert (np.linalg.eigvalsh(batch["mdc.error"].reshape(-1, 5, 5)) > 0).all()
    x, y, z = batch["emc.x"], batch["emc.y"], batch["emc.z"]
    rho2 = x * x + y * y
    to_phi = np.stack([-y, x, 0 * x], axis=1) / rho2[:, None]
    to_theta = np.stack([x * z, y * z, -rho2], axis=1) / (np.sqrt(rho2) * (rho2 + z * z))[:, None]
    matrices = batch["emc.error"].reshape(-1, 3, 3)
    for name, slope in (("dphi", to_phi), ("dtheta", to_theta)):
        error = np.sqrt(np.einsum("ni,nij,nj->n", slope, matrices, slope))
        assert np.allclose(error, batch[f"emc.{name}"], rtol=1e-6), name
