"""chi2 over degrees of freedom of a fitted histogram, by every form that is one.

In: counts, what the fitted model expects, the number of fitted parameters. Out: by the name of its form a chi2 with the degrees of freedom that belong to it. Chi2 of one form over the degrees of freedom of another is none of them.
Bins without entries have no observed error (Neyman) and may be left out by Pearson's form; bins of small expectation may be left out or put together until 5 are expected, since only then the sum follows a chi2 (Cochran's rule).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from dsl4bes.benchmark.reference.binned import deviance, expected_chi2, observed_chi2
from dsl4bes.benchmark.reference.fit import Array

LEAST = 5.0  #: entries that a bin must expect

#: chi2 and its degrees of freedom.
Pair = tuple[float, int]


def chi2_forms(counts: Array, expected: Array, parameters: int) -> Mapping[str, Pair]:
    """The forms by name; those that leave no degree of freedom are not among them."""
    seen, model = counts.ravel(), expected.ravel()
    filled, enough = seen > 0, model >= LEAST
    found = {
        "Neyman": (observed_chi2(seen, model), int(filled.sum())),
        "Neyman, as ROOT counts bins after a likelihood fit": (observed_chi2(seen, model), seen.size),  # TH1::Chisquare beside TFitResult::Ndf
        "Pearson": (expected_chi2(seen, model), seen.size),
        "Pearson, bins with entries": (expected_chi2(seen[filled], model[filled]), int(filled.sum())),
        "Pearson, bins that expect enough": (expected_chi2(seen[enough], model[enough]), int(enough.sum())),
        "likelihood ratio": (deviance(seen, model), seen.size),
    }
    for order, (ones, others) in _orders(counts, expected).items():
        for rest, sums in (("left out", list(_merged(ones, others))), ("with the last", _with_rest(ones, others))):
            if sums:
                of_sums, of_model = np.array(sums).T
                found[f"Pearson, bins put together {order}, the rest {rest}"] = (expected_chi2(of_sums, of_model), len(sums))
    return {form: (chi2, bins - parameters) for form, (chi2, bins) in found.items() if bins > parameters}


def chi2_pairs(counts: Array, models: Iterable[Array], parameters: int) -> tuple[Pair, ...]:
    """The different ones of `chi2_forms`; `models` are what one fit expects, taken at the middle of a bin or averaged over it."""
    return tuple(sorted({pair for expected in models for pair in chi2_forms(counts, expected, parameters).values()}))


def _orders(counts: Array, expected: Array) -> dict[str, tuple[Array, Array]]:
    """The orders in which a program may go through bins: of a plane along x or along y first."""
    if counts.ndim == 1:
        return {"along x": (counts, expected)}
    return {"along y": (counts.ravel(), expected.ravel()), "along x": (counts.T.ravel(), expected.T.ravel())}


def _merged(counts: Array, expected: Array) -> Iterator[tuple[float, float]]:
    """Neighbours put together until 5 are expected, as `templates/fits/support/report_goodness` does; what is left at the end expects less and is left out."""
    seen = model = 0.0
    for one, other in zip(counts, expected, strict=True):
        seen, model = seen + float(one), model + float(other)
        if model >= LEAST:
            yield seen, model
            seen = model = 0.0


def _with_rest(counts: Array, expected: Array) -> list[tuple[float, float]]:
    """The same with what is left at the end added to the last."""
    sums = list(_merged(counts, expected))
    if sums:
        seen, model = np.sum(sums, axis=0)
        sums[-1] = (sums[-1][0] + float(counts.sum() - seen), sums[-1][1] + float(expected.sum() - model))
    return sums
