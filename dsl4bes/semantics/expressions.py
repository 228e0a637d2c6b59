"""Expressions of the IR as Python functions of an event's state: every node is turned into a closure once, then called per event.

In: an `ir.expr` tree and a `Context` (parameters, beam, masses). Out: a callable `EventState -> value`: a float (absent: NaN), a bool, a
text, a four-momentum (tuple), a `Particle`, or a list of numbers for `Each`. Comparisons with something absent are false.
Nothing is rejected or filled here, and no node is printed to any language.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from math import inf, isnan, nan
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.primitives import FitSymbol
from dsl4bes.ir.program import Program
from dsl4bes.ir.types import Kind, ListKind, ListSymbol, Species, View
from dsl4bes.semantics import functions
from dsl4bes.semantics.detector import NO_P4, P4
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.pid import identify
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.state import ABSENT, PHOTON, PION, Candidate, EventState, Particle

Value = Any
Closure = Callable[[EventState], Value]


@dataclass(frozen=True)
class Context:
    """What expressions need beside the event: the program's configuration and the options of this evaluation."""

    program: Program
    options: Options

    @property
    def ecms(self) -> float:
        parameter = self.program.analysis.ecms
        return nan if parameter is None else float(self.options.value(parameter))

    @property
    def beam(self) -> P4:
        """P = ecms (crossing_angle / 2, 0, 0, 1)."""
        angle = float(self.options.value(self.program.analysis.crossing_angle))
        return (self.ecms * angle / 2, 0.0, 0.0, self.ecms)


def absent(value: Value) -> bool:
    """Whether a number is absent; flags and texts never are."""
    return isinstance(value, float) and isnan(value)


def compiled(node: ir.Expr, context: Context) -> Closure:
    """The closure of an expression; raises `Unsupported` for a node or function the judge does not know."""
    return _compile(node, context)


def species_of(symbol: ListSymbol) -> int:
    """The hypothesis under which entries of a list are seen: its species, else a pion; -1 for showers."""
    if symbol.kind is ListKind.SHOWERS:
        return PHOTON
    if symbol.kind is ListKind.CANDIDATES:
        raise Unsupported(f"list of candidates {symbol.name}")
    return PION if symbol.species is None or symbol.species is Species.GAMMA else symbol.species.index


@singledispatch
def _compile(node: ir.Expr, context: Context) -> Closure:
    raise Unsupported(f"expression {type(node).__name__}")


# --- leaves ----------------------------------------------------------------------------------------------------------


@_compile.register
def _(node: ir.Constant, context: Context) -> Closure:
    value = _plain(node.value)
    return lambda state: value


@_compile.register
def _(node: ir.ParameterRef, context: Context) -> Closure:
    value = _plain(context.options.value(node.parameter))
    return lambda state: value


def _plain(value: bool | float | str) -> bool | float | str:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@_compile.register
def _(node: ir.ValueRef, context: Context) -> Closure:
    name = node.define.name
    return lambda state: state.values[name]


@_compile.register
def _(node: ir.Variable, context: Context) -> Closure:
    binder = node.binder
    return lambda state: state.bound[binder]


@_compile.register
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


@_compile.register
def _(node: ir.Product, context: Context) -> Closure:
    product = _product(node.fit, node.role, node.fitted)
    if node.type.kind is Kind.P4:
        return lambda state: state.p4(product(state))
    return product


def _product(fit: FitSymbol, role: str, fitted: bool) -> Closure:
    parts = next((c.roles for c in fit.composites if c.name == role), None)

    def product(state: EventState) -> Particle:
        candidate = state.fits.get(fit)
        if candidate is None:
            return ABSENT
        if parts is None:
            particle = candidate.measured[role]
            return particle._replace(fitted=candidate.fitted[role]) if fitted else particle
        terms = [candidate.fitted[p] if fitted else state.p4(candidate.measured[p]) for p in parts]
        return Particle(-1, PION, total(terms))

    return product


