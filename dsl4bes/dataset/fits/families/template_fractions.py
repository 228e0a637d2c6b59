"""Data as the sum of two components whose shapes are known as histograms only; the share of the first is asked for.

In: a random number generator. Out: three `TH1D` in a ROOT file, the data and two templates. Printed is the fraction, under a name that varies.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, short

TRIPLES = (
    ("data", "mc_signal", "mc_background"),
    ("h_data", "h_prompt", "h_secondary"),
    ("bdt_data", "bdt_sig", "bdt_bkg"),
    ("ip_all", "ip_charm", "ip_light"),
    ("shower", "t_photon", "t_neutron"),
    ("iso_obs", "iso_real", "iso_fake"),
    ("hObs", "tmplA", "tmplB"),
)
RESULTS = ("fraction", "f_sig", "frac_a", "purity", "share")


class TemplateFractions:
    name = "template_fractions"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        low, span = float(rng.choice((0, -0.4, 0.5, 2))), float(rng.choice((1, 2, 4, 10)))
        high, bins = low + span, int(rng.choice((25, 40, 50, 60, 80)))
        centre, sigma, tau = rng.uniform(0.4, 0.75), rng.uniform(0.1, 0.22), rng.uniform(0.3, 0.8)
        entries, fraction, simulated = int(rng.integers(2000, 15_000)), rng.uniform(0.15, 0.8), int(rng.integers(150_000, 400_000))
        first = round(fraction * entries)
        data = np.concatenate([self._peaked(rng, centre, sigma, first), self._falling(rng, tau, entries - first)])
        samples = (data, self._peaked(rng, centre, sigma, simulated), self._falling(rng, tau, simulated))
        names, file, function, result = TRIPLES[int(rng.integers(len(TRIPLES)))], pick(rng, FILES), pick(rng, FUNCTIONS), pick(rng, RESULTS)
        histograms = {}
        for name, sample in zip(names, samples, strict=True):
            counts, edges = np.histogram(low + span * sample, bins=bins, range=(low, high))
            histograms[name] = (counts.astype(float), edges)
        start = pick(rng, ("0.3", "0.4", "0.5", "0.6"))
        words = {"FILE": file, "DATA": names[0], "ONE": names[1], "TWO": names[2], "FUNCTION": function, "RESULT": result, "LOW": short(low), "HIGH": short(high), "BINS": str(bins), "START": start}
        values = {"file": file, "data": names[0], "one": names[1], "two": names[2], "function": function, "result": result, "low": short(low), "high": short(high), "start": start}
        return Drawn(words, values, {result: first / entries}, {file: root_file(histograms)})

    @staticmethod
    def _peaked(rng: Rng, centre: float, sigma: float, number: int) -> np.ndarray:
        drawn = rng.normal(centre, sigma, 2 * number)
        return drawn[(drawn > 0) & (drawn < 1)][:number]

    @staticmethod
    def _falling(rng: Rng, tau: float, number: int) -> np.ndarray:
        drawn = rng.exponential(tau, 3 * number)
        return drawn[drawn < 1][:number]


FAMILY = TemplateFractions()
