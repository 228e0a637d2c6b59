"""How a confined command ended.

In: exit status, what was measured, what it printed. Out: `Outcome`, with the limit that was hit and a sentence for people.
Nothing is run here. Where the kernel says only that a call failed, the limit is concluded from the program's own last words.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import Enum

from dsl4bes.unknown.sandbox.limits import Limits


class Limit(Enum):
    """The field of `Limits` that stopped a command."""

    WALL = "wall_seconds"
    CPU = "cpu_seconds"
    MEMORY = "memory"
    TOTAL_MEMORY = "total_memory"
    FILE_SIZE = "file_size"
    SCRATCH_SIZE = "scratch_size"
    SCRATCH_FILES = "scratch_files"
    OPEN_FILES = "open_files"
    PROCESSES = "processes"
    OUTPUT = "output"


_WORDS: dict[Limit, str] = {
    Limit.WALL: "was stopped after {wall_seconds:g} s",
    Limit.CPU: "was stopped after {cpu_seconds} s of processor time",
    Limit.MEMORY: "ran out of the {memory} of memory that a process may have",
    Limit.TOTAL_MEMORY: "was stopped: its processes took more than {total_memory} of memory together",
    Limit.FILE_SIZE: "was stopped at a file larger than {file_size}",
    Limit.SCRATCH_SIZE: "was stopped: it wrote more than {scratch_size} into its folder, or closed a part of it to being measured",
    Limit.SCRATCH_FILES: "was stopped: it made more than {scratch_files} files",
    Limit.OPEN_FILES: "tried to open more than {open_files} files",
    Limit.PROCESSES: "tried to start more than {processes} processes or threads",
    Limit.OUTPUT: "was stopped: it printed more than {output}",
}

#: What programs say when a call fails at a limit; asked only after a failure.
_LAST_WORDS: tuple[tuple[Limit, tuple[bytes, ...]], ...] = (
    (Limit.FILE_SIZE, (b"File too large", b"File size limit exceeded")),
    (Limit.OPEN_FILES, (b"Too many open files",)),
    (Limit.PROCESSES, (b"fork: Resource temporarily unavailable", b"Cannot fork", b"BlockingIOError: [Errno 11]", b"can't start new thread")),
    (Limit.MEMORY, (b"std::bad_alloc", b"MemoryError", b"Cannot allocate memory", b"out of memory", b"virtual memory exhausted")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """`exit` is None if a signal ended the command; `peak_memory` (bytes, largest process) and `cpu_seconds` (all processes) are
    measured every few milliseconds, so the last of them may be missing; `truncated`: there was more output than kept."""

    exit: int | None
    signal: int | None
    wall_seconds: float
    cpu_seconds: float
    peak_memory: int
    stdout: bytes
    stderr: bytes
    truncated: bool
    limit: Limit | None
    words: str

    @property
    def ok(self) -> bool:
        """It ended by itself, with status 0, within its limits."""
        return self.exit == 0 and self.limit is None


def outcome(
    name: str,
    status: int,
    limits: Limits,
    stopped_by: Limit | None,
    most_processes: int,
    *,
    wall_seconds: float,
    cpu_seconds: float,
    peak_memory: int,
    stdout: bytes,
    stderr: bytes,
) -> Outcome:
    """Put the facts together; `status` is an exit code, or 128 + the number of the signal."""
    number = status - 128 if 128 < status <= 128 + 64 else None
    if number is None and status < 0:
        number = -status
    code = None if number is not None else status
    limit = stopped_by or _concluded(code, number, limits, most_processes, stderr)
    words = f"`{name}` {_sentence(code, number, limit, limits)}"
    if limit is not Limit.PROCESSES and most_processes >= limits.processes:
        words += f"; it had started the {limits.processes} processes or threads that it may have"
    truncated = stopped_by is Limit.OUTPUT
    return Outcome(code, number, wall_seconds, cpu_seconds, peak_memory, stdout, stderr, truncated, limit, words)


def _concluded(
    code: int | None, number: int | None, limits: Limits, most_processes: int, stderr: bytes
) -> Limit | None:
    if number == signal.SIGXCPU:
        return Limit.CPU
    if number == signal.SIGXFSZ:
        return Limit.FILE_SIZE
    if code == 0:
        return None
    tail = stderr[-4000:]
    for limit, sentences in _LAST_WORDS:
        if any(sentence in tail for sentence in sentences):
            return limit
    return Limit.PROCESSES if most_processes >= limits.processes else None


def _sentence(code: int | None, number: int | None, limit: Limit | None, limits: Limits) -> str:
    if limit is not None:
        values = {name: getattr(limits, name) for name in limits.__slots__}
        sizes = ("memory", "total_memory", "file_size", "scratch_size", "output")
        return _WORDS[limit].format(**(values | {name: size(values[name]) for name in sizes}))
    if number is not None:
        return f"was ended by signal {number} ({_signal(number)})"
    return "ended well" if code == 0 else f"ended with status {code}"


def _signal(number: int) -> str:
    try:
        return signal.strsignal(number) or signal.Signals(number).name
    except ValueError:
        return "unknown"


def size(value: int) -> str:
    """A number of bytes for people.

    >>> size(2 << 30), size(1536)
    ('2 GiB', '1.5 KiB')
    """
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024  # type: ignore[assignment]
    return f"{value:.3g} {unit}"
