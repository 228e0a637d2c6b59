"""A published cut flow beside ours, with the difference in standard deviations.

In: a table (CSV, JSON or columns of text) and our `CutFlow`. Out: a `PublishedLine` per cut. Both are compared as efficiencies relative to the first
line they share, so that samples of different size can be: published numbers of events by the pooled two-proportion test, numbers with
an error of their own (`error`, `efficiency_error`) by that error and ours added in quadrature. A table that cannot be read is a `RunError`
with the line. Nothing is printed here.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from typing import Any

from dsl4bes.run.compare import aligned, number, two_proportions
from dsl4bes.run.cutflow import CutFlow
from dsl4bes.run.efficiency import efficiency
from dsl4bes.run.errors import RunError

_ADVICE = (
    "a table has a header `cut,events` (further columns: `error`, or instead `efficiency`, `efficiency_error`), one line a cut; "
    "JSON is a list of objects with these names"
)
COLUMNS = ("cut", "events", "error", "efficiency", "efficiency_error")
_NAMES = {
    "name": "cut",
    "key": "cut",
    "number": "events",
    "eff": "efficiency",
    "eff_error": "efficiency_error",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the published table: events or an efficiency (0..1) relative to all, NaN where not given."""

    cut: str
    events: float = nan
    error: float = nan
    efficiency: float = nan
    efficiency_error: float = nan


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A cut in both: efficiencies relative to the first common line, the published one's error if it has one, and the difference in sigma."""

    cut: str
    published: Entry
    events: int
    published_efficiency: float
    efficiency: float
    sigma: float


