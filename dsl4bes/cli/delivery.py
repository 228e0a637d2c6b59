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
    if os.path.isfile(path) and any(os.path.exists(each) and os.path.samefile(each, path) for each in inputs):
        found: tuple[str, str] | None = (f"`{path}` is read by this command", "name another file")
    else:
        found = files.obstacle(path, force, "nothing was written")
    if found is not None:
        print(f"error: {found[0]}\n  help: {found[1]}", file=sys.stderr)
        raise Stop(ERRORS)


def deliver(text: str, path: str) -> None:
    """Print the text, or write it and say so on the error output."""
    if not path:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    files.write(path, text)
    print(f"wrote {path}", file=sys.stderr)
