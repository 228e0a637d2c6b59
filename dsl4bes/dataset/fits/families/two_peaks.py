"""Two Gaussians with a common width on a flat background, in a histogram of a file.

In: a random number generator. Out: a `TH1D` in a ROOT file. Printed are both yields, or one yield and the ratio, then both positions and the width.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, HISTOGRAMS, Drawn, Rng, Style, rounded, short

#: what is on the axis, in both languages, with unit, lowest value and width of the range
AXES = (
    ("invariant mass", "不变质量", "GeV", 3.2, 1.0),
    ("recoil mass", "反冲质量", "GeV", 0.6, 0.8),
    ("gamma-ray energy", "伽马射线能量", "keV", 1000.0, 500.0),
    ("photon energy", "光子能量", "MeV", 80.0, 240.0),
    ("pulse height", "脉冲幅度", "ADC", 200.0, 600.0),
    ("time difference", "时间差", "ns", -5.0, 20.0),
)
#: names of the yields, of the ratio of the second to the first, of the positions and of the width
NAMES = (("n1", "n2", "r21", "m1", "m2", "sigma"), ("nlow", "nhigh", "r", "xlow", "xhigh", "width"), ("na", "nb", "rba", "pos_a", "pos_b", "sigma"), ("N1", "N2", "f", "mean1", "mean2", "sigma"))


class TwoPeaks:
    name = "two_peaks"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        what_en, what_zh, unit, low, span = AXES[int(rng.integers(len(AXES)))]
        low = float(short(low + span * float(rng.choice((-0.1, 0, 0.2, 0.4)))))
        high, bins = low + span, int(rng.choice((100, 120, 125, 150, 200)))
        first, second, sigma = low + span * rng.uniform(0.22, 0.4), low + span * rng.uniform(0.58, 0.78), span * rng.uniform(0.03, 0.055)
        many = [int(rng.integers(900, 6000)), int(rng.integers(700, 4500)), int(rng.integers(2000, 12000))]
        data = np.concatenate([rng.normal(first, sigma, many[0]), rng.normal(second, sigma, many[1]), rng.uniform(low, high, many[2])])
        counts, edges = np.histogram(data, bins=bins, range=(low, high))
        n1, n2, ratio, m1, m2, width = NAMES[int(rng.integers(len(NAMES)))]
        by_ratio = bool(rng.integers(2))
        names = [n1, ratio if by_ratio else n2, m1, m2, width]
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        starts = {"first": short(first), "second": short(second), "sigma": rounded(sigma * rng.uniform(0.8, 1.3), 1)}
        words = {"FILE": file, "HIST": histogram, "FUNCTION": function, "LOW": short(low), "HIGH": short(high, 4), "BINS": str(bins), "UNIT": unit, "WHAT_EN": what_en, "WHAT_ZH": what_zh, "PRINTED": ", ".join(names)}
        words |= {name.upper(): text for name, text in starts.items()} | {"M1": m1, "M2": m2, "WIDTH": width}
        words["WANTED_EN"] = f"the number of events {n1} of the lower peak and the ratio {ratio} of the upper peak's events to it" if by_ratio else f"the numbers of events {n1} (lower peak) and {n2} (upper peak)"
        words["WANTED_ZH"] = f"低端峰的事例数 {n1} 以及高端峰与低端峰的事例数之比 {ratio}" if by_ratio else f"低端峰的事例数 {n1} 和高端峰的事例数 {n2}"
        values = {"file": file, "histogram": histogram, "function": function, "low": short(low), "high": short(high, 4), "names": names, "by_ratio": by_ratio, "middle": short(low + span / 2, 4)} | starts
        values |= {"narrow": rounded(sigma / 10, 1), "wide": rounded(span / 4)}
        truth = {n1: float(many[0]), m1: first, m2: second, width: sigma} | ({ratio: many[1] / many[0]} if by_ratio else {n2: float(many[1])})
        return Drawn(words, values, truth, {file: root_file({histogram: (counts.astype(float), edges)})})


FAMILY = TwoPeaks()
