"""`relativistic_breit_wigner`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, place
from dsl4bes.constructs.shapes.base import width as width_of


class RelativisticBreitWigner(Shape):
    """1 / ((x^2 - mean^2)^2 + mean^2 width^2): constant width, no phase space. The `height` of a curve is its value at the mass."""

    word = "relativistic_breit_wigner"

    mean = place("mass")
    width = width_of("width")
