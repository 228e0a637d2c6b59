"""Tuples and histograms as the judge fills them.

In: `FillTuple` and `FillHistogram` steps, states of events. Out: `TupleRows` (rows in the order of the events) and `Histogram` (with under-
and overflow). Stored numbers follow the rule of the product: absent -999, +infinity 9999, flags 0 and 1; an absent value is not filled
into a histogram. Nothing is written to disk here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf, isnan

from dsl4bes.ir.expr import Each
from dsl4bes.ir.primitives import ArrayColumn, Axis, Column, FillHistogram, FillTuple
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.loops import combinations
from dsl4bes.semantics.state import EventState

ABSENT_NUMBER, INFINITE_NUMBER = -999.0, 9999.0


def stored(value: float | bool) -> float:
    """The number a tuple holds for a value."""
    if isnan(value):
        return ABSENT_NUMBER
    return INFINITE_NUMBER if value == inf else float(value)


@dataclass(slots=True)
class TupleRows:
    """Rows of one tuple: numbers per column, lists of numbers per array column; `events` is the event (in the batch) of each row."""

    columns: dict[str, list[float]] = field(default_factory=dict)
    arrays: dict[str, list[list[float]]] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    truncated: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Histogram:
    """Bin contents and sums of squared weights by bin numbers; 0 and bins + 1 are under- and overflow."""

    axes: tuple[Axis, ...]
    contents: dict[tuple[int, ...], float] = field(default_factory=dict)
    sumw2: dict[tuple[int, ...], float] = field(default_factory=dict)

    def fill(self, values: tuple[float, ...], weight: float) -> None:
        place = tuple(_bin(axis, value) for axis, value in zip(self.axes, values))
        self.contents[place] = self.contents.get(place, 0.0) + weight
        self.sumw2[place] = self.sumw2.get(place, 0.0) + weight * weight


def _bin(axis: Axis, value: float) -> int:
    if value < axis.low:
        return 0
    if not value < axis.high:
        return axis.bins + 1
    return 1 + int(axis.bins * (value - axis.low) / (axis.high - axis.low))


Action = Callable[[EventState], tuple[bool, ...]]


def fill_tuple(step: FillTuple, context: Context, rows: TupleRows) -> Action:
    """Append one row, or one per entry of the list of `per` (column `candidate` counts from 0)."""
    names = branches(step)
    columns = [(names[column.name], compiled(column.value, context)) for column in step.columns]
    arrays = [(names[column.name], _array(column, context)) for column in step.arrays]
    for name in ("run", "event", *(("candidate",) if step.per or step.candidate else ()), *(name for name, _ in columns)):
        rows.columns.setdefault(name, [])
    for name, _ in arrays:
        rows.arrays.setdefault(name, [])
        rows.truncated.setdefault(name, 0)

    def fill(state: EventState) -> tuple[bool, ...]:
        for number in _rows(step, state):
            rows.events.append(state.event)
            rows.columns["run"].append(float(state.detector.batch["event.run"][state.event]))
            rows.columns["event"].append(float(state.detector.batch["event.number"][state.event]))
            if step.per or step.candidate:
                rows.columns["candidate"].append(float(number if step.per else state.candidate))
            for name, value in columns:
                rows.columns[name].append(stored(value(state)))
            for name, values in arrays:
                kept, total = values(state)
                rows.arrays[name].append(kept)
                rows.truncated[name] += total - len(kept)
        return ()

    return fill


def branches(step: FillTuple) -> dict[str, str]:
    """The branch of each column and array: its name with `_` for what is no letter or digit, as ROOT and Gaudi take it."""
    found: dict[str, str] = {}
    both: tuple[Column | ArrayColumn, ...] = (*step.columns, *step.arrays)
    for column in both:
        word = "".join(c if c.isascii() and c.isalnum() else "_" for c in column.name)
        found[column.name] = f"_{word}" if not word or word[0].isdigit() else word
    return found


def _rows(step: FillTuple, state: EventState) -> Iterator[int]:
    if step.per is None:
        yield 0
        return
    for number, _ in enumerate(combinations(state, (step.per,))):
        yield number


def _array(column: ArrayColumn, context: Context) -> Callable[[EventState], tuple[list[float], int]]:
    """The kept entries and the number there were: above the maximum those of highest (summed, measured) energy."""
    maximum = int(context.options.value(column.maximum))
    if not isinstance(column.values, Each):
        value = compiled(column.values, context)
        return lambda state: ([stored(v) for v in value(state)][:maximum], len(value(state)))
    body, binders = compiled(column.values.body, context), column.values.binders

    def values(state: EventState) -> tuple[list[float], int]:
        found = [
            (sum(state.p4(particle)[3] for particle in bound), stored(body(state)))
            for bound in combinations(state, binders)
        ]
        if len(found) <= maximum:
            return [value for _, value in found], len(found)
        order = sorted(range(len(found)), key=lambda i: (-found[i][0], i))[:maximum]
        return [found[i][1] for i in sorted(order)], len(found)

    return values


def fill_histogram(step: FillHistogram, context: Context, histogram: Histogram) -> Action:
    values = [compiled(value, context) for value in step.values]
    weight = None if step.weight is None else compiled(step.weight, context)

    def fill(state: EventState) -> tuple[bool, ...]:
        found = [value(state) for value in values]
        size = max((len(v) for v in found if isinstance(v, list)), default=1)
        entries = [v if isinstance(v, list) else [v] * size for v in found]
        factor = 1.0 if weight is None else float(weight(state))
        for point in zip(*entries):
            if not isnan(factor) and not any(isnan(x) for x in point):
                histogram.fill(tuple(float(x) for x in point), factor)
        return ()

    return fill
