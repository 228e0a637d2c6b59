"""N-1: for each cut on one number, the distribution of that number in the events (or candidates) that pass all other cuts.

In: a program and files (or batches). Out: a `Distribution` per cut. The package itself is run, once with all cuts and once per cut with that one
switched off by a job option, over the same events, which are read once: exact, with the numbers BOSS would have, as if the line of the cut were deleted.
Cost: one more build of the package, and per cut the time of one selection. Values are kept for the first events only, to choose the bins; memory does
not grow with the events. What is on the accepted side is counted and must be what the program selects (`Agreement`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.program import Program
from dsl4bes.run.build import build_selection
from dsl4bes.run.errors import FileFailure, RunError
from dsl4bes.run.results import Chunk, Histogram, Table
from dsl4bes.run.separable import Agreement, Limit, Separable, separable
from dsl4bes.run.switched import Place, Variant, with_switches
from dsl4bes.run.workers import Finished, Session, run_tasks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch
    from dsl4bes.run.progress import Progress
    from dsl4bes.run.runner import Selection, Settings

    Array = NDArray[Any]

#: Values from which the bins are chosen; later ones outside are counted as outside.
FIRST = 10_000
#: About so many bins.
BINS = 50
#: What a tuple stores for an absent number and for +infinity (SEMANTICS rule 3).
ABSENT, INFINITE = -999.0, 9999.0


@dataclass(frozen=True, slots=True)
class Distribution:
    """One cut: `events` that pass all others, of which `accepted` pass it, too; `selected` is what the program selects (`agreement`: how they are
    related). `per`: these are candidates of that name, not events. `absent`: without the quantity; `infinite`: where it is +infinity (a fit that
    failed). Neither is in the histogram."""

    name: str
    key: str
    region: str
    label: str
    unit: str
    limits: tuple[Limit, ...]
    veto: bool
    histogram: Histogram
    events: int
    accepted: int
    selected: int
    absent: int = 0
    infinite: int = 0
    per: str = ""
    agreement: Agreement = Agreement.EQUAL

    @property
    def counted(self) -> str:
        """What is counted, in words."""
        return f"candidates of {self.per}" if self.per else "events"

    @property
    def whole(self) -> bool:
        """Whether the quantity is a whole number: each bin holds one."""
        edges = self.histogram.edges[0]
        return bool((edges % 1 == 0.5).all())

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.name, "key": self.key, "region": self.region, "quantity": self.label, "unit": self.unit, "veto": self.veto,
            "limits": [{"operator": limit.operator, "value": limit.value} for limit in self.limits],
            "per": self.per, "agreement": self.agreement.value, "events": self.events, "accepted": self.accepted, "selected": self.selected, "absent": self.absent, "infinite": self.infinite,
            "edges": [float(edge) for edge in self.histogram.edges[0]], "contents": self.histogram.contents.tolist(),
        }  # fmt: skip


@dataclass(slots=True)
class NMinus1:
    """All distributions; `others` says for every other cut why it has none. With `failures` events are missing in every distribution."""

    distributions: list[Distribution] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    failures: list[FileFailure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "distributions": [each.as_json() for each in self.distributions],
            "without": dict(self.others),
            "failures": [each.as_json() for each in self.failures],
        }


def n_minus_1(
    program: Program,
    files: Sequence[str] | None = None,
    batches: Sequence[Batch] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    log: Callable[[str], None] | None = None,
) -> NMinus1:
    """The distributions of all separable cuts. Raises `RunError` if the run cannot start or must stop."""
    from dsl4bes.run.runner import Settings, available_cores, check_beam, input_of, remembers

    found = separable(program)
    outcome = NMinus1(others=found.others)
    if not found.separable:
        return outcome
    settings = settings or Settings()
    variant = with_switches(program, found.separable)
    selection = _built(variant.program, log)
    settings = replace(settings, resume="", dask="")
    check_beam(selection, settings)
    processes = 1 if remembers(selection, settings) else settings.processes or available_cores()
    tasks, read, _ = input_of(selection, files, batches, settings, processes)
    fillers = [_Filler(each) for each in found.separable]
    selected = [0] * len(fillers)
    for event in run_tasks(
        tasks, lambda: _Several(selection, variant, settings), read, processes, lambda line: None
    ):
        if isinstance(event, Finished):
            outcome.failures.extend(event.failures)
            if progress is not None:
                progress.advance(files=1)
            continue
        for i, filler in enumerate(fillers):
            filler.add(event.tables[f"{i}"]["value"])
            selected[i] += int(event.tables[f"{i}"]["selected"].sum())
        if progress is not None:
            progress.advance(events=event.events)
    outcome.distributions = [
        filler.result(int(count)) for filler, count in zip(fillers, selected, strict=True)
    ]
    return outcome


def _built(program: Program, log: Callable[[str], None] | None) -> Selection:
    from dsl4bes.cpp.from_ir import lower
    from dsl4bes.cpp.render import render

    return build_selection(program, dict(render(lower(program))), log)


class _Several:
    """The job with all cuts, and one per cut with that cut switched off, on the same batches."""

    def __init__(self, selection: Selection, variant: Variant, settings: Settings) -> None:
        from dsl4bes.run.runner import open_session

        self._variant = variant
        plain = replace(settings, cross_check=False, systematics=False)
        instance = selection.algorithm
        options = [f"{selection.options}\n{instance}.{place.switch} = false;\n" for place in variant.places]
        self._all: Session = open_session(selection, plain)
        self._without = [open_session(replace(selection, options=text), plain) for text in options]

    def process(self, batch: Any) -> Chunk:
        import numpy as np

        full = self._all.process(batch)
        tables: dict[str, Table] = {}
        for i, (place, session) in enumerate(zip(self._variant.places, self._without, strict=True)):
            values = _values(session.process(batch).tables, place)
            chosen = np.array([full.tables[place.left].rows])
            tables[f"{i}"] = Table(f"{i}", len(values), {"value": values, "selected": chosen})
        return Chunk(full.source, full.events, None, tables, {})

    def close(self) -> tuple[str, ...]:
        for session in self._without:
            session.close()
        return self._all.close()


def _values(tables: dict[str, Table], place: Place) -> Array:
    """The quantity of every entry that is left at the end."""
    import numpy as np

    values = np.asarray(tables[place.table].columns[place.column], float)
    if place.left == place.table:
        return values
    stored, left = (
        np.stack([np.asarray(tables[name].columns[key], np.int64) for key in ("run", "event", "candidate")], axis=1)
        for name in (place.table, place.left)
    )
    known = {tuple(row) for row in left.tolist()}
    chosen = np.array([tuple(row) in known for row in stored.tolist()], bool)
    if int(chosen.sum()) != len(left):
        raise RunError("N-1: the file has different events of the same run and event number", "number them apart")
    return values[chosen]


# --- filling --------------------------------------------------------------------------------------------------------


def accepted(values: Array, limits: Sequence[Limit], veto: bool = False) -> Array:
    """Which values a cut lets pass; absent (NaN) passes no comparison, and every veto."""
    import numpy as np

    compare: dict[str, Any] = {
        "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal,
        "!=": lambda a, b: (a != b) & ~np.isnan(a),
    }  # fmt: skip
    passed = np.ones(len(values), bool)
    for limit in limits:
        passed &= compare[limit.operator](values, limit.value)
    return ~passed if veto else passed


class _Filler:
    """Counts, and a histogram whose bins are chosen from the first values."""

    def __init__(self, cut: Separable) -> None:
        self.cut = cut
        self.events = self.accepted = self.absent = self.infinite = 0
        self._first: list[Array] = []
        self._waiting = 0
        self._edges: Array | None = None
        self._contents: Array | None = None

    def add(self, stored: Array) -> None:
        import numpy as np

        values = np.where(stored == ABSENT, np.nan, np.where(stored == INFINITE, np.inf, stored))
        self.events += len(values)
        self.accepted += int(np.count_nonzero(accepted(values, self.cut.limits, self.cut.veto)))
        self.absent += int(np.count_nonzero(np.isnan(values)))
        self.infinite += int(np.count_nonzero(np.isposinf(values)))
        finite = values[np.isfinite(values)]
        while self._edges is None and len(
            finite
        ):  # exactly the first values decide, however they come in pieces
            taken, finite = finite[: FIRST - self._waiting], finite[FIRST - self._waiting :]
            self._first.append(taken)
            self._waiting += len(taken)
            if self._waiting == FIRST:
                self._choose()
        self._fill(finite)

    def _choose(self) -> None:
        import numpy as np

        first = np.concatenate(self._first) if self._first else np.zeros(0)
        self._first = []
        self._edges = edges_for(first, [limit.value for limit in self.cut.limits], self.cut.whole)
        self._contents = np.zeros(len(self._edges) + 1)
        self._fill(first)

    def _fill(self, values: Array) -> None:
        import numpy as np

        if len(values):
            assert self._edges is not None and self._contents is not None
            self._contents += np.bincount(
                np.searchsorted(self._edges, values, side="right"), minlength=len(self._contents)
            )

    def result(self, selected: int) -> Distribution:
        if self._edges is None:
            self._choose()
        cut = self.cut
        assert self._edges is not None and self._contents is not None
        unit = f" ({cut.unit})" if cut.unit else ""
        title = f"{cut.cut.name};{cut.label.replace(';', ',')}{unit}"
        histogram = Histogram(cut.cut.name, title, (self._edges,), self._contents, self._contents)
        return Distribution(
            cut.cut.name, cut.cut.key, cut.region, cut.label, cut.unit, cut.limits, cut.veto, histogram,
            self.events, self.accepted, selected, self.absent, self.infinite, "" if cut.per is None else cut.per.name, cut.agreement,
        )  # fmt: skip


def edges_for(values: Array, limits: Sequence[float], whole: bool = False) -> Array:
    """Edges of about 50 bins that hold 99 % of the values (around a window: what is near it) and all limits; the first limit is an edge.
    Whole numbers have a bin each."""
    import numpy as np

    low, high = lowest, highest = min(limits), max(limits)
    if len(values):
        ends = np.quantile(values, (0.005, 0.995))
        low, high = min(low, float(ends[0])), max(high, float(ends[1]))
    if whole or (len(values) and high - low < BINS and bool(np.all(values == np.round(values)))):
        low, high = floor(low), min(ceil(high), floor(low) + 4 * BINS)
        return np.arange(low - 2, high + 2) + 0.5
    if highest > lowest:  # a window: its neighbourhood, so that the bins are narrower than it
        reach = 2.5 * (highest - lowest)
        low, high = max(low, lowest - reach), min(high, highest + reach)
    width = (high - low) or abs(low) or 1.0
    step = _round(1.1 * width / BINS)
    below, above = (
        ceil((limits[0] - low + 0.05 * width) / step),
        ceil((high + 0.05 * width - limits[0]) / step),
    )
    edges = limits[0] + step * np.arange(-below, above + 1)
    if lowest >= 0 and (not len(values) or values.min() >= 0):
        edges = edges[edges > -1e-9 * step]  # no empty bins below zero for what is never negative
    return edges


def _round(step: float) -> float:
    """The next larger of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return float(next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * (1 - 1e-9)))


