"""Parts of the IR in a form in which equal meaning is equal text: names of the program and numbers taken out.

In: any part of a step, and which list or fit of one program is which of the other. Out: a skeleton with a hole for each number, and the numbers, each with its effect: whether
a larger one makes the condition easier or harder to fulfil. What `let` names is put in its place. Nothing is compared here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.functions import Function
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Axis, Cut
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import NUMBER, Dimension, ListSymbol, Type
from dsl4bes.source import Span

#: Functions whose values are never negative: a limit divided by one, or multiplied with it, keeps its sense.
_POSITIVE = ("ecms", "e", "p", "pt", "emc_energy", "sqrt", "exp", "abs")
_RISING = ("min2", "max2", "sqrt", "log", "exp")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in its hole; `value` is the text `absent` for NaN, which is no number. `effect`: +1 if a larger one is easier to fulfil, -1 if harder, 0 if that cannot be said."""

    value: float | bool | str
    dimension: Dimension = NUMBER
    unit: str = ""
    name: str = ""
    effect: int = 0


@dataclass(frozen=True, slots=True)
class Canonical:
    """A skeleton and its numbers, in order."""

    text: str
    numbers: tuple[Number, ...] = ()

    @property
    def values(self) -> tuple[float | bool | str, ...]:
        return tuple(each.value for each in self.numbers)


@dataclass(slots=True)
class Names:
    """What lists and fits of this program are called in the other one; unchanged if nothing is said."""

    lists: dict[str, str] = field(default_factory=dict)
    fits: dict[str, str] = field(default_factory=dict)

    def of(self, symbol: ListSymbol) -> str:
        base, mark, rest = symbol.name.partition("~")
        if symbol.name in self.lists:
            return self.lists[symbol.name]
        return f"{self.lists.get(base, self.fits.get(base, base))}{mark}{rest}"


def canonical(value: Any, names: Names, effect: int = 0) -> Canonical:
    """A part of the IR without its names and numbers; `effect` +1 for a condition that is asked, -1 for one that rejects."""
    return _Writer(names, {}).any(value, effect)


def _together(head: str, parts: list[Canonical]) -> Canonical:
    return Canonical(f"{head}({', '.join(each.text for each in parts)})", tuple(number for each in parts for number in each.numbers))


@dataclass(frozen=True, slots=True)
class _Writer:
    names: Names
    binders: dict[int, str]

    def any(self, value: Any, effect: int = 0) -> Canonical:
        if isinstance(value, ir.Expr):
            return self.expression(value, effect)
        if isinstance(value, Parameter):
            return self.parameter(value, effect)
        if isinstance(value, tuple):
            return _together("", [self.any(each, effect) for each in value])
        if isinstance(value, Axis):
            return Canonical("axis", (Number(value.bins), Number(value.low), Number(value.high)))
        return self.structure(value, effect)

    def structure(self, value: Any, effect: int) -> Canonical:
        """Whatever has no numbers of its own."""
        if isinstance(value, ListSymbol):
            return Canonical(self.names.of(value))
        if isinstance(value, FitSymbol):
            return Canonical(self.names.fits.get(value.name, value.name))
        if isinstance(value, ir.Binder):
            return Canonical(self.binder(value))
        if isinstance(value, Function):
            return Canonical(value.name)
        if isinstance(value, Process):
            return Canonical(f"process {value.decay} {value.conjugate} {value.through}")
        if isinstance(value, Enum):
            return Canonical(str(value.value))
        if value is None or isinstance(value, (Span, Type, Cut)):
            return Canonical("")
        if is_dataclass(value) and not isinstance(value, type):
            inner = [self.any(getattr(value, each.name), effect) for each in fields(value) if each.name not in ("span", "type", "title")]
            return _together(type(value).__name__, inner)
        return Canonical(repr(value))

    def binder(self, value: ir.Binder) -> str:
        known = self.binders.get(id(value))
        if known is None:
            known = f"x{len(self.binders)}"
            self.binders[id(value)] = known
            after = "" if value.after is None else f" after {self.binder(value.after)}"
            return f"{known} of {self.names.of(value.list)}{after}"
        return known

    def parameter(self, value: Parameter, effect: int) -> Canonical:
        if isinstance(value.value, bool):
            return Canonical(f"flag {value.name}", (Number(value.value, name=value.name),))
        return Canonical("#", (Number(value.value, value.dimension, value.unit, value.name, effect),))

    # --- expressions -----------------------------------------------------------------------------------------------

    def expression(self, node: ir.Expr, effect: int) -> Canonical:
        if isinstance(node, ir.ValueRef):
            return self.expression(node.define.value, effect)
        if isinstance(node, ir.ParameterRef):
            return self.parameter(node.parameter, effect)
        if isinstance(node, ir.Constant):
            if isinstance(node.value, (bool, str)):
                return Canonical(repr(node.value))
            return Canonical("#", (Number("absent" if math.isnan(node.value) else node.value, node.type.dimension, effect=effect),))
        if isinstance(node, (ir.And, ir.Or)):
            return self.sorted(node, effect)
        if isinstance(node, ir.Reduce):
            return self.reduction(node, effect)
        effects = _effects(node, effect)
        inner = [self.any(getattr(node, name), effects.get(name, 0)) for name in _field_names(node)]
        return _together(type(node).__name__, inner)

    def sorted(self, node: ir.And | ir.Or, effect: int) -> Canonical:
        """The order of what is asked at once means nothing: each operand names its loops as if it were the first."""
        parts = [_Writer(self.names, dict(self.binders)).expression(each, effect) for each in node.operands]
        return _together(type(node).__name__, sorted(parts, key=lambda part: (part.text, tuple(map(str, part.values)))))

    def reduction(self, node: ir.Reduce, effect: int) -> Canonical:
        over = [Canonical(self.binder(each)) for each in node.over.binders]
        return _together(node.reduction.value, [*over, self.expression(node.over.body, effect)])


