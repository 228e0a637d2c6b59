"""Changes as text and as plain data.

In: a `Difference` and what the two programs are called. Out: lines for people, JSON. Nothing is compared here.
"""

from __future__ import annotations

from typing import Any

from dsl4bes.reports.difference.changes import Change, Difference, Kind
from dsl4bes.reports.difference.compare import shown

_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.ORDER: "↕", Kind.TIGHTENED: "▸", Kind.LOOSENED: "◂"}


def as_text(difference: Difference, first: str, second: str) -> str:
    """A line for each change, notes at the end."""
    lines = [_line(each) for each in difference.changes]
    head = f"{first} → {second}: " + ("no change in meaning" if difference.same else f"{len(lines)} change{'s' if len(lines) != 1 else ''}")
    notes = [f"  = {_where(each)}{_note(each)}" for each in difference.notes]
    return "\n".join([head, *lines, *(["written in another way, meaning the same:"] if notes else []), *notes]) + "\n"


def _line(change: Change) -> str:
    sign = _SIGNS.get(change.kind, "~")
    return f"  {sign} {_where(change)}{change.kind.value}{_words(change)}{_places(change)}"


def _where(change: Change) -> str:
    region = f"region {change.region}, " if change.region else ""
    return f"{region}{change.what}: "


def _words(change: Change) -> str:
    if change.kind is Kind.ORDER:
        return f", {change.part}: {change.before} → {change.after}" if change.before != change.after else f", {change.part}: {change.before}"
    part = "" if change.part in ("condition", "whole", "region", "variation") else f" ({change.part})"
    if change.number is not None:
        numbers = f"{shown(change.number.before, change.number)} → {shown(change.number.after, change.number)}"
        return f"{part}: {change.before} → {change.after}  [{numbers}]" if change.before != change.after else f"{part}: {change.before}  [{numbers}]"
    said = f"{change.before} → {change.after}" if change.before and change.after else change.before or change.after
    return f"{part}: {said}" if said else part


def _places(change: Change) -> str:
    first, second = change.lines
    if not first and not second:
        return ""
    return f"  (line {first or '—'} / {second or '—'})"


def _note(change: Change) -> str:
    if change.kind is Kind.FOLLOWS and change.number is not None:
        return f"the fitter's own limit follows the cuts: {shown(change.number.before, change.number)} → {shown(change.number.after, change.number)}"
    if change.kind is Kind.EXPLICIT:
        return f"the standard of the collaboration, {change.before} before, is now {change.after}"
    if change.kind is Kind.RENAMED:
        return f"now called {change.after}"
    return f"{change.part}: {change.before or 'none'} → {change.after or 'none'}"


def as_json(difference: Difference, first: str, second: str) -> dict[str, Any]:
    """All changes and notes."""
    return {"first": first, "second": second, "same": difference.same, "changes": [_json(each) for each in difference.changes], "notes": [_json(each) for each in difference.notes]}


def _json(change: Change) -> dict[str, Any]:
    number = None
    if change.number is not None:
        pair = change.number
        number = {"name": pair.name, "before": pair.before, "after": pair.after, "shown": [shown(pair.before, pair), shown(pair.after, pair)]}
    return {
        "kind": change.kind.value, "what": change.what, "part": change.part, "region": change.region, "before": change.before, "after": change.after, "number": number, "lines": list(change.lines),
    }  # fmt: skip
