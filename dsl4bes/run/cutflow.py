"""The cut flow: how many events are left after each cut, as data.

In: the cuts of a program in their order (`ir.program.cuts_of`) and the 0/1 record of each event. Out: `CutFlow`.
A block's line is the count after its last cut; its single cuts are sub-lines. Tables for people are made in `efficiency.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.program import Block, Program, cuts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `name` as shown, `key` as in `expect`; `part` marks a sub-line of a block; `region` is empty for the baseline."""

    name: str
    key: str
    events: int
    part: bool = False
    region: str = ""
    candidates: int | None = None  #: of a cut on candidates: how many passed, in these events


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry of the event record: which cut, and whether it is its block's last one (whose count is the block's)."""

    block: str
    name: str
    key: str
    block_key: str
    region: str
    last: bool
    single: bool  #: the block has no other cut, and this one carries the block's name
    scoped: bool = False  #: a cut on candidates, inside a `for`


@dataclass(frozen=True, slots=True)
class CutFlow:
    """`events` processed and what was left after each cut, in the order of the program. `regions`: each region and the one it goes on from (empty: the
    baseline; so is that of a region which is not there)."""

    events: int
    lines: tuple[Line, ...] = ()
    regions: tuple[tuple[str, str], ...] = ()

    @property
    def selected(self) -> int:
        """Events that pass the whole baseline."""
        baseline = [line.events for line in self.lines if not line.region]
        return baseline[-1] if baseline else self.events

    def parent(self, region: str) -> str:
        """The region that a region goes on from; empty: the baseline."""
        return dict(self.regions).get(region, "")

    def left(self, region: str) -> int:
        """Events that pass all cuts of a region, and of what it goes on from; of the baseline if it is empty."""
        own = [line.events for line in self.lines if line.region == region and not line.part]
        return self.selected if not region else own[-1] if own else self.left(self.parent(region))

    def __getitem__(self, key: str) -> int:
        """Count by `expect` key; `events` is what was processed, `region.key` a line of a region."""
        if key == "events":
            return self.events
        for line in self.lines:
            if key in (line.key, f"{line.region}.{line.key}" if line.region else line.key):
                return line.events
        raise KeyError(key)

    def keys(self) -> tuple[str, ...]:
        """Every name `expect` may use."""
        return ("events", *(line.key for line in self.lines))

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        lines = [
            {"name": line.name, "key": line.key, "events": line.events}
            | ({"part": True} if line.part else {})
            | ({"region": line.region} if line.region else {})
            | ({"candidates": line.candidates} if line.candidates is not None else {})
            for line in self.lines
        ]
        regions = [{"name": name, "from": parent or "baseline"} for name, parent in self.regions]
        return {"events": self.events, "selected": self.selected, "lines": lines} | ({"regions": regions} if regions else {})


def slots_of(program: Program) -> tuple[Slot, ...]:
    """The entries of the event record, in its order: the baseline's cuts, then those of each region."""
    slots: list[Slot] = []
    for region, blocks in (
        ("", program.blocks),
        *((region.name, region.blocks) for region in program.regions),
    ):
        found = cuts_of(blocks)
        for i, (block, cut) in enumerate(found):
            alone = sum(other is block for other, _ in found) == 1
            last = i + 1 == len(found) or found[i + 1][0] is not block
            key = cut.key.split(".")[0]
            slots.append(
                Slot(
                    _block_name(block), cut.name, cut.key, key, region, last, alone and not cut.part,
                    all(block is not other for other in blocks),
                )
            )
    return tuple(slots)


def regions_of(program: Program) -> tuple[tuple[str, str], ...]:
    """Every region and the one it goes on from (empty: the baseline)."""
    return tuple((region.name, region.parent or "") for region in program.regions)


def _block_name(block: Block) -> str:
    return block.name


@dataclass(slots=True)
class CutCounter:
    """Adds up event records chunk by chunk; memory does not grow with the events."""

    slots: tuple[Slot, ...]
    events: int = 0
    counts: list[int] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)

    def add(self, passed: NDArray[Any]) -> None:
        """`passed`: shape (events, len(slots)), 0 after the first cut that failed, else 1, or the number of candidates that passed."""
        self.counts = self.counts or [0] * len(self.slots)
        self.candidates = self.candidates or [0] * len(self.slots)
        self.events += len(passed)
        if len(passed) and self.slots:
            sums, total = (passed > 0).sum(axis=0, dtype="int64"), passed.sum(axis=0, dtype="int64")
            self.counts = [count + int(more) for count, more in zip(self.counts, sums, strict=True)]
            self.candidates = [count + int(more) for count, more in zip(self.candidates, total, strict=True)]

    def result(self, regions: tuple[tuple[str, str], ...] = ()) -> CutFlow:
        """The cut flow so far; `regions`: those of the program with what they go on from."""
        counts = self.counts or [0] * len(self.slots)
        numbers = self.candidates or [0] * len(self.slots)
        lines: list[Line] = []
        pending: list[Line] = []
        for slot, count, number in zip(self.slots, counts, numbers, strict=True):
            many = number if slot.scoped else None
            if not slot.single:
                pending.append(Line(slot.name, slot.key, count, True, slot.region, many))
            if slot.last:
                lines.append(Line(slot.block, slot.block_key, count, False, slot.region, many))
                lines.extend(line for line in pending if line.key != slot.block_key)
                pending = []
        return CutFlow(self.events, tuple(lines), regions)
