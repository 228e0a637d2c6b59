"""Faults of signs: operators of other languages, decays and particles without quotes."""

from __future__ import annotations

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Fix
from dsl4bes.syntax.faults.place import (
    BEGINS_VALUE,
    Finding,
    Place,
)


def foreign_operator(place: Place) -> Finding | None:
    signs = ("EQUAL", "COMPARATOR")
    if place.kind not in signs:
        return None
    first, last = place.previous, place.token
    if first[0] not in signs or not place.glued:
        first, last = place.token, place.following
    if last[0] not in signs or first[3] != last[2]:
        return None
    pair = first[1] + last[1]
    meant = {"=<": "<=", "=>": ">=", "<>": "!=", "===": "==", "!==": "!="}.get(pair)
    if meant is None:
        return None
    span = place.span(first, last)
    return Finding(
        codes.FOREIGN_OPERATOR,
        f"`{pair}` is not an operator",
        f"write `{meant}`",
        span,
        fixes=(Fix(span, meant, f"write `{meant}`"),),
    )


def bare_decay(place: Place) -> Finding | None:
    if place.token[1][:1] != ">" or place.previous[0] != "MINUS" or not place.glued:
        return None
    begin = place.at - 1
    while begin and place.tokens[begin - 1][0] not in ("NEWLINE", "COMMA", "LPAR"):
        begin -= 1
    if place.tokens[begin - 1][0] == "NEWLINE" or not begin:
        begin += 1  # the field's name stays outside of the quotes
    end = place.at
    while place.tokens[end + 1][0] not in ("NEWLINE", "COMMA", "$END", "DO", "BROKEN"):
        end += 1
    span = place.span(place.tokens[min(begin, place.at - 1)], place.tokens[end])
    fixes = () if '"' in span.text else (Fix(span, f'"{span.text}"', "put the decay in quotes"),)
    help = 'a decay is a string: `decay "J/psi -> pi+ pi-"`'
    return Finding(codes.DECAY_WITHOUT_QUOTES, "this decay is not in quotes", help, span, fixes=fixes)


def bare_particle(place: Place) -> Finding | None:
    sign, name = place.previous, place.back(2)
    if sign[0] not in ("PLUS", "MINUS") or name[0] not in ("NAME", "SYMBOL") or name[3] != sign[2]:
        return None
    if place.glued and place.kind in BEGINS_VALUE:
        return None
    span = place.span(name, sign)
    if name[0] == "SYMBOL":
        help = "a list is named by the short name of its particles: `:pip`, `:km`, `:ep`"
        return Finding(codes.BARE_PARTICLE, f"`{span.text}` is no name: a name has no sign", help, span)
    help = f'write the short name (`:pip`, `:km`) or a string: `"{span.text}"`'
    fix = Fix(span, f'"{span.text}"', "put the particle in quotes")
    return Finding(
        codes.BARE_PARTICLE, f"`{span.text}` reads as a formula that breaks off", help, span, fixes=(fix,)
    )
