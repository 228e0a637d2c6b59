"""The sample: checked, atomic, from an archive that may be hostile. The network is used only if asked for."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from dsl4bes.events import sample
from dsl4bes.events.sample import SAMPLES, SampleError, sample_folder, sample_path

DATA = Path(__file__).parents[1] / "../shared/data"
real = pytest.mark.skipif(
    not (DATA / SAMPLES["rhopi"].file).exists(), reason="the real events (../shared/data) are not here"
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DSL4BES_DATA", raising=False)
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "samples"


def archive(folder: Path, contents: dict[str, bytes], extra: list[tarfile.TarInfo] = ()) -> Path:  # type: ignore[assignment]
    path = folder / "pybes3-0.5.6.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for member in extra:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def good_contents() -> dict[str, bytes]:
    return {f"pybes3-0.5.6/tests/data/{s.file}": (DATA / s.file).read_bytes() for s in SAMPLES.values()}


@real
def test_the_checksums_are_those_of_the_files(own_folder: Path):
    calls = []

    def fetch(folder: Path) -> Path:
        calls.append(folder)
        hostile = tarfile.TarInfo("../../outside")
        hostile.size = 3
        link = tarfile.TarInfo("pybes3-0.5.6/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        return archive(folder, good_contents(), [hostile, link])

    path = sample_path("rhopi", fetch)
    assert path.read_bytes() == (DATA / "test_full_mc_evt_1.dst").read_bytes()
    assert sorted(p.name for p in own_folder.iterdir()) == sorted(s.file for s in SAMPLES.values())
    assert sample_path("gun", fetch).exists() and len(calls) == 1, "one download serves all"
    assert not (own_folder.parent.parent / "outside").exists()
    # a damaged copy is fetched again
    path.write_bytes(b"root")
    assert sample_path("rhopi", fetch).stat().st_size > 100_000 and len(calls) == 2


@real
@pytest.mark.parametrize("damage", ["content", "missing", "link", "large", "no archive"])
def test_what_is_not_the_sample_is_refused(own_folder: Path, damage: str, tmp_path: Path):
    def fetch(folder: Path) -> Path:
        contents = good_contents()
        first = "pybes3-0.5.6/tests/data/" + SAMPLES["rhopi"].file
        extra = []
        if damage == "content":
            contents[first] = b"root" + contents[first][4:-1] + b"!"
        elif damage != "no archive":
            del contents[first]
        if damage == "link":
            member = tarfile.TarInfo(first)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            extra = [member]
        if damage == "large":
            member = tarfile.TarInfo(first)
            member.size = 20_000_000
            extra = [member]
        if damage == "no archive":
            path = folder / "x.tar.gz"
            path.write_bytes(b"<html>proxy login</html>")
            return path
        return archive(folder, contents, extra)

    with pytest.raises(SampleError):
        sample_path("rhopi", fetch)
    assert not own_folder.exists() or list(own_folder.iterdir()) == []


def test_without_a_network_it_says_what_serves(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(SampleError, match="dsl4bes toy"):
        sample_path("rhopi")


def test_unknown_names_and_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with pytest.raises(SampleError, match="rhopi, cgem, gun"):
        sample_path("nothing")
    assert sample_folder() == tmp_path / "cache" / "samples"
    monkeypatch.setenv("DSL4BES_DATA", str(tmp_path / "data"))
    assert sample_folder() == tmp_path / "data"
    monkeypatch.delenv("DSL4BES_DATA")
    monkeypatch.delenv("DSL4BES_CACHE")
    assert sample_folder().name == "samples" and "dsl4bes" in str(sample_folder())


@real
def test_a_folder_that_has_the_files_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DSL4BES_DATA", str(DATA))
    path = sample_path("rhopi", lambda folder: pytest.fail("no download is needed"))
    assert path.parent == DATA


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DSL4BES_DATA", str(tmp_path / "file" / "sub"))
    monkeypatch.setattr(sample, "_contents", lambda archive: [(SAMPLES["rhopi"], b"x")])
    with pytest.raises(SampleError, match="cannot write"):
        sample_path("rhopi", lambda folder: folder)


@pytest.mark.skipif(not os.environ.get("DSL4BES_TEST_NETWORK"), reason="DSL4BES_TEST_NETWORK is not set")
def test_the_real_download():
    assert sample_path("rhopi").stat().st_size > 100_000
