"""Faults of values: equals signs, comparisons, numbers, ranges, commas, and what is missing."""

from __future__ import annotations

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Fix
from dsl4bes.source import Span
from dsl4bes.syntax import ast, foreign
from dsl4bes.syntax.faults.place import (
    BEGINS_VALUE,
    ENDS_VALUE,
    WANTS_VALUE,
    WORDS,
    Finding,
    Place,
)


def single_equals(place: Place) -> Finding | None:
    if place.kind != "EQUAL":
        return None
    if place.previous[0] in WORDS:
        return _reserved_key(place)
    fix = Fix(place.span(place.token), "==", "write `==`")
    help = "write `==` to compare; `let name = formula` gives a formula a name; a parameter of a fit takes its value without a sign (`mean 3.1`)"
    return Finding(codes.SINGLE_EQUALS, "a single `=` does not compare", help, fixes=(fix,))


def _reserved_key(place: Place) -> Finding:
    written = place.written(place.previous)
    help = "use another name"
    return Finding(
        codes.RESERVED_WORD,
        f"{written} is a word of the language, not a name",
        help,
        place.span(place.previous),
    )


def reserved_word(place: Place) -> Finding | None:
    if place.kind == "COLON" and place.previous[0] in WORDS:
        return _reserved_key(place)
    if place.kind in WORDS and place.previous[0] == "DOT":
        return Finding(
            codes.RESERVED_WORD,
            f"{place.written(place.token)} is a word of the language, not a name",
            "use another name",
        )
    return None


def symbol_of_number(place: Place) -> Finding | None:
    """`:4c`: a symbol begins with a letter."""
    number, unit = place.following, place.tokens[min(place.at + 2, len(place.tokens) - 1)]
    if place.kind != "COLON" or place.glued or number[0] != "NUMBER" or number[2] != place.token[3]:
        return None
    last = unit if unit[0] == "NAME" and unit[2] == number[3] else number
    span = place.span(place.token, last)
    help = foreign.constraint(span.text[1:]) or "letters, digits and `_`, beginning with a letter"
    return Finding(codes.UNEXPECTED_TEXT, f"`{span.text}` is no name: it begins with a digit", help, span)


def known_state(place: Place) -> Finding | None:
    code = place.known
    if code is codes.SECOND_COMPARISON:
        help = "a field takes one: use a range `low..high`, a second line, or `require` with a formula"
        return Finding(code, "this field already has its comparison", help)
    return None


def incomplete_number(place: Place) -> Finding | None:
    token, last = place.token, place.previous
    if place.kind == "DOT" and last[0] == "NUMBER":
        span = place.span(last, token)
        fix = Fix(span, last[1] + ".0", "add a zero")
        return Finding(
            codes.INCOMPLETE_NUMBER,
            f"`{span.text}` has no digit behind its point",
            f"write `{fix.text}`",
            span,
            fixes=(fix,),
        )
    if last[0] == "DOTS" and place.glued:
        return _three_points(place)
    point, digits = (token, place.following) if place.kind == "DOT" else (last, token)
    before = place.back(1 if place.kind == "DOT" else 2)
    named = before[0] == "NAME" and before[3] == point[2]
    if point[0] == "DOT" and digits[0] == "NUMBER" and point[3] == digits[2] and not named:
        span = place.span(point, digits)
        fix = Fix(place.span(point), "0.", "add a zero")
        return Finding(
            codes.INCOMPLETE_NUMBER,
            f"`{span.text}` has no digit before its point",
            f"write `0{span.text}`",
            span,
            fixes=(fix,),
        )
    return None


def _three_points(place: Place) -> Finding | None:
    if place.kind != "DOT":
        return None
    fix = Fix(place.span(place.token), "", "write `..`")
    span = place.span(place.previous, place.token)
    return Finding(codes.OPEN_RANGE, "a range is written with two points", "write `..`", span, fixes=(fix,))


def open_range(place: Place) -> Finding | None:
    if place.kind == "DOTS" and place.previous[0] in ENDS_VALUE and place.back(2)[0] != "NEWLINE":
        return Finding(codes.OPEN_RANGE, "a range has two ends, no more", "write `low..high`")
    if place.kind == "DOTS":
        return Finding(
            codes.OPEN_RANGE, "this range has no lower end", "write `low..high`, or a comparison: `<= high`"
        )
    if place.previous[0] == "DOTS":
        help = "write `low..high`, or a comparison: `>= low`"
        return Finding(codes.OPEN_RANGE, "this range has no upper end", help, place.span(place.previous))
    return None


def method_call(place: Place) -> Finding | None:
    if place.kind != "CALL" or place.previous[0] != "DOT":
        return None
    name = place.token[1]
    help = f"functions stand in front of what they take: `{name}...)`"
    return Finding(codes.METHOD_CALL, "a function is not called with a point", help)


def percent_operator(place: Place) -> Finding | None:
    if place.kind != "PERCENT" and not (place.previous[0] == "PERCENT" and place.kind in BEGINS_VALUE):
        return None
    return Finding(
        codes.PERCENT_OPERATOR,
        "`%` is the unit of a number, not an operator",
        "write `mod(a, b)` for the remainder",
    )


def missing_value(place: Place) -> Finding | None:
    if place.previous[0] not in WANTS_VALUE or place.kind in BEGINS_VALUE:
        return None
    last = place.written(place.previous)
    message = f"a value is missing between {last} and {place.written(place.token)}"
    span = None if place.kind != "NEWLINE" else place.span(place.previous)
    help = "write it, or remove the sign"
    if place.kind in ("COMPARATOR", "IN") and place.previous[0] in ("AND", "OR", "NOT"):
        help = "every comparison names what it compares: `a > 1 and a < 2`; or write a range: `a in 1..2`"
    return Finding(codes.MISSING_VALUE, message, help, span)


def misplaced_comma(place: Place) -> Finding | None:
    if place.kind != "COMMA":
        return None
    opened = place.open_bracket
    if opened is not None and opened[0] == "LPAR":
        help = "a list is written `[a, b]`, a call with its name glued to the bracket"
        return Finding(codes.UNEXPECTED_TEXT, "brackets hold one formula, not several", help)
    if place.back(2)[0] == "NEWLINE":
        help = f"write `{place.previous[1]} value, value`"
        return Finding(codes.UNEXPECTED_TEXT, "the first value of a field follows without a comma", help)
    return None


def missing_comma(place: Place) -> Finding | None:
    if place.previous[0] not in ENDS_VALUE or place.kind not in BEGINS_VALUE:
        return None
    last, token = place.written(place.previous), place.written(place.token)
    if place.kind == "NOT":
        help = "write `not (a in b)`"
        return Finding(codes.UNEXPECTED_TEXT, "`not` stands in front of what it denies", help)
    help = "values are separated by commas; every statement has its own line"
    if place.back(2)[1] in ast.DEFINITIONS:
        word = place.back(2)[1]
        help = f"write `{word} {place.previous[1]} = ...`"
        return Finding(codes.UNEXPECTED_TEXT, f"{token} does not fit behind a name that `{word}` makes", help)
    gap = Span(place.previous[3], place.previous[3], place.source)
    fix = Fix(gap, ",", "add a comma")
    return Finding(codes.MISSING_COMMA, f"a comma is missing between {last} and {token}", help, fixes=(fix,))
