"""What ROOT says when something is wrong, read into short messages.

In: the error output of `root -l -b -q macro.C`, and the standard output. Out: `Complaint`s: kind, line and column in the macro, words.
Cling writes as clang does: `FILE:LINE:COLUMN: error: words`, followed by the line and a mark; ROOT's classes write `Error in <Class::Method>: words`; a signal is
announced by `*** Break ***`. Warnings of the compiler are no complaints. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """Who complains: the compiler in ROOT, ROOT's linker, one of its classes, the system (a signal), or C++ (an exception nobody caught)."""

    COMPILER = "does not compile"
    LINKER = "unknown symbol"
    CLASS = "ROOT reports an error"
    SIGNAL = "crash"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Complaint:
    """`line` and `column` count from 1 and are 0 where ROOT tells no place; `context` is the line of the macro that it shows."""

    kind: Kind
    words: str
    line: int = 0
    column: int = 0
    context: str = ""

    def __str__(self) -> str:
        return (f"line {self.line}: " if self.line else "") + self.words


_CLANG = re.compile(r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+): (?:fatal )?error: (?P<words>.*)$")
_CLASS = re.compile(r"^(?:Error|SysError|Fatal) in <(?P<where>[^>]*)>: (?P<words>.*)$")
_ROOFIT = re.compile(r"^\[#\d+\] (?:ERROR|FATAL):\w+ -- (?P<words>.*)$")
_SYMBOL = re.compile(r"IncrementalExecutor::executeFunction: symbol '(?P<name>[^']*)' unresolved|cling JIT session error: Symbols not found: \[ *(?P<others>[^\]]*)\]")
_BREAK = re.compile(r"^ *\*\*\* Break \*\*\* (?P<words>.*)$")
_NOT_CALLED = re.compile(r"Failed to call `(?P<name>\w+)\(.*\)` to execute the macro")
#: ROOT takes a macro whose braces do not close for the beginning of a line that is typed, and waits for the rest of it without an end.
_UNCLOSED = "<<< cling interactive line includer >>>"
_THROWN = re.compile(r"^Error in <TRint::HandleTermInput\(\)>: (?P<words>.*caught.*)$|^terminate called after throwing (?P<type>.*)$")
_MOST = 40  #: complaints that are kept


def complaints(stderr: str, stdout: str = "") -> tuple[Complaint, ...]:
    """All complaints in their order, each once.

    >>> said = "/tmp/x/fit.C:3:12: error: no member named 'Foo' in 'TH1D'\\n   h.Foo();\\n   ~ ^\\n"
    >>> [(each.line, each.words, each.context) for each in complaints(said)]
    [(3, "no member named 'Foo' in 'TH1D'", 'h.Foo();')]
    """
    found = dict.fromkeys((*_in(stderr.splitlines()), *_in([line for line in stdout.splitlines() if _ROOFIT.match(line)])))
    return tuple(found)[:_MOST]


def _in(lines: list[str]) -> Iterator[Complaint]:
    for number, line in enumerate(lines):
        if line.startswith(_UNCLOSED):
            yield Complaint(Kind.COMPILER, "a brace or bracket is not closed: the macro ends within a function")
        elif match := _NOT_CALLED.search(line):
            yield Complaint(Kind.COMPILER, f"there is no function `{match['name']}()` that can be called without arguments")
        elif match := _CLANG.match(line):
            context = lines[number + 1].strip() if number + 1 < len(lines) else ""
            yield Complaint(Kind.COMPILER, match["words"], int(match["line"]), int(match["column"]), context)
        elif match := _BREAK.match(line):
            yield Complaint(Kind.SIGNAL, match["words"].strip())
        elif match := _THROWN.match(line):
            yield Complaint(Kind.EXCEPTION, (match["words"] or match["type"] or "").strip())
        elif match := _SYMBOL.search(line):
            yield Complaint(Kind.LINKER, f"`{(match['name'] or match['others']).strip()}` is declared and nowhere defined")
        elif match := _CLASS.match(line):
            yield Complaint(Kind.CLASS, f"{match['where']}: {match['words']}")
        elif match := _ROOFIT.match(line):
            yield Complaint(Kind.CLASS, match["words"])


def digest(found: tuple[Complaint, ...], most: int = 6) -> str:
    """The first complaints for a person or a model, a line each, with the line of the macro that is meant."""
    lines = []
    for each in found[:most]:
        lines.append(str(each) + (f"\n    {each.context}" if each.context else ""))
    if len(found) > most:
        lines.append(f"and {len(found) - most} more")
    return "\n".join(lines)
