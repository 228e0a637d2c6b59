"""Which place names what: the definitions of a program's own names, and every place that uses one.

In: a `Document` whose names the compiler resolved (`Compilation.seen`: what was known at each block). Out: `Bindings`: `Use`s in the order of the text, each with its `Target`. A name is looked up in the scope that the compiler
had at its block, and never guessed by its spelling; what has no definition in a program (a product of a decay, a function) is no use. Empty where the names were not resolved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.constructs.words import public_name
from dsl4bes.ir.program import cuts_of
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.resolve.scope import Seen


class Sort(Enum):
    """What a target is."""

    LIST = "list"
    FIT = "fit"
    VALUE = "value"
    CUT = "cut"
    REGION = "region"
    PARAMETER = "parameter"


class Form(Enum):
    """How a use writes its target: its name, or the name of its block as lines of the cut flow and numbers have it."""

    NAME = "name"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Target:
    """A name that a program makes. `place` is where: the name itself, or the word of a block that makes its list by default (`implicit`); None for what the compiler assumed."""

    name: str
    sort: Sort
    place: Span | None
    implicit: bool = False
    block: str = ""  #: name of its block, if that is not its own

    @property
    def key(self) -> tuple[str, int]:
        """What is the same for the same target."""
        return (self.name, -1) if self.place is None else (self.place.file.name, self.place.start)


@dataclass(frozen=True, slots=True)
class Use:
    """A place that stands for a target; `span` is its name alone (`good` in `ngood` and `good2`). `defines`: it is where the name is made."""

    span: Span
    target: Target
    form: Form = Form.NAME
    defines: bool = False


@dataclass(slots=True)
class Bindings:
    """All uses of a program, by place."""

    uses: list[Use] = field(default_factory=list)

    def at(self, offset: int) -> Use | None:
        """The use that an offset lies in or at the end of."""
        place = bisect_right(self.uses, offset, key=lambda use: use.span.start)
        for use in reversed(self.uses[max(place - 2, 0) : place]):
            if use.span.start <= offset <= use.span.end:
                return use
        return None

    def of(self, target: Target) -> list[Use]:
        """Every use of a target, its definition among them."""
        return [use for use in self.uses if use.target.key == target.key]


def bindings(compilation: Compilation, seen: list[Seen]) -> Bindings:
    """The uses of a program; empty if its names were not resolved."""
    if compilation.ast is None or not seen:
        return Bindings()
    from dsl4bes.editing.binder import Binder

    found = {(use.span.start, use.span.end): use for use in Binder(compilation, seen).program()}
    return Bindings(sorted(found.values(), key=lambda use: use.span.start))


# --- names of blocks in lines of the cut flow --------------------------------------------------------------------------------


class Labels:
    """The targets of blocks by the names that the cut flow and the numbers of the package have for them."""

    def __init__(self) -> None:
        self._known: dict[str, Target] = {}

    def add(self, name: str, target: Target) -> None:
        """A block of a name (`signal.pi0` in a region)."""
        self._known.setdefault(name, target)

    def in_word(self, word: str, span: Span, compilation: Compilation) -> Iterator[Use]:
        """The names in a word of `expect`: a block, or a block and its part (`pid_npip`, `pid.npip`)."""
        program = compilation.program
        groups = () if program is None else (program.blocks, *(region.blocks for region in program.regions))
        for cut in (cut for blocks in groups for _, cut in cuts_of(blocks)):
            block, part = public_name(cut.block), public_name(cut.part)
            plain = word.replace(".", "_")
            if plain == block or (part and plain == f"{block}_{part}"):
                yield from self._parts(cut.block, span)
                if plain != block:
                    yield from self._count(cut.part, Span(span.start + len(block) + 1, span.end, span.file))
                return

    def in_number(self, word: str, span: Span) -> Iterator[Use]:
        """The names in a word of `vary`: `photons.energy`, `proton_recoil_1`, `signal.pi0_1`."""
        plain = word.replace(".", "_")
        for name in sorted(self._known, key=len, reverse=True):
            public = public_name(name)
            if plain == public or plain.startswith(f"{public}_"):
                yield from self._parts(name, span)
                return

    def _parts(self, name: str, span: Span) -> Iterator[Use]:
        """The region and the block of a name."""
        target = self._known.get(name)
        region, point, inner = name.partition(".")
        start = span.start
        if point and region in self._known and self._known[region].sort is Sort.REGION:
            yield Use(Span(start, start + len(region), span.file), self._known[region], Form.BLOCK)
            start, name = start + len(region) + 1, inner
        if target is not None and target.sort is not Sort.REGION:
            yield Use(Span(start, start + len(name), span.file), target, Form.BLOCK)

    def _count(self, part: str, span: Span) -> Iterator[Use]:
        """The list in `npip`."""
        target = self._known.get(f"list {part[1:]}") if part.startswith("n") else None
        if target is not None:
            yield Use(Span(span.start + 1, span.end, span.file), target)
