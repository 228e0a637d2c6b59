"""What each word of a program is, for colours that know the language: block, field, list, fit, value, function, unit, particle.

In: a document. Out: `Token`s in order, without overlap. Names are told by the lines that make them and what is a field by the block around, so nothing is compiled: colours follow each key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from dsl4bes.constructs import registry
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


_WHAT = {What.LIST: TokenKind.LIST, What.FIT: TokenKind.FIT, What.VALUE: TokenKind.VALUE, What.PARAMETER: TokenKind.VALUE}
_PLAIN = {Kind.STRING: TokenKind.TEXT, Kind.UNCLOSED: TokenKind.TEXT, Kind.SYMBOL: TokenKind.OPTION, Kind.NUMBER: TokenKind.NUMBER, Kind.OPERATOR: TokenKind.OPERATOR, Kind.COMMENT: TokenKind.COMMENT}


def tokens(document: Document) -> list[Token]:
    """All tokens of a document."""
    found = [Token(lexeme.start, lexeme.end, TokenKind.COMMENT) for lexeme in document.lexemes if lexeme.kind is Kind.COMMENT]
    named = {each.name: _WHAT[each.what] for each in document.declared if each.what in _WHAT}
    made = {each.start for each in document.declared if each.file is None and each.what in _WHAT}
    for line in document.structure.lines:
        found += _of_line(line, named, made)
    return sorted(found, key=lambda token: token.start)


def _of_line(line: Line, named: dict[str, TokenKind], made: set[int]) -> Iterator[Token]:
    path = {lexeme.start for lexeme in line.path}
    for place, lexeme in enumerate(line.lexemes):
        if lexeme.kind is Kind.NAME and lexeme.start in path:
            yield Token(lexeme.start, lexeme.end, _head(line, lexeme))
        elif lexeme.kind is Kind.NAME:
            yield Token(lexeme.start, lexeme.end, _word(line, place, named), lexeme.start in made)
        elif lexeme.kind is Kind.SYMBOL and (lexeme.start + 1 in made or lexeme.text[1:] in named):
            yield Token(lexeme.start, lexeme.end, named.get(lexeme.text[1:], TokenKind.OPTION), lexeme.start + 1 in made)
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
