"""A Gaussian peak on an exponential background, in a histogram of a file; the number of signal events is asked for.

In: a random number generator. Out: a `TH1D` in a ROOT file. Printed are `nsig` (events in the peak), `mean`, `sigma`.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, HISTOGRAMS, Drawn, Rng, Style, short


class FallingPeak:
    name = "falling_peak"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        low = float(rng.choice((0, 1, 2, 2.8, 3.4, 5)))
        span = float(rng.choice((0.4, 1, 2, 4)))
        high, bins = low + span, int(rng.choice((60, 80, 100, 120)))
        mean, sigma, tau = low + span * rng.uniform(0.35, 0.6), span * rng.uniform(0.02, 0.05), span * rng.uniform(0.5, 1.2)
        signal, background = int(rng.integers(1500, 6000)), int(rng.integers(4000, 15000))
        drawn = rng.exponential(tau, 8 * background)
        data = np.concatenate([rng.normal(mean, sigma, signal), low + drawn[drawn < span][:background]])
        counts, edges = np.histogram(data, bins=bins, range=(low, high))
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        words = {"FILE": file, "HIST": histogram, "FUNCTION": function, "LOW": short(low), "HIGH": short(high), "BINS": str(bins), "MEAN": short(mean), "SIGMA": short(sigma, 1)}
        values = {"file": file, "histogram": histogram, "function": function, "low": short(low), "high": short(high)}
        values |= {"mean": short(mean), "sigma": short(sigma, 1), "narrow": short(sigma / 10, 1), "wide": short(span / 4, 2), "slope": short(-1 / tau, 2), "steep": short(-20 / tau, 2)}
        return Drawn(words, values, {"nsig": float(signal), "mean": mean, "sigma": sigma}, {file: root_file({histogram: (counts.astype(float), edges)})})


FAMILY = FallingPeak()
