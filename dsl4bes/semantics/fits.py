"""Combinations and fits of a program for all events at once: combinations, fits, cuts before the choice, the choice, cuts after it.

In: `Combine`, `VertexFit`, `SecondaryVertexFit` and `KinematicFit` steps and the states of the events. Out: per event the chosen `Candidate` (or none, or
several) and the flags of the step's cuts. The numbers come from `vertex_fit.py`, `secondary_vertex.py` and `kinematic_fit.py`; here only the bookkeeping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan
from typing import TYPE_CHECKING

from dsl4bes.ir.primitives import (
    Choice,
    Combination,
    Combine,
    EqualMass,
    Fit,
    FitSymbol,
    FittedVertex,
    Fitter,
    FourMomentum,
    FromSecondary,
    FromVertex,
    KinematicFit,
    Mass,
    Role,
    SecondaryVertexFit,
    ThreeMomentum,
    TotalEnergy,
    VertexFit,
)  # fmt: skip
from dsl4bes.ir.program import steps_of
from dsl4bes.ir.types import Species
from dsl4bes.semantics import combine
from dsl4bes.semantics.conditions import per_energy
from dsl4bes.semantics.detector import P4
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.geometry import square_root
from dsl4bes.semantics.kinematic_fit import (
    Condition,
    MassSquared,
    Measured,
    Momentum,
    as_cartesian,
    fit_kinematic,
    photon_root,
)  # fmt: skip
from dsl4bes.semantics.settings import masses
from dsl4bes.semantics.state import Candidate, EventState, Particle, total
from dsl4bes.semantics.vertices import (
    Attempt,
    Fitted,
    Fitting,
    Task,
    chosen_of,
    fit_to_vertex,
    secondary_fitting,
    vertex_fitting,
)  # fmt: skip

if TYPE_CHECKING:
    import numpy as np

    from dsl4bes.semantics.detector import Detector

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
        tasks: list[Task] = []
        chains: list[bool] = []
        for state in states:
            taken = _taken(self.step, state)
            for conjugate, chosen in combine.combinations(state, self.symbol, cap, taken):
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
        state.fits[self.symbol] = candidate
        return condition(state)

    def _best(self, state: EventState, candidates: list[Candidate]) -> Candidate | None:
        if not candidates:
            return None
        if self.step.choose.choice is Choice.ONLY:
            return candidates[0]
        sign = -1.0 if self.step.choose.choice is Choice.MAXIMUM else 1.0
        best, smallest = None, inf
        for candidate in candidates:
            state.fits[self.symbol] = candidate
            key = sign * (candidate.chi2 if self._key is None else self._key(state))
            if best is None or key < smallest:
                best, smallest = candidate, inf if isnan(key) else key
        return best


def _fitting(step: Combination, context: Context) -> Fitting:
    if isinstance(step, Combine):
        return _sums(step)
    if isinstance(step, KinematicFit):
        return per_energy(lambda there: _kinematic(step, there), context)
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


# --- kinematic -------------------------------------------------------------------------------------------------------


def _kinematic(step: KinematicFit, context: Context) -> Fitting:
    classic = step.fitter is Fitter.CLASSIC
    conditions = _conditions(step, context)
    ndf = sum(len(c.targets) if isinstance(c, Momentum) else 1 for c in conditions)
    flown = [role.source.fit for role in step.symbol.roles if isinstance(role.source, FromSecondary)]
    refits = {fit: _refit(fit, step, context) for fit in _vertices(step.symbol)}
    iterations = int(context.options.value(step.settings.iterations))
    tolerance = float(context.options.value(step.settings.tolerance))
    ceiling = float(context.options.value(step.settings.ceiling))

    def fit(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
        vertices = {symbol: refit(tasks) for symbol, refit in refits.items()}
        ready = [i for i in range(len(tasks)) if all(found[i] is not None for found in vertices.values())]
        out: Fitted = [None] * len(tasks)
        attempts: list[Attempt] = [(nan, True)] * len(tasks)
        if not ready:
            return out, attempts
        chosen = [tasks[i] for i in ready]
        at_vertex = {
            symbol: [candidate for i in ready if (candidate := found[i]) is not None]
            for symbol, found in vertices.items()
        }
        particles = [_measured(role, chosen, at_vertex, classic) for role in step.symbol.roles]
        result = fit_kinematic(particles, conditions, iterations, tolerance)
        for j, i in enumerate(ready):
            chi2 = float(result.chi2[j])
            determined = all(found[j].determined for found in at_vertex.values())
            determined = determined and all(chosen_of(chosen[j][0], symbol).determined for symbol in flown)
            attempts[i] = (chi2, determined)
            below = chi2 < ceiling if classic else (chi2 <= ceiling and bool(result.settled[j]))
            if below:
                p4 = {role.name: tuple(result.p4[j, t].tolist()) for t, role in enumerate(step.symbol.roles)}
                if step.symbol.particle:
                    p4[step.symbol.particle] = total(list(p4.values()))
                out[i] = Candidate(chosen[j][1], p4, chi2, ndf, determined=determined)
        return out, attempts

    return fit


def _vertices(symbol: FitSymbol) -> list[FitSymbol]:
    found: list[FitSymbol] = []
    for role in symbol.roles:
        if isinstance(role.source, FromVertex) and role.source.fit not in found:
            found.append(role.source.fit)
    return found


def _refit(symbol: FitSymbol, step: KinematicFit, context: Context) -> Callable[[Sequence[Task]], Fitted]:
    """The vertex fit a role passed through, repeated where the roles here have other species (SEMANTICS rule 13)."""
    wanted = {role.source.role: role.species for role in step.symbol.roles
              if isinstance(role.source, FromVertex) and role.source.fit is symbol}  # fmt: skip
    species = [wanted.get(role.name, role.species) for role in symbol.roles]
    if species == [role.species for role in symbol.roles]:
        return lambda tasks: [state.fits[symbol] for state, _ in tasks]
    vertex_step = _step_of(symbol, context)

    def refit(tasks: Sequence[Task]) -> Fitted:
        events = {id(state): state for state, _ in tasks}
        again = [(state, chosen_of(state, symbol).measured) for state in events.values()]
        fitted = dict(zip(events, fit_to_vertex(vertex_step, context, again, species)[0]))
        return [fitted[id(state)] for state, _ in tasks]

    return refit


def _step_of(symbol: FitSymbol, context: Context) -> VertexFit:
    program = context.program
    blocks = (*program.blocks, *(block for region in program.regions for block in region.blocks))
    for step in steps_of(blocks):
        if isinstance(step, VertexFit) and step.symbol is symbol:
            return step
    raise Unsupported(f"{symbol.name} is not a vertex fit of this program")


def _measured(
    role: Role, tasks: Sequence[Task], at_vertex: dict[FitSymbol, list[Candidate]], classic: bool
) -> Measured:
    import numpy as np

    detector = tasks[0][0].detector
    if isinstance(role.source, FromVertex):
        found, name = at_vertex[role.source.fit], role.source.role
        values = np.array([candidate.fitted[name][:3] for candidate in found])
        spread = np.array([candidate.covariance[name] for candidate in found])
        assert role.species is not None
        return Measured(values, square_root(spread), masses()[role.species.index])
    if isinstance(role.source, FromSecondary):
        return _composite(role.source.fit, tasks)
    assert role.species is not None
    rows = np.array([state.first + chosen[role.name].position for state, chosen in tasks])
    if role.species is Species.GAMMA:
        photon = _photons(detector, rows)
        return as_cartesian(photon) if classic else photon
    hypothesis = role.species.index
    return _tracks(detector.kalman_helix[rows, hypothesis], detector.kalman_error[rows, hypothesis], hypothesis)


def _composite(symbol: FitSymbol, tasks: Sequence[Task]) -> Measured:
    """The particle of a secondary vertex: momentum and covariance after the flight, its own mass."""
    import numpy as np

    found = [chosen_of(state, symbol) for state, _ in tasks]
    p4 = np.array([candidate.fitted[symbol.particle] for candidate in found])
    spread = np.array([candidate.covariance[symbol.particle] for candidate in found])
    mass = np.sqrt(p4[:, 3] ** 2 - np.sum(p4[:, :3] ** 2, axis=1))
    return Measured(p4[:, :3], square_root(spread), mass)


def _photons(detector: Detector, rows: np.ndarray) -> Measured:
    """Azimuth and cot(theta) of the direction from the origin, energy, with the shower's errors."""
    import numpy as np

    x, y, z = detector.shower_position[rows].T
    across = np.hypot(x, y)
    column = {name: np.asarray(detector.emc(name))[rows] for name in ("energy", "denergy", "dtheta", "dphi")}
    values = np.stack([np.arctan2(y, x), z / across, column["energy"]], axis=1)
    root = photon_root(column["dphi"], column["dtheta"], np.arctan2(across, z), column["denergy"])
    return Measured(values, root, 0.0, True)


