"""Guesses from the indentation: which block lost its `do` or its `end`.

In: the tokens up to the place where the parser noticed. Out: the head that is to blame, or None if the layout tells nothing.
Only diagnostics use this: the language itself does not read indentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dsl4bes.source import SourceFile
from dsl4bes.syntax.lexer import Token


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of one statement's line, and how far it is indented (in characters, a tab as four)."""

    tokens: list[Token]
    indent: int

    @property
    def first(self) -> Token:
        return self.tokens[0]

    @property
    def last(self) -> Token:
        return self.tokens[-1]


def forgotten_end(source: SourceFile, tokens: list[Token]) -> tuple[Token, Token | None] | None:
    """The head of a block without `end`, and the line before which it should have ended (None: the end of the file)."""
    opened: list[Line] = []
    for line in _lines(source, tokens):
        if opened and line.first[0] == "END":
            if line.indent < opened[-1].indent and len(opened) > 1:
                return opened[-1].first, line.first
            opened.pop()
            continue
        if opened and line.indent < opened[-1].indent:
            return opened[-1].first, line.first
        if opened and line.indent == opened[-1].indent and line.last[0] == "DO":
            return opened[-1].first, line.first
        if line.last[0] == "DO":
            opened.append(line)
    return (opened[-1].first, None) if opened else None


def forgotten_do(source: SourceFile, tokens: list[Token]) -> tuple[Token, Token] | None:
    """First and last token of the nearest line above that looks like the head of a block but has no `do`."""
    found: tuple[Token, Token] | None = None
    previous: Line | None = None
    for line in _lines(source, tokens):
        if previous is not None and line.indent > previous.indent and previous.last[0] not in ("DO", "END"):
            found = previous.first, previous.last
        previous = line
    return found


def _lines(source: SourceFile, tokens: list[Token]) -> Iterator[Line]:
    current: list[Token] = []
    for token in tokens:
        if token[0] != "NEWLINE":
            current.append(token)
        elif current:
            yield Line(current, _indent(source, current[0]))
            current = []
    if current:
        yield Line(current, _indent(source, current[0]))


def _indent(source: SourceFile, token: Token) -> int:
    begin = source.text.rfind("\n", 0, token[2]) + 1
    blank = source.text[begin : token[2]].expandtabs(4)
    return len(blank) if not blank.strip() else len(blank) - len(blank.lstrip())
