"""A plane that falls exponentially along x and is a Gaussian along y.

In: a random number generator. Out: a `TH2D` in a ROOT file. Printed are `tau` (the scale of the fall), `mean`, `sigma`.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, short

PLANES = ("h2", "mass_vs_time", "h_tm", "dE_vs_p", "map2d", "hxy", "corr", "t_vs_m")
AXES = (("the decay time", "衰变时间", "ps"), ("the decay time", "衰变时间", "ns"), ("the flight length", "飞行距离", "cm"), ("the depth", "深度", "mm"), ("the photon energy", "光子能量", "GeV"), ("q2", "q2", "GeV^2"))


class PlaneFalling:
    name = "plane_falling"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        right = float(rng.choice((1, 2, 5, 8, 10, 20, 50)))
        low, span = float(rng.choice((0, 0.5, 1, 1.8, 2.9, 5.2))), float(rng.choice((0.2, 0.4, 0.6, 1)))
        high, across, up = low + span, int(rng.choice((20, 25, 30, 40))), int(rng.choice((50, 60, 80)))
        tau, mean, sigma = right * rng.uniform(0.2, 0.6), low + span * rng.uniform(0.4, 0.6), span * rng.uniform(0.09, 0.16)
        entries = int(rng.integers(6000, 30_000))
        x = rng.exponential(tau, 8 * entries)
        x = x[x < right][:entries]
        y = rng.normal(mean, sigma, len(x))
        counts, *edges = np.histogram2d(x, y, bins=(across, up), range=((0, right), (low, high)))
        file, plane, function, (english, chinese, unit) = pick(rng, FILES), pick(rng, PLANES), pick(rng, FUNCTIONS), AXES[int(rng.integers(len(AXES)))]
        start = {"TAU": short(tau * rng.uniform(0.8, 1.3), 1), "MEAN": short(mean), "SIGMA": short(sigma, 1)}
        words = {"FILE": file, "PLANE": plane, "FUNCTION": function, "RIGHT": short(right), "LOW": short(low), "HIGH": short(high), "AXIS_EN": english, "AXIS_ZH": chinese, "UNIT": unit, **start}
        values = {"file": file, "plane": plane, "function": function, "right": short(right), "low": short(low), "high": short(high)}
        values |= {name.lower(): text for name, text in start.items()}
        values |= {"short": short(right / 50, 1), "long": short(5 * right), "narrow": short(span / 100, 1), "wide": short(span, 2)}
        return Drawn(words, values, {"tau": tau, "mean": mean, "sigma": sigma}, {file: root_file({plane: (counts, *edges)})})


FAMILY = PlaneFalling()
