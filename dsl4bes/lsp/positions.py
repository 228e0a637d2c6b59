"""Offsets in a text ↔ positions of the protocol: lines from 0, characters in the units that the client asked for (UTF-16 if it did not).

In: a text. Out: `Positions`, which turns one into the other. A line ends with LF, CR LF or CR, as the protocol has it; a position behind the end of a line is its end, one behind the last line the end of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from lsprotocol import types

from dsl4bes.source import SourceFile, Span

_END = re.compile(r"\r\n|\n|\r")


UTF_16 = "utf-16"
#: How many units a sign has, by the name of the encoding in the protocol.
_WIDTHS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda sign: len(sign.encode("utf-8", "surrogatepass")),
    UTF_16: lambda sign: 1 + (ord(sign) > 0xFFFF),
    "utf-32": lambda sign: 1,
}


class Positions:
    """The lines of one text."""

    def __init__(self, text: str, encoding: str = UTF_16) -> None:
        self._text = text
        self._width = _WIDTHS.get(encoding, _WIDTHS[UTF_16])
        self._starts = [0, *(match.end() for match in _END.finditer(text))]
        self._plain = text.isascii()

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        return types.Position(line, len(before) if self._plain else sum(map(self._width, before)))

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
            seen += self._width(sign)
        return start + len(line)

    def range(self, start: int, end: int) -> types.Range:
        """The range of two offsets."""
        return types.Range(self.position(start), self.position(end))


class Files:
    """The positions of several files, each made once."""

    def __init__(self, own: SourceFile, positions: Positions, encoding: str = UTF_16) -> None:
        self.own = own
        self._encoding = encoding
        self._known = {id(own): (own, positions)}

    def range(self, span: Span) -> types.Range:
        """The range of a span in its own file."""
        known = self._known.get(id(span.file))
        if known is None:
            known = self._known[id(span.file)] = (span.file, Positions(span.file.text, self._encoding))
        return known[1].range(span.start, span.end)


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text) + sum(ord(sign) > 0xFFFF for sign in text)
