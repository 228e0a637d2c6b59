"""The words that editors colour, by their part in a program.

In: the vocabulary. Out: `Words`, sorted lists. What is no word of the registry is not here, and no program is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Words:
    """`statements` are blocks that stand in one line without `do`; `particles` have all names that decays may use."""

    blocks: list[str]
    statements: list[str]
    fields: list[str]
    functions: list[str]
    lists: list[str]
    units: list[str]
    particles: list[str]


@cache
def words() -> Words:
    """All words of the language."""
    from dsl4bes.reference.vocabulary import vocabulary

    known = vocabulary()
    blocks, shapes = known["blocks"], known["shapes"]
    fields = {name for each in (*blocks.values(), *shapes.values()) for name in each["fields"] if _NAME.fullmatch(name)}
    fields |= {inner for each in blocks.values() for field in each["fields"].values() for inner in field.get("fields", {})}
    particles = {name for short, info in known["particles"].items() for name in (short, info["pdg"], info["evtgen"]) if name}
    return Words(
        sorted(name for name, each in blocks.items() if each["body"]),
        sorted(name for name, each in blocks.items() if not each["body"]),
        sorted(fields),
        sorted(known["functions"]),
        sorted(known["lists"]),
        list(known["units"]),
        sorted(particles),
    )


def alternatives(texts: list[str]) -> str:
    """A regular expression for any of them, the longest first, so that no one hides another."""
    return "|".join(re.escape(each).replace(r"\-", "-") for each in sorted(texts, key=lambda text: (-len(text), text)))
