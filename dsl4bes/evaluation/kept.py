"""The files of results in a folder: `SUITE.jsonl`, a line that says what was measured, then a line for each request.

In: a folder, heads, records. Out: the same. A line is written whole and at once; what an interruption left of one is cut off. A file whose head says other settings is not continued (`Trouble`, BES0788). At the end a file is
written anew in the order of the tasks, so that it does not depend on who answered first. Code in it is kept as it came, and never run from here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from dsl4bes.diagnostics.codes.training import BAD_EVALUATION, OTHER_EVALUATION
from dsl4bes.evaluation.record import FORMAT, Head, Record, Sample
from dsl4bes.unknown.trouble import Trouble

ENDING = ".jsonl"
Keep = Callable[[Record], None]


@dataclass
class Results:
    """What is known of one suite."""

    head: Head
    records: list[Record] = field(default_factory=list)

    def sorted(self) -> list[Record]:
        """In the order of the tasks."""
        place = {name: at for at, name in enumerate(self.head.tasks)}
        return sorted(self.records, key=lambda record: (place[record.task], record.first))

    def samples(self, task: str) -> list[Sample]:
        return sorted((sample for record in self.records if record.task == task for sample in record.samples), key=lambda sample: sample.number)

    def missing(self, task: str, samples: int) -> list[int]:
        """The numbers that were not asked for yet."""
        there = {sample.number for sample in self.samples(task)}
        return [number for number in range(samples) if number not in there]


def path_of(folder: Path, suite: str) -> Path:
    return folder / f"{suite}{ENDING}"


def read(path: Path) -> Results | None:
    """The results of a file; None if there is no file. `Trouble` for a file of something else."""
    try:
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Trouble(BAD_EVALUATION, f"`{path}` cannot be read: {error.strerror or error}") from None
    try:
        results = Results(Head.model_validate_json(lines[0]))
    except ValidationError:
        raise Trouble(BAD_EVALUATION, f"`{path}` is not a file of results of an evaluation", "name another folder") from None
    if results.head.format != FORMAT:
        raise Trouble(BAD_EVALUATION, f"`{path}` has the format {results.head.format}, which this version does not read", "name another folder")
    seen: set[tuple[str, int]] = set()
    for number, line in enumerate(lines[1:-1], 2):  # what stands behind the last line end was interrupted
        try:
            record = Record.model_validate_json(line)
        except ValidationError:
            raise Trouble(BAD_EVALUATION, f"line {number} of `{path}` is no result: {line[:60]!r}", "remove the line, or name another folder") from None
        own = {(record.task, sample.number) for sample in record.samples}
        if record.task not in results.head.tasks or not own or own & seen:
            raise Trouble(BAD_EVALUATION, f"line {number} of `{path}` is of another task, or there twice", "remove the line, or name another folder")
        seen |= own
        results.records.append(record)
    return results


def read_all(folder: Path) -> dict[str, Results]:
    """All results of a folder by suite; `Trouble` if there are none, or of more than one model."""
    try:
        paths = sorted(folder.glob(f"*{ENDING}"))
    except OSError as error:
        raise Trouble(BAD_EVALUATION, f"`{folder}` cannot be read: {error.strerror or error}") from None
    found = {}
    for path in paths:
        results = read(path)
        if results is not None and results.head.suite == path.stem:
            found[path.stem] = results
    if not found:
        raise Trouble(BAD_EVALUATION, f"`{folder}` has no results of an evaluation", "name the folder that `dsl4bes evaluate -o` wrote to")
    who = {(each.head.model, each.head.adapter) for each in found.values()}
    if len(who) > 1:
        raise Trouble(BAD_EVALUATION, f"`{folder}` has results of several models: {', '.join(sorted(adapter or model for model, adapter in who))}", "one folder is of one model")
    return found


def begun(path: Path, head: Head) -> Results:
    """The results so far, in a file that is to be continued; the file is made if there is none."""
    found = read(path)
    if found is None or not found.records:  # nothing was measured yet: a server that did not answer is no reason to keep its settings
        found = Results(head)
    elif other := found.head.differs(head):
        raise Trouble(OTHER_EVALUATION, f"`{path}` is of another evaluation: {'; '.join(other)}", "name another folder with -o, or give the same settings")
    found.head = found.head.model_copy(update={"samples": max(found.head.samples, head.samples)})
    write(path, found)
    return found


@contextmanager
def appending(path: Path, results: Results) -> Iterator[Keep]:
    """A function that keeps one record, in memory and in the file. When all is done the file is put in order."""
    with path.open("ab") as file:

        def keep(record: Record) -> None:
            file.write(_line(record))
            file.flush()
            os.fsync(file.fileno())
            results.records.append(record)

        yield keep
    write(path, results)


def write(path: Path, results: Results) -> None:
    """The file as a whole, under a temporary name first."""
    put(path, _line(results.head) + b"".join(map(_line, results.sorted())))


def put(path: Path, content: bytes) -> None:
    """A file as a whole: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:
        raise Trouble(BAD_EVALUATION, f"`{path}` cannot be written: {error.strerror or error}", "name another folder with -o") from None


def agree(folder: Path, head: Head) -> None:
    """A `Trouble` if the folder has results of another model in any suite."""
    for path in sorted(folder.glob(f"*{ENDING}")):
        other = read(path)
        if other is not None and other.records and (other.head.model, other.head.adapter) != (head.model, head.adapter):
            raise Trouble(OTHER_EVALUATION, f"`{path}` is of `{other.head.adapter or other.head.model}`, not of `{head.adapter or head.model}`", "name another folder with -o: one folder is of one model")


def _line(content: Head | Record) -> bytes:
    return content.model_dump_json().encode() + b"\n"
