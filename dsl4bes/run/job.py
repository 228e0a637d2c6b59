"""One C++ job of the stand-in: a thin wrapper of its C interface through ctypes.

In: paths of shared libraries, job options, batches of events. Out: tuples and histograms as numpy arrays, log lines.
Column data of a batch are lent to the C++ side, not copied; what comes out is copied, so it outlives the job.
Nothing is built, read from files or printed here. One job at a time runs in a thread; processes are the way to many.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dsl4bes.events.columns import COLLECTIONS
from dsl4bes.run.results import Histogram

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch

    Array = NDArray[Any]
    #: A column of a tuple: (rows,), (rows, n), (rows, n, m), or (counts, flat) for a variable number of values.
    Values = Array | tuple[Array, Array]

#: Type letters of the C interface that numpy names otherwise.
_LETTERS = {
    "b": "i1",
    "B": "u1",
    "?": "?",
    "h": "i2",
    "H": "u2",
    "i": "i4",
    "I": "u4",
    "l": "i8",
    "L": "u8",
    "f": "f4",
    "d": "f8",
}

#: Columns by name, in the order of the C++ side: type, and values a row (0: one value).
_Layout = Mapping[str, tuple[str, int]]
_TAG_COLUMNS: _Layout = {"counts": ("i8", 0), "numbers": ("i4", 6), "p4": ("f8", 4), "positions": ("i4", 0)}
_LIST_COLUMNS: _Layout = {"counts": ("i8", 0), "parts": ("i4", 3), "numbers": ("f8", 10)}

_HANDLE, _TEXT, _INT, _LONG = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int64
_DOUBLES = ctypes.POINTER(ctypes.c_double)

#: name: (result, arguments after the handle)
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "delete": (None, ()),
    "load": (_INT, (_TEXT,)),
    "options": (_INT, (_TEXT,)),
    "algorithm": (_INT, (_TEXT, _TEXT)),
    "vertex": (_INT, (_INT, _INT, _DOUBLES, _DOUBLES)),
    "energy": (_INT, (_INT, ctypes.c_double)),
    "initialize": (_INT, ()),
    "finalize": (_INT, ()),
    "batch": (_INT, (_LONG, _INT, ctypes.c_void_p, ctypes.c_void_p, _INT, ctypes.c_void_p, ctypes.c_void_p)),
    "execute": (_LONG, (_LONG, _LONG)),
    "keep_tags": (_INT, ()),
    "tag_data": (_HANDLE, (_INT, ctypes.POINTER(_LONG))),
    "tag_clear": (_INT, ()),
    "keep_list": (_INT, (_INT,)),
    "list_data": (_HANDLE, (_INT, _INT, ctypes.POINTER(_LONG))),
    "list_clear": (_INT, ()),
    "messages": (_TEXT, ()),
    "error": (_TEXT, ()),
    "tuple_count": (_INT, ()),
    "tuple_path": (_TEXT, (_INT,)),
    "tuple_title": (_TEXT, (_INT,)),
    "tuple_rows": (_LONG, (_INT,)),
    "tuple_column_count": (_INT, (_INT,)),
    "tuple_clear": (_INT, (_INT,)),
    "column_name": (_TEXT, (_INT, _INT)),
    "column_type": (_INT, (_INT, _INT)),
    "column_kind": (_INT, (_INT, _INT)),
    "column_rows": (_LONG, (_INT, _INT)),
    "column_index": (_TEXT, (_INT, _INT)),
    "column_data": (_HANDLE, (_INT, _INT, ctypes.POINTER(_LONG))),
    "histogram_count": (_INT, ()),
    "histogram_name": (_TEXT, (_INT,)),
    "histogram_title": (_TEXT, (_INT,)),
    "histogram_bins": (_INT, (_INT, _INT)),
    "histogram_edges": (_DOUBLES, (_INT, _INT)),
    "histogram_contents": (_DOUBLES, (_INT,)),
    "histogram_sumw2": (_DOUBLES, (_INT,)),
    "histogram_clear": (_INT, (_INT,)),
}


class JobError(RuntimeError):
    """The job refused or stopped; the text is the C++ side's (run, event and algorithm if an event caused it)."""


