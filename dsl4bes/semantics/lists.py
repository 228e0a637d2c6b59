"""Lists of the event: reading them, selecting, merging, finding the nearest entry.

In: the steps `Collection`, `Select`, `Merge`, `Products`, `Match`. Out: for each an action on the states of all events that are still alive; a list
is the positions of its entries in the event's track collection, in order. Only a required `Match` can reject.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from dsl4bes.ir.primitives import Collection, Match, Merge, Products, Select, Source
from dsl4bes.semantics import functions
from dsl4bes.semantics.dispatch import Context, species_of
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.state import Candidate, EventState, Particle

#: What a step does with one event; the flags are those of its cuts, in order.
Action = Callable[[EventState], tuple[bool, ...]]


def collection(step: Collection, context: Context) -> Action:
    """Charged: valid MDC and Kalman track (SEMANTICS rule 5). Neutral: behind the charged ones, with a valid shower."""
    name, charged = step.target.name, step.source is Source.CHARGED

    def read(state: EventState) -> tuple[bool, ...]:
        detector, first = state.detector, state.first
        edge = detector.n_charged[state.event]
        if charged:
            found = [i for i in range(edge) if detector.is_track[first + i]]
        else:
            found = [i for i in range(edge, state.end - first) if detector.has_emc[first + i]]
        state.lists[name] = found
        return ()

    return read


def select(step: Select, context: Context) -> Action:
    condition, binder = compiled(step.condition, context), step.binder
    source, target, species = step.source.name, step.target.name, species_of(step.source)

    def choose(state: EventState) -> tuple[bool, ...]:
        kept = []
        for position in state.lists.get(source, ()):
            state.bound[binder] = Particle(position, species)
            if condition(state):
                kept.append(position)
        state.bound.pop(binder, None)
        state.lists[target] = kept
        return ()

    return choose


def merge(step: Merge, context: Context) -> Action:
    sources, target = [symbol.name for symbol in step.sources], step.target.name

    def together(state: EventState) -> tuple[bool, ...]:
        entries = {position for name in sources for position in state.lists.get(name, ())}
        state.lists[target] = sorted(entries)
        return ()

    return together


def products(step: Products) -> Action:
    fit, roles, target = step.fit, step.roles, step.target.name

    def read(state: EventState) -> tuple[bool, ...]:
        candidate = state.fits.get(fit)
        state.lists[target] = [] if candidate is None else sorted(_position(candidate, path) for path in roles)
        return ()

    return read


def _position(candidate: Candidate, path: str) -> int:
    """Where a track or shower is, through the candidates it is in (`pi0.gam1`)."""
    name, _, rest = path.partition(".")
    particle = candidate.measured[name]
    return _position(particle.candidate, rest) if rest and particle.candidate is not None else particle.position


def match(step: Match, context: Context) -> Action:
    to, condition, binder = compiled(step.to, context), compiled(step.condition, context), step.binder
    source, target, species = step.source.name, step.target.name, species_of(step.source)

    def nearest(state: EventState) -> tuple[bool, ...]:
        wanted, best, smallest = to(state), None, nan
        for position in state.lists.get(source, ()):
            distance = functions.angle(state.p4(Particle(position, species)), wanted)
            if functions.better(distance, smallest):
                best, smallest = position, distance
        found = []
        if best is not None:
            state.bound[binder] = Particle(best, species)
            found = [best] if condition(state) else []
            state.bound.pop(binder, None)
        state.lists[target] = found
        return () if step.cut is None else (bool(found),)

    return nearest
