"""Reading the value of a field: one reader per kind of field.

In: a field, its arguments as written. Out: the value of its kind (see `base.py`), or None after a diagnostic that points at
the value. Units become base units here; quoted comparisons are parsed by the parser, with places in the user's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from typing import Any

from dsl4bes.constructs.base import Chosen, Comparison, Measure, Named, SourceItem
from dsl4bes.constructs.fields import (
    Choice,
    Count,
    Cut,
    Decay,
    Field,
    Flag,
    Formula,
    Formulas,
    Line,
    Number,
    Sources,
    Text,
)
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Fix
from dsl4bes.ir.types import ANGLE
from dsl4bes.physics import units
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast

Arguments = tuple[ast.Argument, ...]

MAX_WHOLE = 1_000_000_000  #: of numbers of things; a C++ `int` holds twice that
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_OPERATORS = {operator.value: operator for operator in ast.COMPARISONS}


class Formulated:
    """A side of a cut that is a formula and not a number."""


def is_name(text: str) -> bool:
    """Whether a text can name a block, a list or a branch."""
    return bool(_NAME.match(text)) and text.isascii()


def read(field: Field, key: ast.Word, arguments: Arguments, bag: Bag) -> Any:
    """The value of `field` from its arguments, or None after a diagnostic."""
    return _READERS[type(field)](field, key, arguments, bag)


def field_on_line(argument: ast.Argument) -> tuple[ast.Word, ast.Argument] | None:
    """`cos < 0.8` or `cos: 0.8` as a field and its value (`barrel cos < 0.8, energy > 25 MeV`)."""
    if argument.key is not None:
        return argument.key, ast.Argument(None, argument.value, argument.value.span)
    value = argument.value
    if isinstance(value, ast.Binary) and value.operator.compares and isinstance(value.left, ast.Name):
        bare = ast.Bare(value.operator, value.right, value.left.span.to(value.span))
        return ast.Word(value.left.name, value.left.span), ast.Argument(None, bare, bare.span)
    return None


def _bad(field: Field, span: Span, wanted: str, bag: Bag) -> None:
    help = f"write for example `{field.usage}`" if field.usage else field.doc
    bag.add(codes.BAD_VALUE, f"`{field.name}` takes {wanted}", span, help=help)


def _one(field: Field, key: ast.Word, arguments: Arguments, wanted: str, bag: Bag) -> ast.Expr | None:
    """The single value of a field."""
    if not arguments:
        _bad(field, key.span, f"{wanted}, and there is none", bag)
        return None
    if len(arguments) > 1:
        _bad(field, arguments[1].span, f"{wanted}, and here is one more", bag)
        return None
    if arguments[0].key is not None:
        _bad(field, arguments[0].span, f"{wanted}, and no `{arguments[0].key.name}:`", bag)
        return None
    return arguments[0].value


# --- numbers -----------------------------------------------------------------------------------------------------------


def measure(field: Number, value: ast.Expr, bag: Bag) -> Measure | None:
    """A number with or without unit in the field's base unit."""
    sign = 1.0
    number = value
    if isinstance(number, ast.Negative) and isinstance(number.operand, ast.Number):
        sign, number = -1.0, number.operand
    if not isinstance(number, ast.Number):
        _bad(field, value.span, "a number" + (f" in {field.bare}" if field.bare else ""), bag)
        return None
    factor = _factor(field, number, bag)
    if factor is None:
        return None
    result = Measure(sign * number.value * factor, value.span, value.span.text)
    return result if _within(field, result, bag) else None


def _factor(field: Number, number: ast.Number, bag: Bag) -> float | None:
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
        bag.add(codes.UNKNOWN_UNIT, message, number.unit.span, help=units.unit_hint(number.unit.name))
        return None
    if unit.dimension == field.dimension:
        return unit.factor
    if field.other is not None and unit.dimension == field.other[0]:
        return unit.factor * field.other[1]
    wanted = units.words_of(field.dimension)
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


