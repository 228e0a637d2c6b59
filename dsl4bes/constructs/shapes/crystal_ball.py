"""`crystal_ball`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, number, place, width


class CrystalBall(Shape):
    """A Gaussian with a power law `(x - mean) / sigma < -alpha` on its low side, `alpha` negative: on its high side (Gaiser, SLAC-R-255). The `height` of a curve is its value at the mean."""

    word = "crystal_ball"

    mean = place("mean of the Gaussian")
    sigma = width("standard deviation of the Gaussian")
    alpha = number("where the tail begins, in `sigma`", 1.5, 0.1, 10.0)
    n = number("power of the tail", 3.0, 0.5, 50.0)
