"""Exit statuses, and how a command ends early.

In: nothing. Out: the numbers, and `Stop`, which ends a command with a status after it has said what is to be said.
"""

from __future__ import annotations

CLEAN, ERRORS, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130


class Stop(Exception):
    """Ends the command with a status; everything has been printed."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
