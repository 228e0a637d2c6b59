"""`breit_wigner`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, place
from dsl4bes.constructs.shapes.base import width as width_of


class BreitWigner(Shape):
    """1 / ((x - mean)^2 + width^2 / 4): the non-relativistic Breit-Wigner. The `height` of a curve is its value at the mass."""

    word = "breit_wigner"

    mean = place("mass")
    width = width_of("full width at half maximum")
