"""What variations do to the yield: counts of both selections event by event, and the table of their differences.

In: event records of the nominal instance and of a variation, for the same events. Out: `Tally` (adds up chunk by chunk), `VariationResult` with an `Effect` for the
baseline and each region, text and plain data. The error of a difference is that of the events which only one of the two selects: what both select
fluctuates together. Nothing is run or printed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any

from dsl4bes.run.cutflow import CutCounter, CutFlow, regions_of, slots_of
from dsl4bes.run.results import CrossCheck, Histogram, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.ir.program import Program
    from dsl4bes.ir.variations import Variation

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """Events that the nominal selection, the variation, and both select; `region` is empty for the baseline."""

    region: str
    nominal: int
    varied: int
    both: int

    @property
    def difference(self) -> int:
        """Events more (or fewer) than nominal."""
        return self.varied - self.nominal

    @property
    def error(self) -> float:
        """Statistical error of the difference: the events that only one of the two selects are independent counts."""
        return sqrt((self.nominal - self.both) + (self.varied - self.both))

    @property
    def relative(self) -> float | None:
        """Difference over nominal; None if nothing is selected."""
        return self.difference / self.nominal if self.nominal else None

    @property
    def relative_error(self) -> float | None:
        """Its error."""
        return self.error / self.nominal if self.nominal else None

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "region": self.region, "nominal": self.nominal, "events": self.varied, "both": self.both,
            "difference": self.difference, "error": self.error, "relative": self.relative, "relative_error": self.relative_error,
        }  # fmt: skip


def decisive_cuts(program: Program) -> dict[str, int | None]:
    """Region (empty: the baseline) → number of the cut that is its last one; None: no cut, so that every event is selected."""
    last: dict[str, int | None] = {"": None}
    parents = {region.name: region.parent or "" for region in program.regions}
    for number, slot in enumerate(slots_of(program)):
        last[slot.region] = number
    for region, parent in parents.items():
        last.setdefault(region, last[parent])
    return {name: last[name] for name in ("", *parents)}


@dataclass(slots=True)
class Tally:
    """Counts of one variation: events per cut, and per region those of the nominal selection, the variation, and both."""

    counter: CutCounter
    regions: dict[str, list[int]] = field(default_factory=dict)

    def add(self, nominal: Array, varied: Array, last: dict[str, int | None]) -> None:
        """Take up the cuts passed, (events, cuts) of 0 and 1, of the same events in both selections."""
        import numpy as np

        self.counter.add(varied)
        everything = np.ones(len(varied), bool)
        for region, cut in last.items():
            before, after = (everything if cut is None else passed[:, cut] != 0 for passed in (nominal, varied))
            counts = (np.count_nonzero(before), np.count_nonzero(after), np.count_nonzero(before & after))
            known = self.regions.setdefault(region, [0, 0, 0])
            self.regions[region] = [old + int(new) for old, new in zip(known, counts, strict=True)]

    def plus(self, other: Tally) -> None:
        """Add the counts of other events."""
        self.counter.events += other.counter.events
        mine, theirs = self.counter.counts, other.counter.counts
        self.counter.counts = [a + b for a, b in zip(mine, theirs, strict=True)] if mine and theirs else mine or theirs
        for region, counts in other.regions.items():
            known = self.regions.setdefault(region, [0, 0, 0])
            self.regions[region] = [old + new for old, new in zip(known, counts, strict=True)]


@dataclass(slots=True)
class VariedChunk:
    """What a variation gave for one batch: counts, and (if it fills them) tuples and histograms."""

    tally: Tally
    tables: dict[str, Table] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    cross_check: CrossCheck | None = None


@dataclass(slots=True)
class VariationsCollector:
    """What has come back of the variations so far."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    cross_checks: dict[str, CrossCheck] = field(default_factory=dict)

    def add(self, chunks: dict[str, VariedChunk]) -> None:
        """Take up one batch."""
        for key, chunk in chunks.items():
            if key in self.tallies:
                self.tallies[key].plus(chunk.tally)
            else:
                self.tallies[key] = chunk.tally
            if chunk.cross_check is not None:
                self.cross_checks.setdefault(key, CrossCheck()).add(chunk.cross_check)

    def results(self, program: Program, run: bool) -> tuple[VariationResult, ...]:
        """The results in the order of the program; none if the variations were not `run`."""
        empty = Tally(CutCounter(slots_of(program)), {region: [0, 0, 0] for region in decisive_cuts(program)})
        variations = program.variations if run else ()
        regions = regions_of(program)
        return tuple(result_of(each, self.tallies.get(each.key, empty), self.cross_checks.get(each.key), regions) for each in variations)


@dataclass(frozen=True, slots=True)
class VariationResult:
    """The outcome of one variation. `text` says what it changes, `values` the numbers of the program; `effects` begin with the baseline."""

    name: str
    key: str
    text: str
    values: dict[str, bool | int | float | str]
    cutflow: CutFlow
    effects: tuple[Effect, ...]
    cross_check: CrossCheck | None = None

    def __getitem__(self, region: str) -> Effect:
        """The effect in a region; empty or `baseline`: the baseline."""
        wanted = "" if region == "baseline" else region
        for effect in self.effects:
            if effect.region == wanted:
                return effect
        raise KeyError(region)

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.name, "key": self.key, "changes": self.text, "values": self.values,
            "effects": [effect.as_json() for effect in self.effects], "cutflow": self.cutflow.as_json(),
            "cross_check": None if self.cross_check is None else self.cross_check.as_json(),
        }  # fmt: skip


def result_of(variation: Variation, tally: Tally, cross_check: CrossCheck | None, regions: tuple[tuple[str, str], ...]) -> VariationResult:
    """The result of a variation from its counts."""
    effects = tuple(Effect(region, *counts) for region, counts in tally.regions.items())
    flow = tally.counter.result(regions)
    return VariationResult(variation.name, variation.key, variation.text, dict(variation.values), flow, effects, cross_check)


# --- tables -----------------------------------------------------------------------------------------------------------------

HEADER = ("variation", "value", "events", "difference", "relative")


def rows_of(results: Sequence[VariationResult]) -> list[tuple[str, ...]]:
    """Cells of the table: for the baseline and each region a line of the nominal selection, then one per variation."""
    rows: list[tuple[str, ...]] = []
    regions = [effect.region for effect in results[0].effects] if results else []
    for region in regions:
        if len(regions) > 1:
            rows.append((f"region {region}" if region else "baseline", "", "", "", ""))
        rows.append(("nominal", "", str(results[0][region].nominal), "", ""))
        rows += [_row(result, result[region]) for result in results]
    return rows


def _row(result: VariationResult, effect: Effect) -> tuple[str, ...]:
    difference = f"{effect.difference:+d} ± {effect.error:.1f}"
    relative = "-"
    if effect.relative is not None and effect.relative_error is not None:
        relative = f"{100 * effect.relative:+.2f} ± {100 * effect.relative_error:.2f} %"
    return result.name, result.text, str(effect.varied), difference, relative


def as_text(results: Sequence[VariationResult]) -> str:
    """A table for a terminal or a log, without colour."""
    if not results:
        return ""
    rows = [HEADER, *rows_of(results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    lines = []
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*left, *right]).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines) + "\n"
