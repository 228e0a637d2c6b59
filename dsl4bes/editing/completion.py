"""What may be written at a place: blocks, fields, values, names in scope, functions, particles, units.

In: a document and an offset. Out: `Completion`s, each with the text to put in place of the word that is begun, sorted by what is meant most likely. A program that has the text in place has no syntax error that it did
not have before. What there is to offer comes from the registry and the tables of the compiler (`offers.py`, `formula_offers.py`); nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dsl4bes.editing import formula_offers, offers
from dsl4bes.editing.context import Context, context
from dsl4bes.editing.document import Document
from dsl4bes.editing.lexemes import KEYWORDS, Kind, Lexeme
from dsl4bes.editing.offer import CompletionKind, Offer
from dsl4bes.editing.text_offers import in_text
from dsl4bes.source import Span
from dsl4bes.syntax.ast import DEFINITIONS

__all__ = ["Completion", "CompletionKind", "complete"]


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` goes in place of `replace`; `snippet` is the same with places to fill in (`${1:40}`, `$0` the last), or None. `documentation` is Markdown."""

    text: str
    label: str
    kind: CompletionKind
    detail: str
    documentation: str
    replace: Span
    snippet: str | None = None


def complete(document: Document, offset: int) -> list[Completion]:
    """What may be written at an offset, the likeliest first; nothing in comments and texts that are free."""
    here = context(document, offset)
    if here.comment or (here.at is not None and here.at.text in KEYWORDS - {"true", "false"}) or _in_number(here):
        return []
    span = _replaced(here)
    if here.at is not None and here.at.kind in (Kind.STRING, Kind.UNCLOSED):
        inside, span = in_text(here)
        return _placed(inside, span)
    return _placed(_fitting(here, _offers(here)), span)


def _in_number(here: Context) -> bool:
    """Whether the place is inside a number, where no word can begin."""
    line = here.line
    return line is not None and any(lexeme.kind is Kind.NUMBER and lexeme.start < here.offset < lexeme.end for lexeme in line.lexemes)


def _replaced(here: Context) -> Span:
    """The word that is begun, whole, or nothing."""
    if here.at is None:
        return here.document.span(here.offset, here.offset)
    return here.document.span(here.at.start, here.at.end)


def _placed(found: Iterable[Offer], span: Span) -> list[Completion]:
    """Each text once, at its place."""
    made: dict[str, Completion] = {}
    for each in found:
        made.setdefault(each.text, Completion(each.text, each.label or each.text, each.kind, each.detail, each.documentation, span, each.snippet))
    return list(made.values())


#: What can stand before a point.
_OWNERS = (CompletionKind.FIT, CompletionKind.LIST, CompletionKind.CONSTANT)


# --- what the line allows --------------------------------------------------------------------------------------------------


def _offers(here: Context) -> Iterator[Offer]:
    """Everything that has a meaning at the place."""
    last = here.before[-1] if here.before else None
    if last is not None and (last.is_("do") or last.is_("end")):
        return
    if last is not None and last.is_(".") and not here.head:
        yield from formula_offers.members(here)
    elif here.head:
        yield from offers.heads(here)
    elif _operand(last, len(here.before)):
        yield from offers.behind(here)
    else:
        yield from offers.values(here)


def _operand(last: Lexeme | None, words: int) -> bool:
    """Whether a value ends in front of the place, so that none can begin there; the first word of a line (`words` are in front) is followed by one without a sign."""
    if last is None:
        return False
    if last.kind in (Kind.NAME, Kind.SYMBOL):
        return words > 1 and last.text not in KEYWORDS
    return last.kind in (Kind.NUMBER, Kind.STRING, Kind.UNCLOSED) or last.text in (")", "]", "true", "false")


def _fitting(here: Context, found: Iterable[Offer]) -> Iterator[Offer]:
    """What is offered, as it can stand in front of what follows; nothing where a value would meet another one."""
    after, glued = here.after, here.after is not None and here.at is not None and here.after.start == here.at.end
    alone = here.at is None
    for offer in found:
        if _is_key_word(after, here) or (after is not None and after.is_(":")):
            fitted = _as_key(offer)
        elif after is not None and after.is_("(") and (glued or alone):
            fitted = _without_brackets(offer) if glued else None
        elif after is not None and after.is_("."):
            fitted = offer if glued and offer.kind in _OWNERS else None
        elif here.head:
            fitted = offer if after is None else _in_front(offer, alone, here)
        elif alone and after is not None and not _ends(after):
            fitted = None
        else:
            fitted = offer if after is None else replace(offer, snippet=_one_line(offer))
        if fitted is not None:
            yield fitted


def _ends(after: Lexeme) -> bool:
    """Whether a value may stand in front of this word."""
    return after.text in (",", ")", "]", "do")


def _is_key_word(after: Lexeme | None, here: Context) -> bool:
    """Whether the word at hand is a key: `range` in `range: 1..2`, `x` in `let x = 1`."""
    return after is not None and after.is_("=") and here.at is not None


def _as_key(offer: Offer) -> Offer | None:
    """A key without its colon, which is there."""
    name = offer.text.removesuffix(": ").removesuffix(":")
    return replace(offer, text=name, snippet=None) if offer.kind is CompletionKind.KEY or (offer.text == name and name.isidentifier() and name not in KEYWORDS) else None


def _without_brackets(offer: Offer) -> Offer | None:
    """A function in front of brackets that are there, or a block in front of its own."""
    name = offer.text.partition("(")[0].partition(" ")[0]
    return replace(offer, text=name, snippet=None) if offer.kind in (CompletionKind.FUNCTION, CompletionKind.BLOCK) and "." not in name else None


def _in_front(offer: Offer, alone: bool, here: Context) -> Offer | None:
    """The first word of a line that goes on: the word alone, and none where one stands already."""
    name = offer.text.partition(" ")[0].partition("(")[0]
    defines = here.line is not None and any(lexeme.is_("=") for lexeme in here.line.lexemes[2:3])
    if defines and name not in DEFINITIONS:
        return None
    return None if alone or name in KEYWORDS else replace(offer, text=name, snippet=None)


def _one_line(offer: Offer) -> str | None:
    return None if offer.snippet is None or "\n" in offer.snippet else offer.snippet
