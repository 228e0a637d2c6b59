"""Faults of lines and blocks: `do`, `end`, what a line begins and ends with."""

from __future__ import annotations

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Fix, Label
from dsl4bes.source import Span
from dsl4bes.syntax import foreign
from dsl4bes.syntax.faults.brackets import unopened_bracket
from dsl4bes.syntax.faults.place import (
    OPERATORS,
    WORDS,
    Finding,
    Place,
)
from dsl4bes.syntax.layout import forgotten_do, forgotten_end


def missing_end(place: Place) -> Finding | None:
    if place.kind != "$END":
        return None
    opened = forgotten_end(place.source, place.tokens[: place.at])
    if opened is None:
        return None
    head, reached = opened
    related = (
        () if reached is None else (Label(place.span(reached), "it should have ended before this line"),)
    )
    name = f"the block {place.written(head).replace('(`', '`')}" if head[1] else "this block"  # a wrong head has no name; a bracket that follows belongs to the token
    message = f"{name} is never closed"
    return Finding(codes.MISSING_END, message, "every `do` has its `end`", place.span(head), related=related)


def extra_end(place: Place) -> Finding | None:
    if place.kind != "END" or place.previous[0] != "NEWLINE":
        return None
    head = forgotten_do(place.source, place.tokens[: place.at])
    if head is None:
        fix = Fix(place.span(place.token), "", "remove it")
        return Finding(
            codes.EXTRA_END,
            "this `end` closes nothing",
            "remove it, or find the `do` it belongs to",
            fixes=(fix,),
        )
    first, last = head
    instead = foreign.statement(first[1].rstrip("("))
    if instead:
        message = f"there is no {place.written((*first[:1], first[1].rstrip('('), *first[2:]))} in this language"
        return Finding(codes.MISSING_DO, message, instead, place.span(first, last))
    at = Span(last[3], last[3], place.source)
    return Finding(
        codes.MISSING_DO,
        f"the block {place.written(first)} has no `do`",
        "a line that opens a block ends with `do`",
        place.span(first, last),
        related=(Label(place.span(place.token), "so this `end` closes nothing"),),
        fixes=(Fix(at, " do", "add `do`"),),
    )


def text_after_do(place: Place) -> Finding | None:
    if place.previous[0] == "DO":
        if place.kind == "END":
            return _end_not_alone(place)
        help = "the statements of a block begin on the next line"
        return Finding(codes.TEXT_AFTER_DO, "nothing but a comment may follow `do` on its line", help)
    if place.previous[0] == "END" or (place.kind == "END" and place.previous[0] != "NEWLINE"):
        return _end_not_alone(place)
    return None


def _end_not_alone(place: Place) -> Finding:
    return Finding(
        codes.END_NOT_ALONE,
        "`end` stands alone on its line",
        "move it, or what stands beside it, to another line",
    )


def line_start(place: Place) -> Finding | None:
    if place.previous[0] != "NEWLINE":
        return None
    written = place.written(place.token)
    if place.kind in ("RPAR", "RSQB"):
        return unopened_bracket(place)
    if place.kind in OPERATORS - {"NOT", "IN"} or place.kind in ("COMMA", "DOT", "DOTS", "EQUAL"):
        help = "a statement ends with its line; put a formula in brackets to write it on several lines"
        return Finding(codes.LINE_CONTINUED, f"a line cannot begin with {written}", help)
    if place.kind in WORDS:
        return Finding(
            codes.RESERVED_WORD,
            f"{written} is a word of the language, not a field",
            "a line begins with a name",
        )
    help = "a line begins with the name of a block or a field; a formula stands behind `let` or `require`"
    return Finding(codes.LINE_WITHOUT_FIELD, f"a line cannot begin with {written}", help)


def formula_as_line(place: Place) -> Finding | None:
    """`a * b` as a statement: the first word of a line is a field."""
    if place.back(2)[0] != "NEWLINE" or place.previous[0] != "NAME":
        return None
    if place.kind in ("STAR", "SLASH", "POWER", "AND", "OR"):
        help = "the first word of a line is a field; a formula stands behind `let` or `require`"
        return Finding(codes.LINE_WITHOUT_FIELD, "a formula cannot stand alone on a line", help)
    if place.kind == "COLON":
        return _colon_after_field(place)
    return None


def _colon_after_field(place: Place) -> Finding:
    span = place.span(place.token)
    symbol = place.following[2] == place.token[3] and place.following[0] == "NAME"
    text = " :" if symbol else ""
    if not symbol and place.following[2] == place.token[3] and place.following[0] not in ("NEWLINE", "$END"):
        text = " "
    name = place.previous[1]
    help = (
        f"write `{name} :{place.following[1]}`"
        if symbol
        else f"write `{name}` and its values without a colon"
    )
    if place.following[0] in ("NEWLINE", "DO"):
        help = f"a block is written `{name} do ... end`"
    message = "the first word of a line takes no colon"
    return Finding(codes.COLON_AFTER_FIELD, message, help, fixes=(Fix(span, text, help),))


def continued_line(place: Place) -> Finding | None:
    if place.kind != "NEWLINE":
        return None
    last = place.previous
    if last[0] != "COMMA" and last[0] not in OPERATORS - {"COMPARATOR", "IN"}:
        return None
    help = "a statement ends with its line; inside brackets it may go on: `name(a,` ... `b)`"
    if last[0] == "COMMA":
        help = "a statement ends with its line: write its values on one line, or remove the comma"
    message = f"the line ends with {place.written(last)}, but a statement does not go on after its line"
    return Finding(codes.LINE_CONTINUED, message, help, place.span(last))
