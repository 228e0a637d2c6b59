"""Curves through points with errors, and surfaces, in real ROOT against fits of iminuit that share nothing with the macros but the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from curve_tools import histogram, objects, resolved, root, run, table

from dsl4bes.constructs.shapes.registry import load
from dsl4bes.macro.from_ir import lower
from dsl4bes.macro.render import render
from dsl4bes.macro.shapes.curves import CHEBYSHEV_FROM_6, CURVES

iminuit = pytest.importorskip("iminuit")

PEAK = """fit("peak") do
    data "points.csv", x: "x", y: "y", error_low: "low", error_high: "high"
    range 0..10
    {more}
    signal gaussian do
        mean 4.5
        sigma 1
    end
    background polynomial do
        order 1
    end
end
"""
NAMES = ("signal.height", "signal.mean", "signal.sigma", "background.c0", "background.c1")
TRUTH = np.array([100.0, 4.2, 0.7, 20.0, 3.0])


def peak(x: np.ndarray, height: float, mean: float, sigma: float, c0: float, c1: float) -> np.ndarray:
    return height * np.exp(-0.5 * ((x - mean) / sigma) ** 2) + c0 + c1 * x


def points(seed: int, skew: float = 2.0) -> tuple[np.ndarray, ...]:
    """Points about the truth whose upper errors are `skew` times the lower ones."""
    drawn = np.random.default_rng(seed)
    x = np.linspace(0.125, 9.875, 40)
    true = peak(x, *TRUTH)
    low = 2 + 0.05 * true
    z = drawn.normal(size=x.size)
    return x, true + np.where(z > 0, z * low, z * skew * low), low, skew * low


def asymmetric_chi2(x: np.ndarray, y: np.ndarray, low: np.ndarray, high: np.ndarray, model=peak):
    def chi2(values: np.ndarray) -> float:
        expected = model(x, *values)
        return float(np.sum(((y - expected) / np.where(expected > y, high, low)) ** 2))

    return chi2


def minuit(chi2, start) -> iminuit.Minuit:
    found = iminuit.Minuit(chi2, np.array(start, dtype=float))
    found.errordef, found.tol = 1, 1e-3
    found.migrad()
    found.hesse()
    assert found.valid
    return found


def agrees(ran, names, found: iminuit.Minuit, within: float = 0.02) -> None:
    """Values within a share of the errors, errors within two per cent."""
    errors = np.array(found.errors)
    assert np.all(np.abs(ran.values(*names) - np.array(found.values)) < within * errors), (ran.values(*names), list(found.values))
    assert ran.errors(*names) == pytest.approx(errors, rel=0.02)


def test_points_with_asymmetric_errors_agree_with_iminuit(tmp_path: Path) -> None:
    x, y, low, high = points(1)
    table(tmp_path / "points.csv", x=x, y=y, low=low, high=high)
    ran = run(PEAK.format(more="report :chi2_ndf, :pulls"), tmp_path)
    assert ran.macro.exit == 0 and ran.json["valid"], ran.macro.stderr
    assert np.all(np.abs(ran.values(*NAMES) - TRUTH) < 5 * ran.errors(*NAMES))
    found = minuit(asymmetric_chi2(x, y, low, high), TRUTH)
    agrees(ran, NAMES, found)
    goodness = ran.json["goodness"]
    assert goodness["chi2"] == pytest.approx(found.fval, rel=1e-4) and goodness["ndf"] == 35
    assert 0.7 < goodness["pull_width"] < 1.4 and len(goodness["pulls"]) == 40
    assert np.sum(np.square(goodness["pulls"])) == pytest.approx(goodness["chi2"], rel=1e-6)
    for ending in ("pdf", "png"):
        assert (tmp_path / f"peak.{ending}").stat().st_size > 5000


@pytest.mark.slow
def test_errors_below_and_above_are_not_the_same(tmp_path: Path) -> None:
    x, y, low, high = points(1)
    table(tmp_path / "points.csv", x=x, y=y, low=high, high=low)
    swapped = run(PEAK.format(more=""), tmp_path)
    right, wrong = minuit(asymmetric_chi2(x, y, low, high), TRUTH), minuit(asymmetric_chi2(x, y, high, low), TRUTH)
    agrees(swapped, NAMES, wrong)
    assert abs(swapped["background.c0"][0] - right.values[3]) > 0.5 * right.errors[3]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_truth_is_recovered(tmp_path: Path, seed: int) -> None:
    x, y, low, high = points(100 + seed)
    table(tmp_path / "points.csv", x=x, y=y, low=low, high=high)
    ran = run(PEAK.format(more=""), tmp_path)
    assert ran.json["valid"]
    assert np.all(np.abs(ran.values(*NAMES) - TRUTH) < 5 * ran.errors(*NAMES))


@pytest.mark.slow
def test_a_graph_of_a_root_file_is_the_same_as_a_table(tmp_path: Path) -> None:
    x, y, low, high = points(2)
    table(tmp_path / "points.csv", x=x, y=y, low=low, high=high)
    from_table = run(PEAK.format(more=""), tmp_path)
    made = "".join(f"g.SetPoint({i}, {a!r}, {b!r}); g.SetPointError({i}, 0, 0, {c!r}, {d!r});\n" for i, (a, b, c, d) in enumerate(zip(*(map(float, each) for each in (x, y, low, high)), strict=True)))
    objects(tmp_path, f'TGraphAsymmErrors g(40);\n{made}g.Write("g");\n')
    text = PEAK.format(more="").replace('"points.csv", x: "x", y: "y", error_low: "low", error_high: "high"', '"data.root", graph: "g"')
    from_graph = run(text, tmp_path)
    assert from_graph.json["parameters"] == from_table.json["parameters"] and from_graph.json["valid"]


@pytest.mark.slow
def test_intervals_band_and_minos(tmp_path: Path) -> None:
    from scipy.stats import norm

    x, y, low, high = points(3)
    table(tmp_path / "points.csv", x=x, y=y, low=low, high=high)
    ran = run(PEAK.format(more="errors :minos\n    intervals 68.3 %, 95 %\n    band 90 %"), tmp_path)
    found = minuit(asymmetric_chi2(x, y, low, high), TRUTH)
    found.minos()
    for number, name in enumerate(NAMES):
        error = found.errors[number]
        assert ran.json["parameters"][name]["error_low"] == pytest.approx(found.merrors[number].lower, abs=0.02 * error)
        assert ran.json["parameters"][name]["error_high"] == pytest.approx(found.merrors[number].upper, abs=0.02 * error)
    found.minos(cl=0.95)
    for number, name in enumerate(NAMES):
        interval = np.array(ran.json["intervals"]["0.95"][name])
        wanted = found.values[number] + np.array([found.merrors[number].lower, found.merrors[number].upper])
        assert np.all(np.abs(interval - wanted) < 0.03 * found.errors[number])
    band = ran.json["band"]
    places = np.array(band["centres"])
    slopes = np.array([(peak(places, *(found.values + step)) - peak(places, *(found.values - step))) / 2e-4 for step in 1e-4 * np.eye(5)])
    error = np.sqrt(np.einsum("ix,ij,jx->x", slopes, np.array(found.covariance), slopes))
    half = (np.array(band["0.9"]["high"]) - np.array(band["0.9"]["low"])) / 2
    assert half == pytest.approx(norm.ppf(0.95) * error, rel=0.03)


LINE = """fit("line") do
    data {data}
    range -1..11
    component polynomial do
        order 1
    end