def total(terms: list[P4]) -> P4:
    """Sum of four-momenta; of none, zero."""
    return (
        sum(t[0] for t in terms),
        sum(t[1] for t in terms),
        sum(t[2] for t in terms),
        sum(t[3] for t in terms),
    )


@_compile.register
def _(node: ir.FitValue, context: Context) -> Closure:
    fit, quantity = node.fit, node.quantity

    def value(state: EventState) -> float | bool:
        candidate: Candidate | None = state.fits.get(fit)
        if quantity is ir.FitQuantity.PASSED:
            return candidate is not None
        if quantity is ir.FitQuantity.CHI2:
            return inf if candidate is None else candidate.chi2
        return nan if candidate is None else float(candidate.ndf)

    return value


@_compile.register
def _(node: ir.Beam, context: Context) -> Closure:
    beam = context.beam
    return lambda state: beam


@_compile.register
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


@_compile.register
def _(node: ir.Minus, context: Context) -> Closure:
    inner = _compile(node.operand, context)

    def minus(state: EventState) -> Value:
        value = inner(state)
        return tuple(-v for v in value) if isinstance(value, tuple) else -value

    return minus


@_compile.register
def _(node: ir.Binary, context: Context) -> Closure:
    left, right = _compile(node.left, context), _compile(node.right, context)
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


@_compile.register
def _(node: ir.Compare, context: Context) -> Closure:
    left, right = _compile(node.left, context), _compile(node.right, context)
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


@_compile.register
def _(node: ir.And, context: Context) -> Closure:
    parts = [_compile(operand, context) for operand in node.operands]
    return lambda state: all(part(state) for part in parts)


@_compile.register
def _(node: ir.Or, context: Context) -> Closure:
    parts = [_compile(operand, context) for operand in node.operands]
    return lambda state: any(part(state) for part in parts)


@_compile.register
def _(node: ir.Not, context: Context) -> Closure:
    inner = _compile(node.operand, context)
    return lambda state: not inner(state)


@_compile.register
def _(node: ir.IfElse, context: Context) -> Closure:
    condition = _compile(node.condition, context)
    then, otherwise = _compile(node.then, context), _compile(node.otherwise, context)
    return lambda state: then(state) if condition(state) else otherwise(state)


# --- functions -------------------------------------------------------------------------------------------------------


@_compile.register
def _(node: ir.Call, context: Context) -> Closure:
    name = node.function.name
    arguments = [_compile(argument, context) for argument in node.arguments]
    if name in functions.PLAIN:
        return _plain_call(functions.PLAIN[name], arguments)
    if name in functions.OF_EVENT:
        return functions.OF_EVENT[name]
    if name == "ecms":
        ecms = context.ecms
        return lambda state: ecms
    if name in functions.OF_VIEW:
        view, approach = node.view, functions.OF_VIEW[name]
        return _particle_call(lambda state, particle: approach(state, particle, view), arguments[0], nan)
    if name in functions.OF_PARTICLE:
        missing = False if name.startswith("has_") else nan
        return _particle_call(functions.OF_PARTICLE[name], arguments[0], missing)
    if name in functions.OF_PAIR:
        return _pair_call(functions.OF_PAIR[name], *arguments)
    raise Unsupported(f"function {name}")


def _plain_call(function: Callable[..., float], arguments: list[Closure]) -> Closure:
    if len(arguments) == 1:
        (only,) = arguments
        return lambda state: function(only(state))
    if len(arguments) == 2:
        first, second = arguments
        return lambda state: function(first(state), second(state))
    return lambda state: function(*(argument(state) for argument in arguments))


def _particle_call(function: Callable[..., Value], argument: Closure, missing: Value) -> Closure:
    def call(state: EventState) -> Value:
        particle = argument(state)
        return missing if particle.position < 0 else function(state, particle)

    return call


def _pair_call(function: Callable[..., float], first: Closure, second: Closure) -> Closure:
    def call(state: EventState) -> float:
        a, b = first(state), second(state)
        return nan if a.position < 0 or b.position < 0 else function(state, a, b)

    return call


