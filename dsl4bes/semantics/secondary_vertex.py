"""The flight of a particle from a production vertex to its decay, as whitened least squares: many flights at once.

In: momentum and decay point of the particle with their covariance, the production vertex with its own. Out: chi2, c tau, length, the
particle's four-momentum and its covariance. Unknowns are nine unit normal numbers (particle and production vertex) and c tau; three
conditions say that the flight leads from the one vertex to the other. Each step solves the full system of derivatives and multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.semantics.geometry import TURN, inverses, square_root

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_PARTICLE, _NUISANCE = (
    6,
    9,
)  #: whitened numbers of the particle, and of the particle and the production vertex
_UNKNOWN = _NUISANCE + 1
_SIZE = _UNKNOWN + 3


@dataclass(frozen=True, slots=True)
class Flying:
    """N particles at their decay: `p4` (N, 4) in GeV, `decay` (N, 3) in cm, covariance (N, 6, 6) of momentum and point, charge (N,)."""

    p4: Array
    decay: Array
    covariance: Array
    charge: Array


@dataclass(frozen=True, slots=True)
class FlightResult:
    """Results of N flights: lengths in cm; `p4` (N, 4) in GeV, `decay` (N, 3) in cm, covariance (N, 6, 6) of momentum and decay point. chi2 has two
    degrees of freedom."""

    chi2: Array
    p4: Array
    decay: Array
    covariance: Array
    ctau: Array
    ctau_sigma: Array

    @property
    def boost(self) -> Array:
        """beta gamma, which makes a length of c tau."""
        import numpy as np

        return np.asarray(np.linalg.norm(self.p4[:, :3], axis=1) / _mass(self.p4))

    @property
    def length(self) -> Array:
        """Decay length, cm, signed."""
        return self.ctau * self.boost

    @property
    def length_sigma(self) -> Array:
        """Error of the decay length, cm."""
        return self.ctau_sigma * self.boost


def fit_flight(
    particle: Flying, production: Array, spread: Array, iterations: int = 10, tolerance: float = 1e-2
) -> FlightResult:
    """Fit N flights from `production` (N, 3) with covariance `spread` (N, 3, 3).

    The direction of the flight is that of the momentum of the step before, as in BOSS; the momentum follows the decay point through their
    covariance, and the energy follows the momentum as if the mass were known. BOSS stops when chi2 changes by less than
    `tolerance`: this is part of the result and done the same way.
    """
    import numpy as np

    n = len(particle.p4)
    # a vertex without solution leads nowhere
    lost = np.isnan(np.sum(particle.covariance, axis=(1, 2)) + np.sum(spread, axis=(1, 2))).reshape(n, 1, 1)
    root = square_root(np.where(lost, 0.0, particle.covariance))
    root_production = square_root(np.where(lost, 0.0, spread))
    u, ctau, p4 = np.zeros((n, _NUISANCE)), np.zeros(n), particle.p4.copy()
    inverse = np.full((n, _SIZE, _SIZE), np.nan)
    chi2, active = np.full(n, np.inf), np.ones(n, bool)
    slope = particle.p4[:, :3] / particle.p4[:, 3:]
    with np.errstate(all="ignore"):
        for number in range(max(iterations, 1)):
            rows = np.flatnonzero(active)
            if not rows.size:
                break
            path, by_ctau = _flight(p4[rows], ctau[rows], TURN * particle.charge[rows])
            gap = particle.decay[rows] - production[rows] - path + by_ctau * ctau[rows, None]
            inverse[rows] = inverses(_system(root[rows], root_production[rows], by_ctau))
            right = np.zeros((len(rows), _SIZE))
            right[:, _UNKNOWN:] = -gap
            solution = np.einsum("nij,nj->ni", inverse[rows], right)
            u[rows], ctau[rows] = solution[:, :_NUISANCE], solution[:, _NUISANCE]
            moved = np.einsum("nij,nj->ni", root[rows, :3], u[rows, :_PARTICLE])
            p4[rows, :3] = particle.p4[rows, :3] + moved
            p4[rows, 3] = particle.p4[rows, 3] + np.sum(slope[rows] * moved, axis=1)
            before, chi2[rows] = chi2[rows], np.sum(u[rows] ** 2, axis=1)
            if number > 0:
                active[rows] = ~(abs(chi2[rows] - before) < tolerance)
    chi2[lost.reshape(n)] = np.nan
    covariance = root @ inverse[:, :_PARTICLE, :_PARTICLE] @ np.swapaxes(root, 1, 2)
    decay = particle.decay + np.einsum("nij,nj->ni", root[:, 3:], u[:, :_PARTICLE])
    return FlightResult(chi2, p4, decay, covariance, ctau, np.sqrt(inverse[:, _NUISANCE, _NUISANCE]))


def _mass(p4: Array) -> Array:
    """Mass of (N, 4); negative below the light cone, as CLHEP has it, where a step of the fit may pass through."""
    import numpy as np

    m2 = p4[:, 3] ** 2 - np.sum(p4[:, :3] ** 2, axis=1)
    return np.asarray(np.sign(m2) * np.sqrt(abs(m2)))


def _flight(p4: Array, ctau: Array, turn: Array) -> tuple[Array, Array]:
    """Way (N, 3) from production to decay of particles with `p4` at the decay, and its derivative by c tau.

    `turn` is the field's pull, 0 of a neutral particle: on the way back the transverse momentum turns by the angle turn c tau / m.
    """
    import numpy as np

    u = p4[:, :3] / _mass(p4)[:, None]
    angle = turn * ctau / _mass(p4)
    half = angle / 2
    along, across = (
        np.sinc(angle / np.pi),
        np.sin(half) * np.sinc(half / np.pi),
    )  # sin(a)/a and (1 - cos(a))/a
    x, y, z = u.T
    path = np.stack([x * along + y * across, y * along - x * across, z], axis=1) * ctau[:, None]
    cos, sin = np.cos(angle), np.sin(angle)
    return path, np.stack([x * cos + y * sin, y * cos - x * sin, z], axis=1)


def _system(root: Array, root_production: Array, by_ctau: Array) -> Array:
    """Derivatives and multipliers: unit weights of the whitened numbers, no weight of c tau, three conditions."""
    import numpy as np

    system = np.zeros((len(root), _SIZE, _SIZE))
    system[:, range(_NUISANCE), range(_NUISANCE)] = 1.0
    rows = slice(_UNKNOWN, _SIZE)
    system[:, rows, :_PARTICLE] = root[:, 3:]
    system[:, rows, _PARTICLE:_NUISANCE] = -root_production
    system[:, rows, _NUISANCE] = -by_ctau
    system[:, :_UNKNOWN, rows] = np.swapaxes(system[:, rows, :_UNKNOWN], 1, 2)
    return system
