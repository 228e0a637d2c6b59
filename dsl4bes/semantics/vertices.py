"""Fits to a vertex, and of the flight from one vertex to another, for many combinations at once.

In: `VertexFit` and `SecondaryVertexFit` steps, combinations of particles. Out: per combination its `Candidate` (None if the fitter refuses
it) and what was attempted. The numbers come from `vertex_fit.py` and `secondary_vertex.py`; which combination is kept is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.candidates import FitSettings, FitSymbol, FromSecondary, Role
from dsl4bes.ir.fits import FittedVertex, SecondaryVertexFit, VertexFit
from dsl4bes.ir.types import Species
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.geometry import TURN, square_root, states
from dsl4bes.semantics.helix import fit_helices
from dsl4bes.semantics.secondary_vertex import FlightResult, Flying, fit_flight
from dsl4bes.semantics.settings import masses
from dsl4bes.semantics.state import Candidate, EventState, Particle
from dsl4bes.semantics.vertex_fit import VertexResult, fit_states

if TYPE_CHECKING:
    import numpy as np

#: One combination to be fitted: the event it belongs to and a particle per role.
Task = tuple[EventState, dict[str, Particle]]
#: Per combination its candidate; None if the fitter refuses it.
Fitted = list["Candidate | None"]

#: The chi2 of a combination (refused ones included), and whether its vertices are determined.
Attempt = tuple[float, bool]

#: Makes the candidates of many combinations, and says what was attempted.
Fitting = Callable[[Sequence[Task]], tuple[Fitted, list[Attempt]]]


def chosen_of(state: EventState, symbol: FitSymbol) -> Candidate:
    """The candidate of a fit that must be there."""
    candidate = state.fits[symbol]
    if candidate is None:
        raise LookupError(f"no candidate of {symbol.name}")
    return candidate


# --- one vertex ----------------------------------------------------------------------------------------------------------


def vertex_fitting(step: VertexFit, context: Context) -> Fitting:
    species = [role.species for role in step.symbol.roles]

    def fit(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
        return fit_to_vertex(step, context, tasks, species)

    return fit


def fit_to_vertex(
    step: VertexFit, context: Context, tasks: Sequence[Task], species: list[Species | None]
) -> tuple[Fitted, list[Attempt]]:
    """Vertex fits of the roles' tracks under the given hypotheses, and every attempt; refused (not below the ceiling) is None."""
    if not tasks:
        return [], []
    names = [role.name for role in step.symbol.roles]
    result = _vertices_of(tasks, step, species, step.settings, context)
    ceiling = float(context.options.value(step.settings.ceiling))
    out: Fitted = []
    for i, (_, chosen) in enumerate(tasks):
        chi2 = float(result.chi2[i])
        if not chi2 < ceiling:
            out.append(None)
            continue
        measured = {
            name: chosen[name] if kind is None else Particle(chosen[name].position, kind.index)
            for name, kind in zip(names, species)
        }
        fitted = {name: tuple(result.p4[i, t].tolist()) for t, name in enumerate(names)}
        spread = {name: result.covariance[i, t] for t, name in enumerate(names)}
        vertex = tuple(result.vertex[i].tolist())
        around = result.vertex_covariance[i]
        determined = bool(result.determined[i])
        out.append(Candidate(measured, fitted, chi2, spread, vertex, around, determined=determined))
    return out, list(zip(result.chi2.tolist(), result.determined.tolist()))


def _vertices_of(
    tasks: Sequence[Task], step: VertexFit | SecondaryVertexFit, species: list[Species | None], settings: FitSettings, context: Context
) -> VertexResult:  # fmt: skip
    """The vertex fit of every task's particles: tracks by their helices, particles that flew by momentum and decay point."""
    import numpy as np

    parts = [_states(role, kind, tasks, context) for role, kind in zip(step.symbol.roles, species)]
    wide = max(whiten.shape[-1] for _, whiten, _, _ in parts)  # six numbers of what flew, five of a track
    whiten = [np.concatenate([w, np.zeros((*w.shape[:-1], wide - w.shape[-1]))], axis=-1) for _, w, _, _ in parts]
    return fit_states(
        np.stack([state for state, _, _, _ in parts], axis=1),
        np.stack(whiten, axis=1),
        np.stack([turn for _, _, turn, _ in parts], axis=1),
        np.stack([mass for _, _, _, mass in parts], axis=1),
        float(context.options.value(step.error)),
        int(context.options.value(settings.iterations)),
        float(context.options.value(settings.tolerance)),
    )