def _field_names(node: ir.Expr) -> list[str]:
    return [each.name for each in fields(node) if each.name not in ("span", "type")]


def _effects(node: ir.Expr, effect: int) -> dict[str, int]:
    """The effect of what is inside a node, by field."""
    if isinstance(node, ir.Compare):
        if node.operator is ir.Comparison.EQ and _none(node):
            return {"left": -effect}
        upper = {ir.Comparison.LT: 1, ir.Comparison.LE: 1, ir.Comparison.GT: -1, ir.Comparison.GE: -1}.get(node.operator, 0)
        return {"left": -effect * upper, "right": effect * upper}
    if isinstance(node, (ir.Not, ir.Minus)):
        return {"operand": -effect}
    if isinstance(node, ir.Binary):
        return _of_arithmetic(node, effect)
    if isinstance(node, ir.IfElse):
        return {"then": effect, "otherwise": effect}
    if isinstance(node, ir.Call) and node.function.name in _RISING:
        return {"arguments": effect}
    return {}


def _none(node: ir.Compare) -> bool:
    """`count(...) == 0`: the fewer fulfil what is counted, the easier."""
    counted = isinstance(node.left, ir.Reduce) and node.left.reduction is ir.Reduction.COUNT
    return counted and isinstance(node.right, ir.Constant) and node.right.value == 0


def _of_arithmetic(node: ir.Binary, effect: int) -> dict[str, int]:
    left, right = _sign(node.left), _sign(node.right)
    if node.operator is ir.Arithmetic.ADD:
        return {"left": effect, "right": effect}
    if node.operator is ir.Arithmetic.SUB:
        return {"left": effect, "right": -effect}
    if node.operator is ir.Arithmetic.MUL:
        return {"left": effect * right, "right": effect * left}
    if node.operator is ir.Arithmetic.DIV:
        return {"left": effect * right, "right": -effect * left}
    return {}


def _sign(node: ir.Expr) -> int:
    """+1 or -1 if a value always has this sign, else 0."""
    if isinstance(node, ir.ValueRef):
        return _sign(node.define.value)
    value = node.value if isinstance(node, ir.Constant) else node.parameter.value if isinstance(node, ir.ParameterRef) else None
    if isinstance(value, (int, float)):
        return (value > 0) - (value < 0)
    if isinstance(node, ir.Minus):
        return -_sign(node.operand)
    if isinstance(node, ir.Binary):
        left, right = _sign(node.left), _sign(node.right)
        return left * right if node.operator in (ir.Arithmetic.MUL, ir.Arithmetic.DIV) else left if node.operator is ir.Arithmetic.ADD and left == right else 0
    return 1 if isinstance(node, ir.Call) and node.function.name in _POSITIVE else 0
