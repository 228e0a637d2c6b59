"""What a program was worth.

In: nothing. Out: `Verdict`. A program "runs", by the measure of the study, if it has no fault or one of those that only its numbers show. No code is refused unseen: the sandbox holds whatever it does. No program is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.fitting.asked.macros.ran import Fault

_RUN = {Fault.NOT_CONVERGED, Fault.WRONG}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault` is None for a correct program; `words` say what is wrong; `seconds` of all its runs; `instance` is the set of data that showed the fault (0 or 1)."""

    fault: Fault | None
    words: str = ""
    seconds: float = 0.0
    instance: int = 0

    @property
    def runs(self) -> bool:
        return self.fault is None or self.fault in _RUN

    @property
    def correct(self) -> bool:
        return self.fault is None
