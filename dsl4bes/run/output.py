"""Tuples and histograms into a ROOT file, chunk by chunk.

In: `Table`s and `Histogram`s. Out: one ROOT file, written by uproot under a temporary name and renamed when complete, so that a
file of the final name is always whole. An interrupted run leaves what was written as `<name>.partial`. Nothing is computed here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dsl4bes.run.errors import RunError
from dsl4bes.run.results import Histogram, Jagged, Table

#: Rows that are collected before a basket is written: small baskets are slow to read.
BUFFER_ROWS = 100_000


class RootWriter:
    """Writes trees row by row and histograms at the end; use as a context manager."""

    def __init__(self, path: str, inputs: Iterable[str] = ()) -> None:
        import uproot

        _safe_to_replace(path, inputs)
        self.path = path
        self._discarded = False
        self._temporary = f"{path}.{os.getpid()}.tmp"
        try:
            self._file = uproot.recreate(self._temporary)
        except OSError as error:
            raise RunError(
                f"cannot write {path}: {error.strerror or error}", "check the folder and its rights"
            ) from error
        self._buffers: dict[str, list[Table]] = {}
        self._made: dict[str, Any] = {}

    def __enter__(self) -> RootWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._writing():
            for name in list(self._buffers):
                self._flush(name)
            self._file.close()
            if self._discarded and kind is None:
                os.remove(self._temporary)
            else:
                os.replace(self._temporary, self.path if kind is None else f"{self.path}.partial")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A fault of the disk ends the run with a message; what was written before stays under a name of its own."""
        try:
            yield
        except OSError as error:
            advice = f"what was written before is in {self._temporary}; make room, or choose another place with `-o`"
            raise RunError(f"cannot write {self.path}: {error.strerror or error}", advice) from error

    def discard(self) -> None:
        """At the end leave no file, and an older one of the name as it was: nothing was read."""
        self._discarded = True

    def add(self, table: Table) -> None:
        """Append rows to the tree of the table's name; a tree is made even if no row ever comes."""
        buffer = self._buffers.setdefault(table.name, [])
        buffer.append(table)
        if sum(part.rows for part in buffer) >= BUFFER_ROWS:
            with self._writing():
                self._flush(table.name)

    def histograms(self, histograms: dict[str, Histogram]) -> None:
        """Write finished histograms."""
        with self._writing():
            for name, histogram in histograms.items():
                self._file[name] = histogram.to_hist()

    def _flush(self, name: str) -> None:
        parts = self._buffers[name]
        if not parts:
            return
        table = Table.concatenate(parts)
        self._buffers[name] = []
        if name not in self._made:
            branches = {key: _type(table, key) for key in table.columns}
            self._made[name] = self._file.mktree(name, branches, counter_name=lambda array: f"n_{array}")
        if table.rows:
            self._made[name].extend({key: _content(table, key) for key in table.columns})


def _safe_to_replace(path: str, inputs: Iterable[str]) -> None:
    """Refuse to write over events that are read, and over any file that is no ROOT file."""
    if not os.path.exists(path):
        return
    help = "choose another name with `-o`"
    if not os.path.isfile(path):
        what = "a folder" if os.path.isdir(path) else "no plain file"
        raise RunError(f"cannot write {path}: it is {what}", help)
    if any(os.path.exists(name) and os.path.samefile(name, path) for name in inputs):
        raise RunError(f"cannot write {path}: its events are read in this run", help)
    try:
        with open(path, "rb") as stream:
            start = stream.read(5)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}", help) from error
    if start and start[:4] != b"root" or start == b"root:":
        raise RunError(f"cannot write {path}: it exists and is no ROOT file", help)


def _type(table: Table, column: str) -> Any:
    values = table.columns[column]
    return f"var * {values.flat.dtype}" if isinstance(values, Jagged) else values.dtype


def _content(table: Table, column: str) -> Any:
    return table[column]
