"""Task 1: a two-dimensional histogram of a Gaussian in x and y, fitted in the plane.

In: a random number generator. Out: `TH2D` of 60,000 to 120,000 events over about 2.2 standard deviations on each side, so that every bin is filled; five parameters with errors and chi2/ndf are asked for. How many events
may be said as the height of the peak per bin, as the events in the histogram, or as those of the whole plane; chi2/ndf in every form of `reference/goodness.py`. Decoys: a fit without errors, fits of the two projections.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dsl4bes.benchmark.checks import Check, Chi2, Group, Naming, Value
from dsl4bes.benchmark.reference import binned
from dsl4bes.benchmark.reference.fit import Array, Fit, minimised
from dsl4bes.benchmark.reference.goodness import chi2_pairs
from dsl4bes.benchmark.tasks.base import FILES, Instance, Layout, Rng, far, number, passes, pick, root_file

NAMES = ("height", "mean_x", "sigma_x", "mean_y", "sigma_y")
NAMING = Naming(
    {
        "height": r"\bnorm\w*|amp\w*|\bconst\w*|height|n_?(?:sig|ev\w*|tot\w*)|yield|integral|幅度|高度|归一|事例数",
        "mean_x": r"(?:mean|mu|m)[_ ]?x\b|x[_ ]?(?:mean|mu)\b|\bx0\b|x\s*(?:方向)?\s*(?:的)?均值",
        "sigma_x": r"(?:sigma|sig|width|s)[_ ]?x\b|x[_ ]?(?:sigma|width)\b|σ_?x|x\s*(?:方向)?\s*(?:的)?(?:宽度|标准差)",
        "mean_y": r"(?:mean|mu|m)[_ ]?y\b|y[_ ]?(?:mean|mu)\b|\by0\b|y\s*(?:方向)?\s*(?:的)?均值",
        "sigma_y": r"(?:sigma|sig|width|s)[_ ]?y\b|y[_ ]?(?:sigma|width)\b|σ_?y|y\s*(?:方向)?\s*(?:的)?(?:宽度|标准差)",
    }
)
_BINS = (20, 24, 25)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


class Plane:
    name, number, title = "plane", 1, "two-dimensional fit to a 2D Gaussian"

    def layout(self, rng: Rng) -> Layout:
        """Centre, widths and binning; the truth of an instance lies near them."""
        centre = [round(float(rng.uniform(-4, 6)), 1) for _ in "xy"]
        width = [round(float(rng.uniform(0.4, 1.6)), 1) for _ in "xy"]
        edges = [(c - 2.2 * w, c + 2.2 * w) for c, w in zip(centre, width, strict=True)]
        words = {"FILE": pick(rng, FILES), "HIST": pick(rng, ("h2", "hxy", "plane", "h_dalitz", "h2d")), "BINS": str(pick(rng, _BINS))}
        for axis, (low, high), c, w in zip("XY", edges, centre, width, strict=True):
            words |= {f"{axis}LOW": number(low), f"{axis}HIGH": number(high), f"{axis}MEAN": number(c), f"{axis}SIGMA": number(w)}
        return Layout(words, {"centre": centre, "width": width, "edges": edges, "bins": int(words["BINS"])})

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        at = layout.numbers
        mean = [c + w * rng.uniform(-0.25, 0.25) for c, w in zip(at["centre"], at["width"], strict=True)]
        sigma = [w * rng.uniform(0.9, 1.15) for w in at["width"]]
        events = int(rng.integers(60_000, 120_000))
        edges = [np.linspace(low, high, at["bins"] + 1) for low, high in at["edges"]]
        counts = np.histogram2d(rng.normal(mean[0], sigma[0], events), rng.normal(mean[1], sigma[1], events), bins=edges)[0]
        area = float(np.prod([axis[1] - axis[0] for axis in edges]))
        truth = {"height": events * area / (2 * np.pi * sigma[0] * sigma[1]), "mean_x": mean[0], "sigma_x": sigma[0], "mean_y": mean[1], "sigma_y": sigma[1]}
        models = {"middle": _model(edges, False), "average": _model(edges, True)}
        fits = binned.fits(counts, models, NAMES, truth)
        if fits is None or far(fits.values(), truth):
            return None
        ways = {how: _checks(fit, counts, models, how.partition(", ")[2], area) for how, fit in fits.items()}
        unweighted = minimised(lambda p: float(np.sum((counts - models["middle"](p)) ** 2)) / float(np.mean(counts)), NAMES, truth)
        if unweighted is None or passes({name: unweighted.estimate(name) for name in NAMES}, ways.values()):
            return None
        return Instance({layout.words["FILE"]: root_file({layout.words["HIST"]: (counts, *edges)})}, (Group("fit", ways),), truth)


def _model(edges: list[Array], average: bool) -> binned.Expected:
    """Height times a Gaussian in x times one in y, at the middle of a bin or averaged over it."""

    def of_axis(axis: Array, mean: float, sigma: float) -> Array:
        middle, half = (axis[1:] + axis[:-1]) / 2, (axis[1] - axis[0]) / 2
        if not average:
            return np.asarray(np.exp(-0.5 * ((middle - mean) / sigma) ** 2))
        at = middle[:, None] + half * _NODES
        return np.asarray(np.exp(-0.5 * ((at - mean) / sigma) ** 2) @ _WEIGHTS / 2)

    return lambda p: p[0] * np.outer(of_axis(edges[0], p[1], p[2]), of_axis(edges[1], p[3], p[4]))


def _checks(fit: Fit, counts: Array, models: Mapping[str, binned.Expected], way: str, area: float) -> tuple[Check, ...]:
    model = models[way]
    forms = (fit.estimate("height"), fit.of(lambda p: float(np.sum(model(p)))), fit.of(lambda p: float(p[0] * 2 * np.pi * p[2] * p[4] / area)))
    values = [Value(name, NAMING, forms if name == "height" else (fit.estimate(name),)) for name in NAMES]
    return (*values, Chi2(chi2_pairs(counts, [each(fit.values) for each in models.values()], len(NAMES))))
