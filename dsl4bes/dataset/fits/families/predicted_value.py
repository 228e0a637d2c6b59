"""A parabola through measured points, and what it says at one place, with the error from the covariance matrix.

In: a random number generator. Out: a table of x, y and the error of y. Printed is the value, under a name that varies, and `chi2/ndf`.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.family import FUNCTIONS, TABLES, Drawn, Rng, Style, short

RESULTS = ("value", "prediction", "y0", "estimate", "interpolated", "f_at_x0")
QUANTITIES = (("the gain", "增益", "V"), ("the cross section", "截面", "GeV"), ("the resolution", "分辨率", "GeV"), ("the light yield", "光产额", "K"), ("the correction factor", "修正因子", "mm"), ("the drift velocity", "漂移速度", "kV/cm"), ("the efficiency", "效率", "GeV/c"))


class PredictedValue:
    name = "predicted_value"
    styles = (Style.TF1,)

    def draw(self, rng: Rng) -> Drawn:
        span = float(rng.choice((1, 2, 5, 10, 40)))
        low, points = span * float(rng.choice((0, 0.1, 0.5, 1))), int(rng.integers(8, 18))
        x = np.round(np.linspace(low, low + span, points), 3)
        scale = float(rng.choice((0.8, 3, 12, 60, 400)))
        along, bend = scale * rng.uniform(-0.6, 0.6), scale * rng.uniform(0.3, 1) * rng.choice((-1, 1))
        at = float(short(low + span * float(rng.choice((rng.uniform(0.2, 0.8), rng.uniform(1.03, 1.2)))), 3))
        errors = scale * rng.uniform(0.01, 0.05) * rng.uniform(0.7, 1.4, points)
        measured = self._parabola(x, low, span, scale, along, bend) + rng.normal(0, errors)
        table = "".join(f"{a:g} {b:.5g} {c:.3g}\n" for a, b, c in zip(x, measured, errors, strict=True))
        file, function, result = pick(rng, TABLES), pick(rng, FUNCTIONS), pick(rng, RESULTS)
        english, chinese, unit = QUANTITIES[int(rng.integers(len(QUANTITIES)))]
        words = {"FILE": file, "FUNCTION": function, "RESULT": result, "AT": short(at), "POINTS": str(points), "WHAT_EN": english, "WHAT_ZH": chinese, "UNIT": unit, "LOW": short(low), "HIGH": short(low + span)}
        values = {"file": file, "function": function, "result": result, "at": short(at)}
        return Drawn(words, values, {result: float(self._parabola(np.array(at), low, span, scale, along, bend))}, {file: table.encode()})

    @staticmethod
    def _parabola(x: np.ndarray, low: float, span: float, scale: float, along: float, bend: float) -> np.ndarray:
        u = (x - low) / span
        return scale + along * u + bend * u * u


FAMILY = PredictedValue()
