"""What a training shows while it runs, and how it is stopped.

In: steps as they are done. Out: a bar on a terminal, a line every some steps elsewhere. Ctrl-C and SIGTERM ask the training to stop behind the micro batch at hand, which is then saved; a second Ctrl-C ends it at once, and the last checkpoint is what is left.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

_EVERY = 10  #: steps, or seconds, between two lines
_LAST = 50  #: steps of which speed and loss are the mean


def duration(seconds: float) -> str:
    """As people say it.

    >>> duration(50), duration(4000), duration(100_000)
    ('50 s', '1 h 07 min', '27 h 47 min')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


class Shown:
    """A `Listener` that counts; what it shows is a matter of those derived from it."""

    def __init__(self) -> None:
        self.stop = False
        self.steps = self.done = 0
        self.validation: float | None = None
        self._last: deque[tuple[float, int, float]] = deque(maxlen=_LAST)

    def begins(self, step: int, steps: int) -> None:
        self.done, self.steps = step, steps

    def step(self, step: int, epoch: int, loss: float, rate: float, tokens: int, seconds: float) -> None:
        self.done = step
        self._last.append((loss, tokens, seconds))

    def evaluated(self, step: int, loss: float) -> None:
        self.validation = loss

    def words(self) -> str:
        """Loss, speed, time left."""
        seconds = sum(each[2] for each in self._last) or 1e-9
        left = (self.steps - self.done) * seconds / max(1, len(self._last))
        held_out = f", held-out {self.validation:.3f}" if self.validation is not None else ""
        return f"loss {sum(each[0] for each in self._last) / max(1, len(self._last)):.3f}{held_out}, {sum(each[1] for each in self._last) / seconds:.0f} tokens/s, {duration(left)} left"


class _Lines(Shown):
    """A line for the first step, and then as time goes by."""

    def __init__(self) -> None:
        super().__init__()
        self._told = (0.0, 0)

    def step(self, step: int, epoch: int, loss: float, rate: float, tokens: int, seconds: float) -> None:
        super().step(step, epoch, loss, rate, tokens, seconds)
        now = time.monotonic()
        if step == self.steps or (now - self._told[0] > _EVERY and (step - self._told[1] >= _EVERY or now - self._told[0] > 6 * _EVERY)):
            self._told = (now, step)
            print(f"step {step} of {self.steps}, epoch {epoch}: {self.words()}", file=sys.stderr, flush=True)

    def evaluated(self, step: int, loss: float) -> None:
        super().evaluated(step, loss)
        print(f"step {step}: held-out loss {loss:.4f}", file=sys.stderr, flush=True)


class _Bar(Shown):
    def __init__(self, bar: Any) -> None:
        super().__init__()
        self._bar, self._task = bar, bar.add_task("training", total=None)

    def begins(self, step: int, steps: int) -> None:
        super().begins(step, steps)
        self._bar.update(self._task, total=steps, completed=step)

    def step(self, step: int, epoch: int, loss: float, rate: float, tokens: int, seconds: float) -> None:
        super().step(step, epoch, loss, rate, tokens, seconds)
        self._bar.update(self._task, completed=step, description=self.words())


@contextmanager
def progress(silent: bool) -> Iterator[Shown]:
    """The listener of a training; while it lives, interrupts are asked for and not thrown."""
    with ExitStack() as open_:
        shown = Shown() if silent else open_.enter_context(_bar()) if sys.stderr.isatty() else _Lines()
        open_.enter_context(_asked_to_stop(shown))
        yield shown


@contextmanager
def _bar() -> Iterator[Shown]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), console=Console(stderr=True)) as bar:
        yield _Bar(bar)


@contextmanager
def _asked_to_stop(shown: Shown) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if shown.stop:
            raise KeyboardInterrupt
        shown.stop = True
        print("stopping behind this piece of work, to save; once more ends it at once", file=sys.stderr, flush=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
