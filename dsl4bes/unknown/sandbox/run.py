"""Runs one command confined: no network, no home, one folder to write, bounded in everything.

In: a command, a scratch folder, what it may read, limits. Out: an `Outcome`. Whatever happens, nothing of the command is left
running afterwards. Never run unconfined: without a means to confine, `Trouble`. The command gets no variable of our environment.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.means import Kind, Means, confinement, filter_file
from dsl4bes.unknown.sandbox.outcome import Limit, Outcome, outcome
from dsl4bes.unknown.sandbox.view import view
from dsl4bes.unknown.sandbox.watch import Usage, await_end, end_all, look, measure

_CHUNK = 1 << 16
_TICKS = (0.004, 0.02, 0.05)  # between two looks: at first, after 0.1 s, after 2 s
_FOLDER_EVERY = 0.1


def run_confined(
    command: Sequence[str],
    scratch: Path,
    *,
    readable: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    limits: Limits | None = None,
    means: Means | None = None,
) -> Outcome:
    """Run `command` in `scratch`, the only folder it can write, and its working folder.

    `readable`: absolute paths beyond the system's own that it may read. `environment`: variables it gets besides PATH, HOME and TMPDIR.
    `means`: another than the best one. Raises `Trouble` (BES0750), `ValueError` for a path that may not be given away.
    """
    chosen = means or confinement()
    limits = limits or Limits()
    seen = view(scratch, readable)
    given = {"PATH": "/usr/bin:/bin", "HOME": str(scratch), "TMPDIR": str(scratch), "LC_ALL": "C", **(environment or {})}
    if chosen.user is not None:
        _give(scratch, chosen.user)
    with filter_file() as code, tempfile.TemporaryFile() as source:
        source.write(stdin)
        source.seek(0)
        handle = code.fileno() if code and chosen.kind is Kind.BUBBLEWRAP else None
        line = chosen.command_line(command, seen, limits, given, handle)
        run = _Run(str(scratch), limits, time.monotonic())
        status = run.to_the_end(line, given, source, () if handle is None else (handle,))
    run.look_at_folder()
    return outcome(
        os.path.basename(command[0]), status, limits, run.stopped_by, run.most_threads,
        wall_seconds=time.monotonic() - run.started, cpu_seconds=run.cpu_seconds, peak_memory=run.peak,
        stdout=bytes(run.kept[0]), stderr=bytes(run.kept[1]),
    )  # fmt: skip


@dataclass(slots=True)
class _Run:
    """A command that runs: what it printed, what it used, which limit stopped it."""

    folder: str
    limits: Limits
    started: float
    kept: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    stopped_by: Limit | None = None
    most_threads: int = 0
    peak: int = 0
    cpu_seconds: float = 0.0
    pid: int = 0
    _folder_seen: float = 0.0

    def to_the_end(self, line: list[str], given: Mapping[str, str], source: IO[bytes], files: tuple[int, ...]) -> int:
        """Start the command, look after it, and leave nothing of it behind; returns its status."""
        process = subprocess.Popen(
            line, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", env=given, start_new_session=True,
            pass_fds=files,
        )  # fmt: skip
        assert process.stdout and process.stderr
        self.pid = process.pid
        try:
            self._follow(process.stdout, process.stderr)
            while process.poll() is None and self.stopped_by is None:
                self._tick()
                time.sleep(self._pause())
        finally:
            killed = end_all(process.pid)
            status = process.wait()
            await_end(killed)
            process.stdout.close()
            process.stderr.close()
        return status

    def _follow(self, stdout: IO[bytes], stderr: IO[bytes]) -> None:
        """Read both streams until they end or a limit is passed."""
        with selectors.DefaultSelector() as waiting:
            for stream, kept in zip((stdout, stderr), self.kept, strict=True):
                os.set_blocking(stream.fileno(), False)
                waiting.register(stream, selectors.EVENT_READ, kept)
            looked = 0.0
            while waiting.get_map() and self.stopped_by is None:
                for key, _ in waiting.select(self._pause()):
                    text = os.read(key.fd, _CHUNK)
                    if not text:
                        waiting.unregister(key.fileobj)
                    self._keep(key.data, text)
                if time.monotonic() - looked >= self._pause():
                    self._tick()
                    looked = time.monotonic()

    def _keep(self, kept: bytearray, text: bytes) -> None:
        room = self.limits.output - sum(map(len, self.kept))
        kept += text[:room]
        if len(text) > room:
            self.stopped_by = Limit.OUTPUT

    def _pause(self) -> float:
        """Seconds until the next look: often at first, when short programs end."""
        age = time.monotonic() - self.started
        return _TICKS[0 if age < 0.1 else 1 if age < 2 else 2]

    def _tick(self) -> None:
        """Look once at time, processes and folder."""
        if time.monotonic() - self.started > self.limits.wall_seconds:
            self.stopped_by = self.stopped_by or Limit.WALL
        self._note(look(self.pid))
        if time.monotonic() - self._folder_seen > _FOLDER_EVERY:
            self.look_at_folder()
            self._folder_seen = time.monotonic()

    def _note(self, usage: Usage) -> None:
        self.most_threads = max(self.most_threads, usage.threads - 1)  # not the reaper
        self.peak = max(self.peak, usage.peak)
        self.cpu_seconds = max(self.cpu_seconds, usage.cpu_seconds)
        if usage.resident > self.limits.total_memory:
            self.stopped_by = self.stopped_by or Limit.TOTAL_MEMORY
        if usage.threads > 2 * self.limits.processes + 8:  # where the kernel does not hold the limit
            self.stopped_by = self.stopped_by or Limit.PROCESSES

    def look_at_folder(self) -> None:
        """What lies in the scratch folder; looked at once more after the end."""
        size, count, closed = measure(self.folder, self.limits.scratch_files)
        if count > self.limits.scratch_files:
            self.stopped_by = self.stopped_by or Limit.SCRATCH_FILES
        if closed or size > self.limits.scratch_size:
            self.stopped_by = self.stopped_by or Limit.SCRATCH_SIZE


def _give(folder: Path, user: int) -> None:
    """The scratch folder and what lies in it belong to the user that the command runs as; links are not followed."""
    os.chown(folder, user, user)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), user, user, follow_symlinks=False)