def _tracks(helix: np.ndarray, error: np.ndarray, hypothesis: int) -> Measured:
    """Momentum at the closest approach to the origin, with the covariance carried over linearly."""
    from dsl4bes.semantics.geometry import states

    state, jacobian = states(helix)
    root = square_root(jacobian[:, :3] @ error @ jacobian[:, :3].swapaxes(-1, -2))
    return Measured(state[:, :3], root, masses()[hypothesis])


def _conditions(step: KinematicFit, context: Context) -> list[Condition]:
    order = {role.name: i for i, role in enumerate(step.symbol.roles)}
    parts = {composite.name: composite.roles for composite in step.symbol.composites}

    def places(names: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(order[role] for name in names for role in parts.get(name, (name,)))

    everything = tuple(range(len(order)))
    found: list[Condition] = []
    for constraint in step.constraints:
        match constraint:
            case FourMomentum():
                found.append(Momentum(everything, tuple(enumerate(context.beam))))
            case ThreeMomentum():
                found.append(Momentum(everything, tuple(enumerate(context.beam[:3])), (0, 1)))
            case TotalEnergy(roles):
                found.append(Momentum(places(roles), ((3, context.beam[3]),)))
            case Mass(roles, mass):
                found.append(MassSquared(places(roles), float(context.options.value(mass)) ** 2))
            case EqualMass(first, second):
                found.append(MassSquared(places(first), 0.0, places(second)))
            case _:
                raise Unsupported(f"constraint {type(constraint).__name__}")
    return found
