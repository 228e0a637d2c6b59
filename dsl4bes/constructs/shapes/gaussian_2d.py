"""`gaussian_2d`: a Gaussian of two observables."""

from __future__ import annotations

from dataclasses import replace

from dsl4bes.constructs.shapes.base import Shape, number, place, width


class Gaussian2d(Shape):
    """exp(-(u^2 - 2 correlation u v + v^2) / (2 (1 - correlation^2))) with u = (x - mean_x) / sigma_x and v = (y - mean_y) / sigma_y. Its `height` is its value at the means."""

    word = "gaussian_2d"
    dimensions = 2

    mean_x = place("mean of the first observable")
    sigma_x = width("standard deviation of the first observable", 0.1)
    mean_y = replace(place("mean of the second observable"), axis=1)
    sigma_y = replace(width("standard deviation of the second observable", 0.1), axis=1)
    correlation = number("correlation of the two; fix it at 0 for none", 0.0, -0.99, 0.99, usage="correlation 0, fixed: true")
