"""The result of a macro against that of the judge, parameter by parameter.

In: a `FitResult`, an `IndependentResult`. Out: `Difference`s, in errors of the judge. What is asked: values within 0.02 of the error, errors within 2 %. Both minimisers end where the objective is at
most about 1e-6 of what makes an error above its minimum; the rest is for densities that ROOT holds in tables. Nothing is judged where one of the two has no result.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.fitting.independent import IndependentResult
from dsl4bes.fitting.results import FitResult

VALUES, ERRORS = 0.02, 0.02


@dataclass(frozen=True, slots=True)
class Difference:
    """`value`: macro less judge, in errors of the judge; `error`: ratio of the errors less 1."""

    name: str
    value: float
    error: float

    def small(self, values: float = VALUES, errors: float = ERRORS) -> bool:
        return abs(self.value) < values and abs(self.error) < errors

    def __str__(self) -> str:
        return f"{self.name}: values differ by {self.value:+.3g} of the error, errors by {100 * self.error:+.3g} %"


def differences(macro: FitResult, judge: IndependentResult) -> tuple[Difference, ...]:
    """All floating parameters, in the judge's order. Raises `ValueError` where the two did not float the same ones."""
    theirs, ours = {each.name for each in macro.parameters}, {each.name for each in judge.parameters}
    if theirs != ours:
        raise ValueError(f"only one of the two fits floats {', '.join(sorted(theirs ^ ours))}")
    return tuple(Difference(each.name, (macro[each.name].value - each.value) / each.error, macro[each.name].error / each.error - 1) for each in judge.parameters)
