"""One fit: a cost function to its minimum, with its covariance.

In: a cost whose rise by 1 is one standard deviation, start values. Out: a `Fit`, or None where Minuit does not find a valid minimum with an accurate covariance. Functions of the parameters get their errors by
linear propagation. Nothing is drawn at random here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Fit:
    """`values` in the order of `names`; `covariance` likewise; `cost` at the minimum."""

    names: tuple[str, ...]
    values: Array
    covariance: Array
    cost: float

    def value(self, name: str) -> float:
        return float(self.values[self.names.index(name)])

    def error(self, name: str) -> float:
        at = self.names.index(name)
        return float(np.sqrt(self.covariance[at, at]))

    def estimate(self, name: str) -> tuple[float, float]:
        return self.value(name), self.error(name)

    def of(self, function: Callable[[Array], float]) -> tuple[float, float]:
        """A function of the parameters with its error."""
        errors = np.sqrt(np.diag(self.covariance))
        slopes = np.empty(len(self.values))
        for at, error in enumerate(errors):
            step = np.zeros(len(self.values))
            step[at] = 0.05 * error
            slopes[at] = (function(self.values + step) - function(self.values - step)) / (0.1 * error)
        return float(function(self.values)), float(np.sqrt(slopes @ self.covariance @ slopes))

    def off(self, truth: Mapping[str, float]) -> float:
        """The largest distance from the truth, in errors."""
        return max(abs(self.value(name) - truth[name]) / self.error(name) for name in self.names)


def minimised(cost: Callable[[Array], float], names: Sequence[str], start: Mapping[str, float]) -> Fit | None:
    """The minimum of `cost`, whose argument is the array of parameters."""
    from iminuit import Minuit

    minuit = Minuit(cost, np.array([start[name] for name in names]), name=list(names))
    minuit.errordef = 1.0
    minuit.strategy = 1
    minuit.errors = [0.05 * abs(start[name]) + 1e-3 for name in names]
    minuit.migrad()
    if not minuit.valid:
        minuit.simplex().migrad()
    minuit.hesse()
    if not minuit.valid or not minuit.accurate or minuit.covariance is None:
        return None
    return Fit(tuple(names), np.array(minuit.values), np.array(minuit.covariance), float(minuit.fval or 0.0))
