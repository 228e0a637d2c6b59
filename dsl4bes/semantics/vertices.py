"""Fits to a vertex, and of the flight from one vertex to another, for many combinations at once.

In: `VertexFit` and `SecondaryVertexFit` steps, combinations of particles. Out: per combination its `Candidate` (None if the fitter refuses
it) and what was attempted. The numbers come from `vertex_fit.py` and `secondary_vertex.py`; which combination is kept is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import FitSettings, FitSymbol, FittedVertex, SecondaryVertexFit, VertexFit
from dsl4bes.ir.types import Species
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.helix import fit_helices
from dsl4bes.semantics.secondary_vertex import FlightResult, Flying, fit_flight
from dsl4bes.semantics.settings import masses
from dsl4bes.semantics.state import Candidate, EventState, Particle
from dsl4bes.semantics.vertex_fit import VertexResult, fit_vertex

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
    hypothesis = _hypotheses(species)
    result = _vertices_of(tasks, names, hypothesis, step.settings, step.error, context)
    ceiling = float(context.options.value(step.settings.ceiling))
    out: Fitted = []
    for i, (_, chosen) in enumerate(tasks):
        chi2 = float(result.chi2[i])
        if not chi2 < ceiling:
            out.append(None)
            continue
        measured = {name: Particle(chosen[name].position, int(h)) for name, h in zip(names, hypothesis)}
        fitted = {name: tuple(result.p4[i, t].tolist()) for t, name in enumerate(names)}
        spread = {name: result.covariance[i, t] for t, name in enumerate(names)}
        vertex = tuple(result.vertex[i].tolist())
        around = result.vertex_covariance[i]
        determined = bool(result.determined[i])
        out.append(Candidate(measured, fitted, chi2, spread, vertex, around, determined=determined))
    return out, list(zip(result.chi2.tolist(), result.determined.tolist()))


def _hypotheses(species: list[Species | None]) -> np.ndarray:
    """Numbers of the hypotheses of charged species."""
    import numpy as np

    found = np.array([-1 if s is None else s.index for s in species])
    if np.any(found < 0):
        raise Unsupported("a vertex fit of something that is no track")
    return found


def _vertices_of(
    tasks: Sequence[Task], names: list[str], hypothesis: np.ndarray, settings: FitSettings, error: Parameter, context: Context
) -> VertexResult:  # fmt: skip
    """The vertex fit of every task's tracks."""
    import numpy as np

    detector = tasks[0][0].detector
    rows = np.array([[state.first + chosen[name].position for name in names] for state, chosen in tasks])
    return fit_vertex(
        fit_helices(detector, context, rows, hypothesis),
        detector.kalman_error[rows, hypothesis],
        np.array([masses()[h] for h in hypothesis]),
        float(context.options.value(error)),
        int(context.options.value(settings.iterations)),
        float(context.options.value(settings.tolerance)),
    )


# --- secondary vertex -------------------------------------------------------------------------------------------------


def secondary_fitting(step: SecondaryVertexFit, context: Context) -> Fitting:
    names = [role.name for role in step.symbol.roles]
    hypothesis = _hypotheses([role.species for role in step.symbol.roles])
    value = context.options.value
    ceiling, vertex_ceiling = float(value(step.settings.ceiling)), float(value(step.vertex.ceiling))

    def fit(tasks: Sequence[Task]) -> tuple[Fitted, list[Attempt]]:
        import numpy as np

        if not tasks:
            return [], []
        result = _vertices_of(tasks, names, hypothesis, step.vertex, step.error, context)
        flight = _flights(step, context, tasks, names, result)
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
                tasks[i][1], p4, float(flight.chi2[i]), {step.symbol.particle: flight.covariance[i]},
                numbers=numbers, determined=bool(result.determined[i]),
            )  # fmt: skip
        chi2 = np.where(result.chi2 < vertex_ceiling, flight.chi2, nan)
        return out, list(zip(chi2.tolist(), result.determined.tolist()))

    return fit


def _flights(
    step: SecondaryVertexFit, context: Context, tasks: Sequence[Task], names: list[str], result: VertexResult
) -> FlightResult:
    """The second fit: from the production vertex to the vertex of the products.

    The energy of the particle is the sum of those before the vertex fit, its momentum that after it (as BOSS builds it).
    """
    import numpy as np

    detector = tasks[0][0].detector
    rows = np.array([[state.first + chosen[name].position for name in names] for state, chosen in tasks])
    charge = np.sign(detector.kalman_helix[rows, 2, 2]).sum(axis=1)
    p4 = np.concatenate([result.p4[:, :, :3].sum(axis=1), result.energy_before[:, None]], axis=1)
    points, spreads = zip(*(_production(step, context, state) for state, _ in tasks))
    particle = Flying(p4, result.vertex, result.total_covariance, charge)
    return fit_flight(
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
