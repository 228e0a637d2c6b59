"""A result on disk: what `run --json` prints and `run --save` writes, read again for comparisons.

In: a `RunResult`, or the text of a saved one. Out: plain data for JSON, or `Saved`. Rows of tuples are not in it (they are in the ROOT file).
A text that is no result is a `RunError` that says what is wrong with it. Nothing is printed here.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from typing import Any

from dsl4bes.run import efficiency
from dsl4bes.run.cutflow import CutFlow, Line
from dsl4bes.run.errors import RunError
from dsl4bes.run.results import Histogram, RunResult

#: Written into every saved result; a reader refuses what it does not know.
FORMAT = "dsl4bes result 1"
_ADVICE = "give a file that `dsl4bes run --save FILE` or `--json` wrote"


@dataclass(frozen=True, slots=True)
class Saved:
    """What of a run is kept for comparisons. `name` is for people: the file's name or that of the program."""

    name: str
    cutflow: CutFlow
    histograms: dict[str, Histogram] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    program: str = ""


def result_of(result: RunResult, name: str = "this run", program: str = "") -> Saved:
    """A result of this process in the form of a saved one."""
    return Saved(name, result.cutflow, result.histograms, result.files, program)


def as_json(result: RunResult, program: str = "") -> dict[str, Any]:
    """What a comparison needs, as plain data: cut flow, efficiencies, histograms with errors, files."""
    return {
        "format": FORMAT,
        "program": program,
        "cutflow": result.cutflow.as_json(),
        "efficiencies": efficiency.as_json(result.cutflow),
        "histograms": {name: _histogram_json(histogram) for name, histogram in result.histograms.items()},
        "files": list(result.files),
    }


def write(path: str, data: dict[str, Any]) -> None:
    """Write plain data as JSON, as a whole. Raises `RunError` where the file cannot be written."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as stream:
            json.dump(data, stream, indent=1, allow_nan=False)
            stream.write("\n")
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(
            f"cannot write {path}: {error.strerror or error}", "check the folder and its rights"
        ) from error


def read(path: str) -> Saved:
    """A saved result. Raises `RunError` if the file cannot be read or is none."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            data = json.load(stream)
    except OSError as error:
        raise RunError(f"cannot read {path}: {error.strerror or error}", _ADVICE) from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is no JSON text", _ADVICE) from error
    try:
        return _saved(os.path.basename(path), data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"{path} is no saved result: {_reason(error)}", _ADVICE) from error


def _reason(error: Exception) -> str:
    return f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)


def _saved(name: str, data: Any) -> Saved:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"it does not say `{FORMAT}`")
    flow = data["cutflow"]
    lines = tuple(_line(each) for each in flow["lines"])
    events = _count(flow["events"])
    if any(line.events > events for line in lines):
        raise ValueError("a line of the cut flow has more events than were processed")
    regions = _regions(flow.get("regions", ()))
    histograms = {key: _histogram(key, each) for key, each in data["histograms"].items()}
    return Saved(
        name, CutFlow(events, lines, regions), histograms, tuple(map(str, data["files"])), str(data["program"])
    )


def _line(data: Any) -> Line:
    return Line(
        str(data["name"]),
        str(data["key"]),
        _count(data["events"]),
        bool(data.get("part", False)),
        str(data.get("region", "")),
    )


def _regions(data: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for each in data:
        name, parent = str(each["name"]), str(each["from"])
        if parent != "baseline" and parent not in found:
            raise ValueError(f"region {name} goes on from {parent}, which is not before it")
        found[name] = "" if parent == "baseline" else parent
    return tuple(found.items())


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no number of events")
    return value


def _histogram_json(histogram: Histogram) -> dict[str, Any]:
    return {
        "title": histogram.title,
        "edges": [[float(edge) for edge in edges] for edges in histogram.edges],
        "contents": histogram.contents.tolist(),
        "variances": histogram.variances.tolist(),
    }


def _histogram(name: str, data: Any) -> Histogram:
    import numpy as np

    edges = tuple(np.asarray(each, float) for each in data["edges"])
    contents, variances = (np.asarray(data[key], float) for key in ("contents", "variances"))
    shape = tuple(len(each) + 1 for each in edges)
    rising = all(each.ndim == 1 and len(each) > 1 and bool(np.all(np.diff(each) > 0)) for each in edges)
    if not edges or not rising or contents.shape != shape or variances.shape != shape:
        raise ValueError(f"the histogram {name} has bins that do not fit its edges")
    if not all(
        math.isfinite(value) for each in (*edges, contents.ravel(), variances.ravel()) for value in each
    ):
        raise ValueError(f"the histogram {name} has contents that are no numbers")
    if bool(np.any(variances < 0)):
        raise ValueError(f"the histogram {name} has negative variances")
    return Histogram(name, str(data["title"]), edges, contents, variances)
