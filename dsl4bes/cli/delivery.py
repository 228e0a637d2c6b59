"""Where a report goes: to the standard output, or to a file that is not overwritten unasked.

In: a text and the options `-o` and `--force`. Out: the text, printed or written as a whole. A file that is there already, a folder in its place or a missing folder is said before
the report is made.
"""

from __future__ import annotations

import os
import sys

from dsl4bes.cli import files
from dsl4bes.cli.declare import Parameter
from dsl4bes.cli.status import ERRORS, Stop

OUTPUT = Parameter("output", ("-o", "--output"), "", "File to write; else it is printed.", metavar="FILE")
FORCE = Parameter("force", ("--force",), False, "Replace the file of -o if it is there.")


def check_place(path: str, force: bool, inputs: tuple[str, ...] = ()) -> None:
    """Stop with one line if `path` cannot or must not be written."""
    if not path:
        return
    if os.path.isdir(path):
        _refuse(f"`{path}` is a folder", "name a file")
    if any(os.path.exists(each) and os.path.exists(path) and os.path.samefile(each, path) for each in inputs):
        _refuse(f"`{path}` is read by this command", "name another file")
    if os.path.lexists(path) and not force:
        _refuse(f"`{path}` exists; nothing was written", "name another file, or add --force to replace it")
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        _refuse(f"there is no folder `{folder}`", "make it, or name another file")


def deliver(text: str, path: str) -> None:
    """Print the text, or write it and say so on the error output."""
    if not path:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    files.write(path, text)
    print(f"wrote {path}", file=sys.stderr)


def _refuse(message: str, advice: str) -> None:
    print(f"error: {message}\n  help: {advice}", file=sys.stderr)
    raise Stop(ERRORS)
