"""A batch of events as flat columns: what readers and the toy make, what the C++ job and the evaluator take.

In: `offsets` per collection and contiguous arrays per column, as `events/columns.py` declares them.
Out: `Batch`, its slices and concatenations, and a check that says what is wrong with a batch.
No file is opened and nothing is computed from the physics here; a batch is never changed after it was made.
numpy is imported on first use, so that naming the type costs nothing.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.events.columns import BY_NAME, COLLECTIONS, Collection, Column

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Offsets = NDArray[np.int64]

#: Links of a collection's column into another collection: positions within the same event, -1 = none.
LINKS: Mapping[str, str] = {
    "track.mdc": "mdc",
    "track.kal": "kal",
    "track.dedx": "dedx",
    "track.ext": "ext",
    "track.emc": "emc",
    "track.muc": "muc",
    "tof_link.tof": "tof",
    "vee.daughter": "track",
    "pi0.photon": "track",
    "eta.photon": "track",
    "emc_match.emc": "emc",
}


class BatchError(ValueError):
    """A batch breaks the contract of `events/columns.py`; the text names the column and the first bad row."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`n_events` events; event i owns rows `offsets[c][i]` to `offsets[c][i + 1]` of every column of
    collection c.

    `columns["collection.column"]` has shape (rows,) for width 1, else (rows, width), C-contiguous, of the
    declared dtype. `first_event` is the index of the first event in the whole run, `source` the name of the
    file.
    """

    n_events: int
    offsets: Mapping[str, Offsets]
    columns: Mapping[str, Array]
    first_event: int = 0
    source: str = ""

    def __len__(self) -> int:
        return self.n_events

    def __getitem__(self, name: str) -> Array:
        """The whole column `collection.column`."""
        return self.columns[name]

    @classmethod
    def empty(cls, first_event: int = 0, source: str = "") -> Batch:
        """A batch without events that has every collection and column."""
        return cls.build(0, {}, {}, first_event, source)

    @classmethod
    def build(
        cls,
        n_events: int,
        offsets: Mapping[str, Array],
        columns: Mapping[str, Array],
        first_event: int = 0,
        source: str = "",
    ) -> Batch:
        """A batch from what is known: collections without offsets are empty, columns that are absent get
        defaults.

        Arrays are converted to the declared dtype and made contiguous (no copy if they already are). Raises
        `BatchError` for an unknown name and for a column whose number of values does not fit its offsets.
        """
        import numpy as np

        _refuse_unknown(offsets, columns)
        made_offsets: dict[str, Offsets] = {}
        made_columns: dict[str, Array] = {}
        for collection in COLLECTIONS:
            given = offsets.get(collection.name)
            if given is None:
                bounds = _implied_offsets(collection, n_events)
            else:
                bounds = np.ascontiguousarray(given, dtype=np.int64)
            made_offsets[collection.name] = bounds
            rows = int(bounds[-1])
            for column in collection.columns:
                name = f"{collection.name}.{column.name}"
                made_columns[name] = _column(name, column, rows, columns.get(name))
        return cls(n_events, made_offsets, made_columns, first_event, source)

    def rows(self, collection: str, event: int) -> builtins.slice:
        """The rows of `collection` that belong to event `event` (0-based within this batch)."""
        bounds = self.offsets[collection]
        return slice(int(bounds[event]), int(bounds[event + 1]))

    def counts(self, collection: str) -> Offsets:
        """Rows per event, shape (n_events,)."""
        bounds = self.offsets[collection]
        return bounds[1:] - bounds[:-1]

    def slice(self, first: int, last: int) -> Batch:
        """Events `first` to `last` (exclusive, clamped as Python slices are); the columns are views."""
        first, last, _ = slice(first, last).indices(self.n_events)
        last = max(first, last)
        offsets: dict[str, Offsets] = {}
        columns: dict[str, Array] = {}
        for name, values in self.columns.items():  # those that are not declared (lists that a producer made) go along
            collection = name.partition(".")[0]
            if collection not in offsets:
                bounds = self.offsets[collection][first : last + 1]
                offsets[collection] = bounds - int(bounds[0])
            begin, end = int(self.offsets[collection][first]), int(self.offsets[collection][last])
            columns[name] = values[begin:end]
        return Batch(last - first, offsets, columns, self.first_event + first, self.source)

    def split(self, size: int) -> Iterator[Batch]:
        """The same events in batches of at most `size` events."""
        if size < 1:
            raise ValueError(f"a batch holds at least one event, not {size}")
        for first in range(0, self.n_events, size):
            yield self.slice(first, first + size)

    @staticmethod
    def concatenate(batches: Sequence[Batch]) -> Batch:
        """All events in the order given; `first_event` and `source` are those of the first batch."""
        import numpy as np

        if not batches:
            return Batch.empty()
        if len(batches) == 1:
            return batches[0]
        offsets: dict[str, Offsets] = {}
        for name in BY_NAME:
            counts = [batch.counts(name) for batch in batches]
            offsets[name] = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(counts))])
        columns = {
            name: np.concatenate([batch.columns[name] for batch in batches]) for name in batches[0].columns
        }
        total = sum(batch.n_events for batch in batches)
        return Batch(total, offsets, columns, batches[0].first_event, batches[0].source)

    def validate(self) -> None:
        """Raises `BatchError` unless offsets, dtypes, shapes, contiguity and links are as declared."""
        for collection in COLLECTIONS:
            _check_offsets(collection, self.offsets[collection.name], self.n_events)
            rows = int(self.offsets[collection.name][-1])
            for column in collection.columns:
                name = f"{collection.name}.{column.name}"
                _check_array(name, column, rows, self.columns[name])
        for name, target in LINKS.items():
            _check_link(self, name, target)
        _check_tof_ranges(self)
        _check_charged(self)


def event_of_row(bounds: Offsets) -> Offsets:
    """The event (0-based) that each row belongs to, shape (rows,)."""
    import numpy as np

    return np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))


def offsets_from_counts(counts: Array) -> Offsets:
    """Offsets (n + 1) from rows per event (n)."""
    import numpy as np

    bounds = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=bounds[1:])
    return bounds


def shape_of(column: Column, rows: int) -> tuple[int, ...]:
    """The shape of `rows` rows of a column."""
    return (rows,) if column.width == 1 else (rows, column.width)


def _refuse_unknown(offsets: Mapping[str, Array], columns: Mapping[str, Array]) -> None:
    for name in offsets:
        if name not in BY_NAME:
            raise BatchError(f"{name}: no such collection")
    known = {f"{c.name}.{column.name}" for c in COLLECTIONS for column in c.columns}
    for name in columns:
        if name not in known:
            raise BatchError(f"{name}: no such column")


def _implied_offsets(collection: Collection, n_events: int) -> Offsets:
    """`event` has one row per event; any other collection that nobody filled is empty."""
    import numpy as np

    if collection.name == "event":
        return np.arange(n_events + 1, dtype=np.int64)
    return np.zeros(n_events + 1, np.int64)


def _column(name: str, column: Column, rows: int, given: Array | None) -> Array:
    import numpy as np

    shape = shape_of(column, rows)
    if given is None:
        return np.full(shape, column.default, dtype=column.dtype)
    array = np.ascontiguousarray(given, dtype=column.dtype)
    if array.size != rows * column.width:
        raise BatchError(f"{name}: {array.size} values where {rows} rows of {column.width} are needed")
    return array.reshape(shape)


def _check_offsets(collection: Collection, bounds: Offsets, n_events: int) -> None:
    import numpy as np

    name = collection.name
    if bounds.dtype != np.int64 or not bounds.flags.c_contiguous:
        raise BatchError(f"{name}: offsets must be contiguous int64, not {bounds.dtype}")
    if bounds.shape != (n_events + 1,) or bounds[0] != 0:
        raise BatchError(f"{name}: {n_events} events need {n_events + 1} offsets that start at 0")
    if np.any(np.diff(bounds) < 0):
        raise BatchError(f"{name}: offsets fall after event {int(np.argmax(np.diff(bounds) < 0))}")
    if name == "event" and int(bounds[-1]) != n_events:
        raise BatchError("event: exactly one row per event is needed")


def _check_array(name: str, column: Column, rows: int, array: Array) -> None:
    import numpy as np

    if array.dtype != np.dtype(column.dtype) or not array.flags.c_contiguous:
        raise BatchError(f"{name}: must be contiguous {column.dtype}, is {array.dtype}")
    if array.shape != shape_of(column, rows):
        raise BatchError(f"{name}: shape {array.shape}, declared {shape_of(column, rows)}")


def _check_link(batch: Batch, name: str, target: str) -> None:
    """Every link is -1 or a position within the event's rows of the target collection."""
    import numpy as np

    links = np.asarray(batch.columns[name])
    sizes = batch.counts(target)[event_of_row(batch.offsets[name.split(".")[0]])]
    sizes = sizes.reshape(-1, *[1] * (links.ndim - 1))  # a row may hold several links
    bad = (links < -1) | (links >= sizes)
    if np.any(bad):
        place = np.unravel_index(int(np.argmax(bad)), bad.shape)
        row, size = int(place[0]), int(sizes[place[0]].item())
        raise BatchError(f"{name}: row {row} points to {int(links[place])} of {size} in {target}")


def _check_tof_ranges(batch: Batch) -> None:
    import numpy as np

    first = np.asarray(batch.columns["track.tof_first"], np.int64)
    count = np.asarray(batch.columns["track.tof_count"], np.int64)
    sizes = batch.counts("tof_link")[event_of_row(batch.offsets["track"])]
    bad = (count < 0) | ((count > 0) & ((first < 0) | (first + count > sizes)))
    if np.any(bad):
        raise BatchError(f"track.tof_first: row {int(np.argmax(bad))} leaves the event's rows of tof_link")


def _check_charged(batch: Batch) -> None:
    import numpy as np

    charged = np.asarray(batch.columns["event.n_charged"], np.int64)
    bad = (charged < 0) | (charged > batch.counts("track"))
    if np.any(bad):
        raise BatchError(f"event.n_charged: event {int(np.argmax(bad))} has more than its rows of track")
