"""What gives pairs: each kind of a data set is a source with this protocol (`sources.py` lists them).

In: how much is wanted, what was verified before, the user's ROOT where one is needed. Out: `Made`: pairs, and what was refused. The same size gives the same pairs in the same order, whatever is made at once. No pair is given that was not verified.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.teacher.answers import Teacher
from dsl4bes.dataset.verified import Verified
from dsl4bes.root.find import Root

#: Called with what was made.
OnStep = Callable[[str], None]


def unheard(name: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Size:
    """`seed`: of what is drawn. `draws`: of each family. `families`: of drawn fits; of the others all are drawn. `at_once`: how much is verified at the same time. `asked`: requests to a teacher."""

    seed: int = 1
    draws: int = 25
    families: tuple[str, ...] = ()
    at_once: int = 1
    asked: int = 0


@dataclass
class Made:
    """The pairs; and by name why something gave none."""

    pairs: list[Pair] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def add(self, other: Made) -> None:
        self.pairs += other.pairs
        self.refused |= other.refused


@dataclass(frozen=True)
class Means:
    """What a source may use. `root` is found where the first source needs it. `made`: what the sources before this one gave. `teacher`: a model that adds pairs, None without one. `contributed`: the file of what users gave."""

    verified: Verified
    find_root: Callable[[], Root]
    on_step: OnStep = unheard
    made: Made = field(default_factory=Made)
    teacher: Teacher | None = None
    contributed: Path | None = None


class Source(Protocol):
    """A kind of pairs. `needs_root`: without ROOT it gives nothing."""

    name: str
    needs_root: bool

    def steps(self, size: Size) -> int:
        """How often `on_step` will be called."""
        ...

    def make(self, size: Size, means: Means) -> Made: ...
