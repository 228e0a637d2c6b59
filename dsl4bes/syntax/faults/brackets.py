"""Faults of brackets: not opened, detached from their function, used as an index."""

from __future__ import annotations

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Fix, Label
from dsl4bes.source import Span
from dsl4bes.syntax.faults.place import (
    ENDS_VALUE,
    Finding,
    Place,
)


def unopened_bracket(place: Place) -> Finding:
    message = f"{place.written(place.token)} closes a bracket that nothing opened"
    return Finding(codes.UNOPENED_BRACKET, message, "remove it, or open the bracket where the formula begins")


def closing_bracket(place: Place) -> Finding | None:
    if place.kind not in ("RPAR", "RSQB"):
        return None
    opened = place.open_bracket
    if opened is None:
        return unopened_bracket(place)
    wanted = "]" if opened[0] == "LSQB" else ")"
    if wanted != place.token[1] and place.previous[0] in ENDS_VALUE:
        span = place.span(place.token)
        return Finding(
            codes.UNOPENED_BRACKET,
            f"{place.written(place.token)} closes a bracket that was opened as `{opened[1][-1]}`",
            f"write `{wanted}`",
            related=(Label(place.span(opened), "opened here"),),
            fixes=(Fix(span, wanted, f"write `{wanted}`"),),
        )
    return None


def detached_bracket(place: Place) -> Finding | None:
    if place.kind != "LPAR" or place.previous[0] != "NAME":
        return None
    gap = Span(place.previous[3], place.token[2], place.source)
    name = place.previous[1]
    message = f"a blank stands between `{name}` and its bracket"
    fix = Fix(gap, "", f"write `{name}(`")
    help = f"a call is written `{name}(...)`"
    return Finding(
        codes.DETACHED_BRACKET, message, help, place.span(place.previous, place.token), fixes=(fix,)
    )


def index_brackets(place: Place) -> Finding | None:
    if place.kind != "LSQB" or place.previous[0] not in ("NAME", "RPAR", "RSQB"):
        return None
    help = "candidates have names: `gam1` is the first of `gam`; `for name do ... end` runs over all"
    return Finding(codes.INDEX_BRACKETS, "the language has no index in square brackets", help)
