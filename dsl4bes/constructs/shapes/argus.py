"""`argus`."""

from __future__ import annotations

from dsl4bes.constructs.fields import Floating, Of
from dsl4bes.constructs.shapes.base import Shape, number


class Argus(Shape):
    """x sqrt(1 - (x/endpoint)^2)^(2 power) exp(slope (1 - (x/endpoint)^2)) below the end point, nothing above it (ARGUS, PLB 241 (1990) 278). The `height` of a curve multiplies it with x/endpoint in place of x."""

    word = "argus"

    endpoint = Floating(doc="end point", power=1, of=Of.PLACE, start=1.0, low=0.5, high=1.2, default="the upper end of the range, within half of it below and a fifth above")
    slope = number("slope of the exponential", -20.0, -200.0, 10.0)
    power = Floating(doc="power; fixed unless a range is given", start=0.5, fixed=True, default="0.5, fixed")
