"""The cut flow: how many events are left after each cut, as data and as text, JSON and LaTeX.

In: the cuts of a program in their order (`ir.program.cuts_of`) and the 0/1 record of each event. Out: `CutFlow`.
A block's line is the count after its last cut; its single cuts are sub-lines. Nothing is printed and nothing is coloured here.
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
    """`events` processed and what was left after each cut, in the order of the program."""

    events: int
    lines: tuple[Line, ...] = ()

    @property
    def selected(self) -> int:
        """Events that pass the whole baseline."""
        baseline = [line.events for line in self.lines if not line.region]
        return baseline[-1] if baseline else self.events

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
        return {"events": self.events, "selected": self.selected, "lines": lines}


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

    def result(self) -> CutFlow:
        """The cut flow so far."""
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
        return CutFlow(self.events, tuple(lines))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"


def rows_of(flow: CutFlow) -> list[tuple[str, str, str, str]]:
    """Cells for a table: name (sub-lines indented), events, relative to the line before, relative to all."""
    rows = [("events", str(flow.events), "", _percent(flow.events, flow.events))]
    before = flow.events
    baseline = flow.selected
    region = ""
    block_start = before
    for line in flow.lines:
        if line.region != region:
            region, before = line.region, baseline
            rows.append((f"region {region}", "", "", ""))
        if line.part:
            rows.append((f"  {line.name}", str(line.events), _percent(line.events, block_start), ""))
            block_start = line.events
        else:
            rows.append(
                (
                    line.name,
                    str(line.events),
                    _percent(line.events, before),
                    _percent(line.events, flow.events),
                )
            )
            block_start, before = before, line.events
    return rows


HEADER = ("cut", "events", "of the line before", "of all")


def as_text(flow: CutFlow) -> str:
    """A table for a terminal or a log, without colour."""
    rows = [HEADER, *rows_of(flow)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines) + "\n"


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "\n": " ",
    }
)  # fmt: skip


def escaped(text: str) -> str:
    """Text as LaTeX shows it: no character of it is a command."""
    return text.translate(_LATEX)


def as_latex(flow: CutFlow) -> str:
    """A `tabular` for an analysis note (`efficiency.as_latex` has the errors, too)."""
    lines = [r"\begin{tabular}{lrrr}", r"\hline"]
    for i, row in enumerate([("Cut", "Events", "Relative", "Total"), *rows_of(flow)]):
        indent = r"\quad " if row[0].startswith("  ") else ""
        cells = [indent + escaped(row[0].strip()), *(escaped(cell) for cell in row[1:])]
        lines.append(" & ".join(cells) + r" \\")
        if i == 0:
            lines.append(r"\hline")
    lines += [r"\hline", r"\end{tabular}"]
    return "\n".join(lines) + "\n"
