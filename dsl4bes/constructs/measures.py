"""Reading numbers: units, limits, comparisons in every spelling.

In: a `Number` or `Cut` field and what was written. Out: a `Measure` in base units or a `Comparison`, or None after a diagnostic that points at
the number. Quoted comparisons are parsed by the parser, with places in the user's file.
"""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass, replace
from typing import Any

from dsl4bes.constructs.base import Chosen, Comparison, Measure
from dsl4bes.constructs.fields import (
    Count,
    Cut,
    Field,
    Number,
)
from dsl4bes.constructs.ranges import lone_unit
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Fix, Label
from dsl4bes.ir.types import ANGLE, NUMBER
from dsl4bes.physics import units
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast

Arguments = tuple[ast.Argument, ...]

MAX_WHOLE = 1_000_000_000  #: of numbers of things; a C++ `int` holds twice that
_OPERATORS = {operator.value: operator for operator in ast.COMPARISONS}


class Formulated:
    """A side of a cut that is a formula and not a number."""


def bad_value(field: Field, span: Span, wanted: str, bag: Bag) -> None:
    help = f"write for example `{field.usage}`" if field.usage else field.doc
    bag.add(codes.BAD_VALUE, f"`{field.name}` takes {wanted}", span, help=help)


def one_value(field: Field, key: ast.Word, arguments: Arguments, wanted: str, bag: Bag) -> ast.Expr | None:
    """The single value of a field."""
    if not arguments:
        bad_value(field, key.span, f"{wanted}, and there is none", bag)
        return None
    if len(arguments) > 1:
        bad_value(field, arguments[1].span, f"{wanted}, and here is one more", bag)
        return None
    if arguments[0].key is not None:
        bad_value(field, arguments[0].span, f"{wanted}, and no `{arguments[0].key.name}:`", bag)
        return None
    return arguments[0].value


def measure(field: Number, value: ast.Expr, bag: Bag) -> Measure | None:
    """A number with or without unit in the field's base unit."""
    sign = 1.0
    number = value
    if isinstance(number, ast.Negative) and isinstance(number.operand, ast.Number):
        sign, number = -1.0, number.operand
    if not isinstance(number, ast.Number):
        bad_value(field, value.span, "a number" + (f" in {field.bare}" if field.bare else ""), bag)
        return None
    inner = Bag()
    factor = factor_of(field, number, inner)
    result = None if factor is None else Measure(sign * number.value * factor, value.span, value.span.text)
    fits = result is not None and _within(field, result, inner)
    _report(inner, number, bag)
    return result if fits else None


def _report(found: Bag, number: ast.Number, bag: Bag) -> None:
    """Add what was found about a number; of a named constant it is shown where it is made, too."""
    if number.constant is not None:
        made = Label(number.constant.span, f"`{number.span.text}` is made here")
        found.items[:] = [replace(item, related=(*item.related, made), fixes=()) for item in found]
    bag.items.extend(found)
    bag.errors += found.errors


def factor_of(field: Number, number: ast.Number, bag: Bag) -> float | None:
    """What a number is multiplied with to be in the field's base unit; None after a diagnostic about its unit."""
    if number.constant is not None and number.unit is None and field.dimension != NUMBER:
        help = f"give the constant a unit: `let {number.constant.name} = {number.text} {units.base_word(field.dimension)}`"
        message = f"`{field.name}` is {units.dimension_name(field.dimension)}, and `{number.span.text}` has no unit"
        bag.add(codes.UNIT_MISMATCH, message, number.span, help=help)
        return None
    if number.unit is None:
        if field.dimension == ANGLE and number.value != 0:
            help = f"write `{number.text} deg` or `{number.text} rad`"
            bag.add(
                names.ANGLE_WITHOUT_UNIT,
                f"`{field.name}` is an angle and the number has no unit",
                number.span,
                help=help,
            )
            return None
        return field.scale
    unit = units.find_unit(number.unit.name)
    if unit is None:
        message = f"`{number.unit.name}` is no unit"
        meant = units.respelled(number.unit.name)
        bag.add(
            codes.UNKNOWN_UNIT,
            message,
            number.unit.span,
            help=units.unit_hint(number.unit.name),
            fixes=(Fix(number.unit.span, meant, f"write `{meant}`"),) if meant else (),
        )
        return None
    if unit.dimension == field.dimension:
        return unit.factor
    if field.other is not None and unit.dimension == field.other[0]:
        return unit.factor * field.other[1]
    wanted = () if field.dimension == NUMBER else units.words_of(field.dimension)
    help = (
        f"write {' or '.join(f'`{word}`' for word in wanted)}"
        if wanted
        else "write the number without a unit"
    )
    if field.bare and not wanted:
        help += f" ({field.bare})"
    bag.add(
        codes.UNIT_MISMATCH,
        f"`{field.name}` is {units.dimension_name(field.dimension)}, and `{unit.word}` is {units.dimension_name(unit.dimension)}",
        number.span,
        label=units.dimension_name(unit.dimension),
        help=help,
    )
    return None


