"""Input cut into pieces of work: a file, or a range of events of a large file.

In: the files (or batches already in memory), a limit on the events, the number of processes. Out: `Task`s in the order of
the events. A file that cannot even be counted becomes one task; its worker reports what is wrong with it. A file that is named twice is a `RunError`.
Nothing is read here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsl4bes.run.errors import RunError

#: A file of more bytes than this is cut into ranges, so that one large file keeps all processes busy.
LARGE = 64 * 1024 * 1024
#: Events per range of a large file: results of a range wait in memory until their turn.
RANGE = 20_000


@dataclass(frozen=True, slots=True)
class Task:
    """Events `first` to `last` (exclusive; None: the end) of file `path`, or of batch number `batch` in memory."""

    index: int
    path: str
    first: int = 0
    last: int | None = None
    batch: int = -1


def check_read_once(paths: Sequence[str], absent: bool = False) -> None:
    """Raise `RunError` for a file that is named twice, by another name too. One that is not there is left to its reader, unless `absent`."""
    seen: dict[str, str] = {}
    for path in paths:
        place = os.path.realpath(path)
        if place in seen and (absent or os.path.exists(place)):
            other = "" if seen[place] == path else f", once as {seen[place]}"
            raise RunError(f"{path} is named twice{other}: its events would be counted twice", "name every file once")
        seen[place] = path


def tasks_of_files(files: Sequence[str], limit: int | None, processes: int) -> Iterator[Task]:
    """One task per file, ranges for large files; with a `limit` the files are counted until it is reached."""
    index, done = 0, 0
    for path in files:
        if limit is not None and done >= limit:
            return
        large = processes > 1 and _size(path) > LARGE
        count = _count(path) if large or limit is not None else None
        if count is None:
            yield Task(index, path)
            index += 1
            continue
        stop = count if limit is None else min(count, limit - done)
        done += stop
        step = RANGE if large else max(stop, 1)
        for first in range(0, stop, step):
            yield Task(index, path, first, min(first + step, stop))
            index += 1


def tasks_of_batches(sizes: Sequence[int], names: Sequence[str], limit: int | None) -> Iterator[Task]:
    """One task per batch in memory."""
    done = 0
    for index, (size, name) in enumerate(zip(sizes, names, strict=True)):
        stop = size if limit is None else min(size, limit - done)
        if stop <= 0 and limit is not None and done >= limit:
            return
        yield Task(index, name, 0, stop, index)
        done += stop


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _count(path: str) -> int | None:
    from dsl4bes.events.errors import EventFileError
    from dsl4bes.events.sources import count_file

    try:
        return count_file(path)
    except EventFileError:
        return None  # its worker reads it, fails, and says why
