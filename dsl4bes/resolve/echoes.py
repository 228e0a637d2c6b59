"""Errors that only echo another one: a name is missing because the block that makes it was wrong.

In: the blocks of the program, the names they make, and the bag. Out: the bag without the echoes, and with one message for one unknown name,
however often it is used. The error of the block itself always stays, so that a program that was wrong is still wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dsl4bes.constructs.base import Instance
from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.constructs.words import near
from dsl4bes.diagnostics.codes import names, physics, shape
from dsl4bes.diagnostics.model import Bag, Diagnostic, Label, Severity
from dsl4bes.source import Span
from dsl4bes.syntax import ast

_OWNER = re.compile(r"([A-Za-z_]\w*)(?:\.raw)?\.$")
#: What a wrong decay brings with it, in the same block.
_OF_DECAYS = (physics.CONJUGATE_UNSAID, physics.BEAM_MISMATCH, physics.UNKNOWN_CONSTRAINT)
_WRONG_DECAYS = (physics.CHARGE_NOT_CONSERVED, physics.TOO_HEAVY)
_LOOKED_UP = 500  #: misspelt names whose meaning is looked for
_SHOWN = 5  #: further places of one unknown name that are shown


def leave_out(instances: Iterable[Instance], planned: Mapping[str, Span], bag: Bag) -> None:
    """Drop "no list is called `vertex`" where a block above says `vertex_fit(:vertex)` and has an error of its own."""
    if not bag.has_errors:
        return
    blocks = tuple(instances)
    meant = {**_misspelt(blocks), **planned}
    wrong = _wrong_blocks(blocks, bag)
    kept = [item for item in bag.items if not (_is_missing(item, meant, wrong) or _is_of_decay(item, wrong))]
    kept = _innermost(kept, wrong)
    if any(item.severity is Severity.ERROR for item in kept):
        bag.items[:] = _together(kept)


def _misspelt(blocks: tuple[Instance, ...]) -> dict[str, Span]:
    """Lists that wrong `identify` lines were to make: as written (`piplus`), and as it was meant (`pip`)."""
    found: dict[str, Span] = {}
    for block in blocks:
        for entry in block.entries:
            if entry.field.name != "identify":
                continue
            for argument in entry.value:
                value = argument.value
                if len(found) > _LOOKED_UP:
                    return found
                if isinstance(value, ast.Symbol) and value.name not in IDENTIFIED:
                    for name in (value.name, *near(value.name, IDENTIFIED)):
                        found.setdefault(name, value.span)
                elif isinstance(value, ast.String) and value.value in IDENTIFIED:
                    found.setdefault(value.value, value.span)
    return found


def _wrong_blocks(blocks: tuple[Instance, ...], bag: Bag) -> list[tuple[Instance, list[Diagnostic]]]:
    """The blocks with errors of their own, each with these."""
    errors = [item for item in bag.items if item.severity is Severity.ERROR and item.primary is not None]
    errors.sort(key=_start)
    found: list[tuple[Instance, list[Diagnostic]]] = []
    for block in blocks:
        first = bisect_left(errors, block.span.position, key=_start)
        last = bisect_right(errors, _end(block.span), key=_start)
        if first < last:
            found.append((block, errors[first:last]))
    return found


def _start(item: Diagnostic) -> tuple[int, ...]:
    return item.primary.span.position if item.primary is not None else (-1,)


def _end(span: Span) -> tuple[int, ...]:
    """The position of the end of a place."""
    return (*span.position[:-1], span.end)


def _holds(block: Span, place: Span) -> bool:
    return block.position <= place.position and _end(place) <= _end(block)


def _is_missing(
    item: Diagnostic, meant: Mapping[str, Span], wrong: list[tuple[Instance, list[Diagnostic]]]
) -> bool:
    """Whether the item says that something is missing which a block above was to make."""
    if item.primary is None:
        return False
    span = item.primary.span
    if item.code in (names.UNKNOWN_NAME, shape.UNKNOWN_FIELD):
        word = span.text.split(".")[0]
        made = meant.get(word[1:] if item.code is shape.UNKNOWN_FIELD else word)
        return made is not None and made.position < span.position
    if item.code is names.UNKNOWN_MEMBER:
        owner = _OWNER.search(span.file.text[max(0, span.start - 80) : span.start])
        return owner is not None and any(
            block.name == owner[1] and _end(block.span) <= span.position for block, _ in wrong
        )
    if item.code is physics.UNKNOWN_EXPECTATION:
        name = span.text.split(".")[0]
        return any(name in (block.name, block.keyword) and not _holds(block.span, span) for block, _ in wrong)
    return False


def _is_of_decay(item: Diagnostic, wrong: list[tuple[Instance, list[Diagnostic]]]) -> bool:
    """Whether the item only follows from a decay that makes no sense."""
    if item.code not in _OF_DECAYS or item.primary is None:
        return False
    span = item.primary.span
    return any(
        _holds(block.span, span) and any(error.code in _WRONG_DECAYS for error in errors)
        for block, errors in wrong
    )


def _innermost(items: list[Diagnostic], wrong: list[tuple[Instance, list[Diagnostic]]]) -> list[Diagnostic]:
    """Of the charges of one decay that do not add up, the last: a wrong particle inside makes its mothers wrong as well."""
    outer: set[int] = set()
    for _, errors in wrong:
        charges = [error for error in errors if error.code is physics.CHARGE_NOT_CONSERVED]
        outer |= {id(error) for error in charges[:-1]}
    return [item for item in items if id(item) not in outer]


def _together(items: list[Diagnostic]) -> list[Diagnostic]:
    """One message for a name that nobody knows; where else it is used are its related places, and its fix mends all of them."""
    found: dict[str, int] = {}
    result: list[Diagnostic] = []
    for item in items:
        if item.code not in (names.UNKNOWN_NAME, names.UNKNOWN_MEMBER) or item.primary is None:
            result.append(item)
            continue
        at = found.setdefault(item.message, len(result))
        if at == len(result):
            result.append(item)
            continue
        first = result[at]
        related = first.related
        if len(related) < _SHOWN:
            related = (*related, Label(item.primary.span, "and here"))
        fixes = (*first.fixes, *(fix for fix in item.fixes if fix not in first.fixes)) if first.fixes else ()
        result[at] = replace(first, related=related, fixes=fixes)
    return result
