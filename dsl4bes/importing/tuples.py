"""Tuples that an algorithm books: their names, and the variables of their branches.

In: functions. Out: branches by variable of the tuple, names by variable. Arrays are left out: how long they are is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl4bes.importing import nodes as cpp
from dsl4bes.importing.evaluate import name_of


def tuples(functions: Iterable[cpp.Function]) -> tuple[dict[str, tuple[tuple[str, str], ...]], dict[str, str]]:
    """`tuple->addItem("name", variable)` of all functions, and what `book` calls the tuples."""
    branches: dict[str, list[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for statement in (each for function in functions for each in cpp.statements(function.body)):
        for part in (part for value in cpp.values(statement) for part in cpp.parts(value)):
            if isinstance(part, cpp.Call) and isinstance(part.function, cpp.Member) and part.function.name == "addItem" and len(part.arguments) == 2:
                title, variable, owner = part.arguments[0], name_of(part.arguments[1]), name_of(part.function.owner)
                if isinstance(title, cpp.Text) and variable and owner:
                    branches.setdefault(owner, []).append((title.value, variable))
        booked = statement.value if isinstance(statement, (cpp.Assign, cpp.Declare)) else None
        if isinstance(booked, cpp.Call) and isinstance(booked.function, cpp.Member) and booked.function.name == "book" and booked.arguments and isinstance(booked.arguments[0], cpp.Text):
            owner = name_of(statement.target) if isinstance(statement, cpp.Assign) else statement.name if isinstance(statement, cpp.Declare) else ""
            plain = "".join(sign if sign.isalnum() or sign == "_" else "_" for sign in booked.arguments[0].value.rpartition("/")[2])
            if owner and plain and plain.isascii():
                names[owner] = plain if plain[0].isalpha() else f"t_{plain}"
    return {owner: tuple(found) for owner, found in branches.items()}, names
