"""`double_gaussian`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, number, place, width


class DoubleGaussian(Shape):
    """share exp(-(x - mean)^2 / (2 sigma^2)) / sigma + (1 - share) exp(-(x - mean)^2 / (2 sigma_wide^2)) / sigma_wide: two Gaussians of one mean. The `height` of a curve is its value there.

    The starts keep `sigma` below `sigma_wide`; exchanged, with 1 - share, they are the same shape."""

    word = "double_gaussian"
    resolves = True

    mean = place("mean of both")
    sigma = width("standard deviation of the narrow one", 0.03)
    sigma_wide = width("standard deviation of the wide one", 0.1)
    share = number("share of the narrow one", 0.7, 0.0, 1.0)
