"""Formulas: surface expression → typed expression of the IR.

In: an `ast.Expr` and what is in scope. Out: an `ir.Expr` in which names are objects, units base units, frames boosts, lists
loops. A fault is put in the bag and raised as `Wrong`, which the caller of `formula()` never sees: it gets None.
Functions of the language are in `functions.py`, look-ups of names in `names.py`, arithmetic and comparisons in `operators.py`; no step is emitted here but through the builder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import shape
from dsl4bes.diagnostics.model import Code, Fix, Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.types import NUMBER, Kind, Shape
from dsl4bes.physics import units
from dsl4bes.resolve import families, functions, names, operators
from dsl4bes.resolve.loops import Loop
from dsl4bes.resolve.numbers import Constants, Numbers
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.builder import Builder

MAX_DEPTH = 100  #: nesting of one formula; deeper ones are refused rather than risked


@dataclass
class Typer:
    """Types the formulas of one block. `subject` is the particle that bare `charge`, `p` ... speak of, `locals` further names."""

    builder: Builder
    numbers: Numbers = field(default_factory=Constants)
    subject: ir.Expr | None = None
    locals: dict[str, ir.Expr] = field(default_factory=dict)
    own_fit: FitSymbol | None = None
    when_absent: Code = codes.OPTIONAL_NOT_ASKED
    loop: Loop = field(default_factory=Loop)
    asked: set[FitSymbol] = field(default_factory=set)
    bare: set[Span] = field(default_factory=set)
    depth: int = 0
    uses: dict[str, int] = field(default_factory=dict)  #: uses of each list within the call being typed

    # --- entry points -----------------------------------------------------------------------------------------------

    def formula(self, value: ast.Expr, *, lists: bool = False) -> ir.Expr | None:
        """The typed formula, or None after a diagnostic. With `lists`, a list of values (an `Each`) is accepted."""
        try:
            self.loop = Loop()
            body = self.value(value)
            return self._closed(body, value, lists)
        except Wrong:
            return None

    def condition(self, value: ast.Expr) -> ir.Expr | None:
        """A formula that is a yes or no."""
        try:
            self.loop = Loop()
            body = self.flag(value)
            return self._closed(body, value, False)
        except Wrong:
            return None

    def compared(self, left: ir.Expr, operator: ast.Operator, right: ast.Expr, span: Span) -> ir.Expr | None:
        """A comparison of something typed with what a field says."""
        try:
            self.loop = Loop()
            return self._closed(operators.comparison(self, left, operator, right, span), right, False)
        except Wrong:
            return None

    def together(self, values: Sequence[ast.Expr]) -> tuple[ir.Expr, ...] | None:
        """Several formulas that run over the same lists together."""
        try:
            self.loop = Loop()
            bodies = [self.value(value) for value in values]
            binders = self.loop.all()
            if not binders:
                return tuple(bodies)
            return tuple(
                nodes.each(binders, body, value.span) for body, value in zip(bodies, values, strict=True)
            )
        except Wrong:
            return None

    def _closed(self, body: ir.Expr, value: ast.Expr, lists: bool) -> ir.Expr:
        binders = self.loop.all()
        if not binders:
            return body
        self._mixed()
        if lists:
            return nodes.each(binders, body, value.span)
        name, span = next(iter(self.loop.spans.items()))
        help = f"put it into `any`, `all`, `count`, `min`, `max` or `sum`, ask `n{name} == 1` before, or choose one"
        self.fail(
            codes.ONE_VALUE_NEEDED, f"`{name}` is a list, and one value is needed here", span, help=help
        )

    def fail(
        self,
        code: Code,
        message: str,
        span: Span,
        *,
        label: str = "",
        help: str = "",
        related: tuple[Label, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> NoReturn:
        """Put a diagnostic into the bag and give up the formula."""
        self.builder.bag.add(code, message, span, label=label, help=help, related=related, fixes=fixes)
        raise Wrong

    # --- values -----------------------------------------------------------------------------------------------------

    def value(self, value: ast.Expr) -> ir.Expr:
        """Any expression. Particles come as PARTICLE or P4, lists as the variable of a loop."""
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                help = "split it with `let`"
                self.fail(
                    codes.WRONG_KIND, f"a formula with more than {MAX_DEPTH} levels", value.span, help=help
                )
            return _VALUES[type(value)](self, value)
        finally:
            self.depth -= 1

    def number(self, value: ast.Expr) -> ir.Expr:
        """A value that must be a number."""
        typed = self.value(value)
        if typed.type.kind is not Kind.NUMBER:
            self.fail(
                codes.WRONG_KIND,
                f"`{value.span.text}` is a {typed.type.kind.value}, and a number is needed",
                value.span,
                help=operators.number_help(typed, value),
            )
        return typed

    def flag(self, value: ast.Expr) -> ir.Expr:
        """A value that must be yes or no."""
        typed = self.value(value)
        if typed.type.kind is not Kind.FLAG:
            help = "compare it with something: `> 0.5`, `in 0.1..0.2`"
            self.fail(codes.NOT_A_CONDITION, f"`{value.span.text}` is no condition", value.span, help=help)
        return typed

    def _number_literal(self, value: ast.Number) -> ir.Expr:
        if value.constant is not None:
            own = names.of_block(self, value.span.text, value.span)
            if own is not None:  # a constant of the same name stands behind what the block itself names
                return own
        dimension = NUMBER
        factor = 1.0
        if value.unit is None:
            self.bare.add(value.span)
        else:
            unit = units.find_unit(value.unit.name)
            if unit is None:
                help = units.unit_hint(value.unit.name)
                meant = units.respelled(value.unit.name)
                fixes = (Fix(value.unit.span, meant, f"write `{meant}`"),) if meant else ()
                message = f"`{value.unit.name}` is no unit"
                self.fail(shape.UNKNOWN_UNIT, message, value.unit.span, help=help, fixes=fixes)
            dimension, factor = unit.dimension, unit.factor
        if value.constant is not None:
            self.bare.discard(value.span)  # its unit is said where it is made: it takes none from where it is used
            return self.numbers.named(value, dimension, factor)
        return self.numbers.number(value.value * factor, dimension, value.span)

    def _boolean(self, value: ast.Boolean) -> ir.Expr:
        return nodes.constant(value.value, value.span)

    def _text(self, value: ast.String) -> ir.Expr:
        help = 'text stands only where a name is asked for: `mass("pi0")`'
        if value.value.lstrip()[:1] in ("<", ">", "=", "!"):
            help = "in a formula write the comparison without quotes"
        self.fail(codes.WRONG_KIND, "text has no value in a formula", value.span, help=help)

    def _range(self, value: ast.Range) -> ir.Expr:
        self.fail(codes.WRONG_KIND, "a range stands after `in`", value.span, help="write `x in a..b`")

    def _list(self, value: ast.ListOf) -> ir.Expr:
        self.fail(codes.WRONG_KIND, "`[...]` has no value in a formula", value.span)

    def _bare(self, value: ast.Bare) -> ir.Expr:
        self.fail(
            codes.WRONG_KIND, "the comparison has no left side", value.span, help="write `x > 1`, not `> 1`"
        )

    def _name(self, value: ast.Name) -> ir.Expr:
        return names.name(self, value)

    def _symbol(self, value: ast.Symbol) -> ir.Expr:
        return names.name(self, ast.Name(value.name, value.span))

    def _attribute(self, value: ast.Attribute) -> ir.Expr:
        return names.attribute(self, value)

    def _call(self, value: ast.Call) -> ir.Expr:
        outer, self.uses = self.uses, {}
        loop = self.loop
        try:
            return functions.call(self, value)
        finally:
            for name, number in self.uses.items():
                loop.alone[name] = min(number, loop.alone.get(name, number))
            self.uses = outer

    def _negative(self, value: ast.Negative) -> ir.Expr:
        operand = self.number(value.operand)
        return ir.Minus(type=operand.type, span=value.span, operand=operand)

    def _not(self, value: ast.Not) -> ir.Expr:
        before = set(self.asked)
        operand = self.flag(value.operand)
        self.asked = before
        return nodes.negate(operand, value.span)

    def _binary(self, value: ast.Binary) -> ir.Expr:
        operator = value.operator
        if operator is ast.Operator.AND:
            return self._and(value)
        if operator is ast.Operator.OR:
            return self._or(value)
        if operator.compares:
            return operators.comparison(self, operators.compared_side(self, value.left), operator, value.right, value.span)
        return operators.arithmetic(self, value)

    # --- logic --------------------------------------------------------------------------------------------------------

    def _and(self, value: ast.Binary) -> ir.Expr:
        parts = _chain(value, ast.Operator.AND)
        with self.asking(names.asked_in(self, parts)):
            return nodes.conjunction(tuple(self.flag(part) for part in parts), value.span)

    def _or(self, value: ast.Binary) -> ir.Expr:
        parts = _chain(value, ast.Operator.OR)
        return nodes.disjunction(tuple(self.flag(part) for part in parts), value.span)

    @contextmanager
    def asking(self, fits: set[FitSymbol]) -> Iterator[None]:
        """Within, `passed(fit)` has been asked for these fits."""
        before = self.asked
        self.asked = before | fits
        try:
            yield
        finally:
            self.asked = before

    # --- loops ------------------------------------------------------------------------------------------------------------

    def variable(self, info: ListInfo, span: Span) -> ir.Expr:
        """The loop variable of a list; the second use within one call is a second entry (pairs i < j)."""
        occurrence = self.uses.get(info.symbol.name, 0)
        self.uses[info.symbol.name] = occurrence + 1
        binder = self.loop.binder(info, occurrence, span)
        return names.particle_variable(binder, span)

    def _mixed(self, loop: Loop | None = None) -> None:
        """A list that runs over pairs in one call must not run alone in another: which of the two would it be?"""
        loop = loop or self.loop
        for name, number in loop.alone.items():
            if len(loop.binders.get(name, ())) > number:
                help = "give each its own `any`, `sum` ..., or name the entries: `e(gam1)`"
                message = f"`{name}` stands alone and in pairs in one formula"
                self.fail(codes.MIXED_PAIRS, message, loop.spans[name], help=help)

    def reduced(self, reduction: ir.Reduction, argument: ast.Expr, span: Span) -> ir.Expr:
        """`any(...)`, `sum(...)`: one value of the list its argument is."""
        products = families.reduced(self, reduction, argument, span)
        if products is not None:
            return products
        body, loop = self._looped(argument, forced=False)
        if not loop.binders and loop.singles:
            body, loop = self._looped(argument, forced=True)
        if not loop.binders:
            help = f"`{reduction.value}` makes one value of a list: `{reduction.value}(e(gam) > 0.1)`"
            self.fail(
                codes.WRONG_KIND, f"`{argument.span.text}` is one value, not a list", argument.span, help=help
            )
        wanted = Kind.FLAG if reduction in (ir.Reduction.ANY, ir.Reduction.ALL) else Kind.NUMBER
        if body.type.kind is not wanted and not (
            reduction is ir.Reduction.COUNT and body.type.kind is Kind.FLAG
        ):
            needs = "conditions" if wanted is Kind.FLAG else "numbers"
            message = (
                f"`{reduction.value}` takes a list of {needs}, and this is a list of {body.type.kind.value}s"
            )
            self.fail(codes.WRONG_KIND, message, argument.span, help=operators.help_for(body))
        self._mixed(loop)
        over = nodes.each(loop.all(), body, argument.span)
        outer = Shape.CANDIDATE if self.subject is not None else Shape.EVENT
        return nodes.reduce(reduction, over, span, outer)

    def _looped(self, argument: ast.Expr, *, forced: bool) -> tuple[ir.Expr, Loop]:
        outer, self.loop = self.loop, Loop(forced)
        uses, self.uses = self.uses, {}
        try:
            body = self.value(argument)
            return body, self.loop
        finally:
            self.loop, self.uses = outer, uses


def _chain(value: ast.Binary, operator: ast.Operator) -> list[ast.Expr]:
    """The operands of a chain of one operator, without recursion: chains can be long."""
    parts: list[ast.Expr] = []
    todo: list[ast.Expr] = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Binary) and node.operator is operator:
            todo += (node.right, node.left)
        else:
            parts.append(node)
    return parts


_VALUES: dict[type, Callable[..., ir.Expr]] = {
    ast.Number: Typer._number_literal, ast.String: Typer._text, ast.Symbol: Typer._symbol, ast.Boolean: Typer._boolean,
    ast.Range: Typer._range, ast.ListOf: Typer._list, ast.Name: Typer._name, ast.Attribute: Typer._attribute,
    ast.Call: Typer._call, ast.Negative: Typer._negative, ast.Not: Typer._not, ast.Binary: Typer._binary, ast.Bare: Typer._bare,
}  # fmt: skip
