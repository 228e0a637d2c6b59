"""Combinations and fits of a program for all events at once: combinations, fits, cuts before the choice, the choice, cuts after it.

In: `Combine`, `VertexFit`, `SecondaryVertexFit` and `KinematicFit` steps and the states of the events. Out: per event the chosen `Candidate` (or none, or
several) and the flags of the step's cuts. The numbers come from `vertices.py` and `constrained.py`; here only the bookkeeping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import nan

from dsl4bes.ir.candidates import Choice, FitSymbol, FromCandidate, FromSecondary, FromVertex, Role
from dsl4bes.ir.fits import (
    Combination,
    Combine,
    Fit,
    FittedVertex,
    KinematicFit,
    Listed,
    Pairs,
    SecondaryVertexFit,
    Tags,
    VertexFit,
)
from dsl4bes.semantics import combine, functions
from dsl4bes.semantics.conditions import per_energy
from dsl4bes.semantics.constrained import kinematic_fitting
from dsl4bes.semantics.detector import P4
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.state import Candidate, EventState, Particle, total
from dsl4bes.semantics.vertices import (
    Attempt,
    Fitted,
    Fitting,
    Task,
    chosen_of,
    secondary_fitting,
    vertex_fitting,
)


@dataclass(frozen=True, slots=True)
class Tried:
    """All combinations of a fit in one event, kept when the event is traced; `determined`: whether their vertices are."""

    fit: FitSymbol
    chi2: tuple[float, ...]
    determined: tuple[bool, ...]
    accepted: tuple[Candidate, ...]
    ceiling: float


#: Combinations fitted together; more would only cost memory.
_CHUNK = 4000


class FitAction:
    """A fit step on all living events: `flags(states)` makes the candidates and gives each event's flags."""

    def __init__(self, step: Combination, context: Context) -> None:
        self.step = step
        self.context = context
        self.symbol = step.symbol
        self.overflow = 0
        self._before = [compiled(cut.condition, context) for cut in step.before]
        self._after = [compiled(cut.condition, context) for cut in step.after]
        key = step.choose.key
        self._key = None if key is None else compiled(key, context)
        self._fit = _fitting(step, context)

    def __call__(self, states: Sequence[EventState]) -> list[tuple[bool, ...]]:
        """Fit everything, then choose event by event; an optional fit gives no flags and never rejects."""
        cap = None
        if isinstance(self.step, (KinematicFit, Combine)):
            cap = int(self.context.options.value(self.step.max_photons))
            self.overflow += sum(combine.overflow(state, self.symbol, cap) for state in states)
        most = None if self.step.max_candidates is None else int(self.context.options.value(self.step.max_candidates))
        if most is not None:
            self.overflow += sum(combine.too_many(state, self.symbol, most) for state in states)
        tasks: list[Task] = []
        chains: list[bool] = []
        for state in states:
            taken = _taken(self.step, state)
            for conjugate, chosen in combine.combinations(state, self.symbol, cap, taken, most):
                tasks.append((state, chosen))
                chains.append(conjugate)
        found: dict[int, list[Candidate]] = {id(state): [] for state in states}
        attempts: dict[int, list[Attempt]] = {id(state): [] for state in states}
        for start in range(0, len(tasks), _CHUNK):
            chunk = tasks[start : start + _CHUNK]
            candidates, attempted = self._fit(chunk)
            for (state, _), chain, candidate, attempt in zip(chunk, chains[start:], candidates, attempted):
                attempts[id(state)].append(attempt)
                if candidate is not None:
                    found[id(state)].append(replace(candidate, conjugate=chain))
        for state in states:
            if state.trace is not None and isinstance(self.step, Fit):
                ceiling = float(self.context.options.value(self.step.settings.ceiling))
                chi2, determined = zip(*attempts[id(state)]) if attempts[id(state)] else ((), ())
                accepted = tuple(found[id(state)])
                state.trace.append(Tried(self.symbol, chi2, determined, accepted, ceiling))
        return [self._choose(state, found[id(state)]) for state in states]

    def _choose(self, state: EventState, candidates: list[Candidate]) -> tuple[bool, ...]:
        flags = [bool(candidates)]
        for condition in self._before:
            candidates = [c for c in candidates if self._holds(state, c, condition)]
            flags.append(bool(candidates))
        chosen = self._chosen(state, candidates)
        for condition in self._after:
            chosen = [c for c in chosen if self._holds(state, c, condition)]
            flags.append(bool(chosen))
        if self.symbol.several:
            state.fits[self.symbol], state.kept[self.symbol] = None, list(enumerate(chosen))
        else:
            state.fits[self.symbol] = chosen[0] if chosen else None
        return () if self.symbol.optional else tuple(flags)

    def _chosen(self, state: EventState, candidates: list[Candidate]) -> list[Candidate]:
        """What is kept: every candidate, the best of each chain, or the best."""
        if self.step.choose.choice is Choice.ALL:
            return candidates
        groups = [candidates]
        if self.step.choose.per_chain:
            groups = [[c for c in candidates if c.conjugate is side] for side in (False, True)]
        return [best for group in groups if (best := self._best(state, group)) is not None]

    def _holds(self, state: EventState, candidate: Candidate, condition: Callable[[EventState], bool]) -> bool:
        self._stand_at(state, candidate)
        return condition(state)

    def _stand_at(self, state: EventState, candidate: Candidate) -> None:
        """Formulas of the block speak of this candidate."""
        state.fits[self.symbol] = candidate

    def _best(self, state: EventState, candidates: list[Candidate]) -> Candidate | None:
        if not candidates:
            return None
        if self.step.choose.choice is Choice.ONLY:
            return candidates[0]
        sign = -1.0 if self.step.choose.choice is Choice.MAXIMUM else 1.0
        best, smallest = None, nan
        for candidate in candidates:
            self._stand_at(state, candidate)
            key = sign * (candidate.chi2 if self._key is None else self._key(state))
            if best is None or functions.better(key, smallest):
                best, smallest = candidate, key
        return best


