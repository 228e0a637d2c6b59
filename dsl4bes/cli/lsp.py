"""`dsl4bes lsp`: the language server for editors, on the standard input and output.

In: an editor that starts it. Out: messages of the Language Server Protocol; exit status 0 when the editor has gone. Nothing else is ever printed to the standard output, and no file is written.
"""

from __future__ import annotations

import gc
import sys

from dsl4bes.cli import files
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import CLEAN, ERRORS


def _work(stdio: bool, include: tuple[str, ...]) -> int:
    try:
        from dsl4bes.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        print(f'error: {error.name} is missing for the language server; get it with: pip install "dsl4bes[lsp]"', file=sys.stderr)
        return ERRORS
    if sys.stdin.isatty():
        print("dsl4bes lsp speaks with an editor over the standard input; end it with Ctrl-D. How to set an editor up: README, `Editors`", file=sys.stderr)
    gc.enable()  # a server lives for hours
    serve(files.bodies, tuple(include))
    return CLEAN


COMMAND = Command(
    "lsp",
    "Serve editors: the language server.",
    (
        Parameter("stdio", ("--stdio",), False, "Over the standard input and output (the only way; editors pass it)."),
        files.INCLUDE,
    ),
    _work,
)
