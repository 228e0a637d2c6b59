"""Backgrounds: series of powers and of Chebyshev polynomials, exponential, ARGUS.

In: values of the parameters. Out: heights and integrals in closed form.
What is negative somewhere is no density: it is handed on as it is, and the likelihood there is infinite.
"""

from __future__ import annotations

from math import gamma

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from scipy import special

from dsl4bes.fitting.densities.base import Closed, Numbers, Values


class Polynomial(Closed):
    def coefficients(self, p: Values) -> list[float]:
        return [p.get("c0", 1.0), *(p[f"c{power}"] for power in range(1, 1 + len([role for role in p if role not in ("c0",)])))]

    def height(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(polynomial.polyval(x, self.coefficients(p)), dtype=np.float64)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(polynomial.polyval(x, polynomial.polyint(self.coefficients(p))), dtype=np.float64)


class Chebyshev(Closed):
    """In y, which goes from -1 to 1 over the whole range of the observable, windows that are left out included."""

    def coefficients(self, p: Values) -> list[float]:
        return [1.0, *(p[f"c{number}"] for number in range(1, len(p) + 1))]

    def y(self, x: Numbers) -> Numbers:
        return (2 * x - self.low - self.high) / (self.high - self.low)

    def height(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(chebyshev.chebval(self.y(x), self.coefficients(p)), dtype=np.float64)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(0.5 * (self.high - self.low) * chebyshev.chebval(self.y(x), chebyshev.chebint(self.coefficients(p))), dtype=np.float64)


class Exponential(Closed):
    """Measured from the middle of the range, so that no number grows beyond what a float holds."""

    def height(self, x: Numbers, p: Values) -> Numbers:
        return np.asarray(np.exp(p["slope"] * (x - 0.5 * (self.low + self.high))), dtype=np.float64)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        slope = p["slope"]
        t = x - 0.5 * (self.low + self.high)
        # expm1(s t) / s is t for s → 0
        return np.asarray(t if abs(slope) * (self.high - self.low) < 1e-12 else np.expm1(slope * t) / slope, dtype=np.float64)


class Argus(Closed):
    """With u = 1 - (x / endpoint)^2 the height is x u^power exp(slope u), and x dx = -endpoint^2 du / 2."""

    def height(self, x: Numbers, p: Values) -> Numbers:
        u = 1 - (x / p["endpoint"]) ** 2
        inside = np.maximum(u, 0.0)
        return np.where(u > 0, x * inside ** p["power"] * np.exp(p["slope"] * inside), 0.0)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        u = np.maximum(1 - (x / p["endpoint"]) ** 2, 0.0)
        slope, power = p["slope"], p["power"] + 1
        if slope < 0:
            area = special.gammainc(power, -slope * u) * gamma(power) / (-slope) ** power
        else:
            area = u**power / power * special.hyp1f1(power, power + 1, slope * u)
        return np.asarray(-0.5 * p["endpoint"] ** 2 * area, dtype=np.float64)
