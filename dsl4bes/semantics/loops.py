"""Loops over lists as closures: every combination of entries, lists of values, reductions to one value.

In: `Each`, `Group`, `Momenta` and `Reduce` nodes, binders. Out: callables of an event's state, registered with the dispatch, and `combinations`, which
binds loop variables. No entry is used twice in a combination.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import nan

from dsl4bes.ir import expr as ir
from dsl4bes.semantics.detector import P4
from dsl4bes.semantics.dispatch import Closure, Context, Value, absent, compile_node, species_of
from dsl4bes.semantics.state import EventState, Particle


def combinations(state: EventState, binders: tuple[ir.Binder, ...]) -> Iterator[tuple[Particle, ...]]:
    """Bind every combination of entries that uses none twice, first binder slowest; yields what is bound."""
    yield from _bind(state, binders, (), {})


def _bind(
    state: EventState, binders: tuple[ir.Binder, ...], chosen: tuple[Particle, ...], places: dict[ir.Binder, int]
) -> Iterator[tuple[Particle, ...]]:
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


@compile_node.register
def _(node: ir.Each, context: Context) -> Closure:
    body, binders = compile_node(node.body, context), node.binders
    return lambda state: [body(state) for _ in combinations(state, binders)]


@compile_node.register
def _(node: ir.Reduce, context: Context) -> Closure:
    each, reduce = compile_node(node.over, context), _REDUCE[node.reduction]
    return lambda state: reduce([v for v in each(state) if not absent(v)])


@compile_node.register
def _(node: ir.Group, context: Context) -> Closure:
    p4, binders = compile_node(node.p4, context), (node.binder,)
    condition = None if node.condition is None else compile_node(node.condition, context)
    return lambda state: [p4(state) for _ in combinations(state, binders) if condition is None or condition(state)]


@compile_node.register
def _(node: ir.Momenta, context: Context) -> Closure:
    terms = [(compile_node(term, context), isinstance(term, ir.Group)) for term in node.terms]

    def momenta(state: EventState) -> list[P4]:
        found: list[P4] = []
        for term, several in terms:
            found += term(state) if several else [term(state)]
        return found

    return momenta


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
