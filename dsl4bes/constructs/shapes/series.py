"""`polynomial` and `chebyshev`: series whose coefficients float."""

from __future__ import annotations

from typing import Any

from dsl4bes.constructs.fields import Floating, Number, Of
from dsl4bes.constructs.shapes.base import Shape, number

HIGHEST = 7  #: order of a series


class Polynomial(Shape):
    """1 + c1 x + c2 x^2 + ...; as a curve c0 + c1 x + ..., without limits. A density that is negative somewhere in the range is none: `chebyshev` is better behaved where the range is far from 0."""

    word = "polynomial"
    own_height = True

    order = Number(doc="highest power", low=0, high=HIGHEST, whole=True, default="1", usage="order 2")
    c0 = Floating(doc="constant term of a curve without `height`", of=Of.HEIGHT, start=1.0, default="the largest value of the data")
    c1 = Floating(doc="coefficient of x", power=-1, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0, within 10 over the width of the range")
    c2 = Floating(doc="coefficient of x^2", power=-2, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0")
    c3 = Floating(doc="coefficient of x^3", power=-3, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0")
    c4 = Floating(doc="coefficient of x^4", power=-4, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0")
    c5 = Floating(doc="coefficient of x^5", power=-5, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0")
    c6 = Floating(doc="coefficient of x^6", power=-6, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0")
    c7 = Floating(doc="coefficient of x^7", power=-7, of=Of.INVERSE, start=0.0, low=-10.0, high=10.0, default="0")

    @classmethod
    def parameters(cls, settings: dict[str, Any]) -> tuple[str, ...]:
        return tuple(f"c{power}" for power in range(1, int(settings.get("order", 1)) + 1))


class Chebyshev(Shape):
    """1 + c1 T1(y) + c2 T2(y) + ... with the Chebyshev polynomials of the first kind, y from -1 to 1 over the range. The `height` of a curve is the factor in front."""

    word = "chebyshev"

    order = Number(doc="highest polynomial", low=0, high=HIGHEST, whole=True, default="1", usage="order 2")
    c1 = number("coefficient of T1", 0.0, -3.0, 3.0)
    c2 = number("coefficient of T2", 0.0, -3.0, 3.0)
    c3 = number("coefficient of T3", 0.0, -3.0, 3.0)
    c4 = number("coefficient of T4", 0.0, -3.0, 3.0)
    c5 = number("coefficient of T5", 0.0, -3.0, 3.0)
    c6 = number("coefficient of T6", 0.0, -3.0, 3.0)
    c7 = number("coefficient of T7", 0.0, -3.0, 3.0)

    @classmethod
    def parameters(cls, settings: dict[str, Any]) -> tuple[str, ...]:
        return tuple(f"c{power}" for power in range(1, int(settings.get("order", 1)) + 1))
