"""Gaussians, Breit-Wigners, their convolution, and Crystal Balls.

In: values of the parameters. Out: heights, and integrals in closed form but for the Voigtian.
Formulas: those that `constructs/shapes` states. A Crystal Ball is continuous with a continuous slope where its tail begins, which fixes both constants of the tail.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from dsl4bes.fitting.densities.base import Closed, Judged, Numbers, Values

_ROOT_2 = np.sqrt(2.0)
_ROOT_HALF_PI = np.sqrt(0.5 * np.pi)


def bell(x: Numbers, mean: float, sigma: float) -> Numbers:
    """A Gaussian of area 1."""
    return np.asarray(np.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi)), dtype=np.float64)


def below(x: Numbers, mean: float, sigma: float) -> Numbers:
    """The part of a Gaussian below `x`."""
    return np.asarray(special.ndtr((x - mean) / sigma), dtype=np.float64)


class Gaussian(Closed):
    def height(self, x: Numbers, p: Values) -> Numbers:
        return bell(x, p["mean"], p["sigma"])

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        return below(x, p["mean"], p["sigma"])


class DoubleGaussian(Closed):
    """Two Gaussians of one mean. Each is normalised over the whole line, as the formula says: `share` is that of the areas there, and in a range that cuts the wide one the share differs."""

    def height(self, x: Numbers, p: Values) -> Numbers:
        return p["share"] * bell(x, p["mean"], p["sigma"]) + (1 - p["share"]) * bell(x, p["mean"], p["sigma_wide"])

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        return p["share"] * below(x, p["mean"], p["sigma"]) + (1 - p["share"]) * below(x, p["mean"], p["sigma_wide"])


class BreitWigner(Closed):
    def height(self, x: Numbers, p: Values) -> Numbers:
        return 1 / ((x - p["mean"]) ** 2 + 0.25 * p["width"] ** 2)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(2 / p["width"] * np.arctan(2 * (x - p["mean"]) / p["width"]), dtype=np.float64)


class RelativisticBreitWigner(Closed):
    """1 / ((x^2 - q^2)(x^2 - q*^2)) with q^2 = mean^2 + i mean width: the imaginary part of 1 / (x^2 - q^2), over mean width."""

    def height(self, x: Numbers, p: Values) -> Numbers:
        return 1 / ((x**2 - p["mean"] ** 2) ** 2 + (p["mean"] * p["width"]) ** 2)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        product = p["mean"] * p["width"]
        q = np.sqrt(complex(p["mean"] ** 2, product))
        # the imaginary parts of both arguments never change their signs, so no cut of the logarithm is crossed
        return np.asarray(((np.log(x - q) - np.log(x + q)) / (2 * q)).imag / product, dtype=np.float64)


class Voigtian(Judged):
    def height(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(special.voigt_profile(x - p["mean"], abs(p["sigma"]), 0.5 * abs(p["width"])), dtype=np.float64)


class DoubleCrystalBall(Closed):
    """A Gaussian core and a tail on either side, in t = (x - mean) / sigma."""

    def tails(self, p: Values) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where the low and the high tail begin, in sigma from the mean, and their powers."""
        return (p["alpha_low"], p["n_low"]), (p["alpha_high"], p["n_high"])

    def height(self, x: Numbers, p: Values) -> Numbers:
        t = (x - p["mean"]) / p["sigma"]
        (low, n_low), (high, n_high) = self.tails(p)
        core = np.exp(-0.5 * np.clip(t, -low, high) ** 2)
        return np.where(t < -low, _tail(-t, low, n_low), np.where(t > high, _tail(t, high, n_high), core))

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        t = (x - p["mean"]) / p["sigma"]
        (low, n_low), (high, n_high) = self.tails(p)
        core = _ROOT_HALF_PI * special.erf(np.clip(t, -low, high) / _ROOT_2)
        return np.asarray(p["sigma"] * (core + _area(t, high, n_high) - _area(-t, low, n_low)), dtype=np.float64)

    def breaks(self, p: Values) -> Sequence[float]:
        (low, _), (high, _) = self.tails(p)
        return [each for each in (p["mean"] - low * p["sigma"], p["mean"] + high * p["sigma"]) if np.isfinite(each)]


class CrystalBall(DoubleCrystalBall):
    """One tail: `alpha` below 0 puts it on the high side."""

    def tails(self, p: Values) -> tuple[tuple[float, float], tuple[float, float]]:
        tail, none = (abs(p["alpha"]), p["n"]), (np.inf, 2.0)
        return (none, tail) if p["alpha"] < 0 else (tail, none)


def _tail(t: Numbers, alpha: float, n: float) -> Numbers:
    """The power law beyond `alpha`: height exp(-alpha^2/2) and logarithmic slope -alpha at its beginning."""
    if not np.isfinite(alpha):
        return np.zeros_like(t)
    return np.asarray(np.exp(-0.5 * alpha**2) * (1 + alpha / n * (np.maximum(t, alpha) - alpha)) ** -n, dtype=np.float64)


def _area(t: Numbers, alpha: float, n: float) -> Numbers:
    """The area of the tail between its beginning and `t`, 0 before it."""
    if not np.isfinite(alpha):
        return np.zeros_like(t)
    stretched = 1 + alpha / n * (np.maximum(t, alpha) - alpha)
    scale = np.exp(-0.5 * alpha**2) * n / alpha
    if abs(n - 1) < 1e-6:
        return np.asarray(scale * np.log(stretched), dtype=np.float64)
    return np.asarray(scale * (stretched ** (1 - n) - 1) / (1 - n), dtype=np.float64)