class Job:
    """A job with its own services, algorithms, tuples and histograms. Order of calls: load, options (or algorithm),
    vertex, initialize, then process and tuples for every batch, finalize, close. Every failure raises `JobError`."""

    def __init__(self, library: str | os.PathLike[str]) -> None:
        self._library = _open(str(library))
        self._handle: int | None = self._library.besjob_new()
        self._lent: Batch | None = None

    def __enter__(self) -> Job:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self, package: str | os.PathLike[str]) -> None:
        """Load a package's shared library; its algorithm classes become known."""
        self._do("load", os.fsencode(Path(package).resolve()))

    def options(self, text: str) -> None:
        """Job options; `ApplicationMgr.TopAlg` makes algorithms, so load the packages first."""
        self._do("options", text.encode())

    def algorithm(self, kind: str, instance: str | None = None) -> None:
        """Add an algorithm of a loaded class (after those in TopAlg); an instance that exists stays as it is."""
        self._do("algorithm", kind.encode(), (instance or kind).encode())

    def vertex(self, run: int, valid: bool, xyz: Sequence[float], sigma: Sequence[float]) -> None:
        """Interaction point of a run and its widths, cm; run 0 = every run without an entry of its own.

        Without any entry the point is invalid for all runs (`isVertexValid()` false).
        """
        three = ctypes.c_double * 3
        self._do("vertex", run, int(valid), three(*xyz), three(*sigma))

    def energy(self, run: int, ecms: float) -> None:
        """The measured centre-of-mass energy of a run (positive), GeV; runs without one are invalid."""
        self._do("energy", run, ecms)

    def initialize(self) -> None:
        """Apply the options to the algorithms and call their initialize()."""
        self._do("initialize")

    def process(self, batch: Batch) -> int:
        """Run all algorithms on every event of the batch; returns the number of events."""
        self.lend(batch)
        return self.execute(0, batch.n_events)

    def lend(self, batch: Batch) -> None:
        """Make a batch the current one; its arrays must not change until the next."""
        names, offsets, column_names, columns = _pointers(batch)
        self._lent = batch
        self._do("batch", batch.n_events, len(offsets), names, offsets, len(columns), column_names, columns)

    def execute(self, first: int, last: int) -> int:
        """Run all algorithms on events first..last-1 of the batch lent."""
        done: int = self._call("execute", first, last)
        if done < 0:
            raise JobError(self._error())
        return done

    def finalize(self) -> None:
        """Call finalize() of the algorithms."""
        self._do("finalize")

    def close(self) -> None:
        """Give the job back; later calls raise `JobError`."""
        if self._handle is not None:
            self._library.besjob_delete(self._handle)
            self._handle = None
            self._lent = None

    def keep_tags(self) -> None:
        """Keep the D tags of the events that are processed from now on."""
        self._do("keep_tags")

    def tags(self) -> dict[str, Array]:
        """The D tags kept since the last call: `counts` (events,), `numbers` (tags, 6: mode, charm, charge, type, tracks, showers), `p4` (tags, 4)
        in GeV, `positions` of tracks and showers, tag after tag."""
        found = self._columns("tag_data", _TAG_COLUMNS)
        self._do("tag_clear")
        return found

    def keep_list(self, which: int) -> None:
        """Keep a list of candidates of the events that are processed from now on: 0 pi0, 1 eta, 2 V0s."""
        self._do("keep_list", which)

    def lists(self, wanted: Mapping[str, int]) -> dict[str, dict[str, Array]]:
        """The lists kept since the last call, by the names given: `counts` (events,), `parts` (entries, 3: identity, positions of two), `numbers`
        (entries, 10: chi2, mass and two four-momenta in GeV)."""
        found = {name: self._columns("list_data", _LIST_COLUMNS, which) for name, which in wanted.items()}
        self._do("list_clear")
        return found

    def messages(self) -> list[str]:
        """Log lines since the last call."""
        return str(self._call("messages").decode(errors="replace")).splitlines()

    def tuples(self) -> dict[str, dict[str, Values]]:
        """Rows written since the last call, by path ("FILE1/name") and column."""
        found: dict[str, dict[str, Values]] = {}
        for i in range(self._call("tuple_count")):
            names = [self._text("column_name", i, c) for c in range(self._call("tuple_column_count", i))]
            columns: dict[str, Values] = {}
            for c, name in enumerate(names):
                columns[name] = self._column(i, c, columns)
            found[self._text("tuple_path", i)] = columns
            self._call("tuple_clear", i)
        return found

    def titles(self) -> dict[str, str]:
        """Titles of the booked tuples by path."""
        return {
            self._text("tuple_path", i): self._text("tuple_title", i)
            for i in range(self._call("tuple_count"))
        }

    def histograms(self) -> dict[str, Histogram]:
        """All registered histograms by name, with under- and overflow bins, as filled since the last call."""
        numbers = range(self._call("histogram_count"))
        found = [self._histogram(i) for i in numbers]
        for i in numbers:
            self._do("histogram_clear", i)
        return {histogram.name: histogram for histogram in found}

    def _columns(self, function: str, layout: _Layout, *which: int) -> dict[str, Array]:
        """Columns by name, copied: those of the list `which` where there are several."""
        import numpy as np

        found = {}
        for i, (name, (dtype, width)) in enumerate(layout.items()):
            flat = np.frombuffer(self._bytes(function, *which, i), dtype=dtype)
            found[name] = flat.reshape(-1, width) if width else flat
        return found

    def _bytes(self, function: str, *which: int) -> bytes:
        """What the C++ side has at an address, copied."""
        size = ctypes.c_int64()
        address = self._call(function, *which, ctypes.byref(size))
        return ctypes.string_at(address, size.value) if size.value else b""

    def _column(self, i: int, c: int, columns: dict[str, Values]) -> Values:
        import numpy as np

        dtype = np.dtype(_LETTERS[chr(self._call("column_type", i, c))])
        flat = np.frombuffer(self._bytes("column_data", i, c), dtype=dtype)
        kind, inner = self._call("column_kind", i, c), self._call("column_rows", i, c)
        if kind == 0:
            return flat
        if inner > 1:
            flat = flat.reshape(-1, inner)
        if kind == 1:
            rows = self._call("tuple_rows", i)
            return flat.reshape(rows, -1 if rows else 0, *flat.shape[1:])
        counts = columns[self._text("column_index", i, c)]
        assert not isinstance(counts, tuple)
        return counts.astype(np.int64), flat

    def _histogram(self, i: int) -> Histogram:
        import numpy as np

        bins = [n for n in (self._call("histogram_bins", i, axis) for axis in (0, 1)) if n]
        edges = tuple(
            np.ctypeslib.as_array(self._call("histogram_edges", i, axis), (n + 1,)).copy()
            for axis, n in enumerate(bins)
        )
        # The C++ side counts bins with x running fastest.
        shape = tuple(n + 2 for n in reversed(bins))
        contents, variances = (
            np.ctypeslib.as_array(self._call(what, i), shape).T.copy()
            for what in ("histogram_contents", "histogram_sumw2")
        )
        return Histogram(
            self._text("histogram_name", i), self._text("histogram_title", i), edges, contents, variances
        )

    def _call(self, name: str, *arguments: Any) -> Any:
        if self._handle is None:
            raise JobError("the job is closed")
        return getattr(self._library, f"besjob_{name}")(self._handle, *arguments)

    def _text(self, name: str, *arguments: Any) -> str:
        text: str = self._call(name, *arguments).decode(errors="replace")
        return text

    def _do(self, name: str, *arguments: Any) -> None:
        if self._call(name, *arguments) != 0:
            raise JobError(self._error())

    def _error(self) -> str:
        return self._text("error")


