"""Pass `check`: rules across blocks, one function per code.

In: a finished `Program`. Out: diagnostics BES04xx. Nothing is changed.
"""

from __future__ import annotations

from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.program import Program


def check(program: Program, bag: Bag) -> None:
    """All cross-block rules."""