def _number(field: Number, key: ast.Word, arguments: Arguments, bag: Bag) -> Measure | None:
    value = _one(field, key, arguments, "one number", bag)
    return None if value is None else measure(field, value, bag)


def _cut(field: Cut, key: ast.Word, arguments: Arguments, bag: Bag) -> Comparison | None:
    value = _one(field, key, arguments, "a comparison, a range or a number", bag)
    if value is None:
        return None
    return comparison(field, key.span, value, bag)


def comparison(field: Cut, key: Span, value: ast.Expr, bag: Bag) -> Comparison | None:
    """A cut as comparison, quoted comparison, range or bare number; numbers in it are checked for unit and limits."""
    if isinstance(value, ast.String):
        unquoted = _unquoted(field, value, bag)
        if unquoted is None:
            return None
        value = unquoted
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
            _bad(field, right.span, "a range after `in`", bag)
            return None
        low, high = (_limit(field, side, bag) for side in (right.low, right.high))
        if low is None or high is None:
            return None
        if isinstance(low, Measure) and isinstance(high, Measure) and low.value > high.value:
            message = f"the range of `{field.name}` begins at {low.text} and ends at {high.text}"
            bag.add(codes.REVERSED_RANGE, message, right.span, help=f"write `{high.text}..{low.text}`")
            return None
        return cut
    if isinstance(right, ast.Range):
        _bad(field, right.span, f"a number after `{cut.operator.value}`", bag)
        return None
    return None if _limit(field, right, bag) is None else cut


def _limit(field: Cut, value: ast.Expr, bag: Bag) -> Measure | Formulated | None:
    """A side of a cut: a number, or that it is a formula, which is typed later."""
    if isinstance(value, (ast.Number, ast.Negative)):
        return measure(field, value, bag)
    if isinstance(value, (ast.String, ast.Symbol, ast.Boolean, ast.ListOf, ast.Bare)) or isinstance(
        field, Count
    ):
        _bad(field, value.span, "a number", bag)
        return None
    return Formulated()


def _unquoted(field: Field, text: ast.String, bag: Bag) -> ast.Expr | None:
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


# --- words ---------------------------------------------------------------------------------------------------------------


def _word(value: ast.Expr) -> Chosen | None:
    if isinstance(value, (ast.Symbol, ast.Name)):
        return Chosen(value.name, value.span)
    if isinstance(value, ast.String):
        return Chosen(value.value, value.span)
    return None


def _items(arguments: Arguments) -> list[ast.Argument]:
    """The arguments, lists `[a, b]` opened."""
    found: list[ast.Argument] = []
    for argument in arguments:
        if isinstance(argument.value, ast.ListOf) and argument.key is None:
            found += [ast.Argument(None, item, item.span) for item in argument.value.items]
        else:
            found.append(argument)
    return found


def _choice(
    field: Choice, key: ast.Word, arguments: Arguments, bag: Bag
) -> tuple[Chosen, ...] | Chosen | None:
    if not field.many and _one(field, key, arguments, "one word", bag) is None:
        return None
    if not arguments:
        _bad(field, key.span, f"one or more of {listed(field.options)}", bag)
        return None
    chosen: list[Chosen] = []
    for argument in _items(arguments):
        word = _word(argument.value)
        if word is None or argument.key is not None:
            _bad(field, argument.span, f"words: {listed(field.options)}", bag)
            return None
        if word.name not in field.options:
            help = did_you_mean(word.name, field.options, f"it knows {listed(field.options)}")
            fixes = _respelled_word(argument.value, word, field.options)
            bag.add(
                codes.UNKNOWN_OPTION,
                f"`{field.name}` does not know `{word.name}`",
                word.span,
                help=help,
                fixes=fixes,
            )
            return None
        chosen.append(word)
    return tuple(chosen) if field.many else chosen[0]


def _respelled_word(value: ast.Expr, word: Chosen, known: tuple[str, ...]) -> tuple[Fix, ...]:
    if not isinstance(value, ast.Symbol):
        return ()
    return respelled(word.name, Span(word.span.start + 1, word.span.end, word.span.file), known)


