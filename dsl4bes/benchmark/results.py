"""The file of results: a line of JSON that says what was measured, then a line for each program.

In: a path, the head. Out: records that are there, and the file to append to. A line is written whole and at once; what an interruption left of a line is cut off. A file whose head says other settings is not continued (`Trouble`,
BES0762); more programs may be asked for than at first. Code of programs is kept as it came, and never run from here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.root import BAD_BENCHMARK, OTHER_BENCHMARK
from dsl4bes.unknown.trouble import Trouble

FORMAT = 1
_GROWS = "programs"  #: the one setting that may differ


@dataclass
class Results:
    """`head` as it stands in the file; `records` by task and number of the program."""

    head: dict[str, Any]
    records: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    def of(self, task: str) -> list[dict[str, Any]]:
        return [record for (name, _), record in sorted(self.records.items()) if name == task]


def read(path: Path) -> Results | None:
    """The results of a file; None if there is no file. `Trouble` for a file of something else."""
    try:
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Trouble(BAD_BENCHMARK, f"`{path}` cannot be read: {error.strerror or error}") from None
    try:
        head = json.loads(lines[0])
        if head["benchmark"] != "fits" or head["format"] != FORMAT:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Trouble(BAD_BENCHMARK, f"`{path}` is not a file of results of this benchmark", "name another folder") from None
    results = Results(head)
    for line in lines[1:-1]:  # what stands behind the last line end was interrupted
        try:
            record = json.loads(line)
            results.records[record["task"], record["number"]] = record
        except (ValueError, KeyError, TypeError):
            raise Trouble(BAD_BENCHMARK, f"`{path}` has a line that is no result: {line[:60]!r}", "remove the line, or name another folder") from None
    return results


def begun(path: Path, head: Mapping[str, Any]) -> Results:
    """The results so far, in a file that is to be continued; the file is made if there is none."""
    found = read(path)
    if found is None or not found.records:  # nothing was measured yet: a server that did not answer is no reason to keep its settings
        results = Results({"format": FORMAT, "benchmark": "fits", **head})
        _write(path, results)
        return results
    wanted = {"format": FORMAT, "benchmark": "fits", **head}
    other = [name for name in sorted({*found.head, *wanted}) if name != _GROWS and found.head.get(name) != wanted.get(name)]
    if other:
        said = ", ".join(f"`{name}` is {found.head.get(name)!r} there and {wanted.get(name)!r} now" for name in other)
        raise Trouble(OTHER_BENCHMARK, f"`{path}` is of another benchmark: {said}", "name another folder with --out, or give the same settings")
    found.head[_GROWS] = max(found.head[_GROWS], wanted[_GROWS])
    _write(path, found)
    return found


@contextmanager
def appending(path: Path, results: Results) -> Iterator[Any]:
    """A function that keeps one record, in memory and in the file."""
    with path.open("a", encoding="utf-8") as file:

        def keep(record: dict[str, Any]) -> None:
            file.write(_line(record))
            file.flush()
            os.fsync(file.fileno())
            results.records[record["task"], record["number"]] = record

        yield keep


def _write(path: Path, results: Results) -> None:
    """The file as a whole, under a temporary name first."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text("".join(_line(each) for each in (results.head, *results.records.values())), encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise Trouble(BAD_BENCHMARK, f"`{path}` cannot be written: {error.strerror or error}") from None


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=True, sort_keys=True) + "\n"
