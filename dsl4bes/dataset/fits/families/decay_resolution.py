"""A lifetime measured with a finite resolution: an exponential decay convolved with a Gaussian.

In: a random number generator. Out: a `TH1D` of decay times in a ROOT file. Printed are `tau`, `sigma` (of the resolution).
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, short

TIMES = ("h_dt", "decay_time", "ht", "h_life", "tof_diff", "hTime", "proper_time", "t_sel")
UNITS = ("ps", "ns", "us", "mm", "cm", "fs")


class DecayResolution:
    name = "decay_resolution"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        tau = float(rng.choice((0.4, 1, 1.5, 2.2, 8, 40, 200))) * rng.uniform(0.8, 1.25)
        sigma, entries, bins = tau * rng.uniform(0.18, 0.5), int(rng.integers(5000, 40_000)), int(rng.choice((100, 120, 150)))
        low, high = float(short(-rng.uniform(3.5, 5) * sigma, 1)), float(short(rng.uniform(5, 8) * tau, 1))
        counts, edges = np.histogram(rng.exponential(tau, entries) + rng.normal(0, sigma, entries), bins=bins, range=(low, high))
        file, histogram, function = pick(rng, FILES), pick(rng, TIMES), pick(rng, FUNCTIONS)
        start = {"TAU": short(tau * rng.uniform(0.85, 1.2), 2), "SIGMA": short(sigma * rng.uniform(0.8, 1.2), 1)}
        words = {"FILE": file, "HIST": histogram, "FUNCTION": function, "LOW": short(low), "HIGH": short(high), "BINS": str(bins), "UNIT": pick(rng, UNITS), **start}
        values = {"file": file, "histogram": histogram, "function": function, "low": short(low), "high": short(high)}
        values |= {name.lower(): text for name, text in start.items()}
        values |= {"short": short(tau / 10, 1), "long": short(tau * 8, 1), "narrow": short(sigma / 20, 1), "wide": short(sigma * 6, 1)}
        return Drawn(words, values, {"tau": tau, "sigma": sigma}, {file: root_file({histogram: (counts.astype(float), edges)})})


FAMILY = DecayResolution()
