"""What the trial left: read from its folder, and taken apart once, so that nothing after this meets a shape it does not know.

In: the scratch folder, how the trial ended, how many cuts the program has, how many drafts were tried. Out: a `Result`, or `NoResult` with the reason. Whoever ran in the folder may have put anything there:
a link, a pipe, gigabytes, JSON of another shape. None of it is believed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.sandbox.outcome import Outcome
from dsl4bes.unknown.sandbox.scratch import read_result
from dsl4bes.unknown.trial import RESULT

_MOST = 64_000_000  #: bytes of the result that are read
_LAST_LINES = 5  #: of what the trial said

#: For every event, whether it passed each cut.
Rows = tuple[tuple[bool, ...], ...]


class NoResult(ValueError):
    """Why there is none, in words that follow `the trial`."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one draft did. `stopped`: why its job ended early; `passed`, `again`: the same job twice; `checked`: as C++17 with the checks of the library."""

    stopped: str
    passed: Rows
    again: Rows
    checked: Rows


@dataclass(frozen=True, slots=True)
class Result:
    """`errors`: profile → what the compiler said; `drafts`: one run for each that was tried."""

    errors: Mapping[str, str]
    drafts: tuple[Run, ...]


def result_of(scratch: Path, outcome: Outcome, cuts: int, drafts: int = 1) -> Result:
    """The result in a folder; `NoResult` if the trial failed or left something else."""
    if not outcome.ok:
        said = outcome.stderr[-4000:].decode("utf-8", "replace").strip().splitlines()[-_LAST_LINES:]
        raise NoResult("\n".join([outcome.words, *map(safe, said)]))
    try:
        data = json.loads(read_result(scratch, RESULT, _MOST))
    except FileNotFoundError:
        raise NoResult("left no result") from None
    except (ValueError, RecursionError) as error:
        raise NoResult(f"left what is no result: {error}") from None
    try:
        runs = data["drafts"]
        if not isinstance(runs, list) or len(runs) != drafts:
            raise TypeError("another number of drafts")
        return Result(_texts(data["errors"]), tuple(_run(run, cuts) for run in runs))
    except (KeyError, TypeError) as error:
        raise NoResult(f"left a result of another shape: {error}") from None


def _run(data: Any, cuts: int) -> Run:
    return Run(_text(data["stopped"]), *(_rows(data[key], cuts) for key in ("passed", "again", "checked")))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is no text")
    return safe(value)


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} is no table")
    return {key: _text(text) for key, text in value.items()}


def _rows(value: Any, cuts: int) -> Rows:
    if not isinstance(value, list) or not all(isinstance(row, list) and len(row) >= cuts for row in value):
        raise TypeError("no list of events with their cuts")
    if not all(type(one) is int and one in (0, 1) for row in value for one in row):
        raise TypeError("an answer that is neither 0 nor 1")
    return tuple(tuple(bool(one) for one in row) for row in value)
