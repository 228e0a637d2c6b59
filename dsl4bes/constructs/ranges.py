"""Ranges whose unit stands at one end only: `115..150 MeV` begins at 115 GeV, which nobody means.

In: a range as written, and how a number of it is read. Out: the range as it should be written, or None if it is fine. Nothing is reported here.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl4bes.syntax import ast


def lone_unit(limits: ast.Range, factor: Callable[[ast.Number], float | None]) -> str | None:
    """`115 MeV..150 MeV` for the range `115..150 MeV`, whose bare end would be read in another unit; None where both readings agree.

    An end that is written elsewhere (by `vary`) has a unit of its own.
    """
    whole = limits.span
    if any(end.span.start < whole.start or whole.end < end.span.end for end in (limits.low, limits.high)):
        return None
    low, high = (end.operand if isinstance(end, ast.Negative) else end for end in (limits.low, limits.high))
    if not isinstance(low, ast.Number) or not isinstance(high, ast.Number):
        return None
    bare, full = (low, high) if low.unit is None else (high, low)
    if bare.unit is not None or full.unit is None or bare.value == 0 or factor(bare) == factor(full):
        return None
    return "..".join(
        f"{end.span.text} {full.unit.name}" if part is bare else end.span.text
        for end, part in ((limits.low, low), (limits.high, high))
    )
