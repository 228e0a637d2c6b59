"""`gaussian_2d`: a Gaussian of two observables.

In: pairs of places, as an array of two rows. Out: heights. It is fitted as a surface, with a height, so that it is never normalised.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.fitting.densities.base import Judged, Numbers, Values


class Gaussian2d(Judged):
    def height(self, x: Numbers, p: Values) -> Numbers:
        u = (x[0] - p["mean_x"]) / p["sigma_x"]
        v = (x[1] - p["mean_y"]) / p["sigma_y"]
        correlation = p["correlation"]
        return np.asarray(np.exp(-(u**2 - 2 * correlation * u * v + v**2) / (2 * (1 - correlation**2))), dtype=np.float64)
