"""Whether two texts are one program: their meaning, and not their layout.

In: a text. Out: how far the compiler comes with it, and its meaning as a text that two programs share if they select, fit and write the same. Includes are the shipped fragments only; nothing runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dsl4bes.diagnostics.model import Bag
from dsl4bes.driver import check_source
from dsl4bes.ir.dump import program as dumped
from dsl4bes.source import SourceFile
from dsl4bes.syntax.parser import parse


class Reached(str, Enum):
    NOTHING = "does not parse"
    TREE = "does not check"
    PROGRAM = "checks"


@dataclass(frozen=True, slots=True)
class Read:
    """`meaning` is empty unless the program checks."""

    reached: Reached
    meaning: str = ""


def read(text: str, name: str = "program.bes") -> Read:
    """What the compiler makes of a text."""
    source = SourceFile(name, text)
    bag = Bag()
    if parse(source, bag) is None or bag.has_errors:
        return Read(Reached.NOTHING)
    made = check_source(source)
    if made.program is None or made.bag.has_errors:
        return Read(Reached.TREE)
    analysis = made.program.analysis
    settings = (analysis.inputs, analysis.output, analysis.events, analysis.measured_ecms)
    return Read(Reached.PROGRAM, f"{dumped(made.program)}{settings!r}\n{made.program.fits!r}\n")
