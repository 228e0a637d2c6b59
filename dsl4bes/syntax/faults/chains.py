"""Comparisons in a chain, `-10 < vz < 10`, and limits that stand in front of a field: what to write instead.

In: where the parser stopped. Out: a `Finding` with the range or the two comparisons that say the same. The limits are read from the
tokens, as the parser gave up on the line.
"""

from __future__ import annotations

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Fix
from dsl4bes.syntax.faults.place import Finding, Place
from dsl4bes.syntax.lexer import CLOSING, OPENING, Token

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_ENDS = frozenset({"NEWLINE", "$END", "DO", "COMMA", "AND", "OR", "NOT", "BROKEN", "EQUAL", "COLON"})
_BRACKETS = OPENING | {"CALL"}


def limit_before_field(place: Place) -> Finding | None:
    """`-10 < vz < 10` or `2 <= ngood` as a line of a block."""
    if place.previous[0] != "NEWLINE" or place.kind not in ("MINUS", "PLUS", "NUMBER"):
        return None
    line = _until_end(place.tokens, place.at)
    signs = [index for index, token in enumerate(line) if token[0] == "COMPARATOR"]
    if not signs or len(signs) > 2 or line[signs[0] + 1 : signs[0] + 2] == []:
        return None
    first = signs[0]
    last = signs[1] if len(signs) == 2 else len(line)
    field = line[first + 1 : last]
    if len(field) != 1 or field[0][0] != "NAME" or not _is_number(line[:first]):
        return None
    span = place.span(line[0], line[-1])
    if len(signs) == 1:
        text = f"{field[0][1]} {_SWAPPED[line[first][1]]} {_text(place, line[:first])}"
    else:
        between = _range(place, line[:first], line[first], line[last], line[last + 1 :])
        if between is None:
            return None
        text = f"{field[0][1]} {between}"
    message = "the limits of a field stand behind its name"
    if len(signs) == 2 and _mirrored(line[:first], line[last + 1 :]):
        limit = line[last + 1 :] if line[first][1][0] == "<" else line[:first]
        size = f"{field[0][1]} {'<=' if '=' in line[last][1] else '<'} {_text(place, limit)}"
        help = f"write `{size}` if the field is an absolute value, as `vz` and `cos` are; else `{text}`"
        return Finding(codes.LINE_WITHOUT_FIELD, message, help, span)
    exact = len(signs) == 1 or line[first][1] == line[last][1] in ("<=", ">=")
    help = f"write `{text}`" + ("" if exact else "; a range holds its ends")
    fixes = (Fix(span, text, f"write `{text}`"),) if exact else ()
    return Finding(codes.LINE_WITHOUT_FIELD, message, help, span, fixes=fixes)


def _mirrored(left: list[Token], right: list[Token]) -> bool:
    """`-10` and `10`, whatever their units."""
    numbers = [next((token[1] for token in side if token[0] == "NUMBER"), "") for side in (left, right)]
    return numbers[0] == numbers[1] and (left[0][0] == "MINUS") != (right[0][0] == "MINUS")


def chained(place: Place) -> Finding | None:
    """`0.1 < m(a, b) < 0.15` in a formula."""
    if place.known is not codes.CHAINED_COMPARISON:
        return None
    message = "a comparison cannot be compared again"
    general = "write a range: `m(a, b) in 0.11..0.15`, or two comparisons with `and`"
    right = _until_end(place.tokens, place.at + 1)
    middle, sign = _back(place.tokens, place.at - 1)
    if (
        place.kind != "COMPARATOR"
        or sign is None
        or place.tokens[sign][0] != "COMPARATOR"
        or not middle
        or not right
    ):
        return Finding(codes.CHAINED_COMPARISON, message, general)
    left, _ = _back(place.tokens, sign - 1)
    left = left[1:] if len(left) > 1 and left[0][0] == "NAME" and left[1][0] in ("NUMBER", "MINUS") else left
    if not left:
        return Finding(codes.CHAINED_COMPARISON, message, general)
    name = _text(place, middle)
    between = _range(place, left, place.tokens[sign], place.token, right)
    if between is not None:
        text = f"{name} in {between}"
        return Finding(codes.CHAINED_COMPARISON, message, f"write `{text}`; a range holds its ends")
    first, second = place.tokens[sign][1], place.token[1]
    text = f"{_text(place, left)} {first} {name} and {name} {second} {_text(place, right)}"
    return Finding(codes.CHAINED_COMPARISON, message, f"write `{text}`" if len(text) < 120 else general)


def _until_end(tokens: list[Token], at: int) -> list[Token]:
    """The tokens from `at` to the end of the value or line."""
    found: list[Token] = []
    depth = 0
    for token in tokens[at:]:
        depth += (token[0] in _BRACKETS) - (token[0] in CLOSING)
        if depth < 0 or (depth == 0 and token[0] in _ENDS):
            break
        found.append(token)
    return found


def _back(tokens: list[Token], at: int) -> tuple[list[Token], int | None]:
    """The operand that ends at `at`, and the index of the sign before it."""
    depth = 0
    index = at
    while index >= 0:
        token = tokens[index]
        depth += (token[0] in CLOSING) - (token[0] in _BRACKETS)
        if depth < 0 or (depth == 0 and token[0] in (*_ENDS, "COMPARATOR", "IN")):
            break
        index -= 1
    return tokens[index + 1 : at + 1], index if index >= 0 else None


def _is_number(tokens: list[Token]) -> bool:
    """`-10`, `10 cm`, `5 %`."""
    plain = tokens[1:] if tokens and tokens[0][0] in ("MINUS", "PLUS") else tokens
    return [token[0] for token in plain] in (["NUMBER"], ["NUMBER", "NAME"], ["NUMBER", "PERCENT"])


def _range(place: Place, left: list[Token], first: Token, second: Token, right: list[Token]) -> str | None:
    """`-10 cm..10 cm`, if both limits are numbers and both signs point the same way."""
    if first[1][0] != second[1][0] or first[1][0] not in "<>" or not (_is_number(left) and _is_number(right)):
        return None
    low, high = (left, right) if first[1][0] == "<" else (right, left)
    texts = [_text(place, low), _text(place, high)]
    units = [tokens[-1][1] if tokens[-1][0] != "NUMBER" else "" for tokens in (low, high)]
    if units[0] != units[1] and "" in units:
        texts[units.index("")] += f" {units[0] or units[1]}"
    return "..".join(texts)


def _text(place: Place, tokens: list[Token]) -> str:
    return place.span(tokens[0], tokens[-1]).text
