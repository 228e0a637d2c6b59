"""Conditions as formulas of comparisons, and what must hold for what.

In: comparisons of meanings with numbers or with each other, with the lines they stand on. Out: `and`, `or`, `not` in a form where only comparisons are negated, split into what must hold together.
A comparison that was not understood is a formula, too: what depends on it is not understood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dsl4bes.importing.meaning import Meaning
from dsl4bes.importing.nodes import Lines

_INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Compared:
    """`left operator right`; the right one is a number wherever one of both is."""

    left: Meaning
    operator: str
    right: Meaning
    lines: Lines

    def same(self, other: Formula) -> bool:
        return isinstance(other, Compared) and replace(self, lines=other.lines) == other


@dataclass(frozen=True, slots=True)
class Unclear:
    """A condition that was not understood, and why."""

    lines: Lines
    why: str


@dataclass(frozen=True, slots=True)
class Always:
    """A condition that holds (or never holds) whatever the event."""

    holds: bool


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Formula, ...]


Formula = Compared | Unclear | Always | All | Any

YES, NO = Always(True), Always(False)


def both(*parts: Formula) -> Formula:
    """All of them."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    if any(part == NO for part in flat):
        return NO
    kept = tuple(part for part in flat if part != YES)
    return YES if not kept else kept[0] if len(kept) == 1 else All(kept)


def either(*parts: Formula) -> Formula:
    """At least one of them."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Any) else (part,))]
    if any(part == YES for part in flat):
        return YES
    kept = tuple(part for part in flat if part != NO)
    return NO if not kept else kept[0] if len(kept) == 1 else Any(kept)


def opposite(formula: Formula) -> Formula:
    """The contrary. Of a quantity that is not there no comparison holds; in such events the two languages may differ, as they do in C++ itself."""
    if isinstance(formula, Always):
        return Always(not formula.holds)
    if isinstance(formula, Compared):
        return replace(formula, operator=_INVERSE[formula.operator])
    if isinstance(formula, All):
        return either(*(opposite(part) for part in formula.parts))
    if isinstance(formula, Any):
        return both(*(opposite(part) for part in formula.parts))
    return formula


def mirrored(operator: str) -> str:
    """The operator with its sides exchanged."""
    return _MIRROR[operator]


def together(formula: Formula) -> tuple[Formula, ...]:
    """What must hold, each for itself."""
    if formula == YES:
        return ()
    return formula.parts if isinstance(formula, All) else (formula,)


def unclear(formula: Formula) -> tuple[Unclear, ...]:
    """What in a formula was not understood."""
    if isinstance(formula, Unclear):
        return (formula,)
    return tuple(found for part in formula.parts for found in unclear(part)) if isinstance(formula, (All, Any)) else ()


def cases(formula: Formula) -> tuple[tuple[Formula, ...], ...]:
    """The formula as cases, each of comparisons that hold together; empty if there would be more than 32."""
    if isinstance(formula, All):
        made: tuple[tuple[Formula, ...], ...] = ((),)
        for part in formula.parts:
            below = cases(part)
            made = tuple((*one, *other) for one in made for other in below)
            if not made or len(made) > 32:
                return ()
        return made
    if isinstance(formula, Any):
        return tuple(case for part in formula.parts for case in cases(part))
    return ((formula,),)


def lines_of(formula: Formula) -> tuple[Lines, ...]:
    """Where a formula stands."""
    if isinstance(formula, (Compared, Unclear)):
        return (formula.lines,)
    return tuple(found for part in formula.parts for found in lines_of(part)) if isinstance(formula, (All, Any)) else ()
