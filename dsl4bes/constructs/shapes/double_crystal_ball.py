"""`double_crystal_ball`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, number, place, width


class DoubleCrystalBall(Shape):
    """A Gaussian with a power law on either side. The `height` of a curve is its value at the mean."""

    word = "double_crystal_ball"

    mean = place("mean of the Gaussian")
    sigma = width("standard deviation of the Gaussian")
    alpha_low = number("where the low tail begins, in `sigma` below the mean", 1.5, 0.1, 10.0)
    n_low = number("power of the low tail", 3.0, 0.5, 50.0)
    alpha_high = number("where the high tail begins, in `sigma` above the mean", 1.5, 0.1, 10.0)
    n_high = number("power of the high tail", 3.0, 0.5, 50.0)
