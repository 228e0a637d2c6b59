"""The energy loss of a thin layer, a Landau distribution: of a histogram of a file, or drawn by the program with a fixed seed.

In: a random number generator. Out: a `TH1D` in a ROOT file, or no file. Printed are location and width, and the most probable value, which is not the location.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, rounded

HISTOGRAMS = ("h_dedx", "hLoss", "eloss", "h_edep", "dE", "hq", "charge", "h_mip")
NAMES = (("mu", "sigma", "mpv"), ("mu_l", "c_l", "mpv"), ("x0", "xi", "x_max"), ("loc", "scale", "most_probable"))
#: unit, location, width in parts of the location
SCALES = (("keV", 80.0, 0.08), ("MeV", 2.0, 0.07), ("ADC", 350.0, 0.1), ("fC", 3.6, 0.09), ("keV/cm", 1.3, 0.12))
MODE = -0.222783  #: of the standard Landau distribution


class LandauLoss:
    name = "landau_loss"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        unit, scale, part = SCALES[int(rng.integers(len(SCALES)))]
        made = bool(rng.integers(2))
        location, width = scale * rng.uniform(0.8, 1.3), scale * part * rng.uniform(0.7, 1.4)
        start = rounded(location + 0.5 * width), rounded(width * rng.uniform(0.75, 1.3), 1)
        location, width = (float(rounded(location, 3)), float(rounded(width))) if made else (location, width)
        low, high = rounded(location - rng.uniform(4, 6) * width), rounded(location + rng.uniform(18, 35) * width)
        bins, count, seed = int(rng.choice((100, 120, 150, 200))), int(rng.choice((8000, 10000, 15000, 20000, 30000))), int(rng.integers(1, 9999))
        mu, sigma, mpv = NAMES[int(rng.integers(len(NAMES)))]
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        values = {"file": file, "histogram": histogram, "function": function, "made": made, "low": low, "high": high, "bins": str(bins), "count": str(count), "seed": str(seed), "unit": unit}
        values |= {"mu": mu, "sigma": sigma, "mpv": mpv, "start": start[0], "start_width": start[1], "location": rounded(location, 3), "width": rounded(width), "narrow": rounded(width / 10, 1), "wide": rounded(width * 10, 1)}
        words = {"FUNCTION": function, "LOW": low, "HIGH": high, "UNIT": unit, "START": start[0], "START_WIDTH": start[1], "MU": mu, "SIGMA": sigma, "MPV": mpv}
        words["SOURCE_EN"] = f"{count} values that the macro itself draws from a Landau distribution of location {rounded(location, 3)} and width {rounded(width)} (seed {seed})" if made else f"the histogram {histogram} ({bins} bins) of the file {file}"
        words["SOURCE_ZH"] = f"程序自己产生的 {count} 个朗道分布随机数（位置参数 {rounded(location, 3)}，宽度 {rounded(width)}，种子 {seed}）" if made else f"文件 {file} 里的直方图 {histogram}（{bins} 个区间）"
        truth = {mu: location, sigma: width, mpv: location + MODE * width}
        return Drawn(words, values, truth, {} if made else {file: root_file({histogram: _histogram(rng, location, width, count, bins, float(low), float(high))})})


def _histogram(rng: Rng, location: float, width: float, count: int, bins: int, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of a stable distribution of index one, by the method of Chambers, Mallows and Stuck."""
    angle, waited = rng.uniform(-np.pi / 2, np.pi / 2, count), rng.exponential(1, count)
    values = (np.pi / 2 + angle) * np.tan(angle) - np.log(waited * np.cos(angle) / (np.pi / 2 + angle))
    counts, edges = np.histogram(location + width * values, bins=bins, range=(low, high))
    return counts.astype(float), edges


FAMILY = LandauLoss()
