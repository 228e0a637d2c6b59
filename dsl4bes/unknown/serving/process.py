"""The server as a process: started in a session of its own, its last lines kept, ended with all that it started.

In: a command, an environment. Out: a `Served` process. Nothing is asked of it here (`ready.py` does). The key, if there is one, is taken out of every
line before it is kept or written.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from dsl4bes.diagnostics.codes.serving import SERVER_ENDED
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.trouble import Trouble

_KEPT, _LONGEST_LINE = 400, 2000
_SHOWN = 15
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_STEP = 0.05
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Served:
    """A server that runs. `log`: a file that takes all of its lines."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], key: Key, log: Path | None = None) -> None:
        self._key = key
        self._lines: deque[str] = deque(maxlen=_KEPT)
        self._log: IO[str] | None = None
        if log is not None:
            self._log = log.open("w", encoding="utf-8", errors="replace")
        try:
            self._process = subprocess.Popen(
                list(command), env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=ends_with_us(),  # noqa: PLW1509  nothing else runs yet in this process
            )  # fmt: skip
        except OSError as error:
            raise Trouble(SERVER_ENDED, f"`{command[0]}` cannot be started: {error.strerror}") from None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def number(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """The exit status (of a signal: its number below zero), None while it runs."""
        return self._process.poll()

    def last_lines(self, most: int = _SHOWN) -> list[str]:
        if self.ended() is not None:
            self._reader.join(1.0)  # what it said in the end counts most
        return list(self._lines)[-most:]

    def trouble(self, when: str) -> Trouble:
        """What is said when it ended by itself."""
        status = self.ended()
        how = f"by signal {-status}" if status is not None and status < 0 else f"with status {status}"
        lines = "".join(f"\n    {line}" for line in self.last_lines())
        help_ = "killed from outside: most often there was too little memory" if status == -signal.SIGKILL else "its last lines are above; --log FILE keeps all of them"
        return Trouble(SERVER_ENDED, f"the server ended {when}, {how}" + (f"; it said last:{lines}" if lines else ""), help_)

    def stop(self, grace: float = 20.0) -> None:
        """End it and everything in its session: asked first, then the others, then killed. A second interrupt does not wait."""
        try:
            self._end(((signal.SIGTERM, False, grace), (signal.SIGTERM, True, grace / 4), (signal.SIGKILL, True, 5.0)))
        except KeyboardInterrupt:
            self._end(((signal.SIGKILL, True, 5.0),))
        finally:
            self._reader.join(1.0)
            if self._log is not None:
                self._log.close()

    def _end(self, steps: Sequence[tuple[signal.Signals, bool, float]]) -> None:
        for number, all_of_them, seconds in steps:
            members = self.members()
            if not members:
                return
            for one in members if all_of_them else members & {self.number}:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(one, number)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                left = self.members()
                if not left or (not all_of_them and self.number not in left):
                    break
                time.sleep(_STEP)

    def members(self) -> set[int]:
        """The processes of its session that still run. (A dead one whose parent does not care is none.)"""
        self._process.poll()
        found = set()
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    state, _, _, session = Path("/proc", name, "stat").read_text(errors="replace").rpartition(")")[2].split()[:4]
                    if int(session) == self.number and state not in "ZX":
                        found.add(int(name))
        return found

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while piece := stream.readline(_LONGEST_LINE):
            line = self._key.hide(_COLOUR.sub("", piece.decode("utf-8", "replace"))).rstrip()
            if line:
                self._lines.append("".join(sign if sign.isprintable() else " " for sign in line))
                if self._log is not None and not self._log.closed:
                    print(line, file=self._log, flush=True)


def ends_with_us() -> Callable[[], None]:
    """Asks the kernel to end the server if this process is killed and can end nothing any more."""
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)

    return ask
