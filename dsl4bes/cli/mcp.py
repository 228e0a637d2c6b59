"""`dsl4bes mcp`: the compiler as a server of tools for agents, over the standard input and output.

In: `--root FOLDER`, below which programs may be read. Out: the protocol on the standard output, and nothing else there. It ends when the agent closes the pipe. Without the package `mcp` one line says how to get it.
"""

from __future__ import annotations

import os
import sys

from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import CLEAN, ERRORS


def _work(root: str) -> int:
    if root and not os.path.isdir(root):
        print(f"error: `--root {root}` is no folder", file=sys.stderr)
        return ERRORS
    try:
        from dsl4bes.agents.server import server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("mcp", "mcp_types", "pydantic"):
            raise
        print('error: the server for agents needs `mcp`: pip install "dsl4bes[mcp]"', file=sys.stderr)
        return ERRORS
    if sys.stdin.isatty():
        print("dsl4bes mcp: an agent talks to this by its standard input; register the command with one (see README). Ctrl-C ends it.", file=sys.stderr)
    server(os.path.realpath(root) if root else "").run("stdio")
    return CLEAN


COMMAND = Command(
    "mcp",
    "Serve the compiler to agents by the Model Context Protocol (stdio): check, compile, run on toy events, the reference.",
    (Parameter("root", ("--root",), "", "Folder whose programs (*.bes) may be named by path; without it no file is read.", metavar="FOLDER"),),
    _work,
)
