"""What the rules on syntax faults look at, and what they answer.

In: where the parser stopped. Out: `Place`, the token with its neighbours and open brackets, and `Finding`, a diagnostic to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dsl4bes.diagnostics.model import Code, Fix, Label
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.lexer import OPENING, Token
from dsl4bes.syntax.tables import KEYWORDS

WORDS = frozenset(KEYWORDS.values())
OPERATORS = frozenset(
    {"PLUS", "MINUS", "STAR", "SLASH", "POWER", "AND", "OR", "NOT", "IN", "COMPARATOR", "PERCENT"}
)
ENDS_VALUE = frozenset({"NAME", "NUMBER", "STRING", "SYMBOL", "TRUE", "FALSE", "RPAR", "RSQB", "PERCENT"})
BEGINS_VALUE = frozenset(
    {"NAME", "CALL", "NUMBER", "STRING", "SYMBOL", "TRUE", "FALSE", "NOT", "LSQB", "LPAR"}
)
WANTS_VALUE = OPERATORS - {"PERCENT"} | OPENING | {"COMMA", "COLON", "EQUAL", "DOTS"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the arguments of `Bag.add`. Without a span, the place is the token itself."""

    code: Code
    message: str
    help: str = ""
    span: Span | None = None
    label: str = ""
    related: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parser stopped, as the rules see it."""

    source: SourceFile
    tokens: list[Token]
    at: int
    states: list[int]
    values: list[Any]
    known: Code | None = None  # what the examples say of the parser's state

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def previous(self) -> Token:
        """The token before; at the start of the file, a newline."""
        return self.back(1)

    def back(self, steps: int) -> Token:
        index = self.at - steps
        return self.tokens[index] if index >= 0 else ("NEWLINE", "\n", 0, 0)

    @property
    def following(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    @property
    def glued(self) -> bool:
        """Whether the token follows the one before without a blank."""
        return self.previous[3] == self.token[2]

    @property
    def open_bracket(self) -> Token | None:
        """The innermost bracket of this statement that is still open."""
        for value in reversed(self.values):
            if type(value) is tuple and len(value) == 4 and isinstance(value[0], str):
                if value[0] in OPENING:
                    return value
                if value[0] == "NEWLINE":
                    return None
        return None

    def span(self, first: Token, last: Token | None = None) -> Span:
        length = len(self.source.text)
        end = (last or first)[3]
        return Span(min(first[2], length), min(end, length), self.source)

    def written(self, token: Token) -> str:
        """A token as the user calls it."""
        kind, text = token[0], token[1]
        if kind == "NEWLINE":
            return "the end of the line"
        if kind == "$END":
            return "the end of the file"
        return f"`{text if len(text) <= 30 else text[:27] + '...'}`"
