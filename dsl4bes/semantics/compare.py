"""Two roads, one result: what the compiled package recorded against what the judge computed, event by event.

In: an `Outcome` of the judge and what a job recorded for the same events (`Recorded`: cut flags, tuples, histograms). Out: a `Report` with the
first difference and the quantity that causes it. Numbers that come out of a fit agree only within the fitter's tolerance: an event that
falls on the other side of a cut for that reason is counted as tolerated, never silently. Nothing is run and nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from dsl4bes.ir.custom import Custom
from dsl4bes.ir.primitives import Cut, FillHistogram, FillTuple
from dsl4bes.ir.program import Program, blocks_of, steps_of
from dsl4bes.semantics import depends
from dsl4bes.semantics.evaluate import Evaluator, Outcome
from dsl4bes.semantics.explain import Cause, Tolerance, at_fault, chosen_apart
from dsl4bes.semantics.output import Histogram, TupleRows, branches
from dsl4bes.semantics.settings import Options

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch

    Array = NDArray[Any]


class Records(Protocol):
    """The event record: `run`, `event` (n,), `passed` (n, cuts)."""

    @property
    def run(self) -> Array: ...
    @property
    def event(self) -> Array: ...
    @property
    def passed(self) -> Array: ...


class Rows(Protocol):
    """A recorded tuple: columns by name, arrays or objects with `counts` and `flat`."""

    @property
    def columns(self) -> Mapping[str, Any]: ...


class Filled(Protocol):
    """A recorded histogram with under- and overflow in every axis."""

    @property
    def contents(self) -> Array: ...


class Recorded(Protocol):
    """What a job gave for a batch (`run.results.Chunk` is one)."""

    @property
    def records(self) -> Records | None: ...
    @property
    def tables(self) -> Mapping[str, Rows]: ...
    @property
    def histograms(self) -> Mapping[str, Filled]: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement. `what` is the cut, column or histogram; `judge` and `package` are the two values, in words."""

    what: str
    judge: str
    package: str
    run: int | None = None
    event: int | None = None
    index: int | None = None  #: number of the event in the batch
    causes: tuple[Cause, ...] = ()
    tolerated: bool = False

    def __str__(self) -> str:
        place = "" if self.event is None else f"run {self.run} event {self.event}: "
        text = f"{place}{self.what}: judge {self.judge}, package {self.package}"
        for cause in self.causes:
            text += f"\n    {cause}"
        return text


@dataclass(slots=True)
class Report:
    """Outcome of a comparison. `first` is the first difference that counts; `tolerated` those within the fit's tolerance."""

    events: int = 0
    first: Difference | None = None
    differences: int = 0
    tolerated: list[Difference] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return self.first is None

    def add(self, difference: Difference) -> None:
        if difference.tolerated:
            self.tolerated.append(difference)
            return
        self.differences += 1
        if self.first is None:
            self.first = difference

    def plus(self, other: Report) -> Report:
        """Both together, for the next batch."""
        return Report(
            self.events + other.events, self.first or other.first, self.differences + other.differences,
            [*self.tolerated, *other.tolerated],
        )  # fmt: skip


class CrossCheck:
    """The judge beside a job: call `check` with every batch and what the job recorded for it."""

    def __init__(
        self, program: Program, options: Options | None = None, tolerance: Tolerance | None = None
    ) -> None:
        self.evaluator = Evaluator(program, options or Options())
        self.tolerance = tolerance or Tolerance()
        self.report = Report()
        self.custom = frozenset(step.cut for step in _steps(program, Custom))  #: whose answers the judge takes from the package

    def check(self, batch: Batch, recorded: Recorded) -> Report:
        """Evaluate and compare one batch; the running total is `report`."""
        outcome = self.evaluator.run(batch, given=self._answers(recorded))
        found = compare(outcome, recorded, self.tolerance, self.evaluator)
        self.report = self.report.plus(found)
        return found

    def _answers(self, recorded: Recorded) -> dict[Cut, Array]:
        """What custom blocks answered in the package, event by event."""
        if recorded.records is None or not self.custom:
            return {}
        return {column.cut: recorded.records.passed[:, i] > 0 for i, column in enumerate(self.evaluator.cuts) if column.cut in self.custom}


