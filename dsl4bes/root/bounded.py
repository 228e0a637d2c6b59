"""A command of our own making, unconfined but bounded: time, memory of a process, length of what it prints.

In: a command, the folder to run it in, limits. Out: an `Outcome`, as that of the sandbox. It sees what the user sees, so nothing that a model wrote may come here
(`run.py` decides). Whatever happens, no process of it is left running. What it writes into the user's folder is not measured.
"""

from __future__ import annotations

import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.outcome import Limit, Outcome, outcome

_CHUNK = 1 << 16
_TICK = 0.05
_GRACE = 2  #: seconds of processor time between the signal that says what it is for and the end


def run_bounded(command: Sequence[str], folder: Path, *, environment: Mapping[str, str], limits: Limits) -> Outcome:
    """Run `command` in `folder`. Memory and processor time are held by the kernel where it can be told about a process from outside (Linux); elsewhere time alone bounds it."""
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, env=dict(environment), start_new_session=True
    )
    kept = (bytearray(), bytearray())
    try:
        _hold(process.pid, limits)
        stopped = _follow(process, kept, limits, started + limits.wall_seconds)
    finally:
        _end(process)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    return outcome(
        os.path.basename(command[0]), status, limits, stopped, 0, wall_seconds=time.monotonic() - started,
        cpu_seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak_memory=after.ru_maxrss * 1024, stdout=bytes(kept[0]), stderr=bytes(kept[1]),
    )  # fmt: skip


def _hold(pid: int, limits: Limits) -> None:
    """The limits that the kernel holds, set from outside: no code of ours runs between fork and exec."""
    if not hasattr(resource, "prlimit"):
        return
    for which, value in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, limits.cpu_seconds), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(which)[1]
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        grace = _GRACE if which == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0  # at the hard limit it is killed without a word of why
        try:
            resource.prlimit(pid, which, (top, top + grace))
        except ProcessLookupError:
            return  # it has ended


def _follow(process: subprocess.Popen[bytes], kept: tuple[bytearray, bytearray], limits: Limits, until: float) -> Limit | None:
    """Read both streams until they end or a limit is passed, which is returned."""
    assert process.stdout and process.stderr
    with selectors.DefaultSelector() as waiting:
        for stream, place in zip((process.stdout, process.stderr), kept, strict=True):
            waiting.register(stream, selectors.EVENT_READ, place)
        while waiting.get_map():
            if time.monotonic() > until:
                return Limit.WALL
            for key, _ in waiting.select(_TICK):
                text = os.read(key.fd, _CHUNK)
                if not text:
                    waiting.unregister(key.fileobj)
                key.data.extend(text)
            if sum(map(len, kept)) > limits.output:
                return Limit.OUTPUT
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Limit.WALL
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of it stays: its session is killed as a whole."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # nothing is left of it
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()
