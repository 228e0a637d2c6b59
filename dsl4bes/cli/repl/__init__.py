"""`dsl4bes repl`: type or paste a block, see its diagnostics, its C++ and what it does with events at once.

In: lines of a terminal or a pipe. Out: diagnostics, the C++ that the new lines gave, with events loaded cut flow and histograms. Blocks add up to a program, so that later ones may
use the lists of earlier ones; an entry with errors is not kept. `:help` lists the commands. No more than one process of the user's machine is waited for, and Ctrl-C ends that.
"""

from __future__ import annotations

from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import CLEAN


def _work(file: str, load: str) -> int:
    from dsl4bes.cli.repl.loop import Loop

    Loop().run(file, load)
    return CLEAN


COMMAND = Command(
    "repl",
    "Type blocks, see their C++ and what they do with events at once.",
    (
        Parameter("file", default="", help="A program to begin with.", metavar="FILE"),
        Parameter("load", ("--load",), "", "Events to begin with, as behind `:load`: files, 'toy \"DECAY\" N', or sample."),
    ),
    _work,
)
