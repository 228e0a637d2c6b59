"""Arithmetic and comparisons of formulas: both sides in one dimension, four-momenta added, ranges in order.

In: an operator with its sides as written, and the typer of the formula. Out: typed expressions. A bare number takes the dimension of the other side, but never an
angle; a fault is put in the bag and raised as `Wrong`. What a name or a function means is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.ranges import lone_unit
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import shape
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import ANGLE, NUMBER, Dimension, Kind
from dsl4bes.physics import units
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer

_ARITHMETIC = {
    ast.Operator.ADD: ir.Arithmetic.ADD, ast.Operator.SUB: ir.Arithmetic.SUB, ast.Operator.MUL: ir.Arithmetic.MUL,
    ast.Operator.DIV: ir.Arithmetic.DIV, ast.Operator.POW: ir.Arithmetic.POW,
}  # fmt: skip
_COMPARISON = {
    operator: ir.Comparison(operator.value) for operator in ast.COMPARISONS if operator is not ast.Operator.IN
}


def arithmetic(typer: Typer, value: ast.Binary) -> ir.Expr:
    """`a + b`, `a * b`, `a ** 2`: of numbers, or of four-momenta."""
    operator = _ARITHMETIC[value.operator]
    if operator is ir.Arithmetic.POW:
        return _power(typer, value)
    left = typer.value(value.left)
    right = typer.value(value.right)
    vectors = (Kind.PARTICLE, Kind.P4, Kind.GENERATED)
    if left.type.kind in vectors and right.type.kind in vectors:
        return _p4_arithmetic(typer, operator, left, right, value)
    for side, typed in ((value.left, left), (value.right, right)):
        if typed.type.kind is not Kind.NUMBER:
            message = (
                f"`{side.span.text}` is a {typed.type.kind.value}, and `{operator.value}` needs numbers"
            )
            typer.fail(codes.WRONG_KIND, message, side.span, help=number_help(typed, side))
    if operator in (ir.Arithmetic.ADD, ir.Arithmetic.SUB):
        left, right = _unified(typer, left, right, value)
    return nodes.arithmetic(operator, left, right, value.span)


def _p4_arithmetic(
    typer: Typer, operator: ir.Arithmetic, left: ir.Expr, right: ir.Expr, value: ast.Binary
) -> ir.Expr:
    if operator not in (ir.Arithmetic.ADD, ir.Arithmetic.SUB):
        message = f"four-momenta have no `{operator.value}`"
        typer.fail(codes.WRONG_KIND, message, value.span, help="they can be added and subtracted")
    left, right = nodes.p4_of(left, value.left.span), nodes.p4_of(right, value.right.span)
    return nodes.arithmetic(operator, left, right, value.span)


def _power(typer: Typer, value: ast.Binary) -> ir.Expr:
    base = typer.number(value.left)
    exponent = value.right
    sign = 1.0
    if isinstance(exponent, ast.Negative):
        sign, exponent = -1.0, exponent.operand
    if not isinstance(exponent, ast.Number) or exponent.unit is not None:
        help = "write a number such as `** 2`; use `exp` and `log` for others"
        typer.fail(
            codes.EXPONENT_NOT_CONSTANT, "an exponent must be a plain number", value.right.span, help=help
        )
    power = nodes.constant(sign * exponent.value, value.right.span)
    return nodes.arithmetic(ir.Arithmetic.POW, base, power, value.span)


def is_bare(typer: Typer, typed: ir.Expr) -> bool:
    """Whether a value is made of numbers without units only."""
    if isinstance(typed, (ir.Constant, ir.ParameterRef)):
        return typed.span in typer.bare
    if isinstance(typed, ir.Minus):
        return is_bare(typer, typed.operand)
    if isinstance(typed, ir.Binary):
        return is_bare(typer, typed.left) and is_bare(typer, typed.right)
    return False


def _unified(typer: Typer, left: ir.Expr, right: ir.Expr, value: ast.Binary) -> tuple[ir.Expr, ir.Expr]:
    """Both sides in one dimension: a bare number takes that of the other side, but never an angle."""
    return (
        fitting(typer, left, right.type.dimension, value.left.span, value.right.span),
        fitting(typer, right, left.type.dimension, value.right.span, value.left.span),
    )


def fitting(typer: Typer, typed: ir.Expr, dimension: Dimension, span: Span, other: Span) -> ir.Expr:
    """`typed` if its dimension is (or, as a bare number, can be) `dimension`; else a diagnostic with both places."""
    own = typed.type.dimension
    if own == dimension or (own == NUMBER and dimension != NUMBER and _is_zero(typer, typed)):
        return typed if own == dimension else nodes.with_dimension(typed, dimension)
    if is_bare(typer, typed):
        if dimension != ANGLE:
            return nodes.with_dimension(typed, dimension)
        related = (Label(other, units.dimension_name(dimension)), *_made(typed))
        help = f"write `{span.text} deg` or `{span.text} rad`"
        typer.fail(
            codes.ANGLE_WITHOUT_UNIT,
            "an angle stands against a bare number",
            span,
            related=related,
            help=help,
        )
    if dimension == NUMBER:
        return typed  # the other side is the one that is checked: it may be a bare number
    related = (Label(other, units.dimension_name(dimension)), *_made(typed))
    typer.fail(
        codes.DIMENSION_MISMATCH,
        f"`{span.text}` is {units.dimension_name(own)}, and `{other.text}` is {units.dimension_name(dimension)}",
        span,
        label=units.dimension_name(own),
        related=related,
    )


def _is_zero(typer: Typer, typed: ir.Expr) -> bool:
    if not is_bare(typer, typed):
        return False
    if isinstance(typed, ir.Constant):
        return typed.value == 0
    return isinstance(typed, ir.ParameterRef) and typed.parameter.value == 0


def compared_side(typer: Typer, value: ast.Expr) -> ir.Expr:
    """A side of a comparison, which is no comparison itself."""
    if isinstance(value, ast.Binary) and value.operator.compares:
        help = "write a range: `x in a..b`"
        typer.fail(codes.WRONG_KIND, "comparisons cannot be chained", value.span, help=help)
    return typer.value(value)


def comparison(typer: Typer, left: ir.Expr, operator: ast.Operator, right: ast.Expr, span: Span) -> ir.Expr:
    """`left operator right`; with IN the right side is a range."""
    left_span = left.span or span
    if left.type.kind is not Kind.NUMBER:
        message = f"`{left_span.text}` is a {left.type.kind.value}, and only numbers are compared"
        help = (
            "a condition stands alone: `passed(x)`, `not passed(x)`"
            if left.type.kind is Kind.FLAG
            else help_for(left)
        )
        typer.fail(codes.WRONG_KIND, message, left_span, help=help)
    if operator is ast.Operator.IN:
        if not isinstance(right, ast.Range):
            typer.fail(codes.WRONG_KIND, "after `in` stands a range", right.span, help="write `x in a..b`")
        low = _side(typer, left, right.low, left_span)
        high = _side(typer, left, right.high, left_span)
        both = lone_unit(right, _literal_factor)
        if both is not None:
            message = "the range has its unit at one end only"
            typer.fail(shape.UNIT_AT_ONE_END, message, right.span, help=f"write `{both}`")
        _ordered(typer, low, high, right)
        left = _fit_left(typer, left, low, left_span, right.span)
        return nodes.within(left, low, high, span)
    typed = _side(typer, left, right, left_span)
    left = _fit_left(typer, left, typed, left_span, right.span)
    return nodes.compare(_COMPARISON[operator], left, typed, span)


def _side(typer: Typer, left: ir.Expr, right: ast.Expr, left_span: Span) -> ir.Expr:
    typed = typer.number(right)
    return fitting(typer, typed, left.type.dimension, right.span, left_span)


def _fit_left(typer: Typer, left: ir.Expr, right: ir.Expr, left_span: Span, right_span: Span) -> ir.Expr:
    return fitting(typer, left, right.type.dimension, left_span, right_span)


def _ordered(typer: Typer, low: ir.Expr, high: ir.Expr, right: ast.Range) -> None:
    first, last = nodes.known_value(low), nodes.known_value(high)
    if first is not None and last is not None and first > last:
        help = f"write `{right.high.span.text}..{right.low.span.text}`"
        typer.fail(shape.REVERSED_RANGE, "the range begins above its end", right.span, help=help)


def _made(typed: ir.Expr) -> tuple[Label, ...]:
    """Where a named constant is made."""
    made = typed.parameter.span if isinstance(typed, ir.ParameterRef) else None
    return () if made is None or made == typed.span or typed.span is None else (Label(made, f"`{typed.span.text}` is made here"),)


def _literal_factor(number: ast.Number) -> float | None:
    """What a number of a formula is multiplied with to be in the base unit."""
    unit = None if number.unit is None else units.find_unit(number.unit.name)
    return 1.0 if unit is None else unit.factor


def help_for(typed: ir.Expr) -> str:
    """What to write where a particle stands for a number."""
    if typed.type.kind in (Kind.PARTICLE, Kind.P4, Kind.GENERATED):
        return "take a quantity of it: `p(...)`, `e(...)`, `m(...)`; how many there are is `count(...)`"
    return ""


def number_help(typed: ir.Expr, value: ast.Expr) -> str:
    """What to write where no number stands."""
    if typed.type.kind is Kind.FLAG:
        return "a condition has no number; `count(...)` counts conditions that are true"
    return help_for(typed)
