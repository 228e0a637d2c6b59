"""What can be different between two programs, as data.

In: nothing. Out: `Change`, `Difference`, frozen. A change of a number has both numbers; notes are differences that mean the same. Words are in `written.py` of this folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dsl4bes.ir.primitives import Cut
from dsl4bes.ir.types import NUMBER, Dimension


class Kind(Enum):
    """What happened."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    ORDER = "order"
    # differences that mean the same
    RENAMED = "renamed"
    EXPLICIT = "explicit"
    FOLLOWS = "follows"
    FILES = "files"


#: These do not change what is selected or stored.
NOTES = (Kind.RENAMED, Kind.EXPLICIT, Kind.FOLLOWS, Kind.FILES)


def _key(name: str) -> str:
    return Cut(name).key


@dataclass(frozen=True, slots=True)
class NumberPair:
    """A number before and after, in base units."""

    name: str
    before: float | bool | str
    after: float | bool | str
    dimension: Dimension = NUMBER
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what`: the thing that is different (`photons`, `list gam`); `part`: which side of it (`condition`, `constraint`); `before`, `after`: what it said in
    words, empty where it was not there; `lines`: where in the two programs, 0 for nowhere."""

    kind: Kind
    what: str
    part: str
    before: str = ""
    after: str = ""
    number: NumberPair | None = None
    lines: tuple[int, int] = (0, 0)
    region: str = ""

    @property
    def note(self) -> bool:
        return self.kind in NOTES


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences, in the order of the programs."""

    found: tuple[Change, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What means something else."""
        return tuple(each for each in self.found if not each.note)

    @property
    def notes(self) -> tuple[Change, ...]:
        """What is written in another way and means the same."""
        return tuple(each for each in self.found if each.note)

    @property
    def names(self) -> dict[str, str]:
        """What blocks of the second program are called in the first, as keys of the cut flow."""
        return {_key(each.after): _key(each.before) for each in self.found if each.kind is Kind.RENAMED}

    @property
    def same(self) -> bool:
        return not self.changes