def _states(
    role: Role, species: Species | None, tasks: Sequence[Task], context: Context
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of one role in every task: momentum and point (N, 6), a root of their covariance (N, 6, d), pull of the field (N,), mass (N,)."""
    import numpy as np

    if isinstance(role.source, FromSecondary):
        flown = [chosen_of(state, role.source.fit) for state, _ in tasks]
        p4 = np.array([candidate.fitted[role.source.fit.particle] for candidate in flown])
        point = np.array([candidate.vertex for candidate in flown])
        root = square_root(np.array([candidate.flown[0] for candidate in flown]))
        charge = np.array([candidate.flown[1] for candidate in flown])
        mass = np.sqrt(p4[:, 3] ** 2 - np.sum(p4[:, :3] ** 2, axis=1))
        return np.concatenate([p4[:, :3], point], axis=1), root, TURN * charge, mass
    if species is None or species.index < 0:
        raise Unsupported("a vertex fit of something that is no track")
    detector = tasks[0][0].detector
    rows = np.array([state.first + chosen[role.name].position for state, chosen in tasks])
    helix = fit_helices(detector, context, rows, species.index)
    state, jacobian = states(helix)
    root = jacobian @ square_root(detector.kalman_error[rows, species.index])
    return state, root, TURN * np.sign(helix[:, 2]), np.full(len(rows), masses()[species.index])


# --- secondary vertex -------------------------------------------------------------------------------------------------


def secondary_fitting(step: SecondaryVertexFit, context: Context) -> Fitting:
    names = [role.name for role in step.symbol.roles]
    species = [role.species for role in step.symbol.roles]
    value = context.options.value
    ceiling, vertex_ceiling = float(value(step.settings.ceiling)), float(value(step.vertex.ceiling))

    def fit(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
        import numpy as np

        if not tasks:
            return [], []
        result = _vertices_of(tasks, step, species, step.vertex, context)
        particle, flight = _flights(step, context, tasks, result)
        out: Fitted = [None] * len(tasks)
        length, length_sigma = flight.length, flight.length_sigma
        for i in np.flatnonzero((result.chi2 < vertex_ceiling) & (flight.chi2 <= ceiling)).tolist():
            p4 = {name: tuple(result.p4[i, t].tolist()) for t, name in enumerate(names)}
            p4[step.symbol.particle] = tuple(flight.p4[i].tolist())
            numbers = {
                "vertex_chi2": float(result.chi2[i]), "length": float(length[i]), "length_sigma": float(length_sigma[i]),
                "ctau": float(flight.ctau[i]),
            }  # fmt: skip
            out[i] = Candidate(
                tasks[i][1], p4, float(flight.chi2[i]), {step.symbol.particle: flight.covariance[i, :3, :3]},
                tuple(flight.decay[i].tolist()), flown=(flight.covariance[i], float(particle.charge[i])), numbers=numbers, determined=bool(result.determined[i]),
            )  # fmt: skip
        chi2 = np.where(result.chi2 < vertex_ceiling, flight.chi2, nan)
        return out, list(zip(chi2.tolist(), result.determined.tolist()))

    return fit


def _flights(
    step: SecondaryVertexFit, context: Context, tasks: Sequence[Task], result: VertexResult
) -> tuple[Flying, FlightResult]:
    """The particle, and the second fit: from the production vertex to the vertex of the products.

    The energy of the particle is the sum of those before the vertex fit, its momentum that after it (as BOSS builds it).
    """
    import numpy as np

    turns = [_states(role, role.species, tasks, context)[2] for role in step.symbol.roles]
    charge = np.sum(np.stack(turns), axis=0) / TURN
    p4 = np.concatenate([result.p4[:, :, :3].sum(axis=1), result.energy_before[:, None]], axis=1)
    points, spreads = zip(*(_production(step, context, state) for state, _ in tasks))
    particle = Flying(p4, result.vertex, result.total_covariance, charge)
    return particle, fit_flight(
        particle, np.array(points), np.array(spreads),
        int(context.options.value(step.settings.iterations)), float(context.options.value(step.settings.tolerance)),
    )  # fmt: skip


def _production(step: SecondaryVertexFit, context: Context, state: EventState) -> tuple[Any, Any]:
    """The production vertex of an event and its covariance."""
    import numpy as np

    if isinstance(step.production, FittedVertex):
        candidate = chosen_of(state, step.production.fit)
        return candidate.vertex, candidate.vertex_covariance
    run = int(state.detector.batch["event.run"][state.event])
    return context.options.point(run), np.diag(np.square(context.options.spread(run)))
