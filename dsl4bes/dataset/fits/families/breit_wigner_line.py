"""A Breit-Wigner on a polynomial background, no resolution, in a part of the range of a histogram.

In: a random number generator. Out: a `TH1D` in a ROOT file, wider than the range of the fit. Printed are mass and width.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, HISTOGRAMS, Drawn, Rng, Style, rounded, short

#: system, unit, mass, width
LINES = (("K pi", "GeV", 0.893, 0.05), ("pi pi", "GeV", 1.27, 0.18), ("e+ e-", "GeV", 91.2, 2.5), ("K K", "GeV", 1.525, 0.085), ("p pi", "MeV", 1232.0, 115.0), ("Lambda pi", "MeV", 1384.0, 37.0), ("D pi", "GeV", 2.42, 0.03))
NAMES = (("mass", "width"), ("m0", "gamma"), ("M", "Gamma"), ("mean", "gamma"), ("mR", "gR"))


class BreitWignerLine:
    name = "breit_wigner_line"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        system, unit, mass, gamma = LINES[int(rng.integers(len(LINES)))]
        gamma *= rng.uniform(0.8, 1.3)
        mass += gamma * rng.uniform(-0.3, 0.3)
        wide, bins, margin = float(rounded(gamma / rng.uniform(7, 11), 1)), int(rng.choice((100, 110, 120, 140))), int(rng.integers(5, 20))
        first = round(mass / wide - bins * rng.uniform(0.42, 0.55))
        edges = wide * np.arange(first, first + bins + 1)
        low, high = edges[margin], edges[bins - margin]
        signal, background, quadratic = int(rng.integers(4000, 12000)), int(rng.integers(5000, 15000)), bool(rng.integers(2))
        data = np.concatenate([_peak(rng, mass, gamma, edges, signal), _polynomial(rng, edges, background, quadratic)])
        counts, _ = np.histogram(data, bins=edges)
        m, g = NAMES[int(rng.integers(len(NAMES)))]
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        common = {"low": f"{low:.8g}", "high": f"{high:.8g}", "start": short(mass + 0.2 * gamma), "start_width": rounded(gamma * rng.uniform(0.7, 1.4), 1), "m": m, "g": g, "unit": unit}
        words = {name.upper(): text for name, text in common.items()} | {"FILE": file, "HIST": histogram, "FUNCTION": function, "SYSTEM": system, "FIRST": f"{edges[0]:.8g}", "LAST": f"{edges[-1]:.8g}"}
        words |= {"BKG_EN": "a polynomial of second order" if quadratic else "a straight line", "BKG_ZH": "二次多项式" if quadratic else "一次多项式"}
        values = common | {"file": file, "histogram": histogram, "function": function, "quadratic": quadratic, "narrow": rounded(gamma / 10, 1), "wide": rounded(gamma * 5, 1), "middle": f"{(low + high) / 2:.8g}"}
        return Drawn(words, values, {m: mass, g: gamma}, {file: root_file({histogram: (counts.astype(float), edges)})})


def _peak(rng: Rng, mass: float, gamma: float, edges: np.ndarray, count: int) -> np.ndarray:
    """Values of a Breit-Wigner within the histogram."""
    ends = np.arctan(2 * (edges[[0, -1]] - mass) / gamma)
    return mass + gamma / 2 * np.tan(rng.uniform(ends[0], ends[1], count))


def _polynomial(rng: Rng, edges: np.ndarray, count: int, quadratic: bool) -> np.ndarray:
    """Values of a line or a parabola that is above zero everywhere."""
    slope, bend = rng.uniform(-0.5, 0.5), rng.uniform(-0.3, 0.3) if quadratic else 0.0
    u = rng.uniform(-1, 1, 4 * count)
    kept = u[rng.uniform(0, 1.8, len(u)) < 1 + slope * u + bend * (2 * u**2 - 1)][:count]
    return edges[0] + (kept + 1) / 2 * (edges[-1] - edges[0])


FAMILY = BreitWignerLine()
