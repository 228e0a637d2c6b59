"""`gaussian`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, place, width


class Gaussian(Shape):
    """exp(-(x - mean)^2 / (2 sigma^2)). The `height` of a curve is its value at the mean."""

    word = "gaussian"
    resolves = True

    mean = place("mean", usage="mean 0.135 GeV, range: 0.13 GeV..0.14 GeV")
    sigma = width("standard deviation", usage="sigma 6 MeV, range: 1 MeV..20 MeV")
