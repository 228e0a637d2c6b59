"""Task 4: a Gaussian peak, fitted; intervals at given levels of confidence for each parameter and for the curve at one place.

In: a random number generator. Out: a `TH1D`; lower and upper bounds of height, mean, width and of the fitted curve at x0 are asked for, at three levels (68.3, 95 and 99 %, or 68.3, 90, 95, or 90, 95, 99). Taken for right are multiples
of the error by the normal distribution or Student's, and profiles, which differ little here; ROOT's confidence band, which is scaled by the root of chi2/ndf (Neyman's, or that of the method), as well as the plain one. Decoys need no fit: one standard deviation at every level is 49 % off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from dsl4bes.benchmark.checks import Bounds, Check, Group, Naming
from dsl4bes.benchmark.reference import binned
from dsl4bes.benchmark.reference.fit import Array, Fit
from dsl4bes.benchmark.reference.goodness import chi2_forms
from dsl4bes.benchmark.tasks.base import (
    FILES,
    HISTOGRAMS,
    Instance,
    Layout,
    Rng,
    far,
    number,
    pick,
    root_file,
)

NAMES = ("height", "mean", "sigma")
CURVE = "curve"
NAMING = Naming(
    {
        "height": r"height|amp\w*|\bconst\w*|norm\w*|幅度|高度",
        "mean": r"mean|\bmu\b|均值|峰位",
        "sigma": r"sigma|width|宽度|标准差",
        CURVE: r"curve|\bband\b|f\(x0?\)|f\([-0-9.]+\)|曲线|函数值|置信带",
    }
)
#: The chi2 that ROOT has at hand after a fit by a method.
_OWN_CHI2 = {"observed": "Neyman", "expected": "Pearson", "likelihood": "likelihood ratio", "likelihood of RooFit": "likelihood ratio"}
_SETS = ((68.3, 95.0, 99.0), (68.3, 90.0, 95.0), (90.0, 95.0, 99.0))


class Levels:
    name, number, title = "levels", 4, "fit and print confidence levels"

    def layout(self, rng: Rng) -> Layout:
        levels = pick(rng, _SETS)
        centre = round(float(rng.uniform(-2, 8)), 1)
        width = round(float(rng.uniform(0.5, 2)), 1)
        bins = int(pick(rng, (40, 50, 60)))
        low, high = centre - 3 * width, centre + 3 * width
        place = round(centre + width * float(pick(rng, (-1.5, -1.2, 1.2, 1.5))), 2)
        words = {"FILE": pick(rng, FILES), "HIST": pick(rng, HISTOGRAMS), "BINS": str(bins), "LOW": number(low), "HIGH": number(high), "X0": number(place), "MEAN": number(centre), "SIGMA": number(width)}
        words |= {f"LEVEL{at + 1}": number(level) for at, level in enumerate(levels)}
        words |= {f"SHARE{at + 1}": number(level / 100) for at, level in enumerate(levels)}
        return Layout(words, {"edges": np.linspace(low, high, bins + 1), "levels": levels, "centre": centre, "width": width, "place": place})

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        at = layout.numbers
        edges: Array = at["edges"]
        truth = {"height": rng.uniform(300, 700), "mean": at["centre"] + at["width"] * rng.uniform(-0.2, 0.2), "sigma": at["width"] * rng.uniform(0.9, 1.1)}
        models = binned.both(_density, edges)
        counts = rng.poisson(models["average"](np.array([truth[name] for name in NAMES]))).astype(float)
        fits = binned.fits(counts, models, NAMES, truth)
        if fits is None or far(fits.values(), truth):
            return None
        levels = Naming({number(level): _level_pattern(level) for level in at["levels"]})
        ways: dict[str, tuple[Check, ...]] = {}
        for how, fit in fits.items():
            ways[how] = tuple(_bounds(fit, at["levels"], levels, at["place"], 1.0))
            forms = chi2_forms(counts, models[how.partition(", ")[2]](fit.values), len(NAMES))
            for form in dict.fromkeys(("Neyman", _OWN_CHI2[how.partition(", ")[0]])):
                chi2, ndf = forms[form]
                ways[f"{how}, scaled by {form}"] = tuple(_bounds(fit, at["levels"], levels, at["place"], math.sqrt(chi2 / ndf)))
        return Instance({layout.words["FILE"]: root_file({layout.words["HIST"]: (counts, edges)})}, (Group("intervals", ways),), truth)


def _density(x: Array, p: Array) -> Array:
    return np.asarray(p[0] * np.exp(-0.5 * ((x - p[1]) / p[2]) ** 2))


def _bounds(fit: Fit, shares: tuple[float, ...], levels: Naming, place: float, scale: float) -> Iterator[Bounds]:
    """All intervals of one fit; the error of the curve is multiplied by `scale`."""
    from scipy.special import ndtri

    at_place = fit.of(lambda p: float(_density(np.array(place), p)))
    estimates = {**{name: fit.estimate(name) for name in NAMES}, CURVE: (at_place[0], at_place[1] * scale)}
    for name, (value, error) in estimates.items():
        for share in shares:
            half = float(ndtri(0.5 + share / 200)) * error
            yield Bounds(name, number(share), NAMING, levels, value - half, value + half, error)


def _level_pattern(level: float) -> str:
    """How a level is said: `95 %`, `95.0%`, `0.95`, `CL=95`; 68.3 also as 68 or 68.27, or as one sigma."""
    percent = r"68(?:\.3|\.27)?" if level == 68.3 else rf"{level:.0f}(?:\.0+)?"
    share = r"0\.68(?:3|27)?0*" if level == 68.3 else rf"0\.{f'{level:.0f}'.rstrip('0')}0*"
    return rf"(?<![\d.]){percent}\s*(?:%|CL|C\.L\.)|(?:CL|level|置信水平|置信度)\W{{0,3}}{percent}(?![\d.])|(?<![\d.]){share}(?!\d)" + (r"|\b1\s*(?:sigma|σ)" if level == 68.3 else "")