@dataclass(frozen=True, slots=True)
class PublishedComparison:
    """All common lines; `reference` is the line efficiencies refer to. `missing`: published cuts that our cut flow lacks, `further`: the reverse."""

    lines: tuple[PublishedLine, ...]
    reference: str
    missing: tuple[str, ...] = ()
    further: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON; what is not defined is None."""
        lines = [
            {
                "cut": line.cut, "published_events": _defined(line.published.events), "events": line.events,
                "published_efficiency": _defined(line.published_efficiency), "efficiency": _defined(line.efficiency),
                "sigma": _defined(line.sigma),
            }
            for line in self.lines
        ]  # fmt: skip
        return {
            "reference": self.reference,
            "lines": lines,
            "missing": list(self.missing),
            "further": list(self.further),
        }


def _defined(value: float) -> float | None:
    return value if isfinite(value) else None


def read(path: str) -> tuple[Entry, ...]:
    """The published table in a file. Raises `RunError` with the line that is wrong."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise RunError(f"cannot read {path}: {reason}", _ADVICE) from error
    rows = _json_rows(path, text) if text.lstrip()[:1] in ("[", "{") else _table_rows(path, text)
    entries = tuple(_entry(place, row) for place, row in rows)
    names = [_word(entry.cut) for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise RunError(f"{path}: the cut `{name}` is there twice", "keep one line a cut")
    if not entries:
        raise RunError(f"{path} has no line", _ADVICE)
    return entries


def _json_rows(path: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is no JSON text: {error}", _ADVICE) from error
    if isinstance(data, dict) and isinstance(data.get("lines"), list):
        data = data["lines"]
    elif isinstance(data, dict):
        data = [{"cut": key, "events": value} for key, value in data.items()]
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise RunError(f"{path}: not a list of objects", _ADVICE)
    return [(f"{path}: entry {i}", row) for i, row in enumerate(data, 1)]


def _table_rows(path: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    lines = [
        (i, line)
        for i, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        return []
    header = lines[0][1]
    comma = next((mark for mark in (",", ";", "\t") if mark in header), None)
    cells = [_cells(line, comma) for _, line in lines]
    names = [_name(word) for word in cells[0]]
    if "cut" not in names or not {"events", "efficiency"} & set(names):
        raise RunError(
            f"{path}:{lines[0][0]}: the header names no cut or no numbers: {header.strip()}", _ADVICE
        )
    rows = []
    for (i, line), row in zip(lines[1:], cells[1:], strict=True):
        if len(row) > len(names) and comma is None:  # a name with blanks
            row = [" ".join(row[: len(row) - len(names) + 1]), *row[len(row) - len(names) + 1 :]]
        if len(row) != len(names):
            raise RunError(f"{path}:{i}: {len(row)} values for {len(names)} columns: {line.strip()}", _ADVICE)
        rows.append((f"{path}:{i}", dict(zip(names, row, strict=True))))
    return rows


def _cells(line: str, comma: str | None) -> list[str]:
    if comma is None:
        return line.split()
    return [
        cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=comma, skipinitialspace=True))
    ]


def _name(word: str) -> str:
    lower = word.strip().lower().replace(" ", "_")
    return _NAMES.get(lower, lower)


def _entry(place: str, row: dict[str, Any]) -> Entry:
    named = {_name(str(key)): value for key, value in row.items()}
    cut = named.get("cut")
    if not isinstance(cut, str) or not cut.strip():
        raise RunError(f"{place}: no name of a cut", _ADVICE)
    numbers = {
        key: _number(place, named[key]) for key in COLUMNS[1:] if named.get(key) not in (None, "", "-")
    }
    if not {"events", "efficiency"} & set(numbers):
        raise RunError(f"{place}: `{cut}` has neither events nor an efficiency", _ADVICE)
    if numbers.get("efficiency", 0) > 1:
        raise RunError(f"{place}: the efficiency of `{cut}` is above 1", "write 0.523 or 52.3 %")
    return Entry(cut.strip(), **numbers)


def _number(place: str, value: Any) -> float:
    text = str(value).strip()
    factor = 0.01 if text.endswith("%") else 1.0
    try:
        found = float(text.rstrip("% ")) * factor
    except ValueError as error:
        raise RunError(f"{place}: not a number: {text}", _ADVICE) from error
    if not isfinite(found) or found < 0 or isinstance(value, bool):
        raise RunError(f"{place}: not a sensible number: {text}", _ADVICE)
    return found


def _word(name: str) -> str:
    """Names are the same if they differ in case, blanks, dashes and underscores only."""
    return "".join(c for c in name.lower() if c.isalnum() or c == ".")


def compare(published: tuple[Entry, ...], flow: CutFlow) -> PublishedComparison:
    """Put both side by side. Raises `RunError` if they share no line."""
    ours = {"events": flow.events}
    shown = ["events"]
    for line in flow.lines:
        for name in (
            (line.key, line.name)
            if not line.region
            else (f"{line.region}.{line.key}", f"{line.region}: {line.name}")
        ):
            ours.setdefault(_word(name), line.events)
        shown.append(f"{line.region}.{line.key}" if line.region else line.key)
    common = [entry for entry in published if _word(entry.cut) in ours]
    if not common:
        names = ", ".join(shown[:12])
        raise RunError(
            "the published table and the cut flow have no line in common", f"lines of the cut flow: {names}"
        )
    start = common[0]
    lines = tuple(_line(entry, start, ours[_word(entry.cut)], ours[_word(start.cut)]) for entry in common)
    named = {_word(entry.cut) for entry in common}
    missing = tuple(entry.cut for entry in published if _word(entry.cut) not in ours)
    further = tuple(name for name in dict.fromkeys(shown) if _word(name) not in named)
    return PublishedComparison(lines, start.cut, missing, further)


def _line(entry: Entry, start: Entry, events: int, total: int) -> PublishedLine:
    if isfinite(entry.events) and isfinite(start.events):
        theirs = entry.events / start.events if start.events else nan
        error = entry.error / start.events if start.events else nan
        counts = (
            all(number.is_integer() for number in (entry.events, start.events))
            and entry.events <= start.events
        )
    else:
        base = start.efficiency if isfinite(start.efficiency) else 1.0
        theirs, error, counts = (
            entry.efficiency / base if base else nan,
            entry.efficiency_error / (base or nan),
            False,
        )
    ours = efficiency(events, total).value if events <= total else nan
    if entry is start:
        return PublishedLine(entry.cut, entry, events, theirs, ours, nan)
    if counts and not isfinite(error) and events <= total:
        sigma = two_proportions(int(entry.events), int(start.events), events, total)
    else:
        own = sqrt(max(ours * (1 - ours), 0.0) / total) if total and isfinite(ours) else nan
        both = sqrt(own**2 + error**2) if isfinite(error) else nan
        sigma = (ours - theirs) / both if both > 0 else nan
    return PublishedLine(entry.cut, entry, events, theirs, ours, sigma)


def as_text(found: PublishedComparison) -> str:
    """A table for a terminal."""
    rows: list[tuple[str, ...]] = [
        ("cut", "published", "efficiency", "this run", "efficiency", "difference (sigma)")
    ]
    for line in found.lines:
        shares = [f"{number(100 * each, '.2f')} %" for each in (line.published_efficiency, line.efficiency)]
        rows.append(
            (
                line.cut,
                number(line.published.events, "g"),
                shares[0],
                f"{line.events}",
                shares[1],
                number(line.sigma, "+.2f"),
            )
        )
    lines = [*aligned(rows), f"efficiencies are relative to `{found.reference}`"]
    if found.missing:
        lines.append(f"published, not in this cut flow: {', '.join(found.missing)}")
    return "\n".join(lines) + "\n"