# --- for people -----------------------------------------------------------------------------------------------------


def as_text(outcome: NMinus1) -> str:
    """A table of the distributions, and the cuts that have none."""
    rows = [("cut", "accepted", "without it", "the cut alone keeps")]
    for each in outcome.distributions:
        share = f"{100 * each.accepted / each.events:.2f} %" if each.events else "-"
        rows.append((f"{each.name}  ({condition(each)})", f"{each.accepted}", f"{each.events} {each.counted}", share))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = [
        "  ".join((row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in (1, 2, 3)))).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    lines += [line for each in outcome.distributions if (line := remark(each))]
    if outcome.others:
        lines += [
            "no N-1 distribution:",
            *(f"  - {name}: {reason}" for name, reason in outcome.others.items()),
        ]
    lines.append("cuts on entries of lists (vr of a track, energy of a photon) reject no event and have none")
    if any(each.key.endswith("chi2") for each in outcome.distributions):
        lines.append("a chi2 above the fitter's own ceiling is a fit that failed: it is not in the distribution")
    return "\n".join(lines) + "\n"


def condition(each: Distribution) -> str:
    """The cut as text: `fit4c.chi2 < 200`, with a `not` for a veto."""
    unit = f" {each.unit}" if each.unit else ""
    text = " and ".join(f"{each.label} {limit.operator} {limit.value:.6g}{unit}" for limit in each.limits)
    return f"not: {text}" if each.veto else text


def remark(each: Distribution) -> str:
    """Why what is accepted is not what the program selects; empty if it is."""
    if each.accepted == each.selected:
        return ""
    if each.agreement is Agreement.FEWER:
        more = each.selected - each.accepted
        return f"{each.name}: the program selects {each.selected} {each.counted}; in {more} another candidate is chosen with the cut"
    return f"{each.name}: the program selects {each.selected} {each.counted}; it counts or pairs the candidates of an event"


def verify(outcome: NMinus1) -> None:
    """Raise `RunError` if events are missing, or the accepted side of a distribution cannot be that of what the program selects: it would not be an N-1."""
    if outcome.failures:
        first = outcome.failures[0]
        raise RunError(f"N-1: {first.path}: {first.reason}", first.advice or "the run itself is complete: leave out `--n-1`, or report this with the program")
    for each in outcome.distributions:
        equal, fewer = each.accepted == each.selected, each.accepted < each.selected
        if not (equal or (fewer and each.agreement is Agreement.FEWER) or each.agreement is Agreement.OPEN):
            text = f"N-1 of {each.name}: {each.accepted} {each.counted} on the accepted side, but the program selects {each.selected}"
            raise RunError(text, "please report this with the program")
