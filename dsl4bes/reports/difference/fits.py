"""Fits of ROOT in two programs.

In: the fits of both. Out: changes: a fit that came or went, a parameter with another start or limit, another shape, range, method or data. Places in the text mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from dsl4bes.ir.fitting import Fit
from dsl4bes.reports.difference.changes import Change, Kind


def fit_changes(first: Sequence[Fit], second: Sequence[Fit]) -> list[Change]:
    """What is different in the fits."""
    left, right = {fit.name: fit for fit in first}, {fit.name: fit for fit in second}
    found = [Change(Kind.REMOVED, f"fit {name}", "whole", "fit") for name in left if name not in right]
    found += [Change(Kind.ADDED, f"fit {name}", "whole", "", "fit") for name in right if name not in left]
    for name, fit in left.items():
        if name in right:
            found += _inside(fit, right[name])
    return found


def _inside(first: Fit, second: Fit) -> list[Change]:
    found = []
    for each in fields(first):
        if each.name in ("span", "parameters"):
            continue
        before, after = _text(getattr(first, each.name)), _text(getattr(second, each.name))
        if before != after:
            found.append(Change(Kind.CHANGED, f"fit {first.name}", each.name.replace("_", " "), before, after))
    ours, theirs = ({parameter.written: _text(parameter) for parameter in fit.parameters} for fit in (first, second))
    for name in dict.fromkeys((*ours, *theirs)):
        if ours.get(name) != theirs.get(name):
            kind = Kind.ADDED if name not in ours else Kind.REMOVED if name not in theirs else Kind.CHANGED
            found.append(Change(kind, f"fit {first.name}", f"parameter {name}", ours.get(name, ""), theirs.get(name, "")))
    return found


def _text(value: Any) -> str:
    """A part of a fit without its places in the program."""
    if isinstance(value, (tuple, frozenset)):
        parts = [_text(each) for each in value]
        return ", ".join(sorted(parts) if isinstance(value, frozenset) else parts)
    if is_dataclass(value) and not isinstance(value, type):
        inner = [f"{each.name} {_text(getattr(value, each.name))}" for each in fields(value) if each.name not in ("span", "place", "doc", "written") and getattr(value, each.name) not in (None, "", (), False)]
        return f"{type(value).__name__}({', '.join(inner)})"
    return f"{value:g}" if isinstance(value, float) else str(getattr(value, "value", value))
