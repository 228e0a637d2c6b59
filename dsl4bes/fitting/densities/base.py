"""What a density is in numbers: its height at places, its integral over intervals.

In: the values of its parameters by role. Out: arrays. Heights have any scale; who asks divides by the integral over the range.
Where there is no closed form the integral is Gauss-Legendre quadrature on many pieces, cut where the shape is not smooth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from dsl4bes.ir import fitting as ir

Numbers = npt.NDArray[np.float64]
Values = Mapping[str, float]  #: role → value

#: Pieces of the range and points of Gauss and Legendre in each. A width of 0.001 of the range, the least that starts allow, is five pieces a sigma apart: the rule is then good to 1e-10.
PIECES, POINTS = 200, 16
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


class Judged(ABC):
    """Base of all shapes; one object for one density of a fit."""

    def __init__(self, density: ir.Density, axes: Sequence[ir.Axis], folder: Path) -> None:
        self.density = density
        self.axes = axes
        self.low, self.high = axes[0].low, axes[0].high

    @abstractmethod
    def height(self, x: Numbers, p: Values) -> Numbers:
        """The height at `x`, not normalised."""

    def breaks(self, p: Values) -> Sequence[float]:
        """Places where the height or its slope jumps."""
        return ()

    def integral(self, low: Numbers, high: Numbers, p: Values) -> Numbers:
        """The integrals over intervals, one for each pair of ends."""
        edges = [np.linspace(self.low, self.high, PIECES + 1), low, high, np.asarray(self.breaks(p), dtype=np.float64)]
        cuts = np.unique(np.concatenate(edges))
        pieces = quadrature(lambda x: self.height(x, p), cuts)
        total = np.concatenate([[0.0], np.cumsum(pieces)])
        return np.asarray(total[np.searchsorted(cuts, high)] - total[np.searchsorted(cuts, low)], dtype=np.float64)


class Closed(Judged):
    """A shape whose integral has a closed form."""

    @abstractmethod
    def primitive(self, x: Numbers, p: Values) -> Numbers:
        """A function whose derivative is `height`."""

    def integral(self, low: Numbers, high: Numbers, p: Values) -> Numbers:
        return self.primitive(high, p) - self.primitive(low, p)


def quadrature(height: object, cuts: Numbers) -> Numbers:
    """The integral of a function over each interval between neighbouring `cuts`."""
    assert callable(height)
    half = 0.5 * np.diff(cuts)
    middle = 0.5 * (cuts[1:] + cuts[:-1])
    places = middle[:, None] + half[:, None] * _NODES
    heights = np.asarray(height(places.ravel()), dtype=np.float64).reshape(places.shape)
    return np.asarray(half * (heights @ _WEIGHTS), dtype=np.float64)
