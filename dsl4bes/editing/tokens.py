"""What each word of a program is, for colours that know the language: block, field, list, fit, value, function, unit, particle.

In: a document. Out: `Token`s in order, without overlap. Names are told by the bindings of the compiler where it resolved them, else by the lines; what is a field says the block around. No colour is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dsl4bes.constructs import registry
from dsl4bes.editing.bindings import Sort
from dsl4bes.editing.context import fields_of
from dsl4bes.editing.declared import What
from dsl4bes.editing.document import Document
from dsl4bes.editing.lexemes import KEYWORDS, Kind, Lexeme
from dsl4bes.editing.structure import Line
from dsl4bes.physics.units import UNITS


class TokenKind(Enum):
    """What a word is."""

    KEYWORD = "keyword"
    BLOCK = "block"
    FIELD = "field"
    KEY = "key"
    LIST = "list"
    FIT = "fit"
    VALUE = "value"
    MEMBER = "member"
    FUNCTION = "function"
    OPTION = "option"
    UNIT = "unit"
    NUMBER = "number"
    TEXT = "text"
    COMMENT = "comment"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Token:
    """A word at `start`..`end`; `defines`: its name is made here."""

    start: int
    end: int
    kind: TokenKind
    defines: bool = False


_SORTS = {Sort.LIST: TokenKind.LIST, Sort.FIT: TokenKind.FIT, Sort.VALUE: TokenKind.VALUE, Sort.PARAMETER: TokenKind.VALUE, Sort.REGION: TokenKind.VALUE}
_WHAT = {What.LIST: TokenKind.LIST, What.FIT: TokenKind.FIT, What.VALUE: TokenKind.VALUE, What.PARAMETER: TokenKind.VALUE}
_PLAIN = {Kind.STRING: TokenKind.TEXT, Kind.UNCLOSED: TokenKind.TEXT, Kind.SYMBOL: TokenKind.OPTION, Kind.NUMBER: TokenKind.NUMBER, Kind.OPERATOR: TokenKind.OPERATOR, Kind.COMMENT: TokenKind.COMMENT}


def tokens(document: Document) -> list[Token]:
    """All tokens of a document."""
    found = [Token(lexeme.start, lexeme.end, TokenKind.COMMENT) for lexeme in document.lexemes if lexeme.kind is Kind.COMMENT]
    named = {each.name: _WHAT[each.what] for each in document.declared if each.what in _WHAT}
    for line in document.structure.lines:
        found += _of_line(document, line, named)
    return sorted(found, key=lambda token: token.start)


def _of_line(document: Document, line: Line, named: dict[str, TokenKind]) -> Iterator[Token]:
    path = {lexeme.start for lexeme in line.path}
    for place, lexeme in enumerate(line.lexemes):
        use = document.bindings.at(lexeme.start + (lexeme.kind is Kind.SYMBOL)) if lexeme.kind in (Kind.NAME, Kind.SYMBOL) and document.bindings.uses else None
        exact = use is not None and use.span.start == lexeme.start + (lexeme.kind is Kind.SYMBOL)
        if lexeme.kind is Kind.NAME and lexeme.start in path:
            yield Token(lexeme.start, lexeme.end, _head(line, lexeme))
        elif use is not None and exact and use.target.sort in _SORTS:
            yield Token(lexeme.start, lexeme.end, _SORTS[use.target.sort], use.defines)
        elif lexeme.kind is Kind.NAME:
            yield Token(lexeme.start, lexeme.end, _word(line, place, named))
        elif lexeme.kind in _PLAIN:
            yield Token(lexeme.start, lexeme.end, _PLAIN[lexeme.kind])


def _head(line: Line, lexeme: Lexeme) -> TokenKind:
    """A word of the path that a statement begins with."""
    if line.block is not None and lexeme.text in fields_of(line.block) and line.opens is None:
        return TokenKind.FIELD
    if line.word in ("let", "parameter", "include"):
        return TokenKind.KEYWORD
    return TokenKind.BLOCK if line.opens is not None or registry.find(lexeme.text) is not None else TokenKind.FIELD


def _word(line: Line, place: int, named: dict[str, TokenKind]) -> TokenKind:
    lexeme, words = line.lexemes[place], line.lexemes
    before = words[place - 1] if place else None
    after = words[place + 1] if place + 1 < len(words) else None
    if lexeme.text in KEYWORDS:
        return TokenKind.KEYWORD
    if before is not None and before.is_("."):
        return TokenKind.MEMBER
    if before is not None and before.kind is Kind.NUMBER and lexeme.text in UNITS:
        return TokenKind.UNIT
    if after is not None and after.is_("(") and after.start == lexeme.end:
        return TokenKind.FUNCTION
    if after is not None and after.text in (":", "="):
        return TokenKind.KEY
    return named.get(lexeme.text, TokenKind.VALUE)
