"""Ranges of values: what an expression can be at all, and what a chain of cuts leaves of it.

In: typed expressions and comparisons with numbers. Out: closed intervals; infinite ends where nothing is known. Open ends are kept apart only
where they decide (`> 1` of what is at most 1). No event is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi

from dsl4bes.ir import expr as ir
from dsl4bes.ir.nodes import known_value

#: What functions can give, whatever the event (angles in rad).
DOMAINS: dict[str, tuple[float, float]] = {
    "cos": (-1, 1), "helicity": (-1, 1), "sin": (-1, 1), "cosine": (-1, 1), "p": (0, inf), "pt": (0, inf), "e": (0, inf),
    "angle": (0, pi), "theta": (0, pi), "phi": (-pi, pi), "dphi": (-pi, pi), "abs": (0, inf), "sqrt": (0, inf), "exp": (0, inf),
    "acos": (0, pi), "asin": (-pi / 2, pi / 2), "atan2": (-pi, pi), "charge": (-1, 1), "isolation": (0, inf), "emc_angle": (0, pi),
    "module": (0, 2), "n_charged": (0, inf), "n_neutral": (0, inf), "index": (0, inf), "emc_energy": (0, inf), "eop": (0, inf),
    "chi2_probability": (0, 1), "decay_plane": (-pi, pi), "thrust": (0.5, 1), "sphericity": (0, 1), "aplanarity": (0, 0.5), "fox_wolfram": (0, 1),
    "mass_variance": (0, inf), "depth": (0, inf), "muc_layers": (0, inf), "muc_hits": (0, inf), "dedx": (0, inf), "chi2_track": (0, inf),
}  # fmt: skip

#: Numbers of a fit that are 0 or more. A flight length is along the momentum and has a sign, and so has ctau.
_NEVER_NEGATIVE = frozenset({
    ir.FitQuantity.CHI2, ir.FitQuantity.NDF, ir.FitQuantity.CANDIDATES, ir.FitQuantity.VERTEX_CHI2, ir.FitQuantity.LENGTH_SIGMA,
    ir.FitQuantity.MASS, ir.FitQuantity.MBC, ir.FitQuantity.MODE, ir.FitQuantity.NOMINAL_MASS,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interval:
    """Values from `low` to `high`; `open_low`, `open_high`: the end itself is left out."""

    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def cut(self, other: Interval) -> Interval:
        """What both allow."""
        low, open_low = max((self.low, self.open_low), (other.low, other.open_low))
        high, closed = min((self.high, not self.open_high), (other.high, not other.open_high))
        return Interval(low, high, open_low, not closed)

    def holds(self, other: Interval) -> bool:
        """Whether everything in `other` is in this one."""
        cut = self.cut(other)
        return cut == other


ALL = Interval()


def allowed(operator: ir.Comparison, number: float) -> Interval:
    """The values a comparison with a number lets pass (all of them for `!=`)."""
    if operator is ir.Comparison.LT:
        return Interval(high=number, open_high=True)
    if operator is ir.Comparison.LE:
        return Interval(high=number)
    if operator is ir.Comparison.GT:
        return Interval(low=number, open_low=True)
    if operator is ir.Comparison.GE:
        return Interval(low=number)
    if operator is ir.Comparison.EQ:
        return Interval(number, number)
    return ALL


def possible(node: ir.Expr) -> Interval:
    """All values an expression can have."""
    number = known_value(node)
    if number is not None:
        return Interval(number, number)
    if isinstance(node, ir.ListSize):
        return Interval(low=0)
    if isinstance(node, ir.FitValue) and node.quantity in (ir.FitQuantity.CHARM, ir.FitQuantity.CHARGE):
        return Interval(-1, 1)
    if isinstance(node, ir.FitValue) and node.quantity in _NEVER_NEGATIVE:
        return Interval(low=0)
    if isinstance(node, ir.PidValue) and node.quantity is ir.PidQuantity.FRACTION:
        return Interval(0, 1)
    if isinstance(node, ir.PidValue) and node.quantity is ir.PidQuantity.PROBABILITY:
        likelihood = node.spec.method.value == "likelihood"
        return Interval(low=0) if likelihood else Interval(0, 1)
    if isinstance(node, ir.Reduce):
        return _reduced(node)
    if isinstance(node, ir.Minus):
        inner = possible(node.operand)
        return Interval(-inner.high, -inner.low)
    if isinstance(node, ir.Binary):
        return _arithmetic(node)
    if isinstance(node, ir.Call):
        return _called(node)
    return ALL


def _reduced(node: ir.Reduce) -> Interval:
    if node.reduction is ir.Reduction.COUNT:
        return Interval(low=0)
    if node.reduction in (ir.Reduction.MIN, ir.Reduction.MAX):
        return possible(node.over.body)
    if node.reduction is ir.Reduction.SUM and possible(node.over.body).low >= 0:
        return Interval(low=0)
    return ALL


def _called(node: ir.Call) -> Interval:
    low, high = DOMAINS.get(node.function.name, (-inf, inf))
    domain = Interval(low, high)
    if node.function.name == "abs":
        inner = possible(node.arguments[0])
        top = max(abs(inner.low), abs(inner.high))
        bottom = 0.0 if inner.low <= 0 <= inner.high else min(abs(inner.low), abs(inner.high))
        return Interval(bottom, top)
    return domain


def _arithmetic(node: ir.Binary) -> Interval:
    left, right = possible(node.left), possible(node.right)
    if node.operator is ir.Arithmetic.ADD:
        return Interval(left.low + right.low, left.high + right.high)
    if node.operator is ir.Arithmetic.SUB:
        return Interval(left.low - right.high, left.high - right.low)
    factor = known_value(node.right)
    if node.operator is ir.Arithmetic.MUL and factor is None:
        factor, left = known_value(node.left), right
    if node.operator in (ir.Arithmetic.MUL, ir.Arithmetic.DIV) and factor is not None and factor > 0:
        scale = factor if node.operator is ir.Arithmetic.MUL else 1 / factor
        return Interval(left.low * scale, left.high * scale)
    if node.operator is ir.Arithmetic.POW and factor is not None and factor % 2 == 0 and factor > 0:
        return Interval(low=0)
    return ALL
