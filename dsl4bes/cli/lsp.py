"""`dsl4bes lsp`: the language server for editors, on the standard input and output.

In: an editor that starts it. Out: messages of the Language Server Protocol; exit status 0 when the editor has gone. Nothing else is ever printed to the standard output, and no file is written.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

from dsl4bes.cli import files
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import CLEAN, ERRORS, INTERRUPTED


def _work(stdio: bool, include: tuple[str, ...]) -> int:
    try:
        from dsl4bes.lsp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        print(f"error: `lsp` needs {error.name}\n  help: pip install 'dsl4bes[lsp]'; see `dsl4bes doctor`", file=sys.stderr)
        return ERRORS
    if sys.stdin.isatty():
        print("dsl4bes lsp speaks with an editor over the standard input; an editor starts it; end it with Ctrl-D or Ctrl-C", file=sys.stderr)
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))  # the thread that waits for input would hold a normal end; nothing is to be saved
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
