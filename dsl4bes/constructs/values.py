"""Reading the value of a field: one reader per kind of field.

In: a field, its arguments as written. Out: the value of its kind (see `base.py`), or None after a diagnostic that points at
the value. Units become base units here; quoted comparisons are parsed by the parser, with places in the user's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dsl4bes.constructs.base import Chosen, Floated, Named, SourceItem
from dsl4bes.constructs.fields import (
    Choice,
    Count,
    Cut,
    Decay,
    Field,
    Flag,
    Floating,
    Formula,
    Formulas,
    Line,
    Number,
    Sources,
    Text,
)
from dsl4bes.constructs.measures import Arguments, bad_value, one_value, read_cut, read_number
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Fix
from dsl4bes.source import Span
from dsl4bes.syntax import ast

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


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
    if not field.many and one_value(field, key, arguments, "one word", bag) is None:
        return None
    if not arguments:
        bad_value(field, key.span, f"one or more of {listed(field.options)}", bag)
        return None
    chosen: list[Chosen] = []
    for argument in _items(arguments):
        word = _word(argument.value)
        if word is None or argument.key is not None:
            bad_value(field, argument.span, f"words: {listed(field.options)}", bag)
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
            bad_value(field, argument.span, "text between double quotes", bag)
            return None
        found.append(Chosen(argument.value.value, argument.value.span, argument.value.file))
    if not found or (len(found) > 1 and not field.many):
        bad_value(
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
    value = one_value(field, key, arguments, "`true` or `false`", bag)
    if isinstance(value, ast.Boolean):
        return value.value
    if value is not None:
        bad_value(field, value.span, "nothing, `true` or `false`", bag)
    return None


def _sources(field: Sources, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[SourceItem, ...] | None:
    found: list[SourceItem] = []
    for argument in _items(arguments):
        value = argument.value
        if isinstance(value, ast.Symbol):
            value = ast.Name(value.name, value.span)
        if not isinstance(value, (ast.Name, ast.Attribute, ast.Call)):
            bad_value(field, value.span, "names of lists or fits", bag)
            return None
        if argument.key is not None and not field.roles:
            bad_value(field, argument.span, f"names of lists, and no `{argument.key.name}:`", bag)
            return None
        found.append(SourceItem(argument.key, value))
    if not found:
        bad_value(field, key.span, "names of lists or fits, and there is none", bag)
        return None
    if len(found) > 1 and not field.many:
        bad_value(field, found[1].value.span, "one name, and here is one more", bag)
        return None
    return tuple(found)


def _decay(field: Decay, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[Any, Span] | None:
    from dsl4bes.physics.decays import DecayError, parse_decay

    value = one_value(field, key, arguments, "a decay between double quotes", bag)
    if value is None:
        return None
    if not isinstance(value, ast.String):
        bad_value(field, value.span, "a decay between double quotes", bag)
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
    return one_value(field, key, arguments, "one formula", bag)


def _formulas(field: Formulas, key: ast.Word, arguments: Arguments, bag: Bag) -> tuple[Named, ...] | None:
    found: list[Named] = []
    for argument in arguments:
        if argument.key is None:
            bad_value(field, argument.span, "a name for every formula", bag)
            return None
        found.append(Named(argument.key, argument.value))
    if not found:
        bad_value(field, key.span, "`name: formula`, and there is none", bag)
        return None
    return tuple(found)


def _line(field: Line, key: ast.Word, arguments: Arguments, bag: Bag) -> Arguments | None:
    if not arguments:
        bad_value(field, key.span, "values, and there is none", bag)
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


def _floating(field: Floating, key: ast.Word, arguments: Arguments, bag: Bag) -> Floated | None:
    values = [argument for argument in arguments if argument.key is None]
    if len(values) == 2 and isinstance(values[1].value, ast.Name) and values[1].value.name == "fixed":
        bag.add(codes.BAD_VALUE, f"`{field.name}` is fixed by `fixed: true`", values[1].span, help="with a value, as every option of a parameter", fixes=(Fix(values[1].span, "fixed: true", "write `fixed: true`"),))
        return None
    if values and isinstance(values[0].value, ast.Bare):
        value = values[0].value.right.span.text
        bag.add(
            codes.BAD_VALUE, f"`{field.name}` takes its start value without a sign", values[0].span, help=f"write `{field.name} {value}`; limits are `range: LOW..HIGH`",
            fixes=(Fix(values[0].span, value, "leave the sign away"),) if values[0].value.operator is ast.Operator.EQ else (),
        )  # fmt: skip
        return None
    if len(values) != 1:
        bad_value(field, values[1].span if values else key.span, "one start value or formula" + (", and here is one more" if values else ""), bag)
        return None
    options = tuple((argument.key, argument.value) for argument in arguments if argument.key is not None)
    return Floated(values[0].value, options, key.span)


_READERS: dict[type[Field], Callable[..., Any]] = {
    Number: read_number, Cut: read_cut, Count: read_cut, Choice: _choice, Text: _text, Flag: _flag, Sources: _sources, Decay: _decay,
    Formula: _formula, Formulas: _formulas, Line: _line, Floating: _floating,
}  # fmt: skip
