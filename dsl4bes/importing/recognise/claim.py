"""What a recogniser says: a statement of the language for lines of C++.

In: nothing. Out: `Claim`, or `Doubt` with the reason. Nothing is recognised here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from dsl4bes.importing.logic import Compared, Formula
from dsl4bes.importing.meaning import Fixed, Measured, Quantity
from dsl4bes.importing.nodes import Lines
from dsl4bes.syntax import ast


class Confidence(Enum):
    """How near the statement is to the C++: the same, or with something that the language adds to every block of its kind."""

    SAME = "same"
    STANDARD = "same, with what the language adds"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, what it is made of, in words, and where that stands."""

    statement: ast.Statement
    words: str
    lines: tuple[Lines, ...]
    confidence: Confidence = Confidence.SAME


@dataclass(frozen=True, slots=True)
class Doubt:
    """Lines that are C++ still, and why."""

    lines: Lines
    why: str


@dataclass(slots=True)
class Found:
    """What a recogniser made of the conditions of a list."""

    claims: list[Claim] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def cut(formula: Formula) -> tuple[Measured, str, float] | None:
    """`quantity operator number`, if the formula is that."""
    if isinstance(formula, Compared) and isinstance(formula.left, Measured) and isinstance(formula.right, Fixed):
        return formula.left, formula.operator, formula.right.value
    return None


def quantity_of(formula: Formula) -> Quantity | None:
    """What a comparison is of."""
    found = cut(formula)
    return None if found is None else found[0].quantity
