"""A source file and places in it.

In: text and a name. Out: `SourceFile` with a line index, `Span` (start, end offsets into one file), `Place` (line, column).
Text is never edited, nothing is read from disk here (see `read_source`), and no message is worded here.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Place(NamedTuple):
    """A position for people: `line` and `column` count from 1 (columns in characters)."""

    line: int
    column: int


@dataclass(frozen=True)
class Via:
    """How a text came to stand where it is used: the place that brought it in, and what to say there."""

    span: Span
    text: str


@dataclass(frozen=True)
class SourceFile:
    """The text of one file. `name` is what the user called it (a path, or `<string>`).

    A file that is included twice is two objects, equal but for `via`, so that every place in it knows the `include` it came
    through. `fragment` says that it is an included file, which no command that was given another file may change.
    """

    name: str
    text: str = field(repr=False)
    via: Via | None = field(default=None, compare=False, repr=False)
    fragment: bool = field(default=False, compare=False, repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return tuple(starts)

    def place(self, offset: int) -> Place:
        """Line and column of a character offset; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return Place(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start`..`end` (exclusive) of one file."""

    start: int
    end: int
    file: SourceFile = field(repr=False, hash=False)

    @property
    def text(self) -> str:
        return self.file.text[self.start : self.end]

    @property
    def place(self) -> Place:
        return self.file.place(self.start)

    @property
    def position(self) -> tuple[int, ...]:
        """Where the text stands in the program as a whole: the offset, behind those of the places that brought its file in."""
        via = self.file.via
        return (self.start,) if via is None else (*via.span.position, self.start)

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other` (or of the place that brought `other` into this file)."""
        while other.file is not self.file and other.file.via is not None:
            other = other.file.via.span
        if other.file is not self.file:
            return self
        return Span(self.start, max(self.end, other.end), self.file)

    def __str__(self) -> str:
        place = self.place
        return f"{self.file.name}:{place.line}:{place.column}"
