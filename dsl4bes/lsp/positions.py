"""Offsets in a text ↔ positions of the protocol: lines from 0, characters in UTF-16 units.

In: a text. Out: `Positions`, which turns one into the other. A line ends with LF, CR LF or CR, as the protocol has it; a position behind the end of a line is its end, one behind the last line the end of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol import types

from dsl4bes.source import SourceFile, Span

_END = re.compile(r"\r\n|\n|\r")


class Positions:
    """The lines of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _END.finditer(text))]
        self._plain = text.isascii()

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        return types.Position(line, len(before) if self._plain else units(before))

    def offset(self, position: types.Position) -> int:
        """The offset of a position."""
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[max(position.line, 0)]
        end = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self._text)
        line = self._text[start:end].rstrip("\r\n")
        if self._plain:
            return start + min(max(position.character, 0), len(line))
        seen = 0
        for place, sign in enumerate(line):
            if seen >= position.character:
                return start + place
            seen += 1 + (ord(sign) > 0xFFFF)
        return start + len(line)

    def range(self, start: int, end: int) -> types.Range:
        """The range of two offsets."""
        return types.Range(self.position(start), self.position(end))


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def range_of(span: Span, known: dict[int, Positions]) -> types.Range:
    """The range of a span in its own file; `known` are positions by the identity of their file."""
    return of_file(span.file, known).range(span.start, span.end)


def of_file(file: SourceFile, known: dict[int, Positions]) -> Positions:
    """The positions of a file."""
    found = known.get(id(file))
    if found is None:
        found = known[id(file)] = Positions(file.text)
    return found
