"""Text → tokens, with comments and blank lines kept aside.

In: a `SourceFile`. Out: `Tokens`: tuples (terminal, text, start, end) as the grammar names them, ended by `$END`.
Newlines inside brackets are dropped here. A character that the language does not have goes to `characters.py`, which words the
diagnostic; nothing is raised, and the text is never edited (one newline is appended to a copy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.ast import Comment
from dsl4bes.syntax.tables import KEYWORDS, PATTERNS, PUNCTUATION

Token = tuple[str, str, int, int]

OPENING = frozenset({"CALL", "LPAR", "LSQB"})
CLOSING = frozenset({"RPAR", "RSQB"})
BROKEN = "BROKEN"  # stands for text that was already reported; the parser skips its line


@dataclass(frozen=True, slots=True)
class Trivia:
    """Comment lines before a token, and whether an empty line stands straight before it."""

    comments: tuple[Comment, ...]
    blank: bool


@dataclass(slots=True)
class Tokens:
    """`items`; `before`: trivia by the offset of the token they precede; `inside`: comments within brackets, by the offset
    of the newline that ends their statement."""

    items: list[Token]
    before: dict[int, Trivia] = field(default_factory=dict)
    inside: dict[int, tuple[Comment, ...]] = field(default_factory=dict)


@cache
def scanner() -> re.Pattern[str]:
    """One regular expression for all terminals; the last alternative takes any character that begins none."""
    names = sorted(PATTERNS, key=lambda name: name != "CALL")
    groups = [f"(?P<{name}>{PATTERNS[name]})" for name in names]
    marks = sorted(PUNCTUATION, key=lambda mark: (-len(mark), mark))
    groups.append("(?P<PUNCTUATION>" + "|".join(re.escape(mark) for mark in marks) + ")")
    return re.compile(r"[ \t]*(?:" + "|".join(groups) + "|(?P<STRANGE>.))")


def lex(source: SourceFile, bag: Bag) -> Tokens:
    """All tokens of a file."""
    return _Lexer(source, bag).run()


class _Lexer:
    """State of one run over one file."""

    def __init__(self, source: SourceFile, bag: Bag) -> None:
        self.source = source
        self.bag = bag
        self.text = source.text + "\n"
        self.tokens = Tokens([])
        self.open: list[int] = []
        self.hoisted: list[Comment] = []

    def run(self) -> Tokens:
        items = self.tokens.items
        append = items.append
        keyword = KEYWORDS.get
        mark = PUNCTUATION.get
        open_ = self.open
        for match in scanner().finditer(self.text):
            kind = match.lastgroup
            start, end = match.span(kind)
            text = match[kind]
            if kind == "NAME":
                append((keyword(text, kind), text, start, end))
            elif kind == "PUNCTUATION":
                kind = mark(text)
                append((kind, text, start, end))
                if kind in OPENING:
                    open_.append(start)
                elif kind in CLOSING and open_:
                    open_.pop()
            elif kind == "NEWLINE":
                self._newline(text, start, end)
            elif kind == "STRANGE":
                pass
            else:
                if kind == "CALL":
                    open_.append(start)
                append((kind, text, start, end))
        end = len(self.text)
        append(("$END", "", end, end))
        return self.tokens

    def _newline(self, text: str, start: int, end: int) -> None:
        first = not self.tokens.items
        if self.open:
            if "#" in text:
                self.hoisted += self._trivia(text, start, True).comments
            return
        if first or "\n" in text[text.index("\n") + 1 :]:
            self.tokens.before[end] = self._trivia(text, start, first)
        if self.hoisted:
            self.tokens.inside[start] = tuple(self.hoisted)
            self.hoisted = []
        self.tokens.items.append(("NEWLINE", text, start, end))

    def _trivia(self, text: str, start: int, own_line: bool) -> Trivia:
        """Comments and blank lines of a newline token; `own_line`: its first comment is not at the end of a statement."""
        comments: list[Comment] = []
        blank = False
        lines = text.split("\n")
        for number, line in enumerate(lines[:-1]):
            begin = line.find("#")
            if begin >= 0 and (number or own_line):
                content = line[begin:].rstrip()
                at = start + begin
                comments.append(Comment(content, Span(at, at + len(content), self.source), blank))
                blank = False
            elif number and begin < 0:
                blank = True
            start += len(line) + 1
        return Trivia(tuple(comments), blank)
