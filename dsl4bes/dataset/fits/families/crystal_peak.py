"""A peak with a tail to low values, described by a Crystal Ball function; its exponent is fixed or free.

In: a random number generator. Out: a `TH1D` in a ROOT file. Printed are position, width, where the tail begins, and the exponent if it is free.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, rounded, short

HISTOGRAMS = ("h_egam", "hE", "e_shower", "h_ep", "energy", "hCluster", "h_m2g", "resp")
#: what is measured, in both languages, with unit and position
LINES = (("photon energy", "光子能量", "GeV", 1.84), ("shower energy of electrons", "电子的簇射能量", "GeV", 1.5), ("energy over momentum of electrons", "电子的 E/p", "", 1.0), ("pi0 candidates' mass", "π0 候选的质量", "MeV", 134.0), ("energy of a monoenergetic photon", "单能光子的能量", "MeV", 661.0), ("eta candidates' mass", "η 候选的质量", "GeV", 0.547))
NAMES = (("mean", "sigma", "alpha", "n"), ("mu", "sig", "a", "n"), ("x0", "width", "alpha", "power"), ("peak", "reso", "alpha_l", "n_l"))


class CrystalPeak:
    name = "crystal_peak"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        what_en, what_zh, unit, place = LINES[int(rng.integers(len(LINES)))]
        mean, alpha, power = place * rng.uniform(0.98, 1.02), rng.uniform(0.8, 1.7), float(rng.choice((1.5, 2, 2.5, 3, 4, 5)))
        sigma = place * rng.uniform(0.02, 0.045)
        low, high = short(mean - rng.uniform(9, 13) * sigma), short(mean + rng.uniform(4, 5.5) * sigma)
        bins, count, free = int(rng.choice((100, 120, 150, 200))), int(rng.integers(10000, 40000)), bool(rng.random() < 0.35)
        values_drawn = _values(rng, mean, sigma, alpha, power, float(low), float(high), count)
        counts, edges = np.histogram(values_drawn, bins=bins, range=(float(low), float(high)))
        names = NAMES[int(rng.integers(len(NAMES)))]
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        common = {"low": low, "high": high, "start": short(mean + 0.3 * sigma), "start_sigma": rounded(sigma * rng.uniform(0.8, 1.3), 1), "start_alpha": short(alpha * rng.uniform(0.8, 1.25), 2)}
        exponent = short(power * rng.uniform(0.8, 1.3), 2) if free else short(power)
        words = {name.upper(): text for name, text in common.items()} | {"FILE": file, "HIST": histogram, "FUNCTION": function, "BINS": str(bins), "WHAT_EN": what_en, "WHAT_ZH": what_zh, "UNIT": f" {unit}" if unit else ""}
        words |= {"MEAN": names[0], "WIDTH": names[1], "ALPHA": names[2], "N": names[3], "PRINTED": ", ".join(names[: 4 if free else 3])}
        words |= {"POWER_EN": f"{names[3]} is free and starts at {exponent}" if free else f"{names[3]} is fixed to {exponent}", "POWER_ZH": f"{names[3]} 自由，初值 {exponent}" if free else f"{names[3]} 固定为 {exponent}"}
        values = common | {"file": file, "histogram": histogram, "function": function, "names": names, "free": free, "exponent": exponent, "narrow": rounded(sigma / 10, 1), "wide": rounded(sigma * 8, 1)}
        truth = dict(zip(names, (mean, sigma, alpha, power)[: 4 if free else 3], strict=False))
        return Drawn(words, values, truth, {file: root_file({histogram: (counts.astype(float), edges)})})


def _values(rng: Rng, mean: float, sigma: float, alpha: float, power: float, low: float, high: float, count: int) -> np.ndarray:
    """Values of a Crystal Ball function between two ends, by its integral on a fine grid."""
    x = np.linspace(low, high, 20001)
    t = (x - mean) / sigma
    tail = np.exp(-(alpha**2) / 2) * (1 + alpha / power * np.maximum(-alpha - t, 0)) ** -power
    density = np.where(t > -alpha, np.exp(-(t**2) / 2), tail)
    integral = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return np.interp(rng.uniform(0, integral[-1], count), integral, x)


FAMILY = CrystalPeak()
