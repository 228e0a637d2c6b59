"""Tuples and histograms into a ROOT file, chunk by chunk.

In: `Table`s and `Histogram`s. Out: one ROOT file, written by uproot under a temporary name and renamed when complete, so that a
file of the final name is always whole. An interrupted run leaves what was written as `<name>.partial`. Nothing is computed here.
"""

from __future__ import annotations

import os
from typing import Any

from dsl4bes.run.errors import RunError
from dsl4bes.run.results import Histogram, Jagged, Table

#: Rows that are collected before a basket is written: small baskets are slow to read.
BUFFER_ROWS = 100_000


class RootWriter:
    """Writes trees row by row and histograms at the end; use as a context manager."""

    def __init__(self, path: str) -> None:
        import uproot

        self.path = path
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
        for name in list(self._buffers):
            self._flush(name)
        self._file.close()
        os.replace(self._temporary, self.path if kind is None else f"{self.path}.partial")

    def add(self, table: Table) -> None:
        """Append rows to the tree of the table's name; a tree is made even if no row ever comes."""
        buffer = self._buffers.setdefault(table.name, [])
        buffer.append(table)
        if sum(part.rows for part in buffer) >= BUFFER_ROWS:
            self._flush(table.name)

    def histograms(self, histograms: dict[str, Histogram]) -> None:
        """Write finished histograms."""
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


def _type(table: Table, column: str) -> Any:
    values = table.columns[column]
    return f"var * {values.flat.dtype}" if isinstance(values, Jagged) else values.dtype


def _content(table: Table, column: str) -> Any:
    return table[column]
