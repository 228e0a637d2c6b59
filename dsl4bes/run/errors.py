"""What stops a run, as one exception a person can act on.

In: what is wrong, where, what to do. Out: `RunError`. Faults of single event files are `FileFailure`, data and not exceptions,
because the other files go on. Nothing is printed here.
"""

from __future__ import annotations

from dataclasses import dataclass


class RunError(Exception):
    """The run cannot start or go on; `advice` says what to do, `details` is long text (a compiler's output)."""

    def __init__(self, message: str, advice: str = "", details: str = "") -> None:
        super().__init__(message)
        self.advice = advice
        self.details = details


class StopRun(RunError):
    """Not a fault of one file: the whole run must stop."""


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file, or the part of it from event `first` on (0-based in the file), that gave no events."""

    path: str
    reason: str
    advice: str = ""
    first: int = 0

    def as_json(self) -> dict[str, str | int]:
        """Plain data for JSON."""
        return {"path": self.path, "reason": self.reason, "advice": self.advice, "first_event": self.first}
