"""Task 5: sample 1 is background, sample 2 background of the same shape and a signal; both are fitted at once.

In: a random number generator. Out: two `TH1D` in one file; asked for are the decay constant of the background (shared; its slope -1/tau says the same), the numbers of background events of both samples, number, mean and width of the signal.
Decoys: sample 2 alone, sample 1 for the shape and then sample 2 with it held, both apart with the average of their decay constants.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from dsl4bes.benchmark.checks import Check, Group, Naming, Value
from dsl4bes.benchmark.reference import binned
from dsl4bes.benchmark.reference.fit import Array, Fit, minimised
from dsl4bes.benchmark.tasks.base import FILES, Instance, Layout, Rng, far, number, passes, pick, root_file

NAMES = ("tau", "n_bkg1", "n_bkg2", "n_sig", "mean", "sigma")
NAMING = Naming(
    {
        "tau": r"tau|slope|\blambda|decay\w*|τ|衰减\w*|斜率",
        "n_bkg1": r"n?_?(?:bkg|b|background)_?1|background[^,;=:]{0,30}(?:sample|样本)\s*1|(?:sample|样本)\s*1[^,;=:]{0,20}(?:background|本底)\w*|样本1?一?的?本底\w*",
        "n_bkg2": r"n?_?(?:bkg|b|background)_?2|background[^,;=:]{0,30}(?:sample|样本)\s*2|(?:sample|样本)\s*2[^,;=:]{0,20}(?:background|本底)\w*|样本二的?本底\w*",
        "n_sig": r"n_?s(?:ig\w*)?\b|(?<!background)(?<!background.)(?<!bkg)(?<!bkg.)yield|signal[_ ](?:events|yield)|信号(?:事例)?数|信号产额",
        "mean": r"mean|\bmu\b|均值|峰位",
        "sigma": r"sigma|width|宽度|标准差",
    }
)


class Simultaneous:
    name, number, title = "simultaneous", 5, "simultaneous fit of sample 1 (background) and sample 2 (background + signal)"

    def layout(self, rng: Rng) -> Layout:
        bins = int(pick(rng, (40, 50)))
        high = float(pick(rng, (5, 10, 20)))
        peak = round(high * float(rng.uniform(0.35, 0.55)), 1)
        sigma = round(high * float(rng.uniform(0.04, 0.07)), 2)
        tau = high * float(rng.uniform(0.35, 0.6))
        first, second = pick(rng, (("h_control", "h_signal"), ("sample1", "sample2"), ("h_bkg", "h_obs"), ("hc", "hs")))
        words = {"FILE": pick(rng, FILES), "HIST1": first, "HIST2": second, "BINS": str(bins), "LOW": "0", "HIGH": number(high), "PEAK": number(peak), "SIGMA": number(sigma), "TAU": f"{tau:.2g}"}
        return Layout(words, {"edges": np.linspace(0, high, bins + 1), "peak": peak, "sigma": sigma, "tau": tau})

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        at = layout.numbers
        edges: Array = at["edges"]
        high, width = float(edges[-1]), float(edges[1] - edges[0])
        truth = {
            "tau": at["tau"] * rng.uniform(0.85, 1.15), "n_bkg1": rng.uniform(16_000, 24_000), "n_bkg2": rng.uniform(8_000, 12_000), "n_sig": rng.uniform(900, 2_000),
            "mean": at["peak"] + at["sigma"] * rng.uniform(-0.4, 0.4), "sigma": at["sigma"] * rng.uniform(0.9, 1.1),
        }  # fmt: skip

        def background(x: Array, tau: float) -> Array:
            return np.asarray(np.exp(-x / tau) / (tau * (1 - np.exp(-high / tau))) * width)

        def signal(x: Array, mean: float, sigma: float) -> Array:
            return np.asarray(np.exp(-0.5 * ((x - mean) / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma) * width)

        first = binned.both(lambda x, p: p[1] * background(x, p[0]), edges)
        second = binned.both(lambda x, p: p[2] * background(x, p[0]) + p[3] * signal(x, p[4], p[5]), edges)
        models = {way: _joined(first[way], second[way]) for way in first}
        counts = rng.poisson(models["average"](np.array([truth[name] for name in NAMES]))).astype(float)
        fits = binned.fits(counts, models, NAMES, truth)
        if fits is None or far(fits.values(), truth):
            return None
        ways = {how: _values(fit) for how, fit in fits.items()}
        ones, twos = np.split(counts, 2)
        alone = minimised(lambda p: binned.deviance(twos, second["average"](np.array([p[0], 0, *p[1:]]))), ("tau", *NAMES[2:]), truth)
        control = minimised(lambda p: binned.deviance(ones, first["average"](p)), NAMES[:2], truth)
        if alone is None or control is None:
            return None
        held = control.value("tau")
        after = minimised(lambda p: binned.deviance(twos, second["average"](np.array([held, 0, *p]))), NAMES[2:], truth)
        if after is None:
            return None
        (tau1, error1), (tau2, error2) = control.estimate("tau"), alone.estimate("tau")
        mean = {"tau": ((tau1 + tau2) / 2, math.hypot(error1, error2) / 2)}
        for wrong in (_results(alone), {**_results(after), **_results(control)}, {**_results(alone), **_results(control), **mean}):
            if passes(wrong, ways.values()):
                return None
        made = root_file({layout.words["HIST1"]: (ones, edges), layout.words["HIST2"]: (twos, edges)})
        return Instance({layout.words["FILE"]: made}, (Group("fit", ways),), truth)


def _joined(first: binned.Expected, second: binned.Expected) -> binned.Expected:
    return lambda p: np.concatenate([first(p), second(p)])


def _results(fit: Fit) -> Mapping[str, tuple[float, float]]:
    return {name: fit.estimate(name) for name in fit.names}


def _values(fit: Fit) -> tuple[Check, ...]:
    tau, error = fit.estimate("tau")
    slope, slope_error = 1 / tau, error / tau**2
    forms = {"tau": ((tau, error), (slope, slope_error), (-slope, slope_error))}
    return tuple(Value(name, NAMING, forms.get(name, (fit.estimate(name),))) for name in NAMES)
