"""A weak peak on a flat background, whose width is known from elsewhere and enters as a Gaussian term of the likelihood.

In: a random number generator. Out: a `TH1D` in a ROOT file. Printed are `nsig`, `mean`, `sigma`.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, HISTOGRAMS, Drawn, Rng, Style, short


class ConstrainedMean:
    name = "constrained_mean"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        low, span = float(rng.choice((0.1, 1, 2.2, 3.5, 6, 10.2))), float(rng.choice((0.2, 0.5, 1, 2)))
        high, bins = low + span, int(rng.choice((50, 60, 80, 100)))
        mean, sigma = low + span * rng.uniform(0.3, 0.7), span * rng.uniform(0.03, 0.06)
        background = bins * int(rng.integers(12, 60))
        signal = int(rng.uniform(7, 11) * np.sqrt(background * 4 * sigma / span))
        known = float(short(sigma * rng.uniform(0.04, 0.1), 1))
        calibrated = short(rng.normal(sigma, known), 3)
        counts, edges = np.histogram(np.concatenate([rng.normal(mean, sigma, signal), rng.uniform(low, high, background)]), bins=bins, range=(low, high))
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        words = {"FILE": file, "HIST": histogram, "FUNCTION": function, "LOW": short(low), "HIGH": short(high), "BINS": str(bins), "MEAN": short(mean, 4), "SIGMA": calibrated, "KNOWN": short(known)}
        values = {"file": file, "histogram": histogram, "function": function, "low": short(low), "high": short(high), "mean": short(mean, 4), "sigma": calibrated, "known": short(known)}
        values |= {"narrow": short(sigma / 5, 1), "wide": short(sigma * 4, 1), "signal": short(signal, 1), "background": short(background, 1), "level": short(background / bins, 1)}
        return Drawn(words, values, {"nsig": float(signal), "mean": mean, "sigma": sigma}, {file: root_file({histogram: (counts.astype(float), edges)})})


FAMILY = ConstrainedMean()