@functools.lru_cache(maxsize=8)
def _open(path: str) -> ctypes.CDLL:
    library = ctypes.CDLL(path)
    library.besjob_new.restype = _HANDLE
    library.besjob_new.argtypes = ()
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, f"besjob_{name}")
        function.restype = result
        function.argtypes = (_HANDLE, *arguments)
    return library


def _pointers(batch: Batch) -> tuple[Any, Any, Any, Any]:
    """C arrays of names and addresses of offsets and columns, after a check of what the C++ side relies on."""
    import numpy as np

    names, column_names, offsets, columns = [], [], [], []
    for collection in COLLECTIONS:
        edges = batch.offsets[collection.name]
        if edges.dtype != np.int64 or edges.shape != (batch.n_events + 1,) or not edges.flags.c_contiguous:
            raise JobError(
                f"batch: offsets of {collection.name} are not {batch.n_events + 1} contiguous int64"
            )
        names.append(collection.name.encode())
        offsets.append(edges.ctypes.data)
        for column in collection.columns:
            name = f"{collection.name}.{column.name}"
            values = batch.columns[name]
            if values.dtype != column.dtype or not values.flags.c_contiguous:
                raise JobError(f"batch: column {name} is not contiguous {column.dtype}")
            if values.size < int(edges[-1]) * column.width:
                raise JobError(
                    f"batch: column {name} has {values.size} values for {edges[-1]} rows of {column.width}"
                )
            column_names.append(name.encode())
            columns.append(values.ctypes.data)
    text = ctypes.c_char_p
    return (
        (text * len(names))(*names),
        (_HANDLE * len(offsets))(*offsets),
        (text * len(column_names))(*column_names),
        (_HANDLE * len(columns))(*columns),
    )
