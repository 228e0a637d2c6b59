"""Reference fits of histograms by every usual method.

In: counts, a model that gives the expected counts, start values. Out: `Fit`s by method: chi2 with observed errors (empty bins left out), chi2 with expected errors, likelihood; the model of a bin is its value at the
middle, or its average over the bin, or as RooFit mixes both. How chi2 over degrees of freedom may be calculated is in `goodness.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dsl4bes.benchmark.reference.fit import Array, Fit, minimised

#: Expected counts of all bins from the parameters.
Expected = Callable[[Array], Array]
_TINY = 1e-9


def observed_chi2(counts: Array, expected: Array) -> float:
    """Neyman's: errors are the roots of what was counted, and empty bins do not count."""
    filled = counts > 0
    return float(np.sum((counts[filled] - expected[filled]) ** 2 / counts[filled]))


def expected_chi2(counts: Array, expected: Array) -> float:
    """Pearson's: errors are the roots of what is expected."""
    safe = np.maximum(expected, _TINY)
    return float(np.sum((counts - expected) ** 2 / safe))


def deviance(counts: Array, expected: Array) -> float:
    """Twice the negative logarithm of the likelihood over that of a perfect model (Baker and Cousins)."""
    safe = np.maximum(expected, _TINY)
    return float(2 * np.sum(safe - counts + counts * np.log(np.where(counts > 0, counts, 1) / safe)))


COSTS: Mapping[str, Callable[[Array, Array], float]] = {"observed": observed_chi2, "expected": expected_chi2, "likelihood": deviance}


def fits(counts: Array, models: Mapping[str, Expected], names: Sequence[str], start: Mapping[str, float]) -> dict[str, Fit] | None:
    """The fits by all methods; None if one of them finds no valid minimum. `models` are those of a bin ("middle", "average")."""
    found = {}
    for way, model in models.items():
        for method, cost in COSTS.items():
            fit = minimised(_cost(cost, counts, model), names, start)
            if fit is None:
                return None
            found[f"{method}, {way}"] = fit
    if {"middle", "average"} <= set(models):
        fit = minimised(_mixed(counts, models["middle"], models["average"]), names, start)
        if fit is None:
            return None
        found["likelihood of RooFit, middle"] = fit
    return found


def _mixed(counts: Array, middle: Expected, average: Expected) -> Callable[[Array], float]:
    """The likelihood of RooFit for binned data: probabilities are those of the middles of the bins, normalised by the integral."""
    return lambda parameters: float(2 * (np.sum(average(parameters)) - np.sum(counts * np.log(np.maximum(middle(parameters), _TINY)))))


def _cost(cost: Callable[[Array, Array], float], counts: Array, model: Expected) -> Callable[[Array], float]:
    return lambda parameters: cost(counts, model(parameters))


def averaged(density: Callable[[Array, Array], Array], edges: Array) -> Expected:
    """Expected counts from a density per bin that is averaged over each bin (five points of Gauss and Legendre)."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    low, high = edges[:-1, None], edges[1:, None]
    at = (low + high) / 2 + (high - low) / 2 * nodes
    return lambda parameters: density(at, parameters) @ weights / 2


def at_middle(density: Callable[[Array, Array], Array], edges: Array) -> Expected:
    """Expected counts from a density per bin, taken at the middle of each bin."""
    middles = (edges[:-1] + edges[1:]) / 2
    return lambda parameters: density(middles, parameters)


def both(density: Callable[[Array, Array], Array], edges: Array) -> dict[str, Expected]:
    """Both models of a bin, by name."""
    return {"middle": at_middle(density, edges), "average": averaged(density, edges)}
