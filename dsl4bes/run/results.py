"""What a run gives back: cut flow, tuples, histograms, failures, and what was not applied here.

In: pieces from the workers. Out: plain data; `RunResult` is the answer of the library call `dsl4bes.run()`.
Nothing is written or printed here; numpy and awkward are imported on use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.run.cutflow import CutFlow
from dsl4bes.run.errors import FileFailure
from dsl4bes.run.expectations import Checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.run.systematics import VariationResult, VariedChunk
    from dsl4bes.run.truth import TruthCount

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Jagged:
    """Variable number of values per row: `counts` (rows,), `flat` (sum of counts,)."""

    counts: Array
    flat: Array


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one tuple: columns by name, one value a row or a `Jagged` (its index column is not kept apart)."""

    name: str
    rows: int
    columns: dict[str, Array | Jagged]

    def __getitem__(self, column: str) -> Any:
        """A column: a numpy array, or an awkward array where a row has many values."""
        values = self.columns[column]
        if not isinstance(values, Jagged):
            return values
        import awkward

        return awkward.unflatten(values.flat, values.counts)

    @property
    def scalars(self) -> tuple[str, ...]:
        """Names of the columns with one value a row."""
        return tuple(name for name, values in self.columns.items() if not isinstance(values, Jagged))

    def to_awkward(self) -> Any:
        """All columns as one awkward record array."""
        import awkward

        return awkward.zip({name: self[name] for name in self.columns}, depth_limit=1)

    @staticmethod
    def concatenate(tables: Iterable[Table]) -> Table:
        """Rows of all, in order; the tables have the same columns."""
        import numpy as np

        parts = list(tables)
        first = parts[0]
        columns: dict[str, Array | Jagged] = {}
        for name, values in first.columns.items():
            if isinstance(values, Jagged):
                several = [part.columns[name] for part in parts]
                columns[name] = Jagged(
                    np.concatenate([each.counts for each in several]),  # type: ignore[union-attr]
                    np.concatenate([each.flat for each in several]),
                )
            else:
                columns[name] = np.concatenate([part.columns[name] for part in parts])
        return Table(first.name, sum(part.rows for part in parts), columns)


@dataclass(frozen=True, slots=True)
class Histogram:
    """A histogram of one or two axes: `edges` per axis; `contents`, `variances` with under- and overflow in every axis."""

    name: str
    title: str
    edges: tuple[Array, ...]
    contents: Array
    variances: Array

    def plus(self, other: Histogram) -> Histogram:
        """The sum of two fillings of the same histogram."""
        contents, variances = self.contents + other.contents, self.variances + other.variances
        return Histogram(self.name, self.title, self.edges, contents, variances)

    @property
    def inside(self) -> Array:
        """Contents without under- and overflow."""
        return self.contents[tuple(slice(1, -1) for _ in self.edges)]

    @property
    def outside(self) -> float:
        """Sum of under- and overflow, added up by itself: a difference of two sums of weights would not be zero where nothing is outside."""
        import numpy as np

        within = np.zeros(self.contents.shape, bool)
        within[tuple(slice(1, -1) for _ in self.edges)] = True
        return float(self.contents[~within].sum())

    @property
    def weighted(self) -> bool:
        """Whether entries have weights: the contents are then no counts."""
        return bool((self.contents != self.variances).any())

    def to_hist(self) -> Any:
        """The histogram as a `hist.Hist` (for plots and ROOT files)."""
        import hist
        import numpy as np

        axes = [hist.axis.Variable(np.asarray(edges), name=f"axis{i}") for i, edges in enumerate(self.edges)]
        made = hist.Hist(*axes, storage=hist.storage.Weight(), name=self.name, label=self.title)
        view = made.view(flow=True)
        view["value"] = self.contents
        view["variance"] = self.variances
        return made