def compare(
    outcome: Outcome, recorded: Recorded, tolerance: Tolerance | None = None, evaluator: Evaluator | None = None
) -> Report:
    """Compare everything: cuts event by event, tuples row by row, histograms bin by bin.

    `evaluator` must be the one that made the outcome; without it differences in cuts are reported without their cause.
    """
    tolerance = tolerance or Tolerance()
    report = Report(events=len(outcome.run))
    records = recorded.records
    if records is None:
        report.add(Difference("event record", "present", "absent"))
        return report
    if not _same_events(outcome, records, report):
        return report
    apart = _cuts(outcome, records, report, tolerance, evaluator)
    for name, rows in outcome.tuples.items():
        table = recorded.tables.get(name)
        if table is None:
            if rows.events:
                report.add(Difference(f"ntuple {name}", f"{len(rows.events)} rows", "absent"))
            continue
        _tuple(outcome, name, rows, table, apart, report, tolerance, evaluator)
    for name, histogram in outcome.histograms.items():
        _histogram(outcome.program, name, histogram, recorded.histograms.get(name), apart, report)
    return report


def _same_events(outcome: Outcome, records: Records, report: Report) -> bool:
    import numpy as np

    if len(records.run) != len(outcome.run):
        report.add(Difference("number of events", str(len(outcome.run)), str(len(records.run))))
        return False
    if records.passed.shape != outcome.passed.shape:
        judge, package = outcome.passed.shape[1], records.passed.shape[1]
        report.add(Difference("number of cuts", str(judge), str(package)))
        return False
    wrong = np.flatnonzero((records.run != outcome.run) | (records.event != outcome.event))
    if len(wrong):
        i = int(wrong[0])
        report.add(Difference(
            f"identity of event {i}", f"run {outcome.run[i]} event {outcome.event[i]}", f"run {records.run[i]} event {records.event[i]}",
        ))  # fmt: skip
        return False
    return True


def _cuts(
    outcome: Outcome, records: Records, report: Report, tolerance: Tolerance, evaluator: Evaluator | None
) -> set[int]:
    """Events whose flags differ, all of them."""
    import numpy as np

    apart = np.flatnonzero(np.any(records.passed != outcome.passed, axis=1))
    for i in apart.tolist():
        column = int(np.argmax(records.passed[i] != outcome.passed[i]))
        cut = outcome.cuts[column]
        causes: tuple[Cause, ...] = ()
        if evaluator is not None and report.agrees:  # after the first that counts the others are only counted
            causes = at_fault(evaluator, outcome, i, column, tolerance)
        counts = [int(road[i, column]) for road in (outcome.passed, records.passed)]
        judge, package = (f"{n} candidates pass" if max(counts) > 1 else "passes" if n else "rejected" for n in counts)
        where = cut.cut.name if cut.region is None else f"{cut.region}: {cut.cut.name}"
        report.add(Difference(
            f"cut {where}", judge, package, int(outcome.run[i]), int(outcome.event[i]), i, causes,
            any(cause.borderline for cause in causes),
        ))  # fmt: skip
    return set(apart.tolist())


# --- tuples ----------------------------------------------------------------------------------------------------------


def _steps(program: Program, kind: type) -> Iterable[Any]:
    return (step for step in steps_of(blocks_of(program)) if isinstance(step, kind))


def _on_fit(program: Program, name: str) -> tuple[set[str], set[str], set[str]]:
    """Columns of a tuple that depend on a fit's numbers, on those of a fit with a missing particle, and on the choice of a fit."""
    numbers, missing, choices = set(), set(), set()
    for step in _steps(program, FillTuple):
        if step.name == name:
            names = branches(step)
            values = {names[c.name]: c.value for c in step.columns} | {names[a.name]: a.values for a in step.arrays}
            numbers |= {name for name, value in values.items() if depends.on_fit(value)}
            missing |= {name for name in numbers & values.keys() if depends.on_missing(values[name])}
            choices |= {name for name, value in values.items() if depends.on_chosen(value)}
    return numbers, missing, choices


