"""What a picture of a selection shows: blocks in their order, what each takes and makes, its cuts.

In: a `Program` and perhaps the cut flow of a run. Out: frozen nodes. Lists that every event has (all tracks, all showers) are not drawn; those of the compiler's own count as what they are made of.
Nothing has a place yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from dsl4bes.cpp.from_ir import lower
from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import CandidateCut, FitSymbol
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import Combination, Others, Scope
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Cut, Define, Match, Merge, Primitive, Products, Require, Select
from dsl4bes.ir.program import Block, Program, cuts_of
from dsl4bes.ir.types import ListKind, ListSymbol, Type
from dsl4bes.reports.formula import Formula
from dsl4bes.reports.notation import plain, shown
from dsl4bes.reports.switches import without_switches
from dsl4bes.run.cutflow import CutFlow
from dsl4bes.source import Span

#: Lists that are there in every event.
_GIVEN = ("all_tracks", "all_showers")


class Flow(Enum):
    """What flows from one block to another."""

    TRACKS = "tracks"
    SHOWERS = "showers"
    CANDIDATES = "candidates"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Port:
    """Something that a block takes or makes."""

    name: str
    flow: Flow
    made: bool


@dataclass(frozen=True, slots=True)
class CutRow:
    """One cut: its name within the block, what it asks, how many events are left (None: not known). `counted` False: what is asked of the entries of a list, which rejects no event."""

    name: str
    words: str
    left: int | None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """One block. `depth`: 1 inside a region or a `for`; `text` as in the program; `method` its C++ method."""

    name: str
    construct: str
    depth: int
    ports: tuple[Port, ...]
    cuts: tuple[CutRow, ...]
    text: str
    method: str
    line: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above the blocks of a region, of candidates that are gone through, or of what is stored."""

    title: str
    depth: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in order; `events`: how many the run saw (None: no run)."""

    title: str
    items: tuple[Node | Heading, ...]
    events: int | None
    known: bool = True  #: whether the run has every cut of the program

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(item for item in self.items if isinstance(item, Node))


def picture(program: Program, flow: CutFlow | None = None) -> Picture:
    """What is drawn of a program, with the counts of a run."""
    program = without_switches(program)
    counts = {} if flow is None else {(line.region, line.name): line.events for line in flow.lines}
    maker = _Maker(counts, _methods(program))
    items: list[Node | Heading] = list(maker.blocks(program.always, "", 0))
    items += maker.blocks(program.blocks, "", 0)
    for region in program.regions:
        items.append(Heading(f"region {region.name}, from {region.parent or 'baseline'}", 0))
        items += maker.blocks(region.blocks, region.name, 1)
    if program.outputs:
        items.append(Heading("stored", 0))
        items += maker.blocks(program.outputs, "", 1)
    known = flow is None or all(row.left is not None or not row.counted for item in items if isinstance(item, Node) for row in item.cuts)
    return Picture(shown(program.analysis.algorithm), tuple(items), None if flow is None else flow.events, known)


def _methods(program: Program) -> dict[str, str]:
    """The C++ method of each block by its name: the package numbers what the class or C++ has already."""
    package = lower(program)
    return {package.origins[method.mark].block: method.name for method in package.methods}


class _Maker:
    """Makes nodes in order and knows what was made before."""

    def __init__(self, counts: dict[tuple[str, str], int], methods: dict[str, str]) -> None:
        self.counts = counts
        self.methods = methods  #: of each block, by its name
        self.made: dict[str, Flow] = {}

    def blocks(self, blocks: Iterable[Block], region: str, depth: int) -> Iterator[Node | Heading]:
        for block in blocks:
            scopes = [step for step in block.steps if isinstance(step, Scope)]
            if not scopes:
                yield self.node(block, region, depth)
            for scope in scopes:
                yield Heading(f"for each candidate of {shown(scope.symbol.name)}", depth)
                yield from self.blocks(scope.blocks, region, depth + 1)

    def node(self, block: Block, region: str, depth: int) -> Node:
        makes: dict[str, Flow] = {}
        for step in block.steps:
            makes |= _makes(step)
        takes = {name: self.made[name] for step in block.steps for name in self._names(step) if name in self.made and name not in makes}
        self.made |= makes
        ports = (*(Port(name, flow, False) for name, flow in takes.items()), *(Port(name, flow, True) for name, flow in makes.items()))
        return Node(
            shown(block.name), shown(block.construct), depth, ports, tuple(self.cuts(block, region)), "" if block.span is None else _text(block.span),
            self.methods[block.name], 0 if block.span is None else block.span.place.line, block.assumed,
        )  # fmt: skip

    def cuts(self, block: Block, region: str) -> Iterator[CutRow]:
        for step in block.steps:
            if isinstance(step, Select) and "~" not in step.target.name and (asked := _list_words(step)):
                yield CutRow(shown(step.target.name), asked, None, counted=False)
        words = _cut_words(block)
        for _, cut in cuts_of((block,)):
            left = self.counts.get((region, cut.name))
            name = cut.part or (cut.block.removeprefix(f"{region}.") if region else cut.block)
            yield CutRow(shown(name), words.get(cut, ""), left)

    def _names(self, step: Primitive) -> Iterator[str]:
        """What a step uses, by the name of what was made before."""
        for name in dict.fromkeys(_used(step)):
            base = name.partition("~")[0]
            yield name if name in self.made or "~" not in name else base


def _text(span: Span) -> str:
    """The text of a block, moved to the left as a whole."""
    first, *rest = span.text.split("\n")
    column = span.place.column - 1
    return "\n".join([first, *(line[min(column, len(line) - len(line.lstrip(" "))) :] for line in rest)])


def _makes(step: Primitive) -> dict[str, Flow]:
    """What a step makes under a name of the user's."""
    if isinstance(step, (Select, Merge, Products, Others, Match)) and "~" not in step.target.name:
        return {step.target.name: _flow(step.target)}
    if isinstance(step, Combination):
        return {step.symbol.name: Flow.CANDIDATES}
    return {step.name: Flow.VALUE} if isinstance(step, Define) else {}


