"""Builds the reference driver against the stand-in library and runs it on events given as JSON objects.

In: events of the schema of the BOSS reference files.  Out: per fit and per track what the stand-in computes, as
dictionaries with the reference's own names.  Library and driver are cached by content; nothing is compared here.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from dsl4bes.standin.build import DEFINES, BuildError, ToolchainError, build_library
from dsl4bes.standin.toolchain import cache_folder, find_compiler, toolchain

STANDIN = ROOT / "dsl4bes" / "standin"
DRIVERS = STANDIN / "drivers"
HYPOTHESES = ("e", "mu", "pi", "k", "p")
STANDARD = "c++98"

Event = dict[str, Any]


class DriverError(RuntimeError):
    """The driver could not be built or did not run to its end."""


@dataclass(frozen=True, slots=True)
class Results:
    """What the stand-in computed: `fits[event][fit]`, `tracks[event][track]`, and the mean time of a 4C fit (ns)."""

    fits: list[list[dict[str, Any]]]
    tracks: list[list[dict[str, Any]]]
    nanoseconds: float | None


def compiler() -> str:
    """The C++ compiler to use; empty when the machine has none."""
    return find_compiler()


def build() -> Path:
    """The executable, built when none is cached for these sources and this library.

    Raises DriverError with the compiler's words when compiler or CLHEP is missing or something does not compile.
    """
    try:
        library, tools = build_library(), toolchain()
    except (BuildError, ToolchainError) as error:
        raise DriverError(str(error)) from error
    sources = sorted(DRIVERS.glob("reference_*.cxx"))
    digest = hashlib.sha256(library.name.encode())
    for path in sorted(DRIVERS.iterdir()):
        digest.update(path.read_bytes())
    program = cache_folder() / f"reference-driver-{digest.hexdigest()[:24]}"
    if not program.exists():
        part = program.with_suffix(f".{os.getpid()}.part")
        command = [tools.compiler, f"-std={tools.at_least(STANDARD)}", "-O2", "-w", *DEFINES]
        command += [f"-I{STANDIN / 'include'}", *tools.include_flags, *map(str, sources), str(library)]
        command += [f"-Wl,-rpath,{library.parent}", *tools.link_flags, "-o", str(part)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise DriverError(f"the reference driver does not compile:\n{done.stderr[-4000:]}")
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
    arguments = [str(build()), *([str(repeats)] if repeats else [])]
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
