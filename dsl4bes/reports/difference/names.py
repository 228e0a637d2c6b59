"""Which list and which fit of one program is which of the other.

In: two programs. Out: `Names` for the second, in which what is defined in the same way has the name of the first. A name that both have is the same thing; one that only the second
has is that of the first which is made in the same way and is not in the second.
"""

from __future__ import annotations

from dsl4bes.ir.fits import Combination, Others
from dsl4bes.ir.primitives import Match, Merge, Primitive, Products, Select
from dsl4bes.ir.program import Program, blocks_of, steps_of
from dsl4bes.reports.difference.canonical import Canonical, Names
from dsl4bes.reports.difference.changes import Change, Kind
from dsl4bes.reports.difference.facts import Label, Part, fact_of

_LISTS = (Select, Merge, Products, Others, Match)
#: A fit is recognised by its particles, not by its cuts.
_TELLING = (Label.SOURCE, Label.SPECIES, Label.PARTICLES, Label.CONDITION)


def names_of(first: Program, second: Program) -> tuple[Names, list[Change]]:
    """What the second program's lists and fits are called in the first, and which have another name."""
    names, renamed = Names(), []
    known = _named(first)
    theirs = {name for _, name in _named(second)}
    free = {key: step for key, step in known.items() if key[1] not in theirs}
    for (group, name), step in _named(second).items():
        if (group, name) in known:
            continue
        match = _partner(group, step, free, names)
        if match is None:
            continue
        del free[match]
        (names.fits if group == "candidates" else names.lists)[name] = match[1]
        renamed.append(Change(Kind.RENAMED, f"{group} {match[1]}", "name", match[1], name))
    return names, renamed


def _named(program: Program) -> dict[tuple[str, str], Primitive]:
    """Everything with a name of the user's own, in order; lists of the compiler's own follow what they are made of."""
    found: dict[tuple[str, str], Primitive] = {}
    for step in steps_of(blocks_of(program)):
        if isinstance(step, _LISTS) and "~" not in step.target.name:
            found.setdefault(("list", step.target.name), step)
        elif isinstance(step, Combination):
            found.setdefault(("candidates", step.symbol.name), step)
    return found


def _partner(group: str, step: Primitive, free: dict[tuple[str, str], Primitive], names: Names) -> tuple[str, str] | None:
    """The thing of the first program that is made as this one; with the same numbers, if there is one."""
    wanted = _signature(step, names)
    alike = [key for key, other in free.items() if key[0] == group and [each.text for each in _signature(other, Names())] == [each.text for each in wanted]]
    return next((key for key in alike if _signature(free[key], Names()) == wanted), alike[0] if alike else None)


def _signature(step: Primitive, names: Names) -> list[Canonical]:
    made = fact_of(step, names)
    parts: list[Part] = [] if made is None else made[2]
    return sorted((part.canonical for part in parts if part.label in _TELLING), key=lambda each: each.text)
