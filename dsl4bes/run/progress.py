"""How far a run is: rate and remaining time, as a bar on a terminal, as nothing elsewhere.

In: the number of files and, if known, of events. Out: a context manager with `advance`. Writes to the error output only.
"""

from __future__ import annotations

import sys
import time
from typing import Any

#: Seconds between two looks of the bar. It is drawn by the main thread: workers are forked, and a thread might hold a lock just then.
REFRESH = 0.2


class Progress:
    """Counts events and files; shows a bar if the error output is a terminal and `quiet` is not set."""

    def __init__(self, files: int, events: int | None, quiet: bool = False) -> None:
        self.files, self.expected = files, events
        self.events = self.done_files = 0
        self.started = time.perf_counter()
        self._bar: Any = None
        self._task: Any = None
        self._shown = 0.0
        self._show = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Progress:
        if self._show:
            self._open()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.perf_counter() - self.started

    def advance(self, events: int = 0, files: int = 0) -> None:
        """Some events, or whole files, are done."""
        self.events += events
        self.done_files += files
        if self._bar is not None:
            done = self.events if self.expected else self.done_files
            rate = self.events / max(self.seconds, 1e-9)
            self._bar.update(self._task, completed=done, events=self.events, rate=f"{rate:,.0f}/s")
            now = time.perf_counter()
            if now - self._shown > REFRESH:
                self._shown = now
                self._bar.refresh()

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.fields[events]:>9,} events"), BarColumn(), TextColumn("{task.percentage:3.0f} %"),
            TextColumn("{task.fields[rate]:>10}"), TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._bar.add_task("run", total=self.expected or self.files, events=0, rate="")
        self._bar.start()
