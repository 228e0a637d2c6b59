"""chi2 of a fitted plane in every form that is one, and what only looks like one.

In: the data of an exercise, a fit of them by iminuit, sums written out here bin by bin. Out: assertions on what a grader takes. No ROOT takes part.
"""

from __future__ import annotations

from functools import cache
from math import log

import numpy as np
import pytest

pytest.importorskip("iminuit", reason="the extra [fits] is not installed")
uproot = pytest.importorskip("uproot", reason="the extra [fits] is not installed")

from dsl4bes.benchmark.checks import Chi2
from dsl4bes.benchmark.reference import binned
from dsl4bes.benchmark.reference.goodness import chi2_forms
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.tasks.base import draw
from dsl4bes.benchmark.tasks.plane import NAMES, _model
from dsl4bes.fitting.asked.macros.printed import numbers

METHODS = ("observed, middle", "expected, average", "likelihood, middle")


@cache
def fitted(seed, method, tmp, number=0):
    """Counts, what the fit expects, and the check of that fit, for one of the two sets of data."""
    instance = draw(TASKS["plane"], seed).instances[number]
    ((name, content),) = instance.files.items()
    path = tmp / name
    path.write_bytes(content)
    with uproot.open(path) as file:
        counts, *edges = file[file.keys()[0]].to_numpy()
    models = {"middle": _model(edges, False), "average": _model(edges, True)}
    fit = binned.fits(counts, models, NAMES, instance.truth)[method]
    (check,) = [each for each in instance.groups[0].ways[method] if isinstance(each, Chi2)]
    return counts, models[method.partition(", ")[2]](fit.values), check


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("planes")


def pearson(n, m):
    return (n - m) ** 2 / m


def pairs(counts, expected, along_x=False):
    """Bins one after the other, as a loop in a macro goes."""
    both = (counts.T, expected.T) if along_x else (counts, expected)
    return list(zip(*(each.ravel().tolist() for each in both), strict=True))


def merged(bins, keep_rest=False):
    sums, n, m = [], 0.0, 0.0
    for one, other in bins:
        n, m = n + one, m + other
        if m >= 5:
            sums.append((n, m))
            n = m = 0.0
    if keep_rest and m:
        last_n, last_m = sums.pop()
        sums.append((last_n + n, last_m + m))
    return sum(pearson(*each) for each in sums), len(sums) - 5


def by_terms(term, bins):
    return sum(term(*each) for each in bins), len(bins) - 5


RIGHT = {
    "Pearson": lambda n, m: by_terms(pearson, pairs(n, m)),
    "Pearson, bins with entries": lambda n, m: by_terms(pearson, [each for each in pairs(n, m) if each[0] > 0]),
    "Pearson, at least 5 expected": lambda n, m: by_terms(pearson, [each for each in pairs(n, m) if each[1] >= 5]),
    "Neyman": lambda n, m: by_terms(lambda one, other: (one - other) ** 2 / one, [each for each in pairs(n, m) if each[0] > 0]),
    "Baker and Cousins": lambda n, m: by_terms(lambda one, other: 2 * (other - one + (one * log(one / other) if one else 0)), pairs(n, m)),
    "put together along y": lambda n, m: merged(pairs(n, m)),
    "put together along x": lambda n, m: merged(pairs(n, m, True)),
    "put together, the rest kept": lambda n, m: merged(pairs(n, m), True),
}


@pytest.mark.parametrize("form", RIGHT)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 3, 5])
def test_every_form_of_chi2_is_taken(seed, method, form, folder):
    counts, expected, check = fitted(seed, method, folder)
    chi2, ndf = RIGHT[form](counts, expected)
    for text in (f"chi2/ndf = {chi2:.6g} / {ndf}", f"reduced chi2: {chi2 / ndf:.5f}", f"卡方/自由度 = {chi2 / ndf:.3f}", f"chi2 {chi2:.2f}\nndf {ndf}"):
        assert check.missing(numbers(text)) == "", text


def half(n, m, term=pearson):
    return by_terms(term, pairs(n[: len(n) // 2], m[: len(n) // 2]))


def shifted(n, m):
    return by_terms(pearson, pairs(n, np.roll(m, 1, axis=0)))


def flat(n, m):
    return by_terms(pearson, pairs(n, np.full(m.shape, n.mean())))


def with_freedom(of_bins):
    return lambda n, m: (RIGHT["Pearson"](n, m)[0], of_bins(n.size))


WRONG = {
    "half of the bins": half,
    "half of the bins, all degrees of freedom": lambda n, m: (half(n, m)[0], n.size - 5),
    "another model": shifted,
    "a constant": flat,
    "one root too few": lambda n, m: by_terms(lambda one, other: abs(one - other) / other**0.5, pairs(n, m)),
    "degrees of freedom of a projection": with_freedom(lambda size: round(size**0.5) - 5),
    "over twice the bins": with_freedom(lambda size: 2 * size - 5),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 3, 5])
def test_what_is_no_chi2_of_the_fit_is_refused(seed, method, wrong, folder):
    """With one of the two sets of data at least: half of the bins may have the chi2/ndf of all of them."""
    refused = [0, 0, 0]
    for number in (0, 1):
        counts, expected, check = fitted(seed, method, folder, number)
        chi2, ndf = WRONG[wrong](counts, expected)
        for at, text in enumerate((f"chi2/ndf = {chi2:.6g} / {ndf} = {chi2 / ndf:.5f}", f"reduced chi2: {chi2 / ndf:.5f}", f"chi2 {chi2:.2f}\nndf {ndf}")):
            refused[at] += bool(check.missing(numbers(text)))
    assert all(refused), refused


@pytest.mark.parametrize("off", [-2, -1, 1, 5])
@pytest.mark.parametrize("seed", [1, 3, 5])
def test_both_numbers_say_their_own_degrees_of_freedom(seed, off, folder):
    """Of a quotient nobody can tell whether one of 600 is missing; of two numbers one can, unless another form has them."""
    counts, expected, check = fitted(seed, "likelihood, middle", folder)
    known = {ndf for _, ndf in check.pairs}
    chi2, ndf = RIGHT["Baker and Cousins"](counts, expected)
    if ndf + off not in known:
        assert check.missing(numbers(f"chi2 = {chi2:.6g}\nndf = {ndf + off}"))


def test_forms_that_leave_nothing_are_no_forms():
    assert chi2_forms(np.array([1.0, 0.0, 2.0]), np.array([1.2, 0.4, 1.4]), 3) == {}
    few = chi2_forms(np.array([9.0, 0.0, 2.0, 4.0]), np.array([8.0, 0.5, 1.5, 4.0]), 2)
    assert few["Neyman"] == (pytest.approx(1 / 9 + 0.25 / 2 + 0), 1) and few["Pearson"] == (pytest.approx(1 / 8 + 0.5 + 0.25 / 1.5), 2)
    assert "Pearson, bins that expect enough" not in few  # one bin, two parameters


def test_bins_put_together_by_hand():
    counts, expected = np.array([7.0, 1.0, 2.0, 4.0, 6.0, 1.0]), np.array([6.0, 2.0, 2.0, 3.0, 5.0, 2.0])
    found = chi2_forms(counts, expected, 1)
    assert found["Pearson, bins put together along x, the rest left out"] == (pytest.approx(1 / 6 + 0 / 7 + 1 / 5), 2)
    assert found["Pearson, bins put together along x, the rest with the last"] == (pytest.approx(1 / 6 + 0 / 7 + 0 / 7), 2)
