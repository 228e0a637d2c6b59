"""Whether a macro ran, by what ROOT says: the measure of the study.

In: a `MacroRun`. Out: a `Fault` and words, or None. Whether its numbers are right is not asked here.
"""

from __future__ import annotations

from enum import Enum

from dsl4bes.fitting.asked.macros.converged import of_minimiser
from dsl4bes.root.run import Ending, MacroRun
from dsl4bes.root.words import Kind, digest


class Fault(str, Enum):
    """What can be wrong with a program, from the answer to its numbers."""

    NO_CODE = "no code"
    CUT_OFF = "cut off"
    NOT_COMPILED = "does not compile"
    CRASHED = "crashes"
    TIMED_OUT = "times out"
    LIMIT = "passes a limit"
    SAID_ERROR = "reports an error"
    PRINTS_NOTHING = "prints nothing"
    NOT_CONVERGED = "does not converge"
    WRONG = "wrong result"


_FAULTS = {Ending.NOT_COMPILED: Fault.NOT_COMPILED, Ending.CRASHED: Fault.CRASHED, Ending.TIMED_OUT: Fault.TIMED_OUT, Ending.LIMIT: Fault.LIMIT, Ending.STATUS: Fault.SAID_ERROR}


def ran(run: MacroRun) -> tuple[Fault | None, str]:
    """What went wrong, whatever it printed. None: it ran."""
    if run.ending in _FAULTS:
        return _FAULTS[run.ending], digest(run.complaints) or run.words
    said = tuple(each for each in run.complaints if each.kind is Kind.CLASS)
    if said:
        return Fault.NOT_CONVERGED if all(of_minimiser(each.words) for each in said) else Fault.SAID_ERROR, digest(said)
    if not run.stdout.strip():
        return Fault.PRINTS_NOTHING, "nothing is printed on the standard output"
    return None, ""
