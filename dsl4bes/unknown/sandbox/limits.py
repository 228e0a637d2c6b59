"""How much a confined command may use.

In: nothing. Out: `Limits`, with values for a job on sample events.
Sizes are bytes, times seconds. What the kernel holds and what is only watched is said at each number.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
#: Since this kernel the processes of a new user namespace are counted on their own.
_COUNTED_APART = (5, 14)


@dataclass(frozen=True, slots=True)
class Limits:
    """Held by the kernel: `cpu_seconds`, `memory`, `file_size`, `open_files` (each process), `processes`. Watched every few
    milliseconds: `total_memory`, `scratch_size`, `scratch_files`, `output`, `wall_seconds`; what passes them is killed as a whole."""

    wall_seconds: float = 20.0
    cpu_seconds: int = 15  #: of one process
    memory: int = 2 * GIB  #: address space of one process
    total_memory: int = 2 * GIB  #: resident memory of all processes together
    file_size: int = 64 * MIB  #: of one file
    scratch_size: int = 256 * MIB  #: all files in the scratch folder
    scratch_files: int = 2000
    open_files: int = 128
    processes: int = 32  #: processes and threads
    output: int = 4 * MIB  #: standard output and standard error together

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise ValueError(f"limit {name} must be more than zero, not {getattr(self, name)!r}")


def rlimits(limits: Limits, started_by: int) -> dict[int, tuple[int, int]]:
    """Soft and hard value of each resource limit, by its number, never above what this process itself may have.

    `started_by` is the user the command runs as, outside: where the kernel counts all processes of a user together, those that
    run already are added.
    """
    processes = limits.processes + 2  # the reaper and the wrapper that sets these limits
    if _kernel() < _COUNTED_APART:
        processes += _tasks_of(started_by)
    wanted = {
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_AS: (limits.memory, limits.memory),
        resource.RLIMIT_FSIZE: (limits.file_size, limits.file_size),
        resource.RLIMIT_NOFILE: (limits.open_files, limits.open_files),
        resource.RLIMIT_NPROC: (processes, processes),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (64 * KIB, 64 * KIB),
    }
    found = {}
    for which, (soft, hard) in wanted.items():
        own = resource.getrlimit(which)[1]
        top = hard if own == resource.RLIM_INFINITY else min(hard, own)
        found[which] = (min(soft, top), top)
    return found


def _kernel() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2] if part.isdigit())


def _tasks_of(user: int) -> int:
    """Threads of a user that run now."""
    count = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{name}").st_uid == user:
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue  # it has ended
    return count
