"""What the user names as input, as one stream of batches.

In: files, folders, glob patterns and file lists. Out: `EventSource`, an iterable of `Batch` over all files
in order. A file that fails is set aside in `failures` and the others are still read; what it is (DST or toy
events) is told by its first bytes, not by its name. Nothing is printed, and no event is dropped in silence.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dsl4bes.events.batch import Batch
from dsl4bes.events.dst import CHUNK, count_events, read_dst
from dsl4bes.events.errors import EventFileError
from dsl4bes.events.store import SUFFIX, count_stored, read_events

#: What a folder is searched for, and what makes a file a list of files.
EVENT_SUFFIXES = (".dst", ".rec", ".root", SUFFIX)
LIST_SUFFIXES = (".txt", ".list", ".lst")
_ZIP = b"PK\x03\x04"


@dataclass
class EventSource:
    """All events of `files`, in order; iterating again reads again (and forgets the failures of the last
    time)."""

    files: tuple[str, ...]
    chunk: int = CHUNK
    needs: frozenset[str] | None = None
    unmatched: tuple[EventFileError, ...] = ()  #: patterns that gave no file
    failures: list[EventFileError] = field(default_factory=list)

    def __iter__(self) -> Iterator[Batch]:
        self.failures = list(self.unmatched)
        position = 0
        for path in self.files:
            try:
                for batch in read_file(path, self.chunk, self.needs, position):
                    position += batch.n_events
                    yield batch
            except EventFileError as error:
                self.failures.append(error)

    def count(self) -> int:
        """The number of events of all readable files (each is opened, none is read)."""
        total = 0
        for path in self.files:
            try:
                total += count_file(path)
            except EventFileError:
                continue  # reported when it is read
        return total


def open_events(
    patterns: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    chunk: int = CHUNK,
    needs: AnyCollection[str] | None = None,
) -> EventSource:
    """The events of all files that `patterns` name.

    A pattern is a file, a folder (searched with its sub-folders), a glob pattern (`**` too) or a list of
    files (`.txt`, `.list`, `.lst` or `@name`: one pattern a line, `#` comments, relative to the list).
    Nothing is opened yet; failures, patterns without a match included, are in `failures` after the
    iteration. `needs` as in `read_dst`.
    """
    given = [patterns] if isinstance(patterns, (str, os.PathLike)) else list(patterns)
    files: list[str] = []
    unmatched: list[EventFileError] = []
    for pattern in given:
        try:
            files.extend(expand(os.fspath(pattern)))
        except EventFileError as error:
            unmatched.append(error)
    wanted = None if needs is None else frozenset(needs)
    return EventSource(tuple(files), chunk, wanted, tuple(unmatched), list(unmatched))


def expand(pattern: str) -> list[str]:
    """The files one pattern stands for, sorted within a folder or glob. Raises `EventFileError` if there
    are none."""
    if not pattern.strip():
        raise EventFileError(repr(pattern), "it names no file", "name a file, a folder or a pattern")
    if pattern.startswith("@"):
        return _listed(pattern[1:])
    if os.path.isdir(pattern):
        return _in_folder(pattern)
    if os.path.exists(pattern):
        return _listed(pattern) if pattern.lower().endswith(LIST_SUFFIXES) else [pattern]
    if glob.has_magic(pattern):
        found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
        if found:
            return found
        raise EventFileError(pattern, "no file matches", "check the pattern and the folder")
    raise EventFileError(pattern, "no such file", "check the name and the folder")


def _in_folder(folder: str) -> list[str]:
    found = [
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith(EVENT_SUFFIXES)
    ]
    if not found:
        raise EventFileError(
            folder, "no event file in it", f"it should hold files {', '.join(EVENT_SUFFIXES)}"
        )
    return sorted(found)


def _listed(path: str) -> list[str]:
    """The files of a list; a line that names no file is reported with the list's other lines still used."""
    try:
        with open(path, encoding="utf-8-sig") as stream:
            lines = [line.strip() for line in stream]
    except FileNotFoundError as error:
        raise EventFileError(path, "no such list of files", "check the name and the folder") from error
    except (OSError, UnicodeDecodeError) as error:
        raise EventFileError(
            path, f"not a list of files ({error})", "one file a line, as UTF-8 text"
        ) from error
    base = os.path.dirname(path)
    files: list[str] = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        entry = os.path.join(base, os.path.expanduser(line))
        # an entry that does not exist stays in the list: its reader reports it by name
        files.extend(expand(entry) if os.path.isdir(entry) or glob.has_magic(entry) else [entry])
    if not files:
        raise EventFileError(path, "the list names no file", "write one file a line")
    return files


def read_file(
    path: str | os.PathLike[str],
    chunk: int = CHUNK,
    needs: AnyCollection[str] | None = None,
    first_event: int = 0,
    entries: tuple[int, int] | None = None,
) -> Iterator[Batch]:
    """The events of one file of either kind, told by its content; `entries` as in `read_dst`. Raises `EventFileError`."""
    if not _is_zip(path):
        return read_dst(path, chunk, needs, first_event, entries)
    batches = read_events(path, chunk, needs, first_event)
    return batches if entries is None else _within(batches, first_event, entries)


def _within(batches: Iterator[Batch], first_event: int, entries: tuple[int, int]) -> Iterator[Batch]:
    """Only the events of a range, counted from `first_event`."""
    for batch in batches:
        start = batch.first_event - first_event
        if start >= entries[1]:
            return
        piece = batch.slice(max(0, entries[0] - start), max(0, entries[1] - start))
        if piece.n_events:
            yield piece


def count_file(path: str | os.PathLike[str]) -> int:
    """The number of events of one file of either kind. Raises `EventFileError`."""
    return count_stored(path) if _is_zip(path) else count_events(path)


def _is_zip(path: str | os.PathLike[str]) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(4) == _ZIP
    except OSError:
        return False  # the DST reader says what is wrong