def _fitting(step: Combination, context: Context) -> Fitting:
    if isinstance(step, (Tags, Pairs, Listed)):
        return lambda tasks: ([None] * len(tasks), [(nan, True)] * len(tasks))  # a tag is put together by its producer
    if isinstance(step, Combine):
        return _sums(step)
    if isinstance(step, KinematicFit):
        return per_energy(lambda there: kinematic_fitting(step, there), context)
    if isinstance(step, VertexFit):
        return vertex_fitting(step, context)
    if isinstance(step, SecondaryVertexFit):
        return secondary_fitting(step, context)
    raise Unsupported(f"fit {type(step).__name__}")


def _sums(step: Combine) -> Fitting:
    """No fit: the particle is the sum of its products."""
    symbol = step.symbol

    def put_together(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
        out: Fitted = []
        for state, chosen in tasks:
            p4 = {role.name: _momentum(role, state, chosen[role.name]) for role in symbol.roles}
            p4[symbol.particle] = total(list(p4.values()))
            out.append(Candidate(chosen, p4, nan))
        return out, [(nan, True)] * len(tasks)

    return put_together


def _momentum(role: Role, state: EventState, particle: Particle) -> P4:
    """Four-momentum of a product: measured, or what the fit gave it that it comes from."""
    if isinstance(role.source, FromCandidate):
        assert particle.candidate is not None
        return particle.candidate.fitted[role.source.fit.particle]
    if isinstance(role.source, (FromVertex, FromSecondary)):
        name = role.source.role if isinstance(role.source, FromVertex) else role.source.fit.particle
        return chosen_of(state, role.source.fit).fitted[name]
    if role.momenta is None:
        return state.p4(particle)
    fit = chosen_of(state, role.momenta)
    return next(fit.fitted[name] for name, other in fit.measured.items() if other.position == particle.position)


def _taken(step: Combination, state: EventState) -> frozenset[int]:
    """Tracks that a fit may not use because its production vertex is made of them (SEMANTICS rule 4)."""
    if isinstance(step, SecondaryVertexFit) and isinstance(step.production, FittedVertex):
        return frozenset(combine.tracks_of(state, step.production.fit))
    return frozenset()