def _flow(symbol: ListSymbol) -> Flow:
    return Flow.SHOWERS if symbol.kind is ListKind.SHOWERS else Flow.TRACKS if symbol.kind is ListKind.TRACKS else Flow.CANDIDATES


def _used(value: Any, own: FitSymbol | None = None) -> Iterator[str]:
    """Names of lists, fits and values in a part of the IR; a fit of another block is not looked into."""
    if isinstance(value, ListSymbol):
        if value.name not in _GIVEN:
            yield value.name
    elif isinstance(value, FitSymbol):
        if value is own:
            for role in value.roles:
                yield from _used(role, own)
            yield from _used(value.sides, own)
        else:
            yield value.name
    elif isinstance(value, ir.ValueRef):
        yield value.define.name
    elif isinstance(value, ir.Binder):
        yield from _used(value.list, own)
    elif isinstance(value, tuple):
        for each in value:
            yield from _used(each, own)
    elif is_dataclass(value) and not isinstance(value, (type, Span, Type, Parameter)):
        mine = value.symbol if isinstance(value, Combination) else own
        for field in fields(value):
            inner = getattr(value, field.name)
            if not (isinstance(inner, FitSymbol) and inner is mine and not isinstance(value, Combination)):
                yield from _used(inner, mine)


def _list_words(step: Select) -> str:
    """What is asked of the entries of a list."""
    formula = Formula(about=step.binder)
    if isinstance(step.condition, ir.Constant):
        return ""
    parts = formula.chains(step.condition.operands) if isinstance(step.condition, ir.And) else [step.condition]
    made = [each if isinstance(each, str) else formula.write(each, 1) for each in parts]
    return plain(", ".join(dict.fromkeys(made)))


def _cut_words(block: Block) -> dict[Cut, str]:
    """What each cut of a block asks, as a formula."""
    found: dict[Cut, str] = {}
    for step in block.steps:
        if isinstance(step, Require):
            made = f"not {plain(Formula().write(step.condition, 2))}" if step.veto else plain(Formula().write(step.condition))
            found[step.cut] = made if step.when is None else f"{made} where {plain(Formula().write(step.when))}"
        elif isinstance(step, Custom):
            found[step.cut] = "code of the block"
        elif isinstance(step, Match) and step.cut is not None:
            found[step.cut] = "is found"
        elif isinstance(step, Combination):
            found[step.cut] = "there is one"
            each: CandidateCut
            for each in (*step.before, *step.after):
                found[each.cut] = plain(Formula(own=step.symbol).write(each.condition))
    return found