def _text(field: Text, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[Chosen, ...] | Chosen | None:
    found: list[Chosen] = []
    for argument in _items(arguments):
        if not isinstance(argument.value, ast.String) or argument.key is not None:
            _bad(field, argument.span, "text between double quotes", bag)
            return None
        found.append(Chosen(argument.value.value, argument.value.span))
    if not found or (len(found) > 1 and not field.many):
        _bad(
            field,
            key.span,
            "text between double quotes" if field.many else "one text between double quotes",
            bag,
        )
        return None
    return tuple(found) if field.many else found[0]


def _flag(field: Flag, key: ast.Word, arguments: Arguments, bag: Bag) -> bool | None:
    if not arguments:
        return True
    value = _one(field, key, arguments, "`true` or `false`", bag)
    if isinstance(value, ast.Boolean):
        return value.value
    if value is not None:
        _bad(field, value.span, "nothing, `true` or `false`", bag)
    return None


def _sources(field: Sources, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[SourceItem, ...] | None:
    found: list[SourceItem] = []
    for argument in _items(arguments):
        value = argument.value
        if isinstance(value, ast.Symbol):
            value = ast.Name(value.name, value.span)
        if not isinstance(value, (ast.Name, ast.Attribute, ast.Call)):
            _bad(field, value.span, "names of lists or fits", bag)
            return None
        if argument.key is not None and not field.roles:
            _bad(field, argument.span, f"names of lists, and no `{argument.key.name}:`", bag)
            return None
        found.append(SourceItem(argument.key, value))
    if not found:
        _bad(field, key.span, "names of lists or fits, and there is none", bag)
        return None
    if len(found) > 1 and not field.many:
        _bad(field, found[1].value.span, "one name, and here is one more", bag)
        return None
    return tuple(found)


def _decay(field: Decay, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[Any, Span] | None:
    from dsl4bes.physics.decays import DecayError, parse_decay

    value = _one(field, key, arguments, "a decay between double quotes", bag)
    if value is None:
        return None
    if not isinstance(value, ast.String):
        _bad(field, value.span, "a decay between double quotes", bag)
        return None
    try:
        return parse_decay(value.value), value.span
    except DecayError as fault:
        start = value.span.start + 1
        place = Span(start + fault.start, start + max(fault.end, fault.start + 1), value.span.file)
        if "\\" in value.span.text:  # an escape moves the places: show the whole text
            place = value.span
        bag.add(codes.BAD_DECAY, str(fault), place, help=fault.help)
        return None


def _formula(field: Formula, key: ast.Word, arguments: Arguments, bag: Bag) -> ast.Expr | None:
    return _one(field, key, arguments, "one formula", bag)


def _formulas(field: Formulas, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[Named, ...] | None:
    found: list[Named] = []
    for argument in arguments:
        if argument.key is None:
            _bad(field, argument.span, "a name for every formula", bag)
            return None
        found.append(Named(argument.key, argument.value))
    if not found:
        _bad(field, key.span, "`name: formula`, and there is none", bag)
        return None
    return tuple(found)


def _line(field: Line, key: ast.Word, arguments: Arguments, bag: Bag) -> Arguments | None:
    if not arguments:
        _bad(field, key.span, "values, and there is none", bag)
        return None
    for argument in arguments:
        if argument.key is not None and field.keys and argument.key.name not in field.keys:
            name = argument.key.name
            bag.add(
                codes.UNEXPECTED_ARGUMENT,
                f"`{field.name}` has no `{name}:`",
                argument.key.span,
                help=did_you_mean(name, field.keys, f"it knows {listed(f'{key}:' for key in field.keys)}"),
                fixes=respelled(name, argument.key.span, field.keys),
            )
            return None
    return tuple(_items(arguments))


_READERS: dict[type[Field], Callable[..., Any]] = {
    Number: _number, Cut: _cut, Count: _cut, Choice: _choice, Text: _text, Flag: _flag, Sources: _sources, Decay: _decay,
    Formula: _formula, Formulas: _formulas, Line: _line,
}  # fmt: skip
