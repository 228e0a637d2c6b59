"""What goes wrong outside the compiler: a server, a missing package, a system that cannot confine.

In: a code of the catalogue and words. Out: `Trouble`, an exception with what a diagnostic says.
Nothing is printed here, and no text of a trouble contains a key.
"""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code


class Trouble(RuntimeError):
    """One thing that stops the work: `help` says what to do about it."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