def _within(field: Number, value: Measure, bag: Bag) -> bool:
    if field.whole and value.value != int(value.value):
        message = f"`{field.name}` takes whole numbers, and `{value.text}` is not whole"
        bag.add(
            codes.NOT_WHOLE,
            message,
            value.span,
            help=f"write `{int(value.value)}` or `{int(value.value) + 1}`",
        )
        return False
    if field.whole and abs(value.value) > MAX_WHOLE:
        help = f"whole numbers go up to {MAX_WHOLE:,}"
        bag.add(codes.VALUE_OUT_OF_RANGE, f"`{field.name}` cannot be {value.text}", value.span, help=help)
        return False
    low = None if field.low is None else field.low * field.scale
    high = None if field.high is None else field.high * field.scale
    if (low is None or value.value >= low) and (high is None or value.value <= high):
        return True
    code = physics.IMPOSSIBLE_VALUE if isinstance(field, Cut) else codes.VALUE_OUT_OF_RANGE
    limits = (
        f"at least {field.low:g}"
        if high is None
        else f"{field.low:g}..{field.high:g}"
        if low is not None
        else f"at most {field.high:g}"
    )
    unit = f" {field.bare}" if field.bare else ""
    bag.add(code, f"`{field.name}` cannot be {value.text}", value.span, help=f"it is {limits}{unit}")
    return False


def read_number(field: Number, key: ast.Word, arguments: Arguments, bag: Bag) -> Measure | Chosen | None:
    """One number, or one of the field's words."""
    value = one_value(field, key, arguments, "one number", bag)
    if field.words and isinstance(value, ast.Symbol):
        return _word(field, value, bag)
    return None if value is None else measure(field, value, bag)


def _word(field: Number, value: ast.Symbol, bag: Bag) -> Chosen | None:
    if value.name in field.words:
        return Chosen(value.name, value.span)
    help = did_you_mean(value.name, field.words, f"it takes a number or {listed(f':{word}' for word in field.words)}")
    place = Span(value.span.start + 1, value.span.end, value.span.file)
    fixes = respelled(value.name, place, field.words)
    bag.add(codes.UNKNOWN_OPTION, f"`{field.name}` does not know `:{value.name}`", value.span, help=help, fixes=fixes)
    return None


def read_cut(field: Cut, key: ast.Word, arguments: Arguments, bag: Bag) -> Comparison | None:
    value = one_value(field, key, arguments, "a comparison, a range or a number", bag)
    if value is None:
        return None
    return comparison(field, key.span, value, bag)


def comparison(field: Cut, key: Span, value: ast.Expr, bag: Bag) -> Comparison | None:
    """A cut as comparison, quoted comparison, range or bare number; numbers in it are checked for unit and limits."""
    if isinstance(value, ast.String):
        bare = unquoted(field, value, bag)
        if bare is None:
            return None
        value = bare
    if isinstance(value, ast.Bare):
        operator, right = value.operator, value.right
    elif isinstance(value, ast.Range):
        operator, right = ast.Operator.IN, value
    else:
        operator, right = _OPERATORS[field.natural], value
    return _checked(field, Comparison(operator, right, key.to(value.span)), bag)


def _checked(field: Cut, cut: Comparison, bag: Bag) -> Comparison | None:
    right = cut.right
    if cut.operator is ast.Operator.IN:
        if not isinstance(right, ast.Range):
            bad_value(field, right.span, "a range after `in`", bag)
            return None
        low, high = (_limit(field, side, bag) for side in (right.low, right.high))
        if low is None or high is None:
            return None
        both = lone_unit(right, lambda number: factor_of(field, number, Bag()))
        if both is not None:
            message = f"the range of `{field.name}` has its unit at one end only"
            bag.add(codes.UNIT_AT_ONE_END, message, right.span, help=f"write `{both}`")
            return None
        if isinstance(low, Measure) and isinstance(high, Measure) and low.value > high.value:
            message = f"the range of `{field.name}` begins at {low.text} and ends at {high.text}"
            bag.add(codes.REVERSED_RANGE, message, right.span, help=f"write `{high.text}..{low.text}`")
            return None
        return cut
    if isinstance(right, ast.Range):
        bad_value(field, right.span, f"a number after `{cut.operator.value}`", bag)
        return None
    return None if _limit(field, right, bag) is None else cut


def _limit(field: Cut, value: ast.Expr, bag: Bag) -> Measure | Formulated | None:
    """A side of a cut: a number, or that it is a formula, which is typed later."""
    if isinstance(value, (ast.Number, ast.Negative)):
        return measure(field, value, bag)
    if isinstance(value, (ast.String, ast.Symbol, ast.Boolean, ast.ListOf, ast.Bare)) or isinstance(
        field, Count
    ):
        bad_value(field, value.span, "a number", bag)
        return None
    return Formulated()


def unquoted(field: Field, text: ast.String, bag: Bag) -> ast.Expr | None:
    """The comparison between the quotes, `">=1"`, with places in the user's file."""
    from dsl4bes.syntax.parser import parse

    inner = Bag()
    program = parse(SourceFile("", f"x {text.value}\n"), inner)
    statement = program.statements[0] if program is not None and len(program.statements) == 1 else None
    if inner.has_errors or statement is None or len(statement.arguments) != 1 or statement.body is not None:
        help = f'write `{field.name} >= 1`, or in the classic form `{field.name} ">=1"`'
        bag.add(codes.BAD_COMPARISON_TEXT, f'"{text.value}" is not a comparison', text.span, help=help)
        return None
    return moved(statement.arguments[0].value, text.span.start + 1 - 2, text.span.file)


def moved(node: Any, shift: int, file: SourceFile) -> Any:
    """The same tree with its places moved by `shift` into `file`."""
    if isinstance(node, Span):
        return Span(node.start + shift, node.end + shift, file)
    if isinstance(node, tuple):
        return tuple(moved(item, shift, file) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return type(node)(
            **{part.name: moved(getattr(node, part.name), shift, file) for part in dataclass_fields(node)}
        )
    return node
