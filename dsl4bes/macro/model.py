"""Statements of a macro: objects of ROOT that are made, calls, and what they are given; no word of C++ or Python.

In: nothing. Out: frozen data, which `printing.py` writes in either language. What a statement means is ROOT's own documentation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Whole:
    value: int


@dataclass(frozen=True, slots=True)
class Flag:
    value: bool


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Ref:
    """An object or number that a statement before made."""

    name: str


@dataclass(frozen=True, slots=True)
class Times:
    """A factor times a number that was made."""

    factor: float
    name: str


@dataclass(frozen=True, slots=True)
class Many:
    """Several objects: a list of ROOT (`RooArgList`), or a plain list of numbers, texts or functions."""

    items: tuple[Argument, ...]
    kind: str = "RooArgList"


def numbers(values: Iterable[float]) -> Many:
    """A plain list of numbers."""
    return Many(tuple(Number(value) for value in values), "numbers")


def texts(values: Iterable[str]) -> Many:
    """A plain list of texts."""
    return Many(tuple(Text(value) for value in values), "texts")


@dataclass(frozen=True, slots=True)
class Option:
    """A named option of RooFit: `RooFit::Extended(true)`."""

    name: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Enumerator:
    """A value of an enumeration: `RooAbsData::SumW2`."""

    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A method of an object (`target`), or a function of the macro's own where there is none."""

    target: str
    method: str
    arguments: tuple[Argument, ...] = ()


Argument = Number | Whole | Flag | Text | Ref | Times | Many | Option | Enumerator | Call


@dataclass(frozen=True, slots=True)
class Make:
    """An object of a class, with a name."""

    name: str
    of: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """What a call gives, with a name; in C++ the caller owns it (`of`: its class, a pointer) or has a copy (`plain`)."""

    name: str
    of: str
    call: Call
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """A call whose result nobody takes."""

    call: Call


Statement = Make | Take | Do

#: Classes that a macro defines itself.
OWN = frozenset({"Curve", "Points"})


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under one comment."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro: `support` names the functions it needs, `classes` the classes of ROOT."""

    name: str
    source: str
    sections: tuple[Section, ...]
    support: tuple[str, ...]

    @property
    def function(self) -> str:
        """The name of the function and of its file: ROOT uses `std`, in which many words are taken, but none that begins with `fit_`."""
        return f"fit_{self.name}"


def classes(macro: Macro) -> tuple[str, ...]:
    """The classes that are made or taken, sorted."""
    found: set[str] = set()
    for section in macro.sections:
        for statement in section.statements:
            if isinstance(statement, (Make, Take)) and statement.of[:1].isupper() and statement.of not in OWN:
                found.add(statement.of)
    return tuple(sorted(found))
