"""Builds the reference driver of the stand-in and runs it on events given as JSON objects.

In: events of the schema of the BOSS reference files.  Out: per fit and per track what the stand-in computes, as
dictionaries with the reference's own names.  Object files are cached by content; nothing is compared here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STANDIN = Path(__file__).resolve().parents[2] / "dsl4bes" / "standin"
DRIVERS = STANDIN / "drivers"
HYPOTHESES = ("e", "mu", "pi", "k", "p")
STANDARD = "c++17"
FLAGS = ("-O2", "-fPIC", "-w")

Event = dict[str, Any]


class DriverError(RuntimeError):
    """The driver could not be built or did not run to its end."""


@dataclass(frozen=True, slots=True)
class Results:
    """What the stand-in computed: `fits[event][fit]`, `tracks[event][track]`, and the mean time of a 4C fit (ns)."""

    fits: list[list[dict[str, Any]]]
    tracks: list[list[dict[str, Any]]]
    nanoseconds: float | None


def compiler() -> str | None:
    """The C++ compiler to use, or None when the machine has none."""
    return shutil.which(os.environ.get("CXX", "g++"))


def _cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = base / "dsl4bes" / "reference-driver"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sources(with_pid: bool) -> list[Path]:
    folders = ("event", "vertexfit", "pid") if with_pid else ("event", "vertexfit")
    found = [path for name in folders for path in sorted((STANDIN / "src" / name).glob("*.cxx"))]
    # Of the running job ParticleID needs the probability function alone.
    pid = [STANDIN / "src/runtime/Math.cxx", DRIVERS / "pid_present.cxx"] if with_pid else [DRIVERS / "pid_absent.cxx"]
    return [*found, DRIVERS / "reference_driver.cxx", *pid]


def _headers_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(STANDIN.rglob("*.h")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _object_file(source: Path, headers: str, standard: str, cxx: str) -> Path:
    key = hashlib.sha256((headers + standard + " ".join(FLAGS) + str(STANDIN)).encode() + source.read_bytes())
    target = _cache() / f"{source.stem}-{key.hexdigest()[:16]}.o"
    if not target.exists():
        part = target.with_suffix(f".{os.getpid()}.part")
        command = [cxx, f"-std={standard}", *FLAGS, f"-I{STANDIN / 'include'}", f"-I{STANDIN / 'src'}", f"-I{DRIVERS}"]
        _run([*command, "-c", str(source), "-o", str(part)])
        part.replace(target)
    return target


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DriverError(f"{command[0]} failed for {command[-1]}:\n{done.stderr[-4000:]}")


def build(with_pid: bool = False, standard: str = STANDARD) -> Path:
    """The executable, with or without ParticleID, built when no cached one matches the sources.

    Raises DriverError with the compiler's words when it does not compile or link.
    """
    cxx = compiler()
    if cxx is None:
        raise DriverError("no C++ compiler found (set CXX)")
    headers = _headers_digest()
    objects = [str(_object_file(source, headers, standard, cxx)) for source in _sources(with_pid)]
    program = _cache() / f"driver-{hashlib.sha256(' '.join(objects).encode()).hexdigest()[:16]}"
    if not program.exists():
        part = program.with_suffix(f".{os.getpid()}.part")
        _run([cxx, *objects, "-o", str(part), "-lCLHEP"])
        part.replace(program)
    return program


def _tokens(event: Event) -> Iterable[Any]:
    yield from event["ip"]
    yield from event["ip_sigma"]
    yield from event["ecms"]
    yield len(event["charged"])
    for track in event["charged"]:
        yield track["index"]
        for name in HYPOTHESES:
            yield from track[f"helix_{name}"]
            yield from track[f"cov_{name}"]
        hits = track.get("tof", [])
        yield len(hits)
        for hit in hits:
            yield from (hit["status"], hit["quality"], hit["path"], hit["tof"])
            yield from (*hit["texp"], *hit["toffset"], *hit["sigma"])
    yield len(event["showers"])
    for shower in event["showers"]:
        yield shower["index"]
        yield from (shower[name] for name in ("energy", "dE", "dtheta", "dphi"))
        yield from shower["position"]
    yield len(event["fits"])
    for fit in event["fits"]:
        yield fit["kind"]
        for name in ("hypotheses", "tracks", "showers"):
            values = fit.get(name, [])
            yield len(values)
            yield from values


def run(events: Sequence[Event], repeats: int = 0) -> Results:
    """What the stand-in computes for these events; with `repeats` every kalman_4c fit is also timed.

    Raises DriverError when the driver cannot be built or stops early.
    """
    text = " ".join(str(token) for event in events for token in _tokens(event))
    with_pid = any(track.get("tof") for event in events for track in event["charged"])
    arguments = [str(build(with_pid)), *([str(repeats)] if repeats else [])]
    done = subprocess.run(arguments, input=f"{len(events)} {text}", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DriverError(f"the driver stopped with {done.returncode}: {done.stderr}")
    fits: list[list[dict[str, Any]]] = [[] for _ in events]
    tracks: list[list[dict[str, Any]]] = [[] for _ in events]
    nanoseconds = None
    for line in done.stdout.splitlines():
        entry = json.loads(line)
        if "fit" in entry:
            fits[entry["event"]].append(entry)
        elif "charged" in entry:
            tracks[entry["event"]].append(entry)
        else:
            nanoseconds = entry["nanoseconds_per_4c_fit"]
    return Results(fits, tracks, nanoseconds)
