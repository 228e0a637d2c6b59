"""Exit statuses, and how a command ends early.

In: nothing. Out: the numbers, and `Stop`, which ends a command with a status after it has said what is to be said.
"""

from __future__ import annotations

CLEAN, ERRORS, USAGE, INTERNAL, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 130, 143


class Terminated(KeyboardInterrupt):
    """A batch system or `kill` ends the command: it stops in order, as after an interrupt."""


def stop_in_order() -> None:
    """From now on SIGTERM raises `Terminated`: files are closed, worker processes end."""
    import signal
    import threading

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one, while the process ends, ends it without words
        raise Terminated

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)


class Stop(Exception):
    """Ends the command with a status; everything has been printed."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
