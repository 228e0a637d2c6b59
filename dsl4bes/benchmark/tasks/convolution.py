"""Task 6: a Breit-Wigner resonance, smeared by a Gaussian resolution; both widths are fitted.

In: a random number generator. Out: a `TH1D`; asked for are the number of events, mass, intrinsic width Gamma (full width at half maximum) and resolution sigma, from a fit of the convolution. How many events may be counted in
the histogram or on the whole axis. The reference is the Voigt profile. Convolutions of programs are numerical, so half an error is allowed. Decoys: a Breit-Wigner or a Gaussian alone, Gamma taken as half of the width.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.checks import Check, Group, Naming, Value
from dsl4bes.benchmark.reference import binned
from dsl4bes.benchmark.reference.fit import Array, Fit
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

NAMES = ("n", "mass", "gamma", "sigma")
NAMING = Naming(
    {
        "n": r"\bn\b|n_?(?:sig|ev|tot)\w*|yield|norm\w*|events|integral|事例数|产额|归一\w*",
        "mass": r"\bmass|mean|\bm0?\b|\bmu\b|质量|峰位|均值",
        "gamma": r"gamma|(?:intrinsic|natural|bw)[_ ]?(?:width)?|Γ|(?:固有|内禀|自然)宽度",
        "sigma": r"sigma|resol\w*|σ|分辨率?\w*",
    }
)
_TOLERANCE = 0.5


class Convolution:
    name, number, title = "convolution", 6, "fit to a function convolved with a Gaussian"

    def layout(self, rng: Rng) -> Layout:
        mass = float(pick(rng, (0.78, 1.02, 3.1, 3.69, 5.0, 10.0)))
        gamma = round(mass * float(rng.uniform(0.008, 0.02)), 3)
        sigma = round(gamma * float(rng.uniform(0.6, 1.0)), 3)
        half = round(11 * gamma, 2)
        bins = int(pick(rng, (150, 200)))
        low, high = round(mass - half, 3), round(mass + half, 3)
        words = {"FILE": pick(rng, FILES), "HIST": pick(rng, HISTOGRAMS), "BINS": str(bins), "LOW": number(low), "HIGH": number(high), "MASS": number(mass), "GAMMA": number(gamma), "SIGMA": number(sigma)}
        return Layout(words, {"edges": np.linspace(float(words["LOW"]), float(words["HIGH"]), bins + 1), "mass": mass, "gamma": gamma, "sigma": sigma})

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        at = layout.numbers
        edges: Array = at["edges"]
        width = float(edges[1] - edges[0])
        truth = {"n": rng.uniform(40_000, 80_000), "mass": at["mass"] + at["gamma"] * rng.uniform(-0.3, 0.3), "gamma": at["gamma"] * rng.uniform(0.85, 1.15), "sigma": at["sigma"] * rng.uniform(0.85, 1.15)}

        def density(x: Array, p: Array) -> Array:
            return _voigt(x, p) * width

        models = binned.both(density, edges)
        counts = rng.poisson(models["average"](np.array([truth[name] for name in NAMES]))).astype(float)
        fits = binned.fits(counts, models, NAMES, truth)
        if fits is None or far(fits.values(), truth):
            return None
        ways = {how: _values(fit, models[how.partition(", ")[2]]) for how, fit in fits.items()}
        return Instance({layout.words["FILE"]: root_file({layout.words["HIST"]: (counts, edges)})}, (Group("fit", ways),), truth)


def _voigt(x: Array, p: Array) -> Array:
    """Events per unit of x; `gamma` is the full width."""
    from scipy.special import voigt_profile

    return np.asarray(p[0] * voigt_profile(x - p[1], abs(p[3]), abs(p[2]) / 2))


def _values(fit: Fit, model: binned.Expected) -> tuple[Check, ...]:
    forms = {"n": (fit.estimate("n"), fit.of(lambda p: float(np.sum(model(p)))))}
    return tuple(Value(name, NAMING, forms.get(name, (fit.estimate(name),)), _TOLERANCE) for name in NAMES)
