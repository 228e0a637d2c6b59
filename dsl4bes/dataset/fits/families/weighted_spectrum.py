"""A Gaussian in a histogram of weighted entries: chi2 with the errors of the sums of squared weights.

In: a random number generator. Out: a `TH1D` with its `Sumw2` in a ROOT file. Printed are `mean`, `sigma`, `chi2/ndf`.
"""

from __future__ import annotations

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.data import weighted_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, HISTOGRAMS, Drawn, Rng, Style, short


class WeightedSpectrum:
    name = "weighted_spectrum"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        mean = float(rng.choice((0.5, 1, 1.9, 3.1, 5.3, 9.5, 80))) * rng.uniform(0.95, 1.05)
        sigma, bins = mean * rng.uniform(0.02, 0.08), int(rng.choice((30, 36, 40, 50)))
        low, high = float(short(mean - rng.uniform(2.4, 2.8) * sigma)), float(short(mean + rng.uniform(2.4, 2.8) * sigma))
        entries, scale, spread = int(rng.integers(20_000, 60_000)), float(rng.choice((0.05, 0.2, 1, 3))), rng.uniform(0.3, 0.8)
        values, weights = rng.normal(mean, sigma, entries), scale * rng.uniform(1 - spread, 1 + spread, entries)
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        start = {"MEAN": short(mean * rng.uniform(0.995, 1.005)), "SIGMA": short(sigma, 1)}
        words = {"FILE": file, "HIST": histogram, "FUNCTION": function, "LOW": short(low), "HIGH": short(high), "BINS": str(bins), **start}
        texts = {"file": file, "histogram": histogram, "function": function, "low": short(low), "high": short(high), "narrow": short(sigma / 5, 1), "wide": short(sigma * 5, 1)}
        texts |= {name.lower(): text for name, text in start.items()}
        return Drawn(words, texts, {"mean": mean, "sigma": sigma}, {file: weighted_file(histogram, values, weights, bins, low, high)})


FAMILY = WeightedSpectrum()
