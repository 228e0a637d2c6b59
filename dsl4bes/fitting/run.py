"""A fit, run: its macro is written, ROOT runs it in a temporary folder, what it made is moved to where the user wants it.

In: a located `Fit`, a ROOT, a folder. Out: `FitRun`: the result, or what ROOT said instead of one. The user's data are read where they are; nothing is written beside them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dsl4bes.fitting.results import FitResult, Unreadable, read
from dsl4bes.ir.fitting import Fit
from dsl4bes.macro.from_ir import lower
from dsl4bes.macro.render import file_name, render
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS, Ending, MacroRun, run_macro
from dsl4bes.root.words import digest
from dsl4bes.unknown.sandbox.limits import MIB
from dsl4bes.unknown.sandbox.scratch import read_result, scratch_folder

SECONDS = 600  #: a fit with toys may take long
_LARGEST = 64 * MIB  #: of a macro, a result or a picture


class FitFailure(RuntimeError):
    """ROOT ended before a fit had a result; the message says why."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"the fit `{name}` has no result: {words}")
        self.name, self.words = name, words


@dataclass(frozen=True, slots=True)
class FitRun:
    """`result` is None if ROOT ended before there was one: `words` say why. `files`: what was made, in its place."""

    name: str
    result: FitResult | None
    words: str
    files: tuple[Path, ...]
    seconds: float


def outputs(fit: Fit, python: bool = False) -> tuple[str, ...]:
    """The names of the files that a fit makes, its macro first."""
    pictures = ["_".join(part for part in (fit.name, sample.name) if part) for sample in fit.samples]
    return (f"fit_{fit.name}{'.py' if python else '.C'}", f"{fit.name}.json", *(f"{picture}.{ending}" for picture in pictures for ending in ("pdf", "png")))


def run_fit(fit: Fit, source: str, root: Root, folder: Path, *, python: bool = False, seconds: float = SECONDS, confined: bool = False, readable: Sequence[Path] = ()) -> FitRun:
    """Run a fit and keep what it makes in `folder`, which is there. `confined`: for a fit that a model wrote; it sees the data that are `readable`, and nothing else of the user. Raises `Trouble` if it cannot be confined."""
    macro = lower(fit, source)
    name = file_name(macro, python)
    with scratch_folder() if confined else _within(folder) as place:
        (place / name).write_text(render(macro, python), encoding="utf-8")
        limits = replace(LIMITS, wall_seconds=seconds, cpu_seconds=int(seconds))
        ran = run_macro(root, place / name, confined=confined, limits=limits, readable=readable)
        result = _result(place / f"{fit.name}.json", ran)
        kept = [_keep(place, each, folder, confined) for each in (outputs(fit, python) if result is not None else (name,)) if (place / each).is_file()]
    return FitRun(fit.name, result, "" if result is not None else _words(ran), tuple(kept), ran.seconds)


@contextmanager
def _within(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".fit-", dir=folder) as made:
        yield Path(made)


def _keep(place: Path, name: str, folder: Path, confined: bool) -> Path:
    """The file in its place, at once and whole. What a confined run left is copied, as it may belong to another user."""
    if confined:
        with _within(folder) as inside:
            (inside / name).write_bytes(read_result(place, name, _LARGEST))
            return (inside / name).replace(folder / name)
    return (place / name).replace(folder / name)  # the temporary folder lies in it


def _result(file: Path, ran: MacroRun) -> FitResult | None:
    """The result, if the macro came to its end: a file that a macro left behind before it failed is none."""
    if ran.ending not in (Ending.CLEAN, Ending.STATUS) or not file.is_file():
        return None
    try:
        return read(file.read_text(encoding="utf-8"))
    except Unreadable:
        return None


def _words(ran: MacroRun) -> str:
    """What a user should read: the macro's own words about the data, else ROOT's."""
    own = [line.removeprefix("error: ") for line in ran.stderr.splitlines() if line.startswith("error: ")]
    thrown = [line.partition("what():")[2].strip() for line in ran.stderr.splitlines() if "what():" in line]
    return "; ".join(own or thrown) or digest(ran.complaints) or ran.words
