"""Text → words and signs for editors, whatever state the text is in.

In: a text. Out: `Lexeme`s in order, with comments, line ends and strings that are not closed; nothing but blanks lies between them. Nothing is reported here and nothing is refused: what is
no sign of the language is one, too (`Kind.STRANGE`). The compiler has a lexer of its own, which decides.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a lexeme is."""

    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    UNCLOSED = "unclosed"  #: a string up to the end of its line
    SYMBOL = "symbol"
    COMMENT = "comment"
    NEWLINE = "newline"
    OPERATOR = "operator"
    MARK = "mark"  #: brackets, comma, point, colon, equal sign
    STRANGE = "strange"


class Lexeme(NamedTuple):
    """One word or sign; `start` and `end` are offsets."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_(self, text: str) -> bool:
        """Whether it is this word or sign (and no string or symbol that contains it)."""
        return self.text == text


#: Words that are no names.
KEYWORDS = frozenset({"do", "end", "and", "or", "not", "in", "true", "false"})

_PATTERNS = (
    (Kind.NEWLINE, r"\r?\n|\r"),
    (Kind.COMMENT, r"#[^\r\n]*"),
    (Kind.STRING, r'"(?:[^"\\\r\n]|\\[^\r\n])*"'),
    (Kind.UNCLOSED, r'"[^\r\n]*'),
    (Kind.NUMBER, r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"),
    (Kind.NAME, r"[A-Za-z_][A-Za-z0-9_]*"),
    (Kind.SYMBOL, r"(?<![A-Za-z0-9_]):[A-Za-z_][A-Za-z0-9_]*"),
    (Kind.OPERATOR, r"\.\.|\*\*|\^|[<>=!]=|[<>]|[-+*/%]"),
    (Kind.MARK, r"[()\[\],.:=]"),
    (Kind.STRANGE, r"[^ \t]"),
)
_SCANNER = re.compile("|".join(f"(?P<{kind.name}>{pattern})" for kind, pattern in _PATTERNS))
_KINDS = {kind.name: kind for kind in Kind}


def lexemes(text: str) -> tuple[Lexeme, ...]:
    """All lexemes of a text.

    >>> [each.text for each in lexemes("vr < 1 cm  # near")]
    ['vr', '<', '1', 'cm', '# near']
    """
    kinds = _KINDS
    return tuple(Lexeme(kinds[match.lastgroup or "STRANGE"], match[0], match.start(), match.end()) for match in _SCANNER.finditer(text))
