"""Expressions of the IR as Python functions of an event's state: leaves, arithmetic and logic; and `compiled`, the way in.

In: an `ir.expr` tree and a `Context` (parameters, beam, masses). Out: a callable `EventState -> value`: a float (absent: NaN), a bool, a
text, a four-momentum (tuple), a `Particle`, or a list of numbers for `Each`. Comparisons with something absent are false.
Nothing is rejected or filled here, and no node is printed to any language.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.fits import Fit
from dsl4bes.ir.freedom import degrees_of_freedom
from dsl4bes.ir.types import Kind
from dsl4bes.ir.walk import objects
from dsl4bes.semantics import calls, functions, loops, truth
from dsl4bes.semantics.detector import P4
from dsl4bes.semantics.dispatch import Closure, Context, Value, absent, compile_node, species_of
from dsl4bes.semantics.state import ABSENT, PHOTON, PION, Candidate, EventState, Particle, total

#: Modules whose nodes are part of the dispatch once they are imported.
PARTS = (calls, loops, truth)


def compiled(node: ir.Expr, context: Context) -> Closure:
    """The closure of an expression; raises `Unsupported` for a node or function the judge does not know."""
    return compile_node(node, context)


# --- leaves ----------------------------------------------------------------------------------------------------------


@compile_node.register
def _(node: ir.Constant, context: Context) -> Closure:
    value = _plain(node.value)
    return lambda state: value


@compile_node.register
def _(node: ir.ParameterRef, context: Context) -> Closure:
    value = _plain(context.options.value(node.parameter))
    return lambda state: value


def _plain(value: bool | float | str) -> bool | float | str:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@compile_node.register
def _(node: ir.ValueRef, context: Context) -> Closure:
    name = node.define.name
    return lambda state: state.values[name]


@compile_node.register
def _(node: ir.Variable, context: Context) -> Closure:
    binder = node.binder
    return lambda state: state.bound[binder]


@compile_node.register
def _(node: ir.Pick, context: Context) -> Closure:
    name, species, rank = node.list.name, species_of(node.list), node.rank

    def pick(state: EventState) -> Particle:
        entries = state.lists.get(name, [])
        if rank is None:
            return Particle(entries[0], species) if len(entries) == 1 else ABSENT
        if len(entries) <= rank:
            return ABSENT
        return Particle(ranked(state, entries, species)[rank], species)

    return pick


def ranked(state: EventState, entries: list[int], species: int) -> list[int]:
    """Entries by falling energy (showers) or momentum (tracks, of their own hypothesis), ties by position."""
    size = (lambda v: v[3]) if species == PHOTON else functions.rho
    return sorted(entries, key=lambda position: (-size(state.p4(Particle(position, species))), position))


@compile_node.register
def _(node: ir.Product, context: Context) -> Closure:
    product = _product(node, node.fit, node.role)
    if node.type.kind is Kind.P4:
        return lambda state: state.p4(product(state))
    return product


def _step_of(symbol: FitSymbol, context: Context) -> Fit:
    """The step that makes a fit."""
    program = context.program
    return next(step for step in objects((program.blocks, program.regions)) if isinstance(step, Fit) and step.symbol is symbol)


def _candidate_of(node: ir.Product | ir.FitValue) -> Callable[[EventState], Candidate | None]:
    """The candidate whose product or number this is: that of its fit, or one that is a product of another."""
    fit, within = node.fit, node.within
    if within is None:
        return lambda state: state.fits.get(fit)
    around, role = _candidate_of(within), within.role

    def inner(state: EventState) -> Candidate | None:
        outer = around(state)
        return None if outer is None else outer.measured[role].candidate

    return inner


def _product(node: ir.Product, fit: FitSymbol, role: str) -> Closure:
    candidate_of, fitted = _candidate_of(node), node.fitted
    parts = next((c.roles for c in fit.composites if c.name == role), None)

    def product(state: EventState) -> Particle:
        candidate = candidate_of(state)
        if candidate is None:
            return ABSENT
        if role == fit.particle:
            measured = [state.p4(particle) for particle in candidate.measured.values()]
            return Particle(-1, PION, candidate.fitted[role] if fitted else total(measured))
        if parts is None:
            particle = candidate.measured[role]
            return particle._replace(fitted=candidate.fitted[role]) if fitted else particle
        terms = [candidate.fitted[p] if fitted else state.p4(candidate.measured[p]) for p in parts]
        return Particle(-1, PION, total(terms))

    return product


@compile_node.register
def _(node: ir.FitValue, context: Context) -> Closure:
    fit, quantity, candidate_of = node.fit, node.quantity, _candidate_of(node)
    if quantity is ir.FitQuantity.NDF:
        ndf = float(degrees_of_freedom(_step_of(fit, context)))
        return lambda state: ndf

    def value(state: EventState) -> float | bool:
        candidate = candidate_of(state)
        if quantity is ir.FitQuantity.CANDIDATES:
            return float(len(state.kept.get(fit, ())) if fit.several else candidate is not None)
        if quantity is ir.FitQuantity.PASSED:
            return bool(state.kept.get(fit)) if fit.several and candidate is None else candidate is not None
        if quantity is ir.FitQuantity.CHI2:
            return inf if candidate is None else candidate.chi2
        if candidate is None:
            return inf if quantity is ir.FitQuantity.VERTEX_CHI2 else nan
        return candidate.numbers[quantity.value]

    return value


@compile_node.register
def _(node: ir.Beam, context: Context) -> Closure:
    if context.program.analysis.measured_ecms:
        return lambda state: context.of_run(state).beam
    beam = context.beam
    return lambda state: beam


@compile_node.register
def _(node: ir.ListSize, context: Context) -> Closure:
    name = node.list.name
    return lambda state: float(len(state.lists.get(name, ())))


# --- arithmetic and logic --------------------------------------------------------------------------------------------

_ARITHMETIC: dict[ir.Arithmetic, Callable[[float, float], float]] = {
    ir.Arithmetic.ADD: operator.add,
    ir.Arithmetic.SUB: operator.sub,
    ir.Arithmetic.MUL: operator.mul,
    ir.Arithmetic.DIV: functions.divide,
    ir.Arithmetic.POW: functions.power,
}

_COMPARE: dict[ir.Comparison, Callable[[Any, Any], bool]] = {
    ir.Comparison.LT: operator.lt,
    ir.Comparison.LE: operator.le,
    ir.Comparison.GT: operator.gt,
    ir.Comparison.GE: operator.ge,
    ir.Comparison.EQ: operator.eq,
    ir.Comparison.NE: operator.ne,
}


@compile_node.register
def _(node: ir.Minus, context: Context) -> Closure:
    inner = compile_node(node.operand, context)

    def minus(state: EventState) -> Value:
        value = inner(state)
        return tuple(-v for v in value) if isinstance(value, tuple) else -value

    return minus


@compile_node.register
def _(node: ir.Binary, context: Context) -> Closure:
    left, right = compile_node(node.left, context), compile_node(node.right, context)
    apply, symbol = _ARITHMETIC[node.operator], node.operator

    def binary(state: EventState) -> Value:
        a, b = left(state), right(state)
        if isinstance(a, tuple) and isinstance(b, tuple) and symbol in (ir.Arithmetic.ADD, ir.Arithmetic.SUB):
            return tuple(apply(x, y) for x, y in zip(a, b))
        if isinstance(a, tuple) or isinstance(b, tuple):
            return _scaled(a, b, apply)
        return apply(a, b)

    return binary


def _scaled(a: Value, b: Value, apply: Callable[[float, float], float]) -> P4:
    if isinstance(a, tuple):
        return tuple(apply(x, b) for x in a)  # type: ignore[return-value]
    return tuple(apply(a, y) for y in b)  # type: ignore[return-value]


@compile_node.register
def _(node: ir.Compare, context: Context) -> Closure:
    left, right = compile_node(node.left, context), compile_node(node.right, context)
    apply = _COMPARE[node.operator]

    def compare(state: EventState) -> bool:
        a, b = left(state), right(state)
        result = not absent(a) and not absent(b) and apply(a, b)
        if state.trace is not None:
            state.trace.append(Judged(node, a, b, result))
        return result

    return compare


@dataclass(frozen=True, slots=True)
class Judged:
    """One comparison as it came out, kept when an event is traced."""

    node: ir.Compare
    left: Value
    right: Value
    result: bool

    @property
    def distance(self) -> float:
        """How far the left side is from the right one; infinite if either is absent or not a number."""
        if isinstance(self.left, float) and isinstance(self.right, float):
            difference = abs(self.left - self.right)
            return inf if isnan(difference) else difference
        return inf


@compile_node.register
def _(node: ir.And, context: Context) -> Closure:
    parts = [compile_node(operand, context) for operand in node.operands]
    return lambda state: all(part(state) for part in parts)


@compile_node.register
def _(node: ir.Or, context: Context) -> Closure:
    parts = [compile_node(operand, context) for operand in node.operands]
    return lambda state: any(part(state) for part in parts)


@compile_node.register
def _(node: ir.Not, context: Context) -> Closure:
    inner = compile_node(node.operand, context)
    return lambda state: not inner(state)


@compile_node.register
def _(node: ir.IfElse, context: Context) -> Closure:
    condition = compile_node(node.condition, context)
    then, otherwise = compile_node(node.then, context), compile_node(node.otherwise, context)
    return lambda state: then(state) if condition(state) else otherwise(state)


