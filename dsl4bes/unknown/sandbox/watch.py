"""What the processes of a confined command use, and how to end all of them.

In: the process that was started; the scratch folder. Out: a `Usage` each time one looks, or the end of the whole tree.
A process whose parent ends stays in the tree: its new parent is the sandbox's own first process. Nothing is decided here.
"""

from __future__ import annotations

import os
import signal
import stat
import time
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """At one moment: threads, resident bytes together, the largest peak of one process, processor seconds used."""

    threads: int = 0
    resident: int = 0
    peak: int = 0
    cpu_seconds: float = 0.0


def descendants(root: int) -> list[tuple[int, list[bytes]]]:
    """The processes below `root`, without it: number and the fields of `/proc/N/stat` from the state on."""
    below: dict[int, list[tuple[int, list[bytes]]]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                text = file.read()
        except OSError:
            continue  # it has ended
        fields = text[text.rfind(b")") + 2 :].split()
        below.setdefault(int(fields[1]), []).append((int(name), fields))
    found: list[tuple[int, list[bytes]]] = []
    todo = [root]
    while todo:
        children = below.get(todo.pop(), [])
        found += children
        todo += [pid for pid, _ in children]
    return found


def look(root: int) -> Usage:
    """What the tree uses now. Memory that processes share is counted for each."""
    threads = resident = peak = 0
    seconds = 0.0
    for pid, fields in descendants(root):
        threads += int(fields[17])
        resident += int(fields[21]) * _PAGE
        seconds += sum(int(fields[i]) for i in (11, 12, 13, 14)) / _TICKS
        peak = max(peak, _high_water(pid))
    return Usage(threads, resident, peak, seconds)


def _high_water(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    except (OSError, IndexError, ValueError):
        pass  # it has ended
    return 0


def end_all(root: int) -> set[tuple[int, bytes]]:
    """Kill the group of `root` and everything below it; returns what was killed (number, start time). The first process of the
    sandbox takes all others along; the repetitions are for what was started between two looks."""
    killed: set[tuple[int, bytes]] = set()
    for _ in range(50):
        left = [(pid, fields[19]) for pid, fields in descendants(root) if fields[0] != b"Z"]
        for pid, _ in left:
            _kill(pid)
        killed.update(left)
        if not left:
            break
    try:
        os.killpg(root, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        _kill(root)
    return killed


def await_end(killed: set[tuple[int, bytes]], seconds: float = 5.0) -> None:
    """Wait until the kernel has taken down what was killed: large memory takes it a moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(_runs(pid, start) for pid, start in killed):
        time.sleep(0.005)


def _runs(pid: int, start: bytes) -> bool:
    """Whether the process that began at `start` still runs."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return False
    fields = text[text.rfind(b")") + 2 :].split()
    return fields[19] == start and fields[0] != b"Z"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def measure(folder: str, most_files: int) -> tuple[int, int, bool]:
    """Bytes on disk and number of entries of a folder, and whether a part of it is closed to us; it stops counting past
    `most_files`. Links are not followed."""
    total = count = 0
    closed = False
    todo = [folder]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > most_files:
                        return total, count, closed
                    try:
                        facts = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    total += facts.st_blocks * 512
                    if stat.S_ISDIR(facts.st_mode):
                        todo.append(entry.path)
        except PermissionError:
            closed = True
        except OSError:
            continue  # removed meanwhile
    return total, count, closed
