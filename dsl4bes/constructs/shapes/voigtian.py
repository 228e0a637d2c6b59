"""`voigtian`."""

from __future__ import annotations

from dsl4bes.constructs.shapes.base import Shape, place
from dsl4bes.constructs.shapes.base import width as width_of


class Voigtian(Shape):
    """A non-relativistic Breit-Wigner convolved with a Gaussian, in closed form. The `height` of a curve is its value at the mass."""

    word = "voigtian"

    mean = place("mass")
    width = width_of("full width at half maximum of the Breit-Wigner")
    sigma = width_of("standard deviation of the Gaussian", 0.03)
