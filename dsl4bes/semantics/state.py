"""What an event has become so far: lists, named values, fits, bound loop variables.

In: the detector's facts and an event's number. Out: `EventState`, `Particle` (a track or shower seen as a species) and
`Candidate` (one combination of a fit). States are copied where a region branches off.
Nothing is computed here; an absent particle is one with position -1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dsl4bes.semantics.detector import NO_P4, P4, Detector

if TYPE_CHECKING:
    from dsl4bes.ir.candidates import FitSymbol
    from dsl4bes.ir.expr import Binder
    from dsl4bes.semantics.pid import PidResult

#: Hypothesis of a photon, and that of a track nobody identified.
PHOTON, PION = -1, 2


class Particle(NamedTuple):
    """Entry `position` of the event's track collection as hypothesis `species` (-1 photon); `fitted` replaces its four-momentum. A particle that another
    block put together is its `candidate`, the `number`-th of those that were kept."""

    position: int
    species: int
    fitted: P4 | None = None
    candidate: Candidate | None = None
    number: int = -1

    @property
    def place(self) -> int:
        """Where it stands among its like."""
        return self.number if self.position < 0 else self.position


ABSENT = Particle(-1, PION, NO_P4)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One accepted combination of a fit: per role its particle as measured and its fitted four-momentum. Compared by identity."""

    measured: dict[str, Particle]
    fitted: dict[str, P4]
    chi2: float
    covariance: dict[str, Any] = field(default_factory=dict)  #: (3, 3) of the momenta, vertex fits and secondary vertices only
    vertex: tuple[float, float, float] | None = None
    vertex_covariance: Any = None  #: (3, 3), vertex fits only
    numbers: dict[str, float] = field(default_factory=dict)  #: of a secondary vertex, by the name of the quantity
    conjugate: bool = False  #: of the conjugate chain
    flown: Any = None  #: of a secondary vertex: (6, 6) covariance of the particle's momentum and decay point (`vertex`), and its charge
    used: tuple[int, ...] = ()  #: of a D tag: every track and shower, those without a role included
    sides: tuple[Candidate, ...] = ()  #: of a pair of D tags
    entry: int = -1  #: of a D tag: its number in the list
    parts: tuple[Particle, ...] = ()  #: of a D tag: every track and shower under its hypothesis
    determined: bool = True  #: false: of a vertex that its tracks leave open, so that rounding decides

    @property
    def positions(self) -> tuple[int, ...]:
        """Its tracks and showers, those of candidates it is made of included."""
        found: list[int] = []
        for particle in self.measured.values():
            found += [particle.position] if particle.candidate is None else particle.candidate.positions
        return tuple(found)


@dataclass(slots=True)
class EventState:
    """Event `event` of the batch. `first` is the row of its first track; `alive` is false after a rejection."""

    detector: Detector
    event: int
    first: int
    end: int
    alive: bool = True
    lists: dict[str, list[int]] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    fits: dict[FitSymbol, Candidate | None] = field(default_factory=dict)
    kept: dict[FitSymbol, list[tuple[int, Candidate]]] = field(default_factory=dict)  #: where several may be: number and candidate
    candidate: int = -1  #: number of the candidate that is gone through
    bound: dict[Binder, Particle] = field(default_factory=dict)
    pid: dict[object, PidResult] = field(default_factory=dict)  #: by settings and position
    trace: list[Any] | None = None
    truth: Any = None  #: `semantics.truth.EventTruth`, read when first asked for
    processes: dict[Any, list[int]] = field(default_factory=dict)  #: generated particles of each process
    first_time: bool = True  #: its run and number were not met before

    def branch(self) -> EventState:
        """A state that goes on from here on its own (a region, a candidate)."""
        return EventState(
            self.detector, self.event, self.first, self.end, self.alive,
            dict(self.lists), dict(self.values), dict(self.fits), dict(self.kept), self.candidate, {}, self.pid, self.trace, self.truth, self.processes,
            self.first_time,
        )  # fmt: skip

    def with_candidate(self, fit: FitSymbol, number: int, candidate: Candidate) -> EventState:
        """A state that goes on with one candidate of a combination."""
        state = self.branch()
        state.fits[fit], state.candidate = candidate, number
        state.fits.update(zip(fit.sides, candidate.sides))
        return state

    def p4(self, particle: Particle) -> P4:
        """Four-momentum in the laboratory: the fit's, else the Kalman track of the species, else the shower from the origin."""
        if particle.fitted is not None:
            return particle.fitted
        if particle.position < 0:
            return NO_P4
        row = self.first + particle.position
        if particle.species == PHOTON:
            return self.detector.shower_p4[row]
        return self.detector.kalman_p4[particle.species][row]


def total(terms: list[P4]) -> P4:
    """Sum of four-momenta; of none, zero."""
    return (
        sum(t[0] for t in terms),
        sum(t[1] for t in terms),
        sum(t[2] for t in terms),
        sum(t[3] for t in terms),
    )
