"""Task 2: a straight line and a Gaussian peak; the line alone is fitted in two side bands, then the sum in the full range.

In: a random number generator. Out: a `TH1D`; asked for are the line of the side bands (offset, slope), then offset, slope, yield, mean and width of the full fit, the line in entries per bin and the yield in events.
Decoys: side bands that include the peak, only one side band, the line of the full fit said twice, a full fit with the line held at the side bands.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dsl4bes.benchmark.checks import Check, Group, Naming, Value
from dsl4bes.benchmark.reference import binned
from dsl4bes.benchmark.reference.fit import Array, Fit, minimised
from dsl4bes.benchmark.tasks.base import (
    FILES,
    HISTOGRAMS,
    Instance,
    Layout,
    Rng,
    far,
    number,
    passes,
    pick,
    root_file,
)

LINE = ("offset", "slope")
NAMES = (*LINE, "yield", "mean", "sigma")
NAMING = Naming(
    {
        "offset": r"offset\w*|intercept\w*|constant\w*|截距|常数",
        "slope": r"slope\w*|斜率",
        "yield": r"yield|n_?sig\w*|\barea|signal[_ ]events|产额|信号(?:事例)?数",
        "mean": r"mean|\bmu\b|均值|峰位",
        "sigma": r"sigma|width|σ|宽度|标准差",
    }
)


class SideBands:
    name, number, title = "sidebands", 2, "linear + Gaussian, fit of several ranges (side bands)"

    def layout(self, rng: Rng) -> Layout:
        """Bins of a fixed width, side bands that end on edges of bins, far enough from the peak for the line of the full fit to be another one."""
        bins = int(pick(rng, (80, 100, 120)))
        width = float(pick(rng, (0.02, 0.05, 0.1)))
        low = round(float(rng.integers(0, 4)) * 10 * width, 6)
        high = low + bins * width
        middle = low + width * round(bins * float(rng.uniform(0.42, 0.58)))
        sigma = bins * width * float(rng.uniform(0.03, 0.045))
        left, right = (low + width * round(bins * float(rng.uniform(*share))) for share in ((0.18, 0.24), (0.76, 0.82)))
        words = {"FILE": pick(rng, FILES), "HIST": pick(rng, HISTOGRAMS), "BINS": str(bins), "WIDTH": number(width), "PEAK": number(middle), "SIGMA": f"{sigma:.2g}"}
        words |= {"LOW": number(low), "HIGH": number(high), "LEFT": number(left), "RIGHT": number(right)}
        return Layout(words, {"edges": np.linspace(low, high, bins + 1), "bands": (left, right), "peak": middle, "sigma": sigma})

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        at = layout.numbers
        edges: Array = at["edges"]
        middles = (edges[1:] + edges[:-1]) / 2
        span, width = edges[-1] - edges[0], edges[1] - edges[0]
        first, last = rng.uniform(150, 500, size=2)
        slope = (last - first) / span
        sigma = at["sigma"] * rng.uniform(0.9, 1.1)
        truth = {"offset": first - slope * edges[0], "slope": slope, "yield": rng.uniform(3000, 8000), "mean": at["peak"] + at["sigma"] * rng.uniform(-0.4, 0.4), "sigma": sigma}
        if abs(slope * span) < 60:
            return None

        def density(x: Array, p: Array) -> Array:
            return np.asarray(p[0] + p[1] * x + p[2] * width / (np.sqrt(2 * np.pi) * p[4]) * np.exp(-0.5 * ((x - p[3]) / p[4]) ** 2))

        models = binned.both(density, edges)
        counts = rng.poisson(models["average"](np.array([truth[name] for name in NAMES]))).astype(float)
        full = binned.fits(counts, models, NAMES, truth)
        outside = (middles < at["bands"][0]) | (middles > at["bands"][1])
        bands = _lines(counts[outside], middles[outside], truth)
        if full is None or bands is None or far([*full.values(), *bands.values()], truth):
            return None
        groups = (Group("side bands", {how: _values(fit) for how, fit in bands.items()}), Group("full range", {how: _values(fit) for how, fit in full.items()}))
        wrong = [_lines(counts, middles, truth), _lines(counts[outside & (middles < at["peak"])], middles[outside & (middles < at["peak"])], truth)]
        if any(_taken(each, groups[0]) for each in (*wrong, {how: full[how] for how in full})):
            return None
        held = bands["observed, middle"].values
        peak_only = minimised(lambda p: binned.observed_chi2(counts, models["middle"](np.array([*held, *p]))), NAMES[2:], truth)
        if peak_only is None or passes({name: peak_only.estimate(name) for name in NAMES[2:]}, groups[1].ways.values()):
            return None
        return Instance({layout.words["FILE"]: root_file({layout.words["HIST"]: (counts, edges)})}, groups, truth)


def _lines(counts: Array, middles: Array, truth: Mapping[str, float]) -> dict[str, Fit] | None:
    """Straight lines through bins; the average of a line over a bin is its value at the middle."""
    return binned.fits(counts, {"middle": lambda p: p[0] + p[1] * middles}, LINE, truth)


def _values(fit: Fit) -> tuple[Check, ...]:
    return tuple(Value(name, NAMING, (fit.estimate(name),)) for name in fit.names)


def _taken(fits: Mapping[str, Fit] | None, group: Group) -> bool:
    """Whether the line of one of these fits would be taken for that of the side bands."""
    return fits is not None and any(passes({name: fit.estimate(name) for name in LINE}, group.ways.values()) for fit in fits.values())
