"""What goes wrong with event files, as one exception that a person can act on.

In: the name of the file, the reason, what to do. Out: `EventFileError` with a two-part message.
Nothing is opened, printed or logged here, and no other exception of a reader is meant for the user.
"""

from __future__ import annotations


class EventFileError(Exception):
    """A file of events cannot be used: `path` names it, `reason` says why, `advice` says what to do."""

    def __init__(self, path: str, reason: str, advice: str) -> None:
        super().__init__(path, reason, advice)
        self.path = path
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; {self.advice}"
