"""What a fit minimises, as a function of its floating parameters.

In: a `Fit`, its data, the ranges and terms that count. Out: a number: minus the logarithm of the likelihood, or chi2.
Yields are entries in the whole range of the observable, windows that are left out included; fractions are shares there. In bins the model is its integral over the bin. A bin without an error (an
empty one) has no part in chi2. Constant terms of likelihoods are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dsl4bes.fitting.data import Bins, NotJudged, Ranges, bins_within, entries_of, in_bins, within
from dsl4bes.fitting.densities.base import Judged, Numbers
from dsl4bes.fitting.densities.own_formula import evaluate
from dsl4bes.fitting.densities.smeared import Smeared
from dsl4bes.fitting.densities.table import judged, roles
from dsl4bes.ir import fitting as ir

#: Where a density is negative or no number there is no likelihood; the minimiser is sent away.
_AWAY = 1e100


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sample: its terms and what they are compared with."""

    name: str
    terms: tuple[ir.Term, ...]
    data: Numbers | Bins


def binned(fit: ir.Fit) -> bool:
    """Whether a fit of densities is one of bins."""
    return fit.binned or fit.method is ir.Method.CHI2


def read(fit: ir.Fit, folder: Path) -> tuple[Part, ...]:
    """The data of all samples, in the whole range."""
    found = []
    for sample in fit.samples:
        data = entries_of(sample.data, fit.axes[0], folder)
        if not isinstance(data, Bins) and binned(fit):
            data = in_bins(data, fit.axes[0])
        if not count(data) > 0:
            raise NotJudged(f"no entry lies in the range of {fit.axes[0].name}")
        found.append(Part(sample.name, sample.terms, data))
    return tuple(found)


def count(data: Numbers | Bins) -> float:
    """The number of entries."""
    return float(data.content.sum()) if isinstance(data, Bins) else float(len(data))


class Objective:
    """The objective of a fit in some ranges, of some terms."""

    def __init__(self, fit: ir.Fit, parts: Sequence[Part], ranges: Ranges, folder: Path) -> None:
        self.fit, self.ranges = fit, ranges
        self.parts = tuple(Part(part.name, part.terms, bins_within(part.data, ranges) if isinstance(part.data, Bins) else within(part.data, ranges)) for part in parts)
        self.chi2 = fit.method is ir.Method.CHI2
        densities = {term.density.name: term.density for part in self.parts for term in part.terms}
        self.densities: dict[str, Judged | Smeared] = {name: judged(density, fit.axes, folder) for name, density in densities.items()}
        self.roles = {name: roles(density) for name, density in densities.items()}
        self.whole = np.array([fit.axes[0].low]), np.array([fit.axes[0].high])
        self.cut = np.array([low for low, _ in ranges]), np.array([high for _, high in ranges])

    def values(self, floating: Mapping[str, float]) -> dict[str, float]:
        """The values of all parameters: those that float as given, the others as they are fixed or follow."""
        values: dict[str, float] = {}
        for parameter in self.fit.parameters:
            if parameter.formula is not None:
                values[parameter.name] = float(evaluate(parameter.formula, values))
            else:
                values[parameter.name] = floating.get(parameter.name, parameter.value)
        return values

    def __call__(self, floating: Mapping[str, float]) -> float:
        values = self.values(floating)
        with np.errstate(all="ignore"):
            total = sum(self._part(part, values) for part in self.parts) + self._constraints(values)
        return float(total) if np.isfinite(total) else _AWAY

    def _constraints(self, values: Mapping[str, float]) -> float:
        found = 0.0
        for parameter in self.fit.parameters:
            if parameter.constraint is not None:
                mean, sigma = parameter.constraint
                found += ((values[parameter.name] - mean) / sigma) ** 2
        return found if self.chi2 else 0.5 * found

    def _amounts(self, part: Part, values: Mapping[str, float]) -> list[float]:
        """Yields, or fractions of which the last is what the others leave."""
        amounts = [values[term.amount] for term in part.terms if term.amount]
        return amounts if len(amounts) == len(part.terms) else [*amounts, 1 - sum(amounts)]

    def _part(self, part: Part, values: Mapping[str, float]) -> float:
        data = part.data
        expected = 0.0  # in the ranges
        at: Numbers = np.zeros(len(data.content) if isinstance(data, Bins) else len(data))
        for term, amount in zip(part.terms, self._amounts(part, values), strict=True):
            density = self.densities[term.density.name]
            p = {role: values[name] for role, name in self.roles[term.density.name]}
            scale = amount / density.integral(*self.whole, p)[0]
            if isinstance(data, Bins):
                at += scale * density.integral(data.low, data.high, p)
            else:
                at += scale * density.height(data, p)
                expected += scale * float(density.integral(*self.cut, p).sum())
        if isinstance(data, Bins):
            return self._bins(data, at)
        if np.any(at <= 0) or not expected > 0:
            return _AWAY
        logarithms = float(np.log(at).sum())
        return len(data) * np.log(expected) - logarithms if self.fit.method is ir.Method.LIKELIHOOD else expected - logarithms

    def _bins(self, data: Bins, at: Numbers) -> float:
        if self.chi2:
            counts = data.error > 0
            return float((((data.content - at)[counts] / data.error[counts]) ** 2).sum())
        filled = data.content != 0
        if np.any(at[filled] <= 0) or not at.sum() > 0:
            return _AWAY
        logarithms = float((data.content[filled] * np.log(at[filled])).sum())
        return float(data.content.sum()) * np.log(at.sum()) - logarithms if self.fit.method is ir.Method.LIKELIHOOD else float(at.sum()) - logarithms