end
"""


@pytest.mark.slow
def test_errors_of_x_count_by_the_slope(tmp_path: Path) -> None:
    drawn = np.random.default_rng(7)
    true = np.linspace(0, 10, 25)
    x, y = true + drawn.normal(0, 0.1, 25), 2 + 5 * true + drawn.normal(0, 0.3, 25)
    table(tmp_path / "points.csv", x=x, y=y, e=np.full(25, 0.3), ex=np.full(25, 0.1))
    ran = run(LINE.format(data='"points.csv", x: "x", y: "y", error: "e", error_x: "ex"'), tmp_path)
    assert ran.json["valid"], ran.macro.stdout
    found = minuit(lambda v: float(np.sum((y - v[0] - v[1] * x) ** 2 / (0.09 + 0.01 * v[1] ** 2))), (2, 5))
    agrees(ran, ("component.c0", "component.c1"), found)
    assert ran["component.c1"][1] > 1.5 * minuit(lambda v: float(np.sum((y - v[0] - v[1] * x) ** 2 / 0.09)), (2, 5)).errors[1]


@pytest.mark.slow
def test_points_without_errors_take_their_scatter(tmp_path: Path) -> None:
    drawn = np.random.default_rng(8)
    x = np.linspace(0, 10, 25)
    y = 2 + 5 * x + drawn.normal(0, 0.4, 25)
    made = "".join(f"g.SetPoint({i}, {a!r}, {b!r});\n" for i, (a, b) in enumerate(zip(map(float, x), map(float, y), strict=True)))
    objects(tmp_path, f'TGraph g(25);\n{made}g.Write("g");\n')
    ran = run(LINE.format(data='"data.root", graph: "g"'), tmp_path)
    values, covariance = np.polyfit(x, y, 1, cov=True)
    assert ran.values("component.c1", "component.c0") == pytest.approx(values, rel=1e-5)
    assert ran.errors("component.c1", "component.c0") == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-3)
    assert ran.json["goodness"]["chi2"] == pytest.approx(23, rel=1e-6) and 0.25 < ran.json["error_from_scatter"] < 0.6


@pytest.mark.slow
def test_excluded_windows_and_several_ranges_leave_points_out(tmp_path: Path) -> None:
    drawn = np.random.default_rng(9)
    x = np.linspace(0, 10, 41)
    y = 2 + 5 * x + drawn.normal(0, 0.4, 41)
    bad = ((x > 3) & (x < 5)) | ((x > 7) & (x < 8))
    table(tmp_path / "points.csv", x=x, y=np.where(bad, 1000.0, y), e=np.full(41, 0.4))
    text = LINE.format(data='"points.csv", x: "x", y: "y", error: "e"').replace("range -1..11", "range -1..7, 8..11\n    exclude 3..5")
    ran = run(text, tmp_path)
    values = np.polyfit(x[~bad], y[~bad], 1)
    assert ran.values("component.c1", "component.c0") == pytest.approx(values, rel=1e-5)
    assert ran.json["goodness"]["ndf"] == (~bad).sum() - 2


@pytest.mark.slow
def test_side_bands_come_first_and_may_stay(tmp_path: Path) -> None:
    x, y, low, high = points(4)
    table(tmp_path / "points.csv", x=x, y=y, low=low, high=high)
    ran = run(PEAK.format(more="sidebands 0..2, 6.5..10, then: :fixed"), tmp_path)
    sides = (x < 2) | (x > 6.5)
    straight = minuit(asymmetric_chi2(x[sides], y[sides], low[sides], high[sides], lambda x, c0, c1: c0 + c1 * x), (20, 3))
    found = ran.json["sidebands"]["parameters"]
    for number, name in enumerate(("background.c0", "background.c1")):
        assert found[name]["value"] == pytest.approx(straight.values[number], abs=0.02 * straight.errors[number])
        assert ran.json["fixed"][name] == pytest.approx(found[name]["value"], rel=1e-8)
    assert set(ran.json["parameters"]) == {"signal.mean", "signal.sigma", "signal.height"} and ran.json["valid"]


@pytest.mark.slow
def test_constraints_and_formulas_of_parameters(tmp_path: Path) -> None:
    x, y, low, high = points(5)
    table(tmp_path / "points.csv", x=x, y=y, low=low, high=high)
    text = PEAK.format(more="").replace("sigma 1\n", "sigma 0.9, range: 0.1..3, constraint: 0.02\n").replace("    background", "    component(:second) gaussian do\n        mean signal.mean + 3\n        sigma 2 * signal.sigma\n    end\n    background", 1)
    ran = run(text, tmp_path)

    def model(x: np.ndarray, height: float, mean: float, sigma: float, c0: float, c1: float, other: float) -> np.ndarray:
        return peak(x, height, mean, sigma, c0, c1) + other * np.exp(-0.5 * ((x - mean - 3) / (2 * sigma)) ** 2)

    chi2 = asymmetric_chi2(x, y, low, high, model)
    found = minuit(lambda v: chi2(v) + ((v[2] - 0.9) / 0.02) ** 2, (*TRUTH, 1))
    agrees(ran, (*NAMES, "second.height"), found)
    assert ran.json["goodness"]["chi2"] == pytest.approx(found.fval, rel=1e-4) and ran.json["goodness"]["ndf"] == 41 - 6


# --- surfaces -----------------------------------------------------------------------------------------------------------

SURFACE = """fit("surface") do
    data "data.root", histogram: "h"
    range -4..4
    range_y -5..5
    {more}
    signal gaussian_2d do
        {fixed}
    end
