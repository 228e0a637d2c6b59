"""Runs a macro by the user's ROOT, as `root -l -b -q macro.C` does.

In: a macro in a folder, whether to confine it, limits. Out: a `MacroRun`. Confined, the folder is all it may write, and it sees the system's and ROOT's own files, no network, no home
(`unknown/sandbox`); where no confinement can be had nothing runs. Unconfined is for macros that the compiler made of a user's program: the user's files, bounded time and memory.
The folder belongs to the caller and is not emptied here; a confined run may leave anything in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from dsl4bes.root.bounded import run_bounded
from dsl4bes.root.find import Root
from dsl4bes.root.words import Complaint, Kind, complaints
from dsl4bes.unknown.sandbox.limits import GIB, MIB, Limits
from dsl4bes.unknown.sandbox.outcome import Limit, Outcome
from dsl4bes.unknown.sandbox.run import run_confined

#: For a fit of some hundred thousand entries: ROOT maps about 1 GiB of address space before it does anything.
LIMITS = Limits(wall_seconds=60, cpu_seconds=60, memory=6 * GIB, total_memory=2 * GIB, file_size=64 * MIB, open_files=512, processes=64)
#: Stack traces of all threads by a debugger take seconds and tell a user nothing.
_SETTINGS = "Root.Stacktrace: no\nUnix.*.Root.Stacktrace: no\n"


_UNCLOSED_SECONDS = 12.0
_ASIDE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


class Ending(Enum):
    CLEAN = "ended well"
    NOT_COMPILED = "does not compile"
    CRASHED = "crashes"
    TIMED_OUT = "takes too long"
    LIMIT = "needs more than it may have"
    STATUS = "ends with an error"


@dataclass(frozen=True, slots=True)
class MacroRun:
    """`exit` is None if a signal ended it; times in seconds, `peak_memory` in bytes; `words` say how it ended."""

    ending: Ending
    exit: int | None
    stdout: str
    stderr: str
    seconds: float
    peak_memory: int
    complaints: tuple[Complaint, ...]
    words: str

    @property
    def timed_out(self) -> bool:
        return self.ending is Ending.TIMED_OUT


def run_macro(root: Root, macro: Path, *, confined: bool, arguments: str = "", limits: Limits = LIMITS, readable: Sequence[Path] = ()) -> MacroRun:
    """Run a macro in the folder in which it lies: in C++, or one that ends in `.py` by the Python of this ROOT (never confined, as no model writes any).

    `arguments` are those of its function in C++ (`"3, \\"x\\""`), never of a model. `readable`: further folders for a confined macro. Raises `Trouble` (BES0750) if it cannot be confined.
    """
    folder = macro.parent
    if _seems_unclosed(macro.read_text(encoding="utf-8", errors="replace")):
        limits = replace(limits, wall_seconds=min(limits.wall_seconds, _UNCLOSED_SECONDS))
    command = [str(root.program), "-l", "-b", "-q", macro.name + (f"({arguments})" if arguments else "")]
    by_python = macro.suffix == ".py"
    if by_python:
        assert not confined
        command = [root.python[0], macro.name]
    environment = {"ROOT_HIST": "0", **root.variables, **dict(root.python[1] if by_python else ())}
    if confined:
        settings = folder / ".rootrc"
        if not os.path.lexists(settings):
            settings.write_text(_SETTINGS, encoding="ascii")
        outcome = run_confined(command, folder, readable=(*root.readable, *readable), environment=environment, limits=limits)
    else:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("DSL4BES_")}  # a key among them has no business there
        outcome = run_bounded(command, folder, environment={**ours, **environment}, limits=limits)
    return _read(outcome)


def _read(outcome: Outcome) -> MacroRun:
    stdout = outcome.stdout.decode("utf-8", "replace")
    stderr = outcome.stderr.decode("utf-8", "replace")
    found = complaints(stderr, stdout)
    return MacroRun(
        _ending(outcome, found), outcome.exit, _without_banner(stdout), stderr, outcome.wall_seconds, outcome.peak_memory, found, outcome.words.replace("`root.exe`", "the macro")
    )


def _ending(outcome: Outcome, found: tuple[Complaint, ...]) -> Ending:
    kinds = {each.kind for each in found}
    if kinds & {Kind.COMPILER, Kind.LINKER}:
        return Ending.NOT_COMPILED
    if outcome.limit in (Limit.WALL, Limit.CPU):
        return Ending.TIMED_OUT
    if outcome.limit is not None:
        return Ending.LIMIT
    if kinds & {Kind.SIGNAL, Kind.EXCEPTION} or outcome.exit is None:
        return Ending.CRASHED
    return Ending.CLEAN if outcome.exit == 0 else Ending.STATUS


def _seems_unclosed(code: str) -> bool:
    """Whether braces do not close. A text that only seems so (a brace in a raw string) is run all the same, in less time.

    >>> _seems_unclosed("void f() { for (;;) {"), _seems_unclosed('void f() { puts("{"); } // {')
    (True, False)
    """
    bare = _ASIDE.sub(" ", code)
    return bare.count("{") > bare.count("}")


def _without_banner(stdout: str) -> str:
    """What the macro printed: without the line by which ROOT says that it begins."""
    lines = stdout.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith("Processing ")):
        lines.pop(0)
    return "\n".join(lines)
