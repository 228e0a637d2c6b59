"""The kinematic fits of a program: from candidates to measured particles and conditions, from fitted numbers to candidates.

In: a `KinematicFit` step, combinations of particles of many events. Out: per combination a `Candidate` or none, its chi2 and whether it is
determined. The numbers come from `kinematic_fit.py`; which combinations there are and which is kept is decided in `fits.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from math import nan
from typing import TYPE_CHECKING

from dsl4bes.ir.candidates import FitSymbol, FromSecondary, FromTagged, FromVertex, Role
from dsl4bes.ir.fits import (
    EqualMass,
    Fitter,
    FourMomentum,
    KinematicFit,
    Mass,
    ThreeMomentum,
    TotalEnergy,
    VertexFit,
)
from dsl4bes.ir.program import steps_of
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.semantics.combine import radiated
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.geometry import square_root
from dsl4bes.semantics.helix import fit_helices
from dsl4bes.semantics.kinematic_fit import (
    Condition,
    MassSquared,
    Measured,
    Momentum,
    Seen,
    as_cartesian,
    fit_kinematic,
    photon_root,
    pointed,
    unseen,
)  # fmt: skip
from dsl4bes.semantics.settings import masses
from dsl4bes.semantics.shower_errors import cartesian_root, polar_root
from dsl4bes.semantics.state import PHOTON, Candidate, EventState, Particle, total
from dsl4bes.semantics.vertices import Attempt, Fitted, Fitting, Task, chosen_of, fit_to_vertex

if TYPE_CHECKING:
    import numpy as np

    from dsl4bes.semantics.detector import Detector



def kinematic_fitting(step: KinematicFit, context: Context) -> Fitting:
    classic = step.fitter is Fitter.CLASSIC
    flown = [role.source.fit for role in step.symbol.roles if isinstance(role.source, FromSecondary)]
    refits = {fit: _refit(fit, step, context) for fit in _vertices(step.symbol)}
    iterations = int(context.options.value(step.settings.iterations))
    tolerance = float(context.options.value(step.settings.tolerance))
    ceiling = float(context.options.value(step.settings.ceiling))

    def fit_alike(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
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
        groups = [_particles(role, step, context, chosen, at_vertex) for role in step.symbol.roles]
        ends = list(accumulate((len(group) for group in groups), initial=0))
        places = {role.name: tuple(range(*ends[t : t + 2])) for t, role in enumerate(step.symbol.roles)}
        particles = [particle for group in groups for particle in group]
        result = fit_kinematic(particles, _conditions(step, places, context), iterations, tolerance)
        for j, i in enumerate(ready):
            chi2 = float(result.chi2[j])
            determined = not result.doubtful[j] and all(found[j].determined for found in at_vertex.values())
            determined = determined and all(chosen_of(chosen[j][0], symbol).determined for symbol in flown)
            attempts[i] = (chi2, determined)
            below = chi2 < ceiling if classic else (chi2 <= ceiling and bool(result.settled[j]))
            if below:
                p4 = {name: total([tuple(result.p4[j, t].tolist()) for t in members]) for name, members in places.items()}
                if step.symbol.particle:
                    p4[step.symbol.particle] = total(list(p4.values()))
                out[i] = Candidate(chosen[j][1], p4, chi2, determined=determined)
        return out, attempts

    def fit(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
        """Combinations that are made of the same kinds of particles are fitted together."""
        kinds: dict[object, list[int]] = {}
        for i, (state, chosen) in enumerate(tasks):
            kind = tuple(tuple(part.species for part in _parts(role, state, chosen)) for role in step.symbol.roles)
            kinds.setdefault(kind, []).append(i)
        out: Fitted = [None] * len(tasks)
        attempts: list[Attempt] = [(nan, True)] * len(tasks)
        for members in kinds.values():
            for i, candidate, attempt in zip(members, *fit_alike([tasks[i] for i in members]), strict=True):
                out[i], attempts[i] = candidate, attempt
        return out, attempts

    several = any(isinstance(role.source, FromTagged) or role.radiated is not None for role in step.symbol.roles)
    return fit if several else fit_alike


def _parts(role: Role, state: EventState, chosen: dict[str, Particle]) -> tuple[Particle, ...]:
    """What a role is besides the particle that was chosen for it: the tracks and showers of a D tag, the photons of an electron."""
    if isinstance(role.source, FromTagged):
        return () if role.source.part else chosen_of(state, role.source.fit).parts
    if role.radiated is None:
        return ()
    first = chosen[role.name].position in state.lists.get(role.source.name if isinstance(role.source, ListSymbol) else "", ())
    photons = radiated(role, not first)
    return () if photons is None else tuple(Particle(position, PHOTON) for position in state.lists.get(photons.name, ()))


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


def _particles(
    role: Role, step: KinematicFit, context: Context, tasks: Sequence[Task], at_vertex: dict[FitSymbol, list[Candidate]]
) -> list[Measured]:
    """What is known of a role in every combination: of one particle or, of a D tag or an electron with photons, of several."""
    import numpy as np

    parts = [_parts(role, state, chosen) for state, chosen in tasks]
    alone = [] if isinstance(role.source, FromTagged) and not role.source.part else [_particle(role, step, context, tasks, at_vertex)]
    for number, first in enumerate(parts[0]):
        rows = np.array([state.first + part[number].position for (state, _), part in zip(tasks, parts, strict=True)])
        alone.append(_seen(first.species, rows, step, context, tasks[0][0].detector))
    return alone


def _seen(species: int, rows: np.ndarray, step: KinematicFit, context: Context, detector: Detector) -> Measured:
    """Tracks or showers by their rows, under one hypothesis."""
    classic = step.fitter is Fitter.CLASSIC
    if species != PHOTON:
        return _tracks(fit_helices(detector, context, rows, species), detector.kalman_error[rows, species], species)
    photon = _photons(detector, rows)
    photon = as_cartesian(photon) if classic else photon
    return replace(photon, follow=_following(detector, rows, photon, classic)) if step.follow_energies else photon


def _particle(
    role: Role, step: KinematicFit, context: Context, tasks: Sequence[Task], at_vertex: dict[FitSymbol, list[Candidate]]
) -> Measured:
    """What is known of the one particle of a role in every combination."""
    unmeasured = next((each for each in step.unmeasured if each.role == role.name), None)
    if unmeasured is None:
        return _measured(role, step, context, tasks, at_vertex)
    mass = float(context.options.value(unmeasured.mass))
    if unmeasured.direction:
        rows = _rows(role, tasks)
        return pointed(_photons(tasks[0][0].detector, rows), mass)
    return unseen(len(tasks), mass)


def _rows(role: Role, tasks: Sequence[Task]) -> np.ndarray:
    """The rows of the tracks or showers that were chosen for a role."""
    import numpy as np

    return np.array([state.first + chosen[role.name].position for state, chosen in tasks])


def _following(detector: Detector, rows: np.ndarray, measured: Measured, classic: bool) -> Callable[[np.ndarray], np.ndarray]:
    """The errors of a photon for the next step, from its fitted four-momenta."""
    import numpy as np

    energy, dphi, dtheta = (np.asarray(detector.emc(name))[rows] for name in ("energy", "dphi", "dtheta"))
    if classic:
        return lambda p4: cartesian_root(dphi, dtheta, energy, p4)
    return lambda p4: polar_root(measured.root, energy, p4)


def _measured(
    role: Role, step: KinematicFit, context: Context, tasks: Sequence[Task], at_vertex: dict[FitSymbol, list[Candidate]]
) -> Measured:
    import numpy as np

    if isinstance(role.source, FromVertex):
        found, name = at_vertex[role.source.fit], role.source.role
        values = np.array([candidate.fitted[name][:3] for candidate in found])
        spread = np.array([candidate.covariance[name] for candidate in found])
        assert role.species is not None
        return Measured(values, square_root(spread), masses()[role.species.index])
    if isinstance(role.source, FromSecondary):
        return _composite(role, role.source, tasks)
    assert role.species is not None
    return _seen(PHOTON if role.species is Species.GAMMA else role.species.index, _rows(role, tasks), step, context, tasks[0][0].detector)


def _composite(role: Role, written: FromSecondary, tasks: Sequence[Task]) -> Measured:
    """The particle of a secondary vertex: momentum and covariance after the flight, its own mass."""
    import numpy as np

    symbols = [source.fit for source in (written, role.exchanged) if source is not None]
    vectors, spreads = [], []
    for state, chosen in tasks:
        each = next(symbol for symbol in symbols if chosen_of(state, symbol).fitted[symbol.particle] == chosen[role.name].fitted)
        vectors.append(chosen_of(state, each).fitted[each.particle])
        spreads.append(chosen_of(state, each).covariance[each.particle])
    p4, spread = np.array(vectors), np.array(spreads)
    mass = np.sqrt(p4[:, 3] ** 2 - np.sum(p4[:, :3] ** 2, axis=1))
    return Measured(p4[:, :3], square_root(spread), mass)


#: What BOSS 7.0.4 adds to the arc tangent for showers at negative x. Errors that follow the fitted energy make a difference of 5e-8 rad felt.
_HALF_TURN = 3.1415926


def _photons(detector: Detector, rows: np.ndarray) -> Measured:
    """Azimuth and cot(theta) of the direction from the origin, energy, with the shower's errors."""
    import numpy as np

    x, y, z = detector.shower_position[rows].T
    across = np.hypot(x, y)
    column = {name: np.asarray(detector.emc(name))[rows] for name in ("energy", "denergy", "dtheta", "dphi")}
    with np.errstate(divide="ignore", invalid="ignore"):
        azimuth = np.arctan(y / x) + np.where(x < 0, _HALF_TURN, 0.0)
    values = np.stack([azimuth, z / across, column["energy"]], axis=1)
    root = photon_root(column["dphi"], column["dtheta"], np.arctan2(across, z), column["denergy"])
    return Measured(values, root, 0.0, Seen.SHOWER)