end
"""
SURFACE_NAMES = ("signal.height", "signal.mean_x", "signal.sigma_x", "signal.mean_y", "signal.sigma_y", "signal.correlation")


def surface(x, y, height, mean_x, sigma_x, mean_y, sigma_y, rho):
    u, v = (x - mean_x) / sigma_x, (y - mean_y) / sigma_y
    return height * np.exp(-0.5 * (u * u - 2 * rho * u * v + v * v) / (1 - rho * rho))


def counts(seed: int, events: int, rho: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(seed)
    a, b = drawn.normal(size=(2, events))
    contents, edges_x, edges_y = np.histogram2d(0.3 + 0.8 * a, -0.5 + 1.1 * (rho * a + np.sqrt(1 - rho**2) * b), bins=(40, 40), range=((-4, 4), (-5, 5)))
    x, y = np.meshgrid((edges_x[1:] + edges_x[:-1]) / 2, (edges_y[1:] + edges_y[:-1]) / 2, indexing="ij")
    return contents, x, y


@pytest.mark.slow
def test_a_surface_of_counts_agrees_with_iminuit(tmp_path: Path) -> None:
    contents, x, y = counts(11, 20000, 0.6)
    objects(tmp_path, histogram("h", contents, (-4, 4), (-5, 5)))
    ran = run(SURFACE.format(more="intervals 95 %", fixed=""), tmp_path)
    assert ran.json["valid"], ran.macro.stdout

    def poisson(values: np.ndarray) -> float:
        expected = surface(x, y, *values)
        return float(2 * np.sum(expected - contents * np.log(np.maximum(expected, 1e-300))))

    found = minuit(poisson, (170, 0.3, 0.8, -0.5, 1.1, 0.6))
    agrees(ran, SURFACE_NAMES, found)
    truth = np.array([0.3, 0.8, -0.5, 1.1, 0.6])
    assert np.all(np.abs(ran.values(*SURFACE_NAMES[1:]) - truth) < 5 * ran.errors(*SURFACE_NAMES[1:]))
    found.minos("x5", cl=0.95)
    wanted = found.values[5] + np.array([found.merrors[0].lower, found.merrors[0].upper])
    assert np.all(np.abs(np.array(ran.json["intervals"]["0.95"]["signal.correlation"]) - wanted) < 0.05 * found.errors[5])
    goodness = ran.json["goodness"]
    assert goodness["probability"] > 1e-4 and 0.8 < goodness["pull_width"] < 1.2
    assert (tmp_path / "surface.png").stat().st_size > 5000


@pytest.mark.slow
def test_a_surface_by_chi2_without_correlation(tmp_path: Path) -> None:
    contents, x, y = counts(12, 200000, 0.0)
    objects(tmp_path, histogram("h", contents, (-4, 4), (-5, 5)))
    ran = run(SURFACE.format(more="method :chi2", fixed="correlation 0, fixed: true"), tmp_path)
    full = contents > 0
    found = minuit(lambda v: float(np.sum((contents - surface(x, y, *v, 0.0))[full] ** 2 / contents[full])), (1500, 0.3, 0.8, -0.5, 1.1))
    agrees(ran, SURFACE_NAMES[:5], found)
    assert ran.json["goodness"]["ndf"] == full.sum() - 5 and ran.json["fixed"] == {"signal.correlation": 0}


@pytest.mark.slow
def test_surfaces_of_two_samples_share_parameters_and_take_formulas(tmp_path: Path) -> None:
    first, x, y = counts(13, 8000, 0.3)
    second, _, _ = counts(14, 4000, 0.3)
    objects(tmp_path, histogram("h1", first, (-4, 4), (-5, 5)) + histogram("h2", second + 2, (-4, 4), (-5, 5)))
    text = """fit("both") do
    range -4..4
    range_y -5..5
    signal gaussian_2d do
    end
    sample(:first) do
        data "data.root", histogram: "h1"
    end
    sample(:second) do
        data "data.root", histogram: "h2"
        background formula do
            density a + b * x * y
            a 1
            b 0.01
        end
    end
