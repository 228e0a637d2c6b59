"""One line seen in two channels: a common mean, a width for each, one fit to both histograms.

In: a random number generator. Out: two `TH1D` in a ROOT file. Printed are `mean`, `sigma1`, `sigma2`.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, short

PAIRS = (("h_mumu", "h_ee"), ("barrel", "endcap"), ("m_kpi", "m_k3pi"), ("run1", "run2"), ("h_2018", "h_2021"), ("mass_pos", "mass_neg"), ("hA", "hB"), ("east", "west"))


class SharedMean:
    name = "shared_mean"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        low, span = float(rng.choice((0.4, 0.9, 1.7, 3, 5, 9.2, 40))), float(rng.choice((0.2, 0.4, 1, 2)))
        high, bins = low + span, int(rng.choice((100, 120, 150)))
        mean, first = low + span * rng.uniform(0.42, 0.58), span * rng.uniform(0.07, 0.13)
        second = first * float(rng.choice((0.6, 1.6))) * rng.uniform(0.85, 1.1)
        numbers = [int(rng.integers(800, 12_000)) for _ in range(2)]
        one, two = PAIRS[int(rng.integers(len(PAIRS)))]
        histograms = {}
        for name, sigma, number in zip((one, two), (first, second), numbers, strict=True):
            counts, edges = np.histogram(rng.normal(mean, sigma, number), bins=bins, range=(low, high))
            histograms[name] = (counts.astype(float), edges)
        file, function = pick(rng, FILES), pick(rng, FUNCTIONS)
        start = {"MEAN": short(mean, 4), "SIGMA1": short(first, 1), "SIGMA2": short(second, 1)}
        words = {"FILE": file, "ONE": one, "TWO": two, "FUNCTION": function, "LOW": short(low), "HIGH": short(high), "BINS": str(bins), **start}
        values = {"file": file, "one": one, "two": two, "function": function, "low": short(low), "high": short(high), "narrow": short(span / 100, 1), "wide": short(span / 2, 2)}
        values |= {name.lower(): text for name, text in start.items()}
        return Drawn(words, values, {"mean": mean, "sigma1": first, "sigma2": second}, {file: root_file(histograms)})


FAMILY = SharedMean()
