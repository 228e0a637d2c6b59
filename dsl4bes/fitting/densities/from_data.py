"""`histogram_pdf` and `keys_pdf`: shapes that are read from files, by uproot.

In: the file and what is in it. Out: heights and integrals. Interpolation of order n between bins is the polynomial through the n + 1 nearest centres; beyond the range the bins are mirrored at its end.
Widths of the Gaussians of `keys_pdf`: K. Cranmer, hep-ex/0011057, eq. 10 with the range of a uniform density, 2 sqrt(3) sigma, and not less than a tenth of sqrt(2) times the common width, as RooKeysPdf has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from dsl4bes.fitting.data import branch_of, histogram_of
from dsl4bes.fitting.densities.base import Closed, Judged, Numbers, Values

if TYPE_CHECKING:
    from dsl4bes.ir import fitting as ir


class HistogramPdf(Closed):
    def __init__(self, density: ir.Density, axes: Sequence[ir.Axis], folder: Path) -> None:
        super().__init__(density, axes, folder)
        where = dict(density.setting("data"))
        bins = histogram_of(folder / where["file"], where["histogram"], axes[0])
        self.edges = np.concatenate([bins.low, bins.high[-1:]])
        self.heights = bins.content / (bins.high - bins.low)
        self.order = int(density.setting("interpolation", 0))

    def height(self, x: Numbers, p: Values) -> Numbers:
        bins = len(self.heights)
        at = np.clip(np.searchsorted(self.edges, x, side="right") - 1, 0, bins - 1)
        if self.order == 0:
            return np.where((x >= self.edges[0]) & (x <= self.edges[-1]), self.heights[at], 0.0)
        centres = 0.5 * (self.edges[1:] + self.edges[:-1])
        first = at - self.order // 2 - (x < centres[at])
        places, values = np.empty((self.order + 1, len(x))), np.empty((self.order + 1, len(x)))
        for number in range(self.order + 1):
            bin = first + number
            mirrored = np.where(bin < 0, -bin - 1, np.where(bin >= bins, 2 * bins - bin - 1, bin))
            places[number] = np.where(bin < 0, 2 * self.edges[0] - centres[mirrored], np.where(bin >= bins, 2 * self.edges[-1] - centres[mirrored], centres[mirrored]))
            values[number] = self.heights[mirrored]
        total = np.zeros(len(x))
        for number in range(self.order + 1):
            weight = np.ones(len(x))
            for other in range(self.order + 1):
                if other != number:
                    weight *= (x - places[other]) / (places[number] - places[other])
            total += weight * values[number]
        return np.maximum(total, 0.0)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        total = np.concatenate([[0.0], np.cumsum(self.heights * np.diff(self.edges))])
        return np.asarray(np.interp(x, self.edges, total), dtype=np.float64)

    def integral(self, low: Numbers, high: Numbers, p: Values) -> Numbers:
        return super().integral(low, high, p) if self.order == 0 else Judged.integral(self, low, high, p)

    def breaks(self, p: Values) -> Sequence[float]:
        return [*self.edges, *(0.5 * (self.edges[1:] + self.edges[:-1]))]


class KeysPdf(Closed):
    def __init__(self, density: ir.Density, axes: Sequence[ir.Axis], folder: Path) -> None:
        super().__init__(density, axes, folder)
        where = dict(density.setting("data"))
        self.centres = branch_of(folder / where["file"], where["tree"], where["branch"], "", axes[0])
        count, sigma = len(self.centres), float(np.std(self.centres))
        common = (4 / 3) ** 0.2 * count**-0.2 * float(density.setting("smoothness", 1.0))
        pilot = self._sum(self.centres, np.full(count, common * sigma))
        self.widths = np.maximum(common * np.sqrt(sigma * count / pilot) / (2 * np.sqrt(3)), common * sigma * np.sqrt(2) / 10)

    def _sum(self, x: Numbers, widths: Numbers) -> Numbers:
        """The Gaussians of all entries at `x`, some places at a time."""
        found = np.empty(len(x))
        for begin in range(0, len(x), 500):
            part = slice(begin, begin + 500)
            found[part] = np.sum(np.exp(-0.5 * ((x[part, None] - self.centres) / widths) ** 2) / (widths * np.sqrt(2 * np.pi)), axis=1)
        return found

    def height(self, x: Numbers, p: Values) -> Numbers:
        return self._sum(x, self.widths)

    def primitive(self, x: Numbers, p: Values) -> Numbers:
        found = np.empty(len(x))
        for begin in range(0, len(x), 500):
            part = slice(begin, begin + 500)
            found[part] = np.sum(special.ndtr((x[part, None] - self.centres) / self.widths), axis=1)
        return found