end
"""
    ran = run(text, tmp_path)
    assert ran.json["valid"], ran.macro.stdout

    def poisson(values: np.ndarray) -> float:
        shape = surface(x, y, 1, *values[2:7])
        one, two = values[0] * shape, values[1] * shape + values[7] + values[8] * x * y
        return float(2 * np.sum(one - first * np.log(np.maximum(one, 1e-300)) + two - (second + 2) * np.log(np.maximum(two, 1e-300))))

    found = minuit(poisson, (70, 35, 0.3, 0.8, -0.5, 1.1, 0.3, 2, 0))
    agrees(ran, ("first.signal.height", "second.signal.height", *SURFACE_NAMES[1:], "background.a", "background.b"), found)
    assert {"goodness first", "goodness second", "picture both_first", "picture both_second"} <= set(ran.json)


# --- shapes -------------------------------------------------------------------------------------------------------------


def test_every_shape_that_is_a_curve_has_one() -> None:
    assert set(CURVES) == {word for word, shape in load().items() if shape.curve}
    assert {"histogram_pdf", "keys_pdf"} == set(load()) - set(CURVES)


@pytest.mark.parametrize("word", sorted(set(CURVES) - {"gaussian_2d", "formula"}))
def test_a_curve_is_written_with_the_parameters_that_its_shape_has(word: str) -> None:
    text = f'fit("shape") do\n    data "points.csv", x: "x", y: "y", error: "e"\n    range 0..10\n    signal {word} do\n    end\nend\n'
    assert "TF1 model(" in render(lower(resolved(text), "shape.bes"))


def test_chebyshev_polynomials_that_are_written_out() -> None:
    y = np.linspace(-1, 1, 41)
    for order, text in enumerate(CHEBYSHEV_FROM_6, 6):
        assert eval(text.format(y="y"), {"y": y}) == pytest.approx(np.polynomial.chebyshev.chebval(y, [0] * order + [1]), abs=1e-12)  # our own text


def _crystal_ball(x: np.ndarray, mean: float, sigma: float, alpha: float, n: float) -> np.ndarray:
    z = (x - mean) / sigma
    tail = (n / alpha) ** n * np.exp(-(alpha**2) / 2) * np.maximum(n / alpha - alpha - z, 1e-9) ** -n
    return np.where(z > -alpha, np.exp(-z * z / 2), tail)


def _voigtian(x: np.ndarray, mean: float, width: float, sigma: float) -> np.ndarray:
    from scipy.special import voigt_profile

    return voigt_profile(x - mean, sigma, width / 2) / voigt_profile(0.0, sigma, width / 2)


def _double_gaussian(x: np.ndarray, mean: float, sigma: float, wide: float, share: float) -> np.ndarray:
    def value(x):
        return share / sigma * np.exp(-0.5 * ((x - mean) / sigma) ** 2) + (1 - share) / wide * np.exp(-0.5 * ((x - mean) / wide) ** 2)

    return value(x) / value(mean)


def _argus(x: np.ndarray, endpoint: float, slope: float) -> np.ndarray:
    inside = np.maximum(0, 1 - (x / endpoint) ** 2)
    return np.where(x < endpoint, x / endpoint * np.sqrt(inside) * np.exp(slope * inside), 0)


#: shape, lines, parameters that float with their true values, the curve of height 1, range
SHAPES = {
    "argus": ("slope -5", {"endpoint": 9.5, "slope": -3.0}, _argus),
    "breit_wigner": ("", {"mean": 4.4, "width": 1.3}, lambda x, m, w: w * w / 4 / ((x - m) ** 2 + w * w / 4)),
    "chebyshev": ("order 3", {"c1": 0.3, "c2": -0.4, "c3": 0.1}, lambda x, *c: np.polynomial.chebyshev.chebval((x - 5) / 5, (1, *c))),
    "crystal_ball": ("mean 5\nsigma 1\nn 3, fixed: true", {"mean": 6.0, "sigma": 0.8, "alpha": 1.2}, lambda x, m, s, a: _crystal_ball(x, m, s, a, 3)),
    "double_crystal_ball": (
        "mean 5\nsigma 1\nn_low 3, fixed: true\nn_high 4, fixed: true", {"mean": 5.0, "sigma": 0.8, "alpha_low": 1.2, "alpha_high": 1.6},
        lambda x, m, s, a, b: np.where(x < m, _crystal_ball(x, m, s, a, 3), _crystal_ball(2 * m - x, m, s, b, 4)),
    ),
    "double_gaussian": ("mean 5\nsigma 0.5\nsigma_wide 1.5", {"mean": 5.0, "sigma": 0.4, "sigma_wide": 1.6, "share": 0.5}, _double_gaussian),
    "exponential": ("", {"slope": -0.4}, lambda x, s: np.exp(s * x)),
    "gaussian": ("", {"mean": 4.3, "sigma": 1.1}, lambda x, m, s: np.exp(-0.5 * ((x - m) / s) ** 2)),
    "relativistic_breit_wigner": ("", {"mean": 4.4, "width": 1.3}, lambda x, m, w: (m * w) ** 2 / ((x * x - m * m) ** 2 + (m * w) ** 2)),
    "voigtian": ("", {"mean": 4.4, "width": 0.8, "sigma": 0.6}, _voigtian),
}  # fmt: skip


def test_every_shape_of_one_observable_is_tried() -> None:
    assert set(SHAPES) | {"polynomial", "formula", "gaussian_2d"} == set(CURVES)


@pytest.mark.slow
@pytest.mark.parametrize("word", SHAPES)
def test_a_shape_agrees_with_iminuit(tmp_path: Path, word: str) -> None:
    lines, truth, curve = SHAPES[word]
    drawn = np.random.default_rng(sorted(SHAPES).index(word) + 50)
    x = np.linspace(0.05, 9.95, 100)
    true = 50 * curve(x, *truth.values())
    error = 0.5 + 0.01 * true
    y = true + drawn.normal(size=x.size) * error
    table(tmp_path / "points.csv", x=x, y=y, e=error)
    text = f'fit("shape") do\n    data "points.csv", x: "x", y: "y", error: "e"\n    range 0..10\n    signal {word} do\n{lines}\n    end\nend\n'
    ran = run(text, tmp_path)
    assert ran.json["valid"], ran.macro.stdout
    found = minuit(lambda v: float(np.sum(((y - v[0] * curve(x, *v[1:])) / error) ** 2)), (50, *truth.values()))
    agrees(ran, ("signal.height", *(f"signal.{name}" for name in truth)), found, within=0.03)
    assert np.all(np.abs(ran.values(*(f"signal.{name}" for name in truth)) - np.array(list(truth.values()))) < 5 * np.array(found.errors)[1:])


@pytest.mark.slow
def test_a_formula_is_a_curve_of_its_own(tmp_path: Path) -> None:
    drawn = np.random.default_rng(70)
    x = np.linspace(-3, 3, 60)
    y = -2 * np.sin(1.3 * x) + 0.5 + drawn.normal(0, 0.1, 60)
    table(tmp_path / "points.csv", x=x, y=y, e=np.full(60, 0.1))
    text = 'fit("wave") do\n    data "points.csv", x: "x", y: "y", error: "e"\n    range -3..3\n    component formula do\n        density a * sin(k * x) + b\n        a -1\n        k 1.2\n        b 0\n    end\nend\n'
    ran = run(text, tmp_path)
    found = minuit(lambda v: float(np.sum(((y - v[0] * np.sin(v[1] * x) - v[2]) / 0.1) ** 2)), (-2, 1.3, 0.5))
    agrees(ran, ("component.a", "component.k", "component.b"), found)


# --- the text -----------------------------------------------------------------------------------------------------------


def test_the_same_program_gives_the_same_text() -> None:
    text = PEAK.format(more="band 68.3 %")
    first, second = (render(lower(resolved(text), "peak.bes")) for _ in range(2))
    assert first == second and "Roo" not in first
    assert 'TF1 model("model", "[2]*exp(-0.5*pow((x - [0])/[1], 2)) + ([3] + [4]*x)", 0.0, 10.0);' in first


def test_root_is_there_or_the_reason_is_said() -> None:
    assert root().version >= (6, 24, 0)
