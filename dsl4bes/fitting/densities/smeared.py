"""A density convolved with a resolution, by numbers.

In: both shapes and their parameters. Out: heights and integrals of the convolution: at x the integral of f(x - t) r(t). What lies outside of the range smears in: the shape is taken as its formula
goes on there. A shape that ends (a histogram) is 0 beyond. The grid has at least 16 steps in the width of the resolution; between its points a cubic spline is exact to about 1e-6.
"""

from __future__ import annotations

import numpy as np
from scipy import interpolate, signal

from dsl4bes.fitting.densities.base import Judged, Numbers, Values

STEPS = 6000  #: of the range, at least
REACH = 8.0  #: standard deviations of the resolution that are taken
_MOST = 400_000


class Smeared:
    """The convolution of two densities; roles of the resolution begin with `resolution.`."""

    def __init__(self, inner: Judged, resolution: Judged) -> None:
        self.inner, self.resolution = inner, resolution
        self.low, self.high = inner.low, inner.high
        self._key: tuple[float, ...] | None = None
        self._spline: interpolate.CubicSpline | None = None

    def _curve(self, p: Values) -> interpolate.CubicSpline:
        key = tuple(p.values())
        if key != self._key or self._spline is None:
            self._key, self._spline = key, self._made(p)
        return self._spline

    def _made(self, p: Values) -> interpolate.CubicSpline:
        own = {role: value for role, value in p.items() if not role.startswith("resolution.")}
        smear = {role.removeprefix("resolution."): value for role, value in p.items() if role.startswith("resolution.")}
        mean, widths = smear["mean"], [abs(value) for role, value in smear.items() if role.startswith("sigma")]
        step = max(min((self.high - self.low) / STEPS, min(widths) / 16), (self.high - self.low) / _MOST)
        reach = int(np.ceil(REACH * max(widths) / step))
        points = int(np.ceil((self.high - self.low) / step))
        step = (self.high - self.low) / points
        kernel = self.resolution.height(mean + step * np.arange(-reach, reach + 1), smear)
        # f is taken at places shifted by the mean, so that the kernel is centred
        x = self.low - mean + step * np.arange(-reach, points + reach + 1)
        heights = signal.fftconvolve(self.inner.height(x, own), kernel / kernel.sum(), mode="valid")
        return interpolate.CubicSpline(self.low + step * np.arange(points + 1), heights)

    def height(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(self._curve(p)(x), dtype=np.float64)

    def integral(self, low: Numbers, high: Numbers, p: Values) -> Numbers:
        total = self._curve(p).antiderivative()
        return np.asarray(total(high) - total(low), dtype=np.float64)
