"""A part of a program: its text, and the choices in it that words must say.

In: lines as they are made. Out: `Part`. A line that is a choice of its own names a clause of the words; its values fill the placeholders of it. Nothing is formatted or checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Both(NamedTuple):
    """A value in both languages."""

    en: str
    zh: str


class Particles(str):
    """Particles or a decay as the language writes them; words may write them in Greek."""


Value = str | Both | Particles


class Place(Enum):
    """Where a part stands in its program."""

    HEAD = "head"  #: before `event_selection`
    SELECTION = "selection"
    OUTPUT = "output"  #: behind it


@dataclass(frozen=True)
class Clause:
    """One choice: the name of its words in the table of the part, what fills them, the line that it is."""

    name: str
    values: Mapping[str, Value]
    line: str = ""


@dataclass(frozen=True)
class Part:
    """`words`: the table of its words, empty if it needs none (an `end`). `text`: lines of the language, unformatted."""

    words: str
    text: str
    clauses: tuple[Clause, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    place: Place = Place.SELECTION


class Lines:
    """A block while its lines are written: `head` is its first line."""

    def __init__(self, words: str, head: str, place: Place = Place.SELECTION, **values: Value) -> None:
        self._words, self._place, self._values = words, place, {name.upper(): value for name, value in values.items()}
        self._lines = [head]
        self._clauses: list[Clause] = []

    def line(self, text: str, clause: str = "", **values: Value) -> None:
        """A line of the block, and the clause that says it; none where the sentence of the block says it already."""
        if text:
            self._lines.append(text)
        if clause:
            self._clauses.append(Clause(clause, {name.upper(): value for name, value in values.items()}, text))

    def done(self, end: bool = True) -> Part:
        """The part; `end`: it has a body."""
        return Part(self._words, "\n".join([*self._lines, *(["end"] if end else [])]) + "\n", tuple(self._clauses), self._values, self._place)


def text_of(parts: tuple[Part, ...]) -> str:
    """The program of these parts, unformatted."""
    by_place = {place: "".join(part.text for part in parts if part.place is place) for place in Place}
    selection = f"event_selection do\n{by_place[Place.SELECTION]}end\n" if by_place[Place.SELECTION] else ""
    return by_place[Place.HEAD] + selection + by_place[Place.OUTPUT]
