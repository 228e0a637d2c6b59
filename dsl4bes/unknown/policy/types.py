"""The types a body may have, as values.

In: a type as text, from a description of a view. Out: `Type`s, and whether one fits where another is wanted. No C++ tree is read here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name: number, class, row of a view; `std::vector` and `std::pair` with arguments, arrays with `size`."""

    name: str
    arguments: tuple[Type, ...] = ()
    size: int = 0

    def __str__(self) -> str:
        if self.size:
            return f"{self.arguments[0]}[{self.size}]"
        if not self.arguments:
            return self.name
        inner = ", ".join(str(each) for each in self.arguments)
        return f"{self.name}<{inner}{' ' if inner.endswith('>') else ''}>"

    @property
    def element(self) -> Type | None:
        """What `[i]` gives; None for what has no elements."""
        return self.arguments[0] if self.size or self.name == "std::vector" else None


BOOL, INT, LONG = Type("bool"), Type("int"), Type("long")
UNSIGNED, SIZE = Type("unsigned int"), Type("size_t")
FLOAT, DOUBLE = Type("float"), Type("double")
#: A quotient of whole numbers: an integer whose fraction was cut off.
QUOTIENT = Type("int (quotient of whole numbers)")
LORENTZ, THREE = Type("HepLorentzVector"), Type("Hep3Vector")
VOID = Type("void")

INTEGERS = frozenset({INT, LONG, UNSIGNED, SIZE, QUOTIENT})
UNSIGNED_TYPES = frozenset({UNSIGNED, SIZE})
FRACTIONS = frozenset({FLOAT, DOUBLE})
NUMBERS = INTEGERS | FRACTIONS
MOMENTA = frozenset({LORENTZ, THREE})

#: Spellings of the simple types.
SIMPLE: dict[str, Type] = {
    "bool": BOOL, "int": INT, "long": LONG, "unsigned": UNSIGNED, "unsigned int": UNSIGNED, "size_t": SIZE, "std::size_t": SIZE,
    "float": FLOAT, "double": DOUBLE, "HepLorentzVector": LORENTZ, "Hep3Vector": THREE,
    "CLHEP::HepLorentzVector": LORENTZ, "CLHEP::Hep3Vector": THREE,
}  # fmt: skip


def vector_of(element: Type) -> Type:
    return Type("std::vector", (element,))


def pair_of(first: Type, second: Type) -> Type:
    return Type("std::pair", (first, second))


def array_of(element: Type, size: int) -> Type:
    return Type("array", (element,), size)


def needs_value(of: Type) -> bool:
    """Whether a variable of this type holds garbage until it is given a value: numbers, rows of the view, arrays of these."""
    if of.size:
        return needs_value(of.arguments[0])
    return of not in MOMENTA and of.name not in ("std::vector", "std::pair")


def common(first: Type, second: Type) -> Type:
    """The type of arithmetic on two numbers."""
    if first in FRACTIONS or second in FRACTIONS:
        return DOUBLE
    for each in (QUOTIENT, SIZE, LONG, UNSIGNED):  # long holds every unsigned int
        if each in (first, second):
            return each
    return INT


def parse_type(text: str, structs: Collection[str] = ()) -> Type:
    """A type of a view's description; ValueError for what is none.

    >>> str(parse_type("std::vector<std::pair<double,int> >"))
    'std::vector<std::pair<double, int> >'
    """
    words = re.findall(r"[\w:]+|[<>,]|\S", text.replace("unsigned int", "unsigned"))
    found = _parse(words, structs)
    if words:
        raise ValueError(f"{text!r} is not a type of a view")
    return found


def _parse(words: list[str], structs: Collection[str]) -> Type:
    name = words.pop(0) if words else ""
    if name in SIMPLE:
        return SIMPLE[name]
    if name in structs:
        return Type(name)
    count = {"std::vector": 1, "std::pair": 2}.get(name)
    if count is None or not words or words.pop(0) != "<":
        raise ValueError(f"{name!r} is not a type of a view")
    arguments = []
    for index in range(count):
        arguments.append(_parse(words, structs))
        wanted = "," if index + 1 < count else ">"
        if not words or words.pop(0) != wanted:
            raise ValueError(f"{name!r} lacks `{wanted}`")
    return Type(name, tuple(arguments))
