"""Diagnostics on a stream: format, colour, summary; and texts of others made safe for a terminal.

In: a `Bag`. Out: text on the given stream. Colour only on a terminal, never with `NO_COLOR`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from dsl4bes.diagnostics.model import Diagnostic


def print_diagnostics(
    diagnostics: Iterable[Diagnostic], format: str = "full", stream: TextIO | None = None, total: bool = False
) -> None:
    """Print diagnostics; with `total`, a last line that counts them (`full` and `concise` only)."""
    items = tuple(diagnostics)
    stream = stream or sys.stdout
    if not items and format in ("full", "concise"):
        return
    from dsl4bes.diagnostics.render import render, summary

    stream.write(render(items, format, colour=wants_colour(stream)))
    if total and format in ("full", "concise"):
        line = summary(items)
        if line:
            stream.write(line + "\n")


def wants_colour(stream: TextIO) -> bool:
    """True on a terminal, unless `NO_COLOR` is set; `FORCE_COLOR` turns it on anywhere."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def printable(text: str) -> str:
    r"""A text for review, that somebody else wrote: what a terminal would obey (escapes, bells, changes of direction) is shown as what it is; line ends stay. (`style.safe` only takes it away.)

    >>> printable("a\x1b[2Jb\u202e")
    'a\\x1b[2Jb\\u202e'
    """
    return "".join(c if c.isprintable() or c == "\n" else "    " if c == "\t" else c.encode("ascii", "backslashreplace").decode() if ord(c) > 126 else f"\\x{ord(c):02x}" for c in text)
