"""Finished pieces of a run on disk, so that an interrupted run goes on where it was.

In: tasks and the chunks they gave. Out: the same events in the same order, pieces that a run before finished taken from their files. A piece is
taken only if the program, the settings, this code and its input file are what they were: its file is named by a checksum of all of them and
ends with one of its own. What does not fit is run again; a failed piece is never kept. Plain arrays are stored, nothing that could run.

Of an input file size, time of change and three samples of 1 MiB enter the checksum, not every byte: reading a large sample twice would cost
more than it is worth.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.run.errors import RunError
from dsl4bes.run.packed import packed, unpacked
from dsl4bes.run.results import Chunk
from dsl4bes.run.tasks import Task
from dsl4bes.run.workers import Event, Finished

if TYPE_CHECKING:
    from dsl4bes.run.runner import Selection, Settings

_SUFFIX = ".piece"
_SAMPLE = 1 << 20
_DIGEST = 32  #: bytes of SHA-256 at the end of a file


@dataclass(slots=True)
class Kept:
    """The pieces in `folder` of runs with checksum `key`; `taken` counts those that were not run again."""

    folder: str
    key: str
    taken: int = 0

    def path(self, task: Task) -> str:
        """The file of a task's piece; empty if its input cannot be read."""
        state = state_of(task.path)
        if not state:
            return ""
        text = json.dumps([self.key, state, task.first, task.last])
        return os.path.join(self.folder, hashlib.sha256(text.encode()).hexdigest()[:40] + _SUFFIX)

    def content(self, path: str) -> bytes:
        """What a finished piece holds; nothing if there is none, or its file is damaged."""
        try:
            data = Path(path).read_bytes() if path else b""
        except OSError:
            return b""
        content, digest = data[:-_DIGEST], data[-_DIGEST:]
        return content if hashlib.sha256(content).digest() == digest else b""

    def save(self, path: str, task: Task, chunks: list[Chunk]) -> None:
        """Keep a finished piece, as a whole, unless its input changed while it was read. Raises `RunError` if it cannot be written."""
        if not path or self.path(task) != path:
            return
        content = packed(chunks)
        temporary = f"{path}.{os.getpid()}.tmp"
        try:
            with open(temporary, "wb") as stream:
                stream.write(content + hashlib.sha256(content).digest())
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except OSError as error:
            raise RunError(
                f"cannot keep results in {self.folder}: {error.strerror or error}", "choose another folder"
            ) from error


def open_kept(folder: str, selection: Selection, settings: Settings) -> Kept:
    """The pieces in a folder, made if it is not there. Raises `RunError` if that is impossible."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"cannot keep results in {folder}: {error.strerror or error}", "choose another folder"
        ) from error
    return Kept(folder, key_of(selection, settings))


def key_of(selection: Selection, settings: Settings) -> str:
    """A checksum of everything but the input that decides what comes out of a piece."""
    vertex = settings.vertex
    table = [vertex.given, sorted((run, each.xyz, each.sigma) for run, each in vertex.runs.items())]
    said = [
        os.path.basename(selection.library), selection.algorithm, selection.options, selection.sources, table, settings.chunk,
        settings.cross_check, selection.variations, settings.systematics, sorted(settings.beam.items()), code_digest(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> str:
    """A checksum of this package's own code and the versions of the libraries that read events."""
    from importlib.metadata import version

    own = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for part in ("events", "ir", "run", "semantics", "standin"):
        for path in sorted((own / part).rglob("*")):
            if path.suffix in (".py", ".h", ".cxx", ".icc"):
                found.update(path.relative_to(own).as_posix().encode() + b"\0" + path.read_bytes())
    for library in ("numpy", "uproot", "pybes3", "awkward"):
        found.update(f"{library} {version(library)}".encode())
    return found.hexdigest()


def state_of(path: str) -> str:
    """What tells an input file from a changed one: its place, size, time of change, a checksum of three samples; empty if unreadable."""
    try:
        with open(path, "rb") as stream:
            state = os.fstat(stream.fileno())
            digest = hashlib.sha256()
            for start in sorted({0, max(0, (state.st_size - _SAMPLE) // 2), max(0, state.st_size - _SAMPLE)}):
                stream.seek(start)
                digest.update(stream.read(_SAMPLE))
    except OSError:
        return ""
    return f"{os.path.realpath(path)} {state.st_size} {state.st_mtime_ns} {digest.hexdigest()}"


def resumed(
    tasks: Iterable[Task], kept: Kept, execute: Callable[[Iterable[Task]], Iterator[Event]]
) -> Iterator[Event]:
    """What `execute(tasks)` would give, in the same order; only pieces that are not kept are run, and they are kept when finished."""
    order: deque[tuple[Task, str, bool]] = deque()

    def missing() -> Iterator[Task]:
        index = 0
        for task in tasks:
            path = kept.path(task)
            done = bool(kept.content(path))
            order.append((task, path, done))
            if not done:
                yield replace(task, index=index)
                index += 1

    def done() -> Iterator[Event]:
        """The kept pieces that come next."""
        while order and order[0][2]:
            task, path, _ = order.popleft()
            content = kept.content(path)
            if not content:
                raise RunError(
                    f"a result in {kept.folder} changed during the run",
                    "let one run at a time use the folder",
                )
            kept.taken += 1
            yield from (replace(chunk, source=task.path) for chunk in unpacked(content))
            yield Finished(task)

    chunks: list[Chunk] = []
    for event in execute(missing()):
        yield from done()
        if isinstance(event, Finished):
            task, path, _ = order.popleft()
            if not event.failures:
                kept.save(path, task, chunks)
            chunks = []
            yield replace(event, task=task)
        else:
            chunks.append(event)
            yield event
    yield from done()