def _tuple(
    outcome: Outcome, name: str, rows: TupleRows, table: Rows, apart: set[int], report: Report, tolerance: Tolerance,
    evaluator: Evaluator | None,
) -> None:  # fmt: skip
    import numpy as np

    identity = np.stack([np.asarray(table.columns[key], np.int64) for key in ("run", "event")], axis=1)
    skipped = {(int(outcome.run[i]), int(outcome.event[i])) for i in apart}
    mine = [j for j, i in enumerate(rows.events) if (int(outcome.run[i]), int(outcome.event[i])) not in skipped]
    theirs = [j for j, key in enumerate(identity.tolist()) if tuple(key) not in skipped]
    if len(mine) != len(theirs):
        report.add(Difference(f"ntuple {name}", f"{len(mine)} rows", f"{len(theirs)} rows"))
        return
    events = np.array([rows.events[j] for j in mine], int)
    on_fit, on_missing, on_choice = _on_fit(outcome.program, name)
    for column in (*rows.columns, *rows.arrays):
        if column not in table.columns:
            report.add(Difference(f"ntuple {name}", f"column {column}", "absent"))
            continue
        close = tolerance.missing if column in on_missing else tolerance.fit if column in on_fit else tolerance.plain
        wrong = _apart(rows, table, column, mine, theirs, close)
        for j, judge, package in wrong:
            i = int(events[j])
            causes: tuple[Cause, ...] = ()
            if column in on_choice and evaluator is not None and report.agrees:
                causes = chosen_apart(evaluator, outcome, i, tolerance)
            report.add(Difference(
                f"ntuple {name}.{column}", judge, package, int(outcome.run[i]), int(outcome.event[i]), i, causes, bool(causes),
            ))  # fmt: skip


def _apart(
    rows: TupleRows, table: Rows, column: str, mine: list[int], theirs: list[int], close: Callable[[Any, Any], Any]
) -> list[tuple[int, str, str]]:
    """Rows (positions in `mine`) whose values differ, with both values as text."""
    import numpy as np

    package = table.columns[column]
    if column in rows.columns:
        a = np.array([rows.columns[column][j] for j in mine], float)
        b = np.asarray(package, float)[theirs]
        return [(int(j), f"{a[j]:.9g}", f"{b[j]:.9g}") for j in np.flatnonzero(~close(a, b))]
    ends = np.cumsum(package.counts)
    found = []
    for j, (m, t) in enumerate(zip(mine, theirs)):
        a = np.array(rows.arrays[column][m], float)
        b = np.asarray(package.flat[ends[t] - package.counts[t] : ends[t]], float)
        if len(a) != len(b):
            found.append((j, f"{len(a)} entries", f"{len(b)} entries"))
        elif not np.all(close(a, b)):
            k = int(np.argmin(close(a, b)))
            found.append((j, f"[{k}] {a[k]:.9g}", f"[{k}] {b[k]:.9g}"))
    return found


# --- histograms ------------------------------------------------------------------------------------------------------


def _histogram(
    program: Program, name: str, histogram: Histogram, package: Filled | None, apart: set[int], report: Report
) -> None:
    """Contents bin by bin; with values of a fit, entries may move to the next bin, but none may be lost."""
    import numpy as np

    mine = np.zeros(tuple(axis.bins + 2 for axis in histogram.axes))
    for place, content in histogram.contents.items():
        mine[place] = content
    if package is None:
        if mine.any():
            report.add(Difference(f"histogram {name}", f"{mine.sum():g} entries", "absent"))
        return
    theirs = np.asarray(package.contents, float)
    if theirs.shape != mine.shape:
        report.add(Difference(f"histogram {name}", f"shape {mine.shape}", f"shape {theirs.shape}"))
        return
    if apart:
        return  # the events on one side of a cut fill one of the two; the cuts have been reported
    steps = [step for step in _steps(program, FillHistogram) if step.name == name]
    exact = not any(depends.on_chosen(v) for step in steps for v in (*step.values, *((step.weight,) if step.weight else ())))  # fmt: skip
    moved = np.abs(mine - theirs)
    allowed = 0.0 if exact else max(2.0, 0.01 * np.abs(mine).sum())
    small = 1e-9 * (1 + np.abs(mine).sum())
    if moved.sum() > allowed + small or (exact and abs(mine.sum() - theirs.sum()) > small):
        place = tuple(int(p) for p in np.unravel_index(int(np.argmax(moved)), moved.shape))
        where = ", ".join(str(p) for p in place)
        report.add(
            Difference(f"histogram {name} bin {where}", f"{mine[place]:.9g}", f"{theirs[place]:.9g}")
        )
