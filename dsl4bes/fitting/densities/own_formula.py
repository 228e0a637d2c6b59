"""`formula`: a density of the user's own, and the formulas of parameters.

In: `ir.fitting.Formula`, values, places. Out: numbers. Every operator and function of the language of formulas is here once (`resolve.fitting.formulas`).
Nothing is turned into text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dsl4bes.fitting.densities.base import Judged, Numbers, Values
from dsl4bes.ir.fitting import Apply, Formula, Literal, Observable, Use

_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power, "neg": np.negative, "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "abs": np.abs, "sin": np.sin,
    "cos": np.cos, "tan": np.tan, "atan": np.arctan, "pow": np.power, "min": np.minimum, "max": np.maximum,
}  # fmt: skip


def evaluate(formula: Formula, values: Values, observables: Sequence[Numbers] = ()) -> Any:
    """The value of a formula at parameters by name, and at the observables where it has any."""
    if isinstance(formula, Literal):
        return formula.value
    if isinstance(formula, Use):
        return values[formula.name]
    if isinstance(formula, Observable):
        return observables[formula.axis]
    assert isinstance(formula, Apply)
    with np.errstate(all="ignore"):
        return _FUNCTIONS[formula.operator](*(np.asarray(evaluate(operand, values, observables), dtype=np.float64) for operand in formula.operands))


class OwnFormula(Judged):
    def height(self, x: Numbers, p: Values) -> Numbers:
        assert self.density.formula is not None
        named = {name: p[role] for role, name in self.density.parameters}
        return np.broadcast_to(np.asarray(evaluate(self.density.formula, named, (x,)), dtype=np.float64), x.shape)
