"""Cuts of fields, counts, and formulas of blocks: from what is written to typed conditions with their parameters.

In: entries of blocks, expressions. Out: typed expressions; their numbers are parameters named `block.field` or `<cut>_1`.
The typing itself is in `typer.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from dsl4bes.constructs.base import Comparison, Entry, Instance, Named
from dsl4bes.constructs.fields import Count as CountField
from dsl4bes.constructs.fields import Cut as CutField
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics, shape
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import NUMBER, Dimension, Kind
from dsl4bes.physics.units import base_word
from dsl4bes.resolve import makers, names
from dsl4bes.resolve.lists import Lists
from dsl4bes.resolve.numbers import Constants, Field, Numbered, Numbers, WithUnits
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.resolve.typer import Typer
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.builder import Builder


_AGAINST = {"<": (ast.Operator.GT, ast.Operator.GE), ">": (ast.Operator.LT, ast.Operator.LE)}


class Formulas(Lists):
    """The part of the builder that types what blocks say."""

    # --- counts and cuts of fields ----------------------------------------------------------------------------------------

    def typer(self, numbers: Numbers | None = None, **settings: Any) -> Typer:
        """A typer of formulas in the current scope."""
        return Typer(cast("Builder", self), numbers or Constants(), **settings)

    def field_cut(
        self, here: Instance, entry: Entry, left: ir.Expr, *, path: str = "", name: str = ""
    ) -> ir.Expr | None:
        """The comparison a `Cut` field makes of `left`; its numbers are the parameters `block.field`."""
        field = cast(CutField, entry.field)
        cut: Comparison = entry.value
        if field.backwards and cut.operator in _AGAINST[field.natural]:
            help = f"write `{field.usage}`, or a range if the others are meant"
            self.bag.add(physics.BACKWARDS_CUT, f"this keeps {field.backwards}", cut.span, help=help)
        public = self.full_name(f"{here.name}{path}.{name or entry.key.name}")
        ends = (".low", ".high") if cut.operator is ast.Operator.IN else ("",)
        numbers = _FieldNumbers(public, field.doc, ends, field)
        typer = self.typer(numbers)
        return typer.compared(left, cut.operator, cut.right, cut.span)

    def variable(self, binder: ir.Binder, span: Span | None = None) -> ir.Variable:
        """The particle a loop stands at."""
        return names.particle_variable(binder, span)

    def count_cuts(
        self, here: Instance, others: Mapping[str, Callable[[Entry], ir.Expr]] | None = None
    ) -> None:
        """One cut of the event per `n<list>` of a block and per field in `others`, in the order written."""
        for entry in here.entries:
            if isinstance(entry.field, CountField):
                left = self._counted(here, entry)
            elif others and entry.field.name in others:
                left = others[entry.field.name](entry)
            else:
                continue
            condition = None if left is None else self.field_cut(here, entry, left)
            if condition is not None:
                self.require(here.name, entry.key.name, condition, entry.statement.span)

    def _counted(self, here: Instance, entry: Entry) -> ir.Expr | None:
        info = self.find_list(entry.key.name[1:], entry.key.span)
        if info is None:
            self._unknown_count(here, entry)
            return None
        self.use(info)
        return makers.list_size(info.symbol, entry.key.span)

    def _unknown_count(self, here: Instance, entry: Entry) -> None:
        known = [
            *here.construct.fields,
            *(f"n{name}" for name, info in self.scope.lists.items() if not info.hidden),
        ]
        wanted = entry.key.name
        help = did_you_mean(
            wanted,
            known,
            f"`n` and a list counts it; lists here: {listed(sorted(k for k, i in self.scope.lists.items() if not i.hidden))}",
        )
        fixes = respelled(wanted, entry.key.span, known)
        message = f"`{here.keyword}` has no field `{wanted}`, and no list is called `{wanted[1:]}`"
        self.bag.add(shape.UNKNOWN_FIELD, message, entry.key.span, help=help, fixes=fixes)

    def parameter(
        self,
        name: str,
        value: float | bool,
        doc: str,
        *,
        dimension: Dimension = NUMBER,
        span: Span | None = None,
        unit: str = "",
    ) -> Parameter:
        """A number with its public name (without the region's)."""
        return Parameter(self.full_name(name), value, dimension, unit or base_word(dimension), doc, span)

    def numbered(self, base: str, doc: str) -> Numbered:
        """Names for the numbers of one or more formulas: `<base>_1`, `<base>_2` as written."""
        return Numbered(self.full_name(base), doc)

    def condition(self, value: ast.Expr, numbers: Numbered, **settings: Any) -> ir.Expr | None:
        """A formula as a condition."""
        return self.typer(numbers, **settings).condition(value)

    def value(self, value: ast.Expr, name: str, doc: str) -> ir.Expr | None:
        """The value that `let` names: a number alone is the parameter `name`, numbers with units in a formula `name_1` ..."""
        full = self.full_name(name)
        alone = isinstance(value, ast.Number) or (
            isinstance(value, ast.Negative) and isinstance(value.operand, ast.Number)
        )
        return self.typer(Field(full, doc) if alone else WithUnits(full, doc)).formula(value, lists=True)

    def list_value(self, value: ast.Expr) -> ListInfo | None:
        """A list that `let` gives another name: a list's name where it is no single candidate, `rest(...)`; else None."""
        try:
            return self.list_argument(value, None)
        except Wrong:
            return None

    def vector(self, value: ast.Expr) -> ir.Expr | None:
        """A formula that must be a four-momentum or particle, as a four-momentum."""
        typed = self.typer().formula(value)
        if typed is None:
            return None
        if typed.type.kind not in (Kind.P4, Kind.PARTICLE, Kind.GENERATED):
            message = f"`{value.span.text}` is a {typed.type.kind.value}, and a four-momentum is needed"
            self.bag.add(
                codes.WRONG_KIND, message, value.span, help="write for example `recoil_p4(pip, pim)`"
            )
            return None
        return nodes.p4_of(typed, value.span)

    def branch(
        self, value: ast.Expr, known: Mapping[str, ir.Expr], asked: frozenset[FitSymbol], *, lists: bool = False,
        own_fit: FitSymbol | None = None,
    ) -> ir.Expr | None:  # fmt: skip
        """A formula whose numbers stay constants: a branch of a tuple, the key of a choice."""
        typer = self.typer(locals=dict(known), own_fit=own_fit, when_absent=physics.ABSENT_BRANCH)
        typer.asked = set(asked)
        return typer.formula(value, lists=lists)

    def together(self, values: Sequence[ast.Expr]) -> tuple[ir.Expr, ...] | None:
        """Formulas of one fill, lists run over together (the axes of a histogram)."""
        return self.typer(when_absent=physics.ABSENT_BRANCH).together(values)

    def fits_asked(self, columns: Iterable[tuple[Named, ...]]) -> frozenset[FitSymbol]:
        """The fits that a tuple has a branch `passed(fit)` for."""
        typer = self.typer()
        return frozenset(names.asked_in(typer, [named.value for column in columns for named in column]))


class _FieldNumbers(Field):
    """Numbers of a cut field: read as the field reads them (ticks, degrees), named `block.field`."""

    def __init__(self, name: str, doc: str, ends: tuple[str, ...], field: CutField) -> None:
        super().__init__(name, doc, ends)
        self.field = field

    def named(self, number: ast.Number, dimension: Dimension, factor: float) -> ir.Expr:
        made = super().named(number, dimension, factor)
        other = self.field.other
        if other is None or dimension != other[0]:
            return made
        return nodes.arithmetic(
            ir.Arithmetic.MUL, made, nodes.constant(other[1], None, self.field.dimension / dimension), number.span
        )

    def number(self, value: float, dimension: Dimension, span: Span) -> ir.Expr:
        field = self.field
        if field.other is not None and dimension == field.other[0]:
            value, dimension = value * field.other[1], field.dimension
        elif dimension == NUMBER:
            dimension = field.dimension if field.dimension != NUMBER else NUMBER
            value *= field.scale
        made = super().number(int(value) if field.whole and value == int(value) else value, dimension, span)
        if not field.bare or not isinstance(made, ir.ParameterRef):
            return made
        unit = field.bare if field.dimension == NUMBER else base_word(field.dimension)
        return nodes.parameter_ref(
            Parameter(made.parameter.name, made.parameter.value, dimension, unit, field.doc, span)
        )
