"""Methods, ranges, bins, constraints, samples, side bands, convolutions: the macro in ROOT and the judge agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from dsl4bes.fitting.data import NotJudged, branch_of
from dsl4bes.fitting.independent import independent_fit
from dsl4bes.fitting.located import located
from dsl4bes.fitting.run import run_fit
from dsl4bes.ir import fitting as ir
from tests.fitting.judging import both, fit_of, histogram, the_root, tree

SIGNAL = "    signal gaussian do\n        mean 5, range: 4..6\n        sigma 0.3, range: 0.1..1\n    end\n"
CONSTRAINED = SIGNAL.replace("sigma 0.3, range: 0.1..1", "sigma 0.33, range: 0.1..1, constraint: 0.005")
BACKGROUND = "    background exponential do\n        slope -0.2, range: -2..2\n    end\n"
TREE = '    data "data.root", tree: "t", branch: "m"\n    range 0..10\n'
FEW = '    data "few.root", histogram: "h"\n    range 0..10\n'
WINDOWS = "    exclude 2..3, 6..6.6\n"


def fit(*lines: str) -> str:
    return 'fit("a") do\n' + "".join(lines) + "end\n"


def samples(more: str = "", signal: str = SIGNAL) -> str:
    return fit(
        f'    range 0..10\n{more}{BACKGROUND}    sample(:control) do\n        data "control.root", tree: "t", branch: "m"\n    end\n    sample(:peak) do\n        data "data.root", tree: "t", branch: "m"\n{signal}    end\n'
    )


CONVOLVED = (
    BACKGROUND
    + "    signal breit_wigner do\n        mean 5, range: 4..6\n        width 0.3, fixed: true\n        convolve gaussian do\n            mean 0, fixed: true\n            sigma 0.2, range: 0.02..1\n        end\n    end\n"
)
TWO_WIDTHS = BACKGROUND + (
    "    signal breit_wigner do\n        mean 5, range: 4..6\n        width 0.3, fixed: true\n        convolve double_gaussian do\n            mean 0.1, fixed: true\n            sigma 0.1, range: 0.02..1\n"
    "            sigma_wide 0.5, fixed: true\n            share 0.7, fixed: true\n        end\n    end\n"
)
SMEARED = BACKGROUND.replace("    end\n", "        convolve gaussian do\n            mean 0, fixed: true\n            sigma 0.3, fixed: true\n        end\n    end\n")
FITS: dict[str, str] = {
    "windows": fit(TREE, WINDOWS, SIGNAL, BACKGROUND),
    "likelihood": fit(TREE, "    method :likelihood\n", SIGNAL, BACKGROUND),
    "likelihood with windows": fit(TREE, "    method :likelihood\n", WINDOWS, SIGNAL, BACKGROUND),
    "binned": fit(TREE, "    binned\n    bins 50\n", SIGNAL, BACKGROUND),
    "binned with windows": fit(TREE, "    binned\n    bins 50\n", WINDOWS, SIGNAL, BACKGROUND),
    "binned likelihood": fit(TREE, "    binned\n    bins 50\n    method :likelihood\n", WINDOWS, SIGNAL, BACKGROUND),
    "chi2": fit(TREE, "    method :chi2\n    bins 50\n", SIGNAL, BACKGROUND),
    "chi2 with windows": fit(TREE, "    method :chi2\n    bins 50\n", WINDOWS, SIGNAL, BACKGROUND),
    "chi2 with empty bins": fit(FEW, "    method :chi2\n", SIGNAL, BACKGROUND),
    "histogram": fit(FEW, SIGNAL, BACKGROUND),
    "constraint": fit(TREE, CONSTRAINED, BACKGROUND),
    "constraint in chi2": fit(TREE, "    method :chi2\n    bins 50\n", CONSTRAINED, BACKGROUND),
    "formulas": fit(TREE.replace("data.root", "two.root"), SIGNAL, BACKGROUND, "    component(:second) gaussian do\n        mean signal.mean - 2\n        sigma signal.sigma * 2\n    end\n"),
    "minos": fit(TREE, "    errors :minos\n", SIGNAL, BACKGROUND),
    "side bands": fit(TREE, "    sidebands 0..3.5, 6.5..10\n", SIGNAL, BACKGROUND),
    "side bands fixed": fit(TREE, "    sidebands 0..3.5, 6.5..10, then: :fixed\n", SIGNAL, BACKGROUND),
    "side bands fixed, chi2": fit(TREE, "    method :chi2\n    bins 50\n    sidebands 0..3.6, 6.4..10, then: :fixed\n", SIGNAL, BACKGROUND),
    "side bands, fractions": fit(TREE, "    method :likelihood\n    sidebands 0..3.5, 6.5..10, then: :fixed\n", SIGNAL, BACKGROUND),
    "side bands, fractions, background first": fit(TREE, "    method :likelihood\n    sidebands 0..3.5, 6.5..10, then: :fixed\n", BACKGROUND, SIGNAL),
    "side bands, smeared background": fit(TREE, "    sidebands 0..3.5, 6.5..10, then: :fixed\n", SIGNAL, SMEARED),
    "samples": samples(),
    "samples with windows": samples(WINDOWS),
    "samples, fractions": samples("    method :likelihood\n"),
    "samples, chi2": samples("    method :chi2\n    bins 50\n"),
    "samples, constraint": samples(signal=CONSTRAINED),
    "convolution": fit(TREE, CONVOLVED),
    "convolution with windows": fit(TREE, WINDOWS, CONVOLVED),
    "convolution, fractions, with windows": fit(TREE, "    method :likelihood\n", WINDOWS, CONVOLVED),
    "convolution, two widths": fit(TREE, TWO_WIDTHS),
}


def write(folder: Path) -> None:
    rng = np.random.default_rng(1)
    entries = np.concatenate([rng.normal(5, 0.3, 3000), rng.exponential(4, 8000)])
    tree(folder, m=entries, quality=rng.uniform(0, 1, len(entries)))
    tree(folder, "control.root", m=rng.exponential(4, 6000))
    tree(folder, "two.root", m=np.concatenate([entries, rng.normal(3, 0.6, 2000)]))
    few = np.concatenate([rng.normal(5, 0.3, 300), rng.exponential(1.2, 3000)])
    histogram(folder, few, np.linspace(0, 10, 51), "few.root")


@pytest.mark.slow
@pytest.mark.parametrize("name", FITS)
def test_macro_and_judge_agree(name, tmp_path):
    write(tmp_path)
    found = both(FITS[name], tmp_path)
    found.check()
    if found.fit.minos:
        for each in found.judge.parameters:
            theirs = found.macro[each.name]
            assert (theirs.error_low, theirs.error_high) == pytest.approx((each.low, each.high), rel=0.02)
    if found.fit.method is ir.Method.CHI2:
        assert found.macro.minimum == pytest.approx(found.judge.minimum, abs=1e-3)


def test_chi2_in_windows_agrees(tmp_path):
    write(tmp_path)
    found = both(FITS["chi2 with windows"], tmp_path)
    found.check()
    assert found.macro.minimum == pytest.approx(found.judge.minimum, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("low", "high"), [(0.1051, 0.1653), (3.05, 3.15), (-0.5, -0.1)])
def test_a_convolution_does_not_move_the_peak(low, high, tmp_path):
    """The Fourier transform of ROOT moves by a bin or so, depending on where the range lies, and the macro takes that back."""
    rng = np.random.default_rng(5)
    width = high - low
    tree(tmp_path, m=low + width * (0.5 + 0.01 * rng.standard_cauchy(60000) + rng.normal(0, 0.02, 60000)))
    text = (
        f'fit("a") do\n    data "data.root", tree: "t", branch: "m"\n    range {low}..{high}\n    signal breit_wigner do\n        mean {low + 0.5 * width:.6f}\n        width {0.02 * width:.6g}, fixed: true\n'
        f"        convolve gaussian do\n            mean 0, fixed: true\n            sigma {0.02 * width:.6g}\n        end\n    end\nend\n"
    )
    found = both(text, tmp_path)
    found.check()
    assert abs(found.macro["signal.mean"].value - found.judge["signal.mean"].value) < 2e-6 * width  # a bin of the transform is 1e-4


@pytest.mark.slow
def test_toys_are_fitted_as_the_data(tmp_path):
    """Pulls are those of a Gaussian of width 1, with a constraint, windows and two samples as well; a sample of 60 shows a mean off by 0.6 or a width off by 0.4."""
    write(tmp_path)
    for text in (samples(f"    toys 60\n{WINDOWS}", CONSTRAINED), fit(TREE, "    toys 60\n    method :likelihood\n", WINDOWS, SIGNAL, BACKGROUND)):
        toys = both(text, tmp_path).macro.more["toys"]
        assert toys["drawn"] == 60
        assert toys["converged"] > 55
        pulls = {name: pull for name, pull in toys.items() if isinstance(pull, dict)}
        assert "signal.sigma" in pulls
        assert all(abs(pull["mean"]) < 0.6 and 0.6 < pull["width"] < 1.4 for pull in pulls.values()), pulls


@pytest.mark.slow
def test_chi2_of_the_picture_is_that_of_the_fitted_ranges(tmp_path):
    """Entries in a window that is left out have no part in it: thousands more there leave it as it is."""
    write(tmp_path)
    first = both(fit(TREE, "    bins 50\n", WINDOWS, SIGNAL, BACKGROUND), tmp_path).macro.more["goodness"]
    rng = np.random.default_rng(1)
    entries = np.concatenate([rng.normal(5, 0.3, 3000), rng.exponential(4, 8000), np.full(5000, 2.5)])
    tree(tmp_path, m=entries)
    second = both(fit(TREE, "    bins 50\n", WINDOWS, SIGNAL, BACKGROUND), tmp_path).macro.more["goodness"]
    assert first["ndf"] == second["ndf"]
    assert first["chi2"] == pytest.approx(second["chi2"], rel=1e-4)


@pytest.mark.slow
def test_significance_is_twice_the_rise_of_the_likelihood(tmp_path):
    """The fit without the signal, by the judge; the width of the resolution belongs to the signal and is held with it."""
    pytest.importorskip("iminuit")
    rng = np.random.default_rng(3)
    tree(tmp_path, m=np.concatenate([rng.normal(5, 0.3, 100), rng.exponential(4, 3000)]))
    convolved = CONVOLVED.replace("mean 5, range: 4..6", "mean 5, fixed: true").replace("width 0.3", "width 0.05")
    with_signal = both(fit(TREE, "    significance\n", convolved), tmp_path)
    without = independent_fit(fit_of(fit(TREE, BACKGROUND)), tmp_path)
    found = with_signal.macro.more["significance signal.yield"]
    assert found["converged"]
    assert found["degrees_of_freedom"] == 2
    assert found["rise"] == pytest.approx(2 * (without.minimum - with_signal.judge.minimum), abs=0.01)
    assert found["sigma"] == pytest.approx(stats.norm.isf(0.5 * stats.chi2.sf(found["rise"], 2)), rel=1e-4)


@pytest.mark.slow
def test_pulls_of_the_picture_are_those_of_the_fitted_model(tmp_path):
    """Each bin by hand, at the parameters of the macro: what a window leaves out has no pull, and yields are those of the whole range."""
    write(tmp_path)
    found = both(fit(TREE, "    bins 50\n", WINDOWS, SIGNAL, BACKGROUND), tmp_path)
    value = {each.name: each.value for each in found.macro.parameters}
    edges = np.linspace(0, 10, 51)
    seen = np.histogram(branch_of(tmp_path / "data.root", "t", "m", "", found.fit.axes[0]), bins=edges)[0]
    peak = special.ndtr((edges - value["signal.mean"]) / value["signal.sigma"])
    tail = np.exp(value["background.slope"] * edges)
    expected = value["signal.yield"] * np.diff(peak) / (peak[-1] - peak[0]) + value["background.yield"] * np.diff(tail) / (tail[-1] - tail[0])
    centres = 0.5 * (edges[1:] + edges[:-1])
    inside = ~((centres > 2) & (centres < 3) | (centres > 6) & (centres < 6.6))
    goodness = found.macro.more["goodness"]
    assert goodness["centres"] == pytest.approx(centres[inside])
    assert goodness["pulls"] == pytest.approx(((seen - expected) / np.sqrt(expected))[inside], abs=1e-4)
    assert goodness["chi2"] == pytest.approx(float(((seen - expected) ** 2 / expected)[inside].sum()), rel=1e-4)
    assert goodness["ndf"] == inside.sum() - 5


# --- the judge alone ----------------------------------------------------------------------------------------------------------


def test_yields_are_those_of_the_whole_range(tmp_path):
    """With and without windows a yield is the same number of entries, within the error of what is left out."""
    pytest.importorskip("iminuit")
    write(tmp_path)
    whole = independent_fit(fit_of(fit(TREE, SIGNAL, BACKGROUND)), tmp_path)
    cut = independent_fit(fit_of(FITS["windows"]), tmp_path)
    for name in ("signal.yield", "background.yield"):
        assert abs(whole[name].value - cut[name].value) < 2 * cut[name].error
        assert cut[name].error > whole[name].error


def test_a_fit_of_another_range_is_another_fit(tmp_path):
    """The judge sees what a macro with a wrong range would give: it does not agree with just anything."""
    pytest.importorskip("iminuit")
    write(tmp_path)
    right = fit_of(FITS["side bands fixed"])
    assert right.sidebands is not None
    wrong = replace(right, sidebands=replace(right.sidebands, ranges=((0.0, 6.0),)))
    one, other = independent_fit(right, tmp_path), independent_fit(wrong, tmp_path)
    assert abs(one["signal.yield"].value - other["signal.yield"].value) > 0.5 * one["signal.yield"].error


def test_a_constraint_is_a_measurement(tmp_path):
    pytest.importorskip("iminuit")
    write(tmp_path)
    free, held = (independent_fit(fit_of(fit(TREE, signal, BACKGROUND)), tmp_path)["signal.sigma"] for signal in (SIGNAL, CONSTRAINED))
    expected = (free.value / free.error**2 + 0.33 / 0.005**2) / (1 / free.error**2 + 1 / 0.005**2)
    assert held.value == pytest.approx(expected, abs=0.3 * held.error)  # the likelihood is no parabola over the five errors between the two
    assert held.error == pytest.approx((1 / free.error**2 + 1 / 0.005**2) ** -0.5, rel=0.05)


def test_cuts_in_words_of_root(tmp_path):
    write(tmp_path)
    axis = fit_of(FITS["windows"]).axes[0]
    whole = branch_of(tmp_path / "data.root", "t", "m", "", axis)
    half = branch_of(tmp_path / "data.root", "t", "m", "quality < 0.5 && !(m > 5 || abs(m - 1) < 0.5)", axis)
    expected = 0.5 * np.sum((whole <= 5) & (np.abs(whole - 1) >= 0.5))
    assert len(half) == pytest.approx(expected, rel=0.06)
    assert half.max() <= 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (fit(FEW, "    exclude 2.05..3\n", SIGNAL, BACKGROUND), "cuts a bin"),
        (fit(FEW.replace("0..10", "0..9.95"), SIGNAL, BACKGROUND), "edges of bins"),
        (fit(TREE.replace("data.root", "none.root"), SIGNAL, BACKGROUND), "none.root"),
        (fit(TREE.replace('branch: "m"', 'branch: "mm"'), SIGNAL, BACKGROUND), "mm"),
        (fit(TREE.replace('branch: "m"', 'branch: "m", cut: "m % 2 == 1"'), SIGNAL, BACKGROUND), "without ROOT"),
        (fit(TREE.replace("0..10", "200..300"), SIGNAL.replace("5, range: 4..6", "250"), BACKGROUND), "no entry"),
        (fit("    data :generated, events: 100\n    range 0..10\n", SIGNAL, BACKGROUND), "drawn by ROOT"),
    ],
    ids=["bin cut by a window", "bin cut by the range", "file", "branch", "cut", "nothing", "generated"],
)
def test_what_is_not_judged_is_said(text, words, tmp_path):
    write(tmp_path)
    with pytest.raises(NotJudged, match=words):
        independent_fit(fit_of(text), tmp_path)


def test_a_parameter_at_a_limit_is_no_result(tmp_path):
    pytest.importorskip("iminuit")
    write(tmp_path)
    result = independent_fit(fit_of(fit(TREE, SIGNAL.replace("sigma 0.3, range: 0.1..1", "sigma 0.5, range: 0.4..1"), BACKGROUND)), tmp_path)
    assert result["signal.sigma"].at_limit
    assert not result.valid


@pytest.mark.slow
@pytest.mark.parametrize("line", ["    exclude 2.05..3\n", "    sidebands 0..3.55, 6.4..10\n"])
def test_the_macro_refuses_ranges_that_cut_bins(line, tmp_path):
    write(tmp_path)
    program = located(fit_of(fit(FEW, line, SIGNAL, BACKGROUND)), [tmp_path])
    ran = run_fit(program, "judged.bes", the_root(), tmp_path)
    assert ran.result is None
    assert "inside of the bin" in ran.words
