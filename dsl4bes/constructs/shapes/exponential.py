"""`exponential`."""

from __future__ import annotations

from dsl4bes.constructs.fields import Floating, Of
from dsl4bes.constructs.shapes.base import Shape


class Exponential(Shape):
    """exp(slope x). The `height` of a curve is its value at the lower end of the range."""

    word = "exponential"

    slope = Floating(doc="slope, negative for a falling one", power=-1, of=Of.INVERSE, start=-1.0, low=-100.0, high=100.0, default="-1 over the width of the range, within 100 over it")