@dataclass(frozen=True, slots=True)
class Records:
    """The event record of a chunk: `run`, `event` (n,), `passed` (n, cuts) with 0/1, in input order; `without_vertex` events had no
    valid interaction point, `without_ecms` no valid energy of the beams (where it is that of the data base)."""

    run: Array
    event: Array
    passed: Array
    without_vertex: int = 0
    without_ecms: int = 0

    def __len__(self) -> int:
        return len(self.run)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one batch gave: the event record, the rows of each tuple, what was filled into histograms; the same of each variation by its key."""

    source: str
    events: int
    records: Records | None
    tables: dict[str, Table]
    histograms: dict[str, Histogram]
    cross_check: CrossCheck | None = None
    truth: TruthCount | None = None
    variations: dict[str, VariedChunk] = field(default_factory=dict)

    def all_tables(self) -> Iterator[tuple[str, Table]]:
        """Tables by name; those of a variation as `<key>_<name>`."""
        yield from self.tables.items()
        for key, varied in self.variations.items():
            for name, table in varied.tables.items():
                yield f"{key}_{name}", replace(table, name=f"{key}_{name}")

    def all_histograms(self) -> Iterator[tuple[str, Histogram]]:
        """Histograms by name; those of a variation as `<key>_<name>`."""
        yield from self.histograms.items()
        for key, varied in self.variations.items():
            for name, histogram in varied.histograms.items():
                yield f"{key}_{name}", replace(histogram, name=f"{key}_{name}")


@dataclass(slots=True)
class CrossCheck:
    """Both roads compared: events looked at, the first differences in words, how many there are, and how many lie within the
    tolerance of the fits; `skipped` says what the judge cannot compute, `taken` whose answers it takes from the package (custom blocks)."""

    events: int = 0
    differences: list[str] = field(default_factory=list)
    tolerated: int = 0
    skipped: list[str] = field(default_factory=list)
    count: int = 0
    taken: list[str] = field(default_factory=list)

    def add(self, other: CrossCheck) -> None:
        """Take up what another chunk gave; of the texts the first ones are kept."""
        self.events += other.events
        self.count += other.count
        self.tolerated += other.tolerated
        self.differences = (self.differences + other.differences)[:20]
        self.skipped = list(dict.fromkeys(self.skipped + other.skipped))
        self.taken = list(dict.fromkeys(self.taken + other.taken))

    @property
    def summary(self) -> str:
        """One line for people."""
        within = f", {self.tolerated} within the fit's tolerance" if self.tolerated else ""
        within += f"; the answers of {', '.join(self.taken)} are the package's own" if self.taken else ""
        if self.skipped:
            return f"cross-check: not made; {self.skipped[0]}"
        if self.count:
            return (
                f"cross-check: the NumPy judge differs in {self.count} values of {self.events} events{within}"
            )
        return f"cross-check: the NumPy judge agrees in all {self.events} events{within}"

    def as_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "events": self.events,
            "differences": self.count,
            "first": self.differences,
            "tolerated": self.tolerated,
            "skipped": self.skipped,
            "taken": self.taken,
        }


@dataclass(slots=True)
class RunResult:
    """The outcome of a run. `tables` are empty for a run whose rows went to a file only."""

    cutflow: CutFlow
    tables: dict[str, Table] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    failures: tuple[FileFailure, ...] = ()
    not_applied: tuple[str, ...] = ()
    expectations: Checked = field(default_factory=Checked)
    cross_check: CrossCheck | None = None
    variations: tuple[VariationResult, ...] = ()
    messages: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    output: str = ""
    seconds: float = 0.0
    processes: int = 1
    truth: TruthCount | None = None  #: decay trees and processes, with `mc_truth`
    kept: int = 0  #: pieces that were taken from a run before (`--resume`)

    @property
    def events(self) -> int:
        return self.cutflow.events

    @property
    def nothing_read(self) -> bool:
        """True if no event came from any file, because files failed: there is no result to show or to keep."""
        return self.events == 0 and bool(self.failures)

    @property
    def files_in_words(self) -> str:
        """`3 files`, `1 file`, `3 files, of which 1 failed`: what the events are of. A failed file may have given events before its fault."""
        failed = len({failure.path for failure in self.failures})
        total = len({*self.files, *(failure.path for failure in self.failures)})
        return f"{total} file{'s' if total != 1 else ''}" + (f", of which {failed} failed" if failed else "")

    @property
    def ok(self) -> bool:
        """True if every file was read, every expectation holds, and the judge (if asked) agrees, for every variation, too."""
        checks = (self.cross_check, *(variation.cross_check for variation in self.variations))
        agrees = all(check is None or not check.count for check in checks)
        return not self.failures and not self.expectations.differences and agrees

    def __getitem__(self, table: str) -> Table:
        """A tuple by its name in the program."""
        return self.tables[table]

    def variation(self, key: str) -> VariationResult:
        """A variation by its key (`photon_energy_1`) or its name."""
        for found in self.variations:
            if key in (found.key, found.name):
                return found
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)
