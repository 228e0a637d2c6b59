"""How the numbers of a formula are kept: as constants, or as parameters a user can vary.

In: a number of a formula in base units with its place. Out: a `Constant` or a `ParameterRef` with the public name that the rules of
the language give it (`block.field`; `<cut>_1`, `<cut>_2` as written). No parameter is registered: the program's table is
collected from the finished steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.nodes import constant, parameter_ref
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics.units import base_word
from dsl4bes.source import Span
from dsl4bes.syntax import ast


class Named:
    """How a number is kept that a `let` names: as the parameter of that name, wherever it stands."""

    def named(self, number: ast.Number, dimension: Dimension, factor: float) -> ir.Expr:
        constant = number.constant
        assert constant is not None
        doc = f"`let {constant.public.rpartition('.')[2]}`"
        made = _parameter(constant.public, number.value * factor, dimension, doc, constant.span)
        return replace(made, span=number.span)


class Constants(Named):
    """Every number stays what it is (columns of a tuple, axes)."""

    def number(self, value: float, dimension: Dimension, span: Span) -> ir.Expr:
        return constant(value, span, dimension)


@dataclass
class Numbered(Named):
    """`<base>_1`, `<base>_2` in the order written (`require`, `veto`). A place asked twice is one number."""

    base: str
    doc: str
    seen: dict[tuple[int, ...], int] = field(default_factory=dict)

    def number(self, value: float, dimension: Dimension, span: Span) -> ir.Expr:
        index = self.seen.setdefault(span.position, len(self.seen) + 1)
        return _parameter(f"{self.base}_{index}", value, dimension, self.doc, span)


@dataclass
class WithUnits(Numbered):
    """As `Numbered`, but a number without a unit is a constant (`let ebeam = ecms / 2`)."""

    def number(self, value: float, dimension: Dimension, span: Span) -> ir.Expr:
        if dimension == NUMBER:
            return constant(value, span)
        return Numbered.number(self, value, dimension, span)


@dataclass
class Field(Named):
    """The number of a field: `block.field`; a second one (range) gets its own ending."""

    name: str
    doc: str
    ends: tuple[str, ...] = ("",)
    seen: dict[tuple[int, ...], int] = field(default_factory=dict)

    def number(self, value: float, dimension: Dimension, span: Span) -> ir.Expr:
        index = self._index(span)
        end = self.ends[index] if index < len(self.ends) else f"_{index + 1}"
        return _parameter(self.name + end, value, dimension, self.doc, span)

    def named(self, number: ast.Number, dimension: Dimension, factor: float) -> ir.Expr:
        self._index(number.span)  # the other end of a range keeps its ending
        return super().named(number, dimension, factor)

    def _index(self, span: Span) -> int:
        return self.seen.setdefault(span.position, len(self.seen))


Numbers = Constants | Numbered | Field


def _parameter(name: str, value: float, dimension: Dimension, doc: str, span: Span) -> ir.ParameterRef:
    return parameter_ref(Parameter(name, value, dimension, base_word(dimension), doc, span))
