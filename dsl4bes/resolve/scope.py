"""What is in scope: lists, fits, values named by `let`, the counts guaranteed so far, the identification that was run.

In: what the builder declares, block by block. Out: look-ups by name. A region goes on with a copy (`fork`).
Nothing is reported here: who asks decides what a missing name means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dsl4bes.constructs.base import Instance
from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.fits import Combination
from dsl4bes.ir.primitives import PidSpec, Primitive
from dsl4bes.ir.program import Block
from dsl4bes.ir.types import ListKind, ListSymbol
from dsl4bes.physics.decays import Decay
from dsl4bes.physics.particles import ParticleInfo
from dsl4bes.source import Span


@dataclass(eq=False, slots=True)
class OpenBlock:
    """A block that is being filled with steps."""

    name: str
    construct: str
    span: Span | None
    assumed: bool
    steps: list[Primitive] = field(default_factory=list)

    def closed(self) -> Block:
        """The block as the IR has it."""
        return Block(self.name, self.construct, tuple(self.steps), self.span, self.assumed)


@dataclass(frozen=True, eq=False, slots=True)
class ListInfo:
    """A list and where it comes from. `hidden` lists are made by the compiler and have no name for the user."""

    symbol: ListSymbol
    span: Span | None
    block: OpenBlock | None
    parent: ListInfo | None = None
    hidden: bool = False

    @property
    def is_tracks(self) -> bool:
        return self.symbol.kind is ListKind.TRACKS

    def comes_from(self, other: ListInfo) -> bool:
        """Whether every entry of this list is in `other`."""
        info: ListInfo | None = self
        while info is not None:
            if info is other:
                return True
            info = info.parent
        return False


@dataclass(frozen=True, slots=True)
class FitInfo:
    """A fit or combination in scope, with its step. `particle`: what decays; `decay`: how, where its candidates can be products of another one."""

    symbol: FitSymbol
    span: Span | None
    step: Combination
    particle: ParticleInfo | None = None
    decay: Decay | None = None


@dataclass(frozen=True, slots=True)
class ValueInfo:
    """What `let` named: an expression to put in its place (a reference to a `Define`, a list of values, a particle)."""

    value: ir.Expr | None
    span: Span
    list: ListInfo | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """The only track of a list called `word`, and the showers it radiated: those of a list for which `near` (over `binder`) holds; `made`: their list."""

    word: str
    track: ListSymbol
    showers: ListInfo
    binder: ir.Binder
    near: ir.Expr
    made: ListSymbol | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries a list has at least and at most (None: no limit)."""

    low: int = 0
    high: int | None = None

    @property
    def one(self) -> bool:
        return self.low == 1 == self.high


ANY_COUNT = Count()
_PICK = re.compile(r"(.*?)_?([1-9][0-9]*)\Z")


@dataclass(slots=True)
class Scope:
    """Names visible at one point of the program."""

    lists: dict[str, ListInfo] = field(default_factory=dict)
    fits: dict[str, FitInfo] = field(default_factory=dict)
    values: dict[str, ValueInfo] = field(default_factory=dict)
    counts: dict[str, Count] = field(default_factory=dict)
    passed: set[FitSymbol] = field(default_factory=set)
    inside: frozenset[FitSymbol] = frozenset()  #: combinations one candidate of which is meant (`for`, `per:`)
    pid: PidSpec | None = None
    identified: list[tuple[PidSpec, ListInfo]] = field(default_factory=list)
    recovered: dict[str, Recovered] = field(default_factory=dict)  #: by the name of the sum

    def fork(self) -> Scope:
        """A copy for a region: what it adds is not seen outside."""
        return Scope(
            dict(self.lists), dict(self.fits), dict(self.values), dict(self.counts), set(self.passed), self.inside,
            self.pid, list(self.identified), dict(self.recovered),
        )  # fmt: skip

    def learn(self, outer: Scope) -> None:
        """Know what was made since in the scope around this one."""
        for name, info in outer.lists.items():
            self.lists.setdefault(name, info)
        for name, count in outer.counts.items():
            self.counts.setdefault(name, count)
        self.pid = self.pid or outer.pid
        self.identified += [each for each in outer.identified if each not in self.identified]

    def count(self, info: ListInfo) -> Count:
        """The guaranteed count of a list."""
        return self.counts.get(info.symbol.name, ANY_COUNT)

    def narrow(self, info: ListInfo, low: int | None, high: int | None) -> None:
        """A cut guarantees at least `low` and at most `high` entries; what was known before stays."""
        known = self.count(info)
        new_low = known.low if low is None else max(known.low, low)
        new_high = known.high if high is None else high if known.high is None else min(known.high, high)
        self.counts[info.symbol.name] = Count(new_low, new_high)
        if low is not None and info.parent is not None and not info.parent.hidden:
            self.narrow(info.parent, low, None)

    def pick(self, name: str) -> tuple[ListInfo, int] | None:
        """`gam2` as the list `gam` and rank 1; None if no list has that name."""
        match = _PICK.match(name)
        if match is None or match[1] not in self.lists:
            return None
        return self.lists[match[1]], int(match[2]) - 1

    def names(self) -> list[str]:
        """Everything a formula may name, for suggestions."""
        visible = [name for name, info in self.lists.items() if not info.hidden]
        return [*visible, *self.fits, *self.values]


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What was known at a block as written: before its steps were made, and after them. For editors; the compiler asks `Scope` itself."""

    instance: Instance
    before: Scope
    after: Scope
