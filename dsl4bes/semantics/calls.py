"""Functions, four-momenta, frames and identification as closures.

In: `Call`, `P4Of`, `P4Sum`, `Boost`, `PidValue` and `Among` nodes. Out: callables of an event's state, registered with the dispatch.
The functions' own computations are in `functions.py`, the identification's in `pid.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from dsl4bes.ir import expr as ir
from dsl4bes.ir.types import View
from dsl4bes.semantics import conditions, functions
from dsl4bes.semantics.detector import NO_P4, P4
from dsl4bes.semantics.dispatch import Closure, Context, Value, compile_node, species_of
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.pid import identify
from dsl4bes.semantics.state import PHOTON, EventState, Particle, total


@compile_node.register
def _(node: ir.Call, context: Context) -> Closure:
    name = node.function.name
    arguments = [compile_node(argument, context) for argument in node.arguments]
    if name in functions.PLAIN:
        return _plain_call(functions.PLAIN[name], arguments)
    if name in functions.OF_EVENT:
        return functions.OF_EVENT[name]
    if name in conditions.OF_EVENT_AND:
        return _event_call(conditions.OF_EVENT_AND[name], arguments)
    if name == "ecms" and context.program.analysis.measured_ecms:
        return lambda state: context.of_run(state).ecms
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
    if name in functions.OF_TRUTH:
        (place,) = arguments
        from dsl4bes.semantics.truth import pdgid  # its nodes are registered after these

        return lambda state: pdgid(state, place(state))
    if name in functions.OF_TOTAL:
        return _total_call(functions.OF_TOTAL[name], *arguments)
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


def _event_call(function: Callable[..., Value], arguments: list[Closure]) -> Closure:
    return lambda state: function(state, *(argument(state) for argument in arguments))


def _pair_call(function: Callable[..., float], first: Closure, second: Closure) -> Closure:
    def call(state: EventState) -> float:
        a, b = first(state), second(state)
        return nan if a.position < 0 or b.position < 0 else function(state, a, b)

    return call


def _total_call(function: Callable[..., float], p4: Closure, argument: Closure) -> Closure:
    def call(state: EventState) -> float:
        particle = argument(state)
        return nan if particle.position < 0 else function(state, p4(state), particle)

    return call


@compile_node.register
def _(node: ir.P4Of, context: Context) -> Closure:
    argument, view = compile_node(node.particle, context), node.view
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


@compile_node.register
def _(node: ir.P4Sum, context: Context) -> Closure:
    terms = [compile_node(term, context) for term in node.terms]
    return lambda state: total([term(state) for term in terms])


@compile_node.register
def _(node: ir.Boost, context: Context) -> Closure:
    p4, frame = compile_node(node.p4, context), compile_node(node.frame, context)
    return lambda state: functions.boosted(p4(state), frame(state))


@compile_node.register
def _(node: ir.PidValue, context: Context) -> Closure:
    argument, spec, quantity, index = (
        compile_node(node.particle, context), node.spec, node.quantity, node.species.index,
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


@compile_node.register
def _(node: ir.Among, context: Context) -> Closure:
    argument, names = compile_node(node.particle, context), [symbol.name for symbol in node.lists]

    def among(state: EventState) -> bool:
        position = argument(state).position
        return any(position in state.lists.get(name, ()) for name in names)

    return among