def _tracks(helix: np.ndarray, error: np.ndarray, hypothesis: int) -> Measured:
    """Momentum at the closest approach to the origin, with the covariance carried over linearly."""
    from dsl4bes.semantics.geometry import states

    state, jacobian = states(helix)
    root = square_root(jacobian[:, :3] @ error @ jacobian[:, :3].swapaxes(-1, -2))
    return Measured(state[:, :3], root, masses()[hypothesis])


def _conditions(step: KinematicFit, order: dict[str, tuple[int, ...]], context: Context) -> list[Condition]:
    """The constraints; `order`: numbers of the particles of each role."""
    parts = {composite.name: composite.roles for composite in step.symbol.composites}

    def places(names: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(number for name in names for role in parts.get(name, (name,)) for number in order[role])

    everything = tuple(number for members in order.values() for number in members)
    found: list[Condition] = []
    for constraint in step.constraints:
        match constraint:
            case FourMomentum():
                found.append(Momentum(everything, tuple(enumerate(context.beam)), spread=_beam_spread(step, context)))
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


def _beam_spread(step: KinematicFit, context: Context) -> tuple[tuple[float, ...], ...]:
    """Two beams whose energies spread independently: the sum's variance is twice that of one, and px = E sin(half the crossing angle) moves along."""
    if step.energy_spread is None:
        return ()
    variance = 2 * float(context.options.value(step.energy_spread)) ** 2
    along = (math.sin(context.beam[0] / context.beam[3]), 0.0, 0.0, 1.0)
    return tuple(tuple(variance * a * b for b in along) for a in along)