@_compile.register
def _(node: ir.P4Of, context: Context) -> Closure:
    argument, view = _compile(node.particle, context), node.view
    assigned = [(symbol.name, species_of(symbol)) for symbol in node.assigned]

    def p4_of(state: EventState) -> P4:
        particle = argument(state)
        if particle.position < 0:
            return particle.fitted or NO_P4
        if particle.fitted is None and particle.species != PHOTON:
            if view is View.MDC:
                return state.detector.mdc_p4[state.first + particle.position]
            for name, species in assigned:
                if particle.position in state.lists.get(name, ()):
                    return state.p4(Particle(particle.position, species))
        return state.p4(particle)

    return p4_of


@_compile.register
def _(node: ir.P4Sum, context: Context) -> Closure:
    terms = [_compile(term, context) for term in node.terms]
    return lambda state: total([term(state) for term in terms])


@_compile.register
def _(node: ir.Boost, context: Context) -> Closure:
    p4, frame = _compile(node.p4, context), _compile(node.frame, context)
    return lambda state: functions.boosted(p4(state), frame(state))


@_compile.register
def _(node: ir.PidValue, context: Context) -> Closure:
    argument, spec, quantity, index = (
        _compile(node.particle, context), node.spec, node.quantity, node.species.index,
    )  # fmt: skip

    def value(state: EventState) -> float:
        particle = argument(state)
        if particle.position < 0:
            return nan
        key = (spec, particle.position)
        result = state.pid.get(key)
        if result is None:
            result = state.pid[key] = identify(state.detector, state.first + particle.position, spec)
        if not result.valid:
            return nan
        if quantity is ir.PidQuantity.PROBABILITY:
            return result.value[index]
        if quantity is ir.PidQuantity.FRACTION:
            return result.fraction[index]
        return result.chi[quantity][index]

    return value


@_compile.register
def _(node: ir.Among, context: Context) -> Closure:
    argument, names = _compile(node.particle, context), [symbol.name for symbol in node.lists]

    def among(state: EventState) -> bool:
        position = argument(state).position
        return any(position in state.lists.get(name, ()) for name in names)

    return among


# --- loops over lists ------------------------------------------------------------------------------------------------


def combinations(state: EventState, binders: tuple[ir.Binder, ...]) -> Iterator[tuple[Particle, ...]]:
    """Bind every combination of entries that uses none twice, first binder slowest; yields what is bound."""
    yield from _bind(state, binders, (), {})


def _bind(state, binders, chosen, places) -> Iterator[tuple[Particle, ...]]:
    if not binders:
        yield chosen
        return
    binder, rest = binders[0], binders[1:]
    species = species_of(binder.list)
    entries = state.lists.get(binder.list.name, [])
    begin = places[binder.after] + 1 if binder.after is not None else 0
    for place in range(begin, len(entries)):
        if any(particle.position == entries[place] for particle in chosen):
            continue
        particle = Particle(entries[place], species)
        state.bound[binder] = particle
        yield from _bind(state, rest, (*chosen, particle), {**places, binder: place})
    state.bound.pop(binder, None)


@_compile.register
def _(node: ir.Each, context: Context) -> Closure:
    body, binders = _compile(node.body, context), node.binders
    return lambda state: [body(state) for _ in combinations(state, binders)]


@_compile.register
def _(node: ir.Reduce, context: Context) -> Closure:
    each, reduce = _compile(node.over, context), _REDUCE[node.reduction]
    return lambda state: reduce([v for v in each(state) if not absent(v)])


def _count(values: list[Value]) -> float:
    return float(sum(1 for v in values if v is not False))


_REDUCE: dict[ir.Reduction, Callable[[list[Value]], Value]] = {
    ir.Reduction.ANY: any,
    ir.Reduction.ALL: all,
    ir.Reduction.COUNT: _count,
    ir.Reduction.MIN: lambda values: min(values, default=nan),
    ir.Reduction.MAX: lambda values: max(values, default=nan),
    ir.Reduction.SUM: lambda values: float(sum(values)),
}
