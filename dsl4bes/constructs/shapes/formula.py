"""`formula`: a density of the user's own."""

from __future__ import annotations

from typing import Any

from dsl4bes.constructs.fields import Floating, Formula
from dsl4bes.constructs.shapes.base import Shape


class FormulaShape(Shape):
    """A formula of the observable, which is called `x` in it, and of parameters, one line each; it is normalised over the range by numbers and must not be negative there.

    In a curve it is the curve itself; in a fit of two observables the second is called `y`."""

    word = "formula"
    dimensions = 0
    own_height = True

    density = Formula(required=True, doc="formula of `x` and of the parameters of the term", usage="density sqrt(x - threshold) * exp(-slope * x)")
    free = Floating(doc="start value of a parameter of the formula, with its range", power=None, usage="threshold 0.28 GeV, fixed: true", name="parameter")

    @classmethod
    def parameters(cls, settings: dict[str, Any]) -> tuple[str, ...]:
        return ()  # the lines of the program say
