"""A falling background fitted beside a window that is left out; how many background events are expected within it.

In: a random number generator. Out: a `TH1D` in a ROOT file, with events of something else within the window. Printed are the expected number and the parameter of the shape.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, HISTOGRAMS, Drawn, Rng, Style, rounded, short

#: lowest value, width of a bin, unit, what is on the axis
AXES = ((2.0, 0.02, "GeV", "mass", "质量"), (100.0, 0.5, "GeV", "diphoton mass", "双光子质量"), (400.0, 5.0, "MeV", "missing mass", "丢失质量"), (0.5, 0.01, "GeV", "recoil mass", "反冲质量"), (50.0, 1.0, "keV", "energy", "能量"))
NUMBERS = ("nbkg", "nb", "expected", "nwindow", "B")


class ExcludedWindow:
    name = "excluded_window"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        low, step, unit, what_en, what_zh = AXES[int(rng.integers(len(AXES)))]
        low, step = float(short(low * float(rng.choice((0.8, 1, 1.2, 1.5))))), step * float(rng.choice((1, 1.5, 2)))
        bins, powers = int(rng.choice((80, 100, 120))), bool(rng.integers(2))
        left = int(bins * rng.uniform(0.3, 0.45))
        edges = low + step * np.arange(bins + 1)
        right = left + int(bins * rng.uniform(0.1, 0.2))
        high, start, end = edges[-1], edges[left], edges[right]
        total, peak = int(rng.integers(5000, 25000)), int(rng.integers(200, 1500))
        steep = rng.uniform(1.5, 3.5)
        shape = steep / np.log(high / low) if powers else -steep / (high - low)
        values_drawn = _falling(rng.uniform(0, 1, total), low, high, shape, powers)
        data = np.append(values_drawn, rng.normal((start + end) / 2, (end - start) / 8, peak))
        counts, _ = np.histogram(data, bins=edges)
        expected = total * (_below(end, low, high, shape, powers) - _below(start, low, high, shape, powers))
        number, parameter = pick(rng, NUMBERS), pick(rng, ("k", "power", "index") if powers else ("slope", "c", "lambda"))
        file, histogram, function = pick(rng, FILES), pick(rng, HISTOGRAMS), pick(rng, FUNCTIONS)
        common = {"low": f"{low:.6g}", "high": f"{high:.6g}", "from": f"{start:.6g}", "to": f"{end:.6g}", "number": number, "parameter": parameter, "guess": rounded(shape * rng.uniform(0.7, 1.3), 1)}
        words = {name.upper(): text for name, text in common.items()} | {"FILE": file, "HIST": histogram, "FUNCTION": function, "BINS": str(bins), "UNIT": unit, "WHAT_EN": what_en, "WHAT_ZH": what_zh}
        words |= {"SHAPE_EN": f"power law x^(-{parameter})" if powers else f"exponential exp({parameter}*x)", "SHAPE_ZH": f"幂函数 x^(-{parameter})" if powers else f"指数函数 exp({parameter}*x)"}
        values = common | {"file": file, "histogram": histogram, "function": function, "unit": unit, "powers": powers, "shown": "power" if powers else "slope", "limit": rounded(10 * shape, 1)}
        return Drawn(words, values, {number: float(expected), parameter: float(shape)}, {file: root_file({histogram: (counts.astype(float), edges)})})


def _below(x: float, low: float, high: float, shape: float, powers: bool) -> float:
    """The part of the background below a value."""
    if powers:
        return float((x ** (1 - shape) - low ** (1 - shape)) / (high ** (1 - shape) - low ** (1 - shape)))
    return float(np.expm1(shape * (x - low)) / np.expm1(shape * (high - low)))


def _falling(part: np.ndarray, low: float, high: float, shape: float, powers: bool) -> np.ndarray:
    """The values below which these parts of the background are."""
    if powers:
        return (low ** (1 - shape) + part * (high ** (1 - shape) - low ** (1 - shape))) ** (1 / (1 - shape))
    return low + np.log1p(part * np.expm1(shape * (high - low))) / shape


FAMILY = ExcludedWindow()
