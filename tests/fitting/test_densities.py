"""The shapes of the judge by themselves: integrals against quadrature by scipy, scale, breaks, convolution against closed forms."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats

from dsl4bes.constructs.fit_terms import Term
from dsl4bes.constructs.shapes.registry import load
from dsl4bes.fitting.densities.base import Judged
from dsl4bes.fitting.densities.smeared import Smeared
from dsl4bes.fitting.densities.table import TABLE, judged
from dsl4bes.ir import fitting as ir
from tests.fitting.drawn import CASES
from tests.fitting.judging import fit_of, histogram, tree

AXIS = ir.Axis(name="x", title="x", unit="", low=0.5, high=9.5, ranges=((0.5, 9.5),), bins=90)

#: Parameters at which each shape of a formula is looked at.
VALUES: dict[str, list[dict[str, float]]] = {
    "argus": [{"endpoint": 8.0, "slope": -20.0, "power": 0.5}, {"endpoint": 9.8, "slope": 3.0, "power": 0.5}, {"endpoint": 8.0, "slope": 0.0, "power": 1.2}],
    "breit_wigner": [{"mean": 4.0, "width": 0.5}, {"mean": 9.0, "width": 0.02}],
    "chebyshev": [{}, {"c1": 0.4}, {"c1": -0.3, "c2": 0.2, "c3": 0.1}],
    "crystal_ball": [{"mean": 6.0, "sigma": 0.3, "alpha": 1.5, "n": 3.0}, {"mean": 3.0, "sigma": 0.3, "alpha": -0.8, "n": 1.0}, {"mean": 3.0, "sigma": 0.3, "alpha": 2.5, "n": 40.0}],
    "double_crystal_ball": [{"mean": 5.0, "sigma": 0.4, "alpha_low": 1.2, "n_low": 3.0, "alpha_high": 1.8, "n_high": 6.0}],
    "double_gaussian": [{"mean": 5.0, "sigma": 0.2, "sigma_wide": 2.0, "share": 0.3}],
    "exponential": [{"slope": -0.7}, {"slope": 0.0}, {"slope": 5.0}],
    "gaussian": [{"mean": 5.0, "sigma": 0.4}, {"mean": 0.0, "sigma": 3.0}, {"mean": 5.0, "sigma": 0.009}],
    "polynomial": [{}, {"c1": 0.4}, {"c1": 0.3, "c2": 0.2, "c3": -0.01}],
    "relativistic_breit_wigner": [{"mean": 4.0, "width": 0.5}, {"mean": 1.0, "width": 2.0}],
    "voigtian": [{"mean": 4.0, "width": 0.3, "sigma": 0.2}, {"mean": 9.0, "width": 0.02, "sigma": 0.5}],
}


def shape(word: str, folder: Path = Path(), **settings: object) -> Judged:
    return TABLE[word](ir.Density(name="d", shape=word, parameters=(), settings=tuple(settings.items())), (AXIS,), folder)


def test_every_shape_is_judged():
    assert set(TABLE) == set(load())


def test_every_density_has_a_data_set():
    assert set(CASES) == {word for word, shape in load().items() if shape.dimensions != 2}  # a formula has as many observables as its fit


def test_no_shape_has_a_parameter_that_an_amount_hides():
    amounts = {field.name for field in (Term.yield_, Term.fraction, Term.height)}
    assert amounts == {"yield", "fraction", "height"}
    assert {word for word, shape in load().items() if set(shape.fields) & amounts} == set()


def by_scipy(of: Judged | Smeared, low: float, high: float, p: dict[str, float], breaks: list[float]) -> float:
    cuts = [low, *sorted(each for each in {*breaks, p.get("mean", low), p.get("endpoint", low)} if low < each < high), high]
    return sum(integrate.quad(lambda x: float(of.height(np.array([x]), p)[0]), a, b, epsabs=1e-12, epsrel=1e-10, limit=500)[0] for a, b in pairwise(cuts))


@pytest.mark.parametrize(("word", "p"), [(word, p) for word, several in VALUES.items() for p in several], ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())) or "none")
def test_integrals_are_those_of_quadrature(word, p):
    of = shape(word)
    lows, highs = np.array([0.5, 0.5, 3.7, 4.0]), np.array([9.5, 2.0, 4.3, 4.01])
    found = of.integral(lows, highs, p)
    peak = max(abs(float(np.max(np.abs(found)))), 1e-300)
    for low, high, value in zip(lows, highs, found, strict=True):
        near = [p["mean"] + k * p[w] for k in (-8, -3, 3, 8) for w in ("sigma", "width") if w in p] if "mean" in p else []
        assert value == pytest.approx(by_scipy(of, low, high, p, [*of.breaks(p), *near]), rel=1e-7, abs=1e-9 * peak)


def test_shapes_are_those_of_scipy():
    x = np.linspace(0.5, 9.5, 50)
    assert shape("gaussian").height(x, {"mean": 4, "sigma": 0.7}) == pytest.approx(stats.norm.pdf(x, 4, 0.7))
    one_sided = shape("crystal_ball").height(x, {"mean": 6.0, "sigma": 0.5, "alpha": 1.5, "n": 3.0})
    theirs = stats.crystalball.pdf(x, 1.5, 3.0, loc=6.0, scale=0.5)
    assert one_sided / one_sided.max() == pytest.approx(theirs / theirs.max(), rel=1e-9)
    cauchy = shape("breit_wigner").height(x, {"mean": 6.0, "width": 0.5})
    assert cauchy / cauchy[7] == pytest.approx(stats.cauchy.pdf(x, 6, 0.25) / stats.cauchy.pdf(x[7], 6, 0.25))
    bound = shape("argus").height(x, {"endpoint": 9.0, "slope": -3.0, "power": 0.5})
    theirs = stats.argus.pdf(x / 9, np.sqrt(2 * 3.0))  # chi^2 / 2 there is our slope
    assert bound / bound[20] == pytest.approx(theirs / theirs[20], abs=1e-12)


def test_a_breit_wigner_smeared_by_a_gaussian_is_a_voigtian():
    resolution = ir.Density(name="r", shape="gaussian", parameters=(("mean", "m"), ("sigma", "s")))
    smeared = judged(ir.Density(name="d", shape="breit_wigner", parameters=(("mean", "mean"), ("width", "width")), resolution=resolution), (AXIS,), Path())
    x = np.linspace(0.5, 9.5, 400)
    for sigma in (0.02, 0.2, 1.0):
        p = {"mean": 4.2, "width": 0.3, "resolution.mean": 0.1, "resolution.sigma": sigma}
        found = smeared.height(x, p) * 0.3 / (2 * np.pi)
        expected = shape("voigtian").height(x, {"mean": 4.3, "width": 0.3, "sigma": sigma})
        assert found == pytest.approx(expected, rel=2e-6)
        assert smeared.integral(np.array([1.0]), np.array([6.0]), p)[0] == pytest.approx(by_scipy(smeared, 1.0, 6.0, p, [4.0, 4.3, 4.6]), rel=1e-6)


def test_what_lies_outside_of_the_range_smears_in():
    resolution = ir.Density(name="r", shape="gaussian", parameters=(("mean", "m"), ("sigma", "s")))
    smeared = judged(ir.Density(name="d", shape="exponential", parameters=(("slope", "slope"),), resolution=resolution), (AXIS,), Path())
    x = np.linspace(0.5, 9.5, 30)
    found = smeared.height(x, {"slope": -0.5, "resolution.mean": 0.0, "resolution.sigma": 0.8})
    assert found / found[0] == pytest.approx(np.exp(-0.5 * (x - x[0])), rel=1e-5)  # an exponential stays one, up to the ends of the range


def test_histogram_pdf_holds_the_contents(tmp_path):
    entries = np.random.default_rng(1).gamma(4, 1, 5000)
    edges = np.linspace(0.5, 9.5, 31)
    histogram(tmp_path, entries, edges)
    contents = np.histogram(entries, bins=edges)[0]
    data = (("file", "hist.root"), ("histogram", "h"))
    flat = shape("histogram_pdf", tmp_path, data=data)
    assert flat.integral(edges[:-1], edges[1:], {}) == pytest.approx(contents)
    centres = 0.5 * (edges[1:] + edges[:-1])
    for order in (1, 2, 3):
        smooth = shape("histogram_pdf", tmp_path, data=data, interpolation=order)
        assert smooth.height(centres, {}) == pytest.approx(contents / 0.3)
    line = shape("histogram_pdf", tmp_path, data=data, interpolation=1)
    assert line.height(centres[:-1] + 0.15, {}) == pytest.approx(0.5 * (contents[1:] + contents[:-1]) / 0.3)


def test_keys_pdf_follows_its_entries(tmp_path):
    entries = np.random.default_rng(1).normal(5, 1, 4000)
    tree(tmp_path, m=entries)
    keys = shape("keys_pdf", tmp_path, data=(("file", "data.root"), ("tree", "t"), ("branch", "m")))
    whole = keys.integral(np.array([0.5]), np.array([9.5]), {})[0]
    assert whole == pytest.approx(4000, rel=1e-3)
    x = np.linspace(3, 7, 20)
    assert keys.height(x, {}) / whole == pytest.approx(stats.norm.pdf(x, 5, 1), rel=0.15)
    assert keys.integral(np.array([3.0]), np.array([4.0]), {})[0] == pytest.approx(by_scipy(keys, 3.0, 4.0, {}, []), rel=1e-6)


def test_a_formula_is_evaluated_as_written():
    fit = fit_of(
        'fit("a") do\n    data "d.root", tree: "t", branch: "m"\n    range 0.5..9.5\n    signal formula do\n        density sqrt(x) * exp(-k * x) + max(x, 3) ** 2 / (1 + abs(sin(x)))\n        k 0.5\n    end\nend\n'
    )
    density = fit.samples[0].terms[0].density
    x = np.linspace(1, 9, 20)
    assert judged(density, fit.axes, Path()).height(x, {"k": 0.7}) == pytest.approx(np.sqrt(x) * np.exp(-0.7 * x) + np.maximum(x, 3) ** 2 / (1 + np.abs(np.sin(x))))
