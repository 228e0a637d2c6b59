"""The last run of a program: the newest saved result beside it.

In: the path of a program. Out: a `LastRun`, or None. A saved result is what `dsl4bes run --save FILE` wrote, into the folder of the program; a file that is no result, or of another program, is passed over. Nothing is run.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dsl4bes.run.cutflow import CutFlow

_MOST_FILES = 40
_LARGEST = 20_000_000
_known: dict[tuple[str, float, int], tuple[CutFlow, str] | None] = {}


@dataclass(frozen=True, slots=True)
class LastRun:
    """The cut flow and the file it is from; `stale`: the program was written after it."""

    file: str
    cutflow: CutFlow
    stale: bool

    def counts(self) -> dict[str, int]:
        """Events by the lines of the cut flow, those of regions with the region's name in front."""
        lines = {(f"{line.region}.{line.key}" if line.region else line.key): line.events for line in self.cutflow.lines}
        return {"events": self.cutflow.events, **lines}


def last_run(path: str) -> LastRun | None:
    """The newest saved result of a program in its folder."""
    folder = os.path.dirname(path) or "."
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.endswith(".json") and entry.is_file()]
        found = sorted(((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries), reverse=True)
        written = os.stat(path).st_mtime
    except OSError:
        return None  # a new program has no folder yet
    for time, size, name in found[:_MOST_FILES]:
        saved = None if size > _LARGEST else _read(name, time, size)
        if saved is not None and os.path.basename(saved[1]) == os.path.basename(path):
            return LastRun(name, saved[0], written > time)
    return None


def _read(name: str, time: float, size: int) -> tuple[CutFlow, str] | None:
    """A saved result and its program; a file is read once per version."""
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.saved import read

    key = (name, time, size)
    if key not in _known:
        try:
            saved = read(name)
            _known[key] = (saved.cutflow, saved.program)
        except RunError:
            _known[key] = None  # some other JSON file
    return _known[key]
