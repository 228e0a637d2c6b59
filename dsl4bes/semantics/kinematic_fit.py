"""Particles under kinematic constraints, as whitened least squares: many combinations of one topology at once.

In: measured particles (three numbers each: px, py, pz of a track; azimuth, cot(theta), energy of a photon) with covariances, and
constraints on sums of four-momenta. Out: chi2, fitted four-momenta, whether the iteration settles as the settings ask.
Unknowns are unit normal numbers u, x = measured + L u, so that chi2 = |u|^2 by definition. Where an iteration stops is part of what a
program means (SEMANTICS rule 14), so the constraints are made linear where BOSS makes them linear. Correlations between particles are
neglected, as BOSS does; `_pull` states where BOSS's directions are not the exact ones. Never a gain matrix, never a look at the C++.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

@dataclass(frozen=True, slots=True)
class Measured:
    """One role in N combinations. `photon`: `values` (N, 3) are azimuth, cot(theta) and energy, else px, py, pz of a track of `mass`
    (one number, or one per combination for a particle that was put together)."""

    values: Array
    root: Array  #: (N, 3, 3), L with L L^T = covariance of `values`
    mass: float | Array = 0.0
    photon: bool = False


@dataclass(frozen=True, slots=True)
class Momentum:
    """Some components of the four-momentum sum of `roles` (positions) have given values: rows of (component, value).

    `stretched`: components whose slope in a photon's cot(theta) the fitter has too large (see `_pull`).
    """

    roles: tuple[int, ...]
    targets: tuple[tuple[int, float], ...]
    stretched: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MassSquared:
    """Mass squared of `roles` minus that of `minus` is `target` (GeV^2)."""

    roles: tuple[int, ...]
    target: float = 0.0
    minus: tuple[int, ...] = ()


Condition = Momentum | MassSquared


@dataclass(frozen=True, slots=True)
class KinematicResult:
    """`chi2` (N,) and `p4` (N, roles, 4) after the last step; `settled`: chi2 stood still within the tolerance in time."""

    chi2: Array
    p4: Array
    settled: NDArray[np.bool_]


def photon_root(dphi: Array, dtheta: Array, theta: Array, denergy: Array) -> Array:
    """L for a shower's azimuth, cot(theta) and energy from its errors, shape (N, 3, 3): uncorrelated."""
    import numpy as np

    root = np.zeros((len(dphi), 3, 3))
    root[:, 0, 0], root[:, 1, 1], root[:, 2, 2] = dphi, dtheta / np.sin(theta) ** 2, denergy
    return root


def as_cartesian(photon: Measured) -> Measured:
    """A photon measured in px, py, pz, with errors carried over linearly: how the classic fitter sees a shower."""
    p4, jacobian = _photon(photon.values)
    return Measured(p4[:, :3].copy(), jacobian[:, :3] @ photon.root, 0.0, False)


def fit_kinematic(
    particles: list[Measured], conditions: list[Condition], iterations: int, tolerance: float
) -> KinematicResult:
    """Fit N combinations: at most `iterations` steps, until chi2 changes by less than `tolerance` from one to the next."""
    import numpy as np

    n, size = len(particles[0].values), 3 * len(particles)
    u = np.zeros((n, size))
    chi2, settled = np.full(n, np.inf), np.zeros(n, bool)
    with np.errstate(all="ignore"):
        for _ in range(max(iterations, 1)):
            rows = np.flatnonzero(~settled)
            if not rows.size:
                break
            u[rows] = _step([_take(p, rows) for p in particles], conditions, u[rows])
            before, chi2[rows] = chi2[rows], np.sum(u[rows] ** 2, axis=1)
            settled[rows] = abs(chi2[rows] - before) < tolerance
        p4 = np.stack(_momenta(particles, u)[0], axis=1)
    return KinematicResult(chi2, p4, settled)


def _take(particle: Measured, rows: NDArray[np.int64]) -> Measured:
    mass = particle.mass if isinstance(particle.mass, float) else particle.mass[rows]
    return Measured(particle.values[rows], particle.root[rows], mass, particle.photon)


def _rows(conditions: list[Condition]) -> int:
    return sum(len(c.targets) if isinstance(c, Momentum) else 1 for c in conditions)


def _photon(x: Array) -> tuple[Array, Array]:
    """Four-momenta (N, 4) and derivatives (N, 4, 3) of photons given by azimuth, cot(theta), energy.

    An energy that a step took below zero stands for its magnitude, as in BOSS, whose derivative does not turn with it.
    """
    import numpy as np

    phi, slope, energy = x[:, 0], x[:, 1], abs(x[:, 2])
    root = np.sqrt(1 + slope * slope)
    cos, sin = np.cos(phi), np.sin(phi)
    pt = energy / root
    p4 = np.stack([pt * cos, pt * sin, pt * slope, energy], axis=1)
    jacobian = np.zeros((len(x), 4, 3))
    jacobian[:, 0, 0], jacobian[:, 1, 0] = -pt * sin, pt * cos
    bend = -pt * slope / root**2
    jacobian[:, 0, 1], jacobian[:, 1, 1], jacobian[:, 2, 1] = bend * cos, bend * sin, pt / root**2
    jacobian[:, :, 2] = p4 / energy[:, None]
    return p4, jacobian


def _track(x: Array, mass: float | Array) -> tuple[Array, Array]:
    import numpy as np

    energy = np.sqrt(np.sum(x * x, axis=1) + mass * mass)
    jacobian = np.zeros((len(x), 4, 3))
    jacobian[:, range(3), range(3)] = 1.0
    jacobian[:, 3] = x / energy[:, None]
    return np.concatenate([x, energy[:, None]], axis=1), jacobian


def _momenta(particles: list[Measured], u: Array) -> tuple[list[Array], list[Array], list[Array]]:
    """Per role: four-momenta (N, 4), derivatives by u (N, 4, 3) and the values x (N, 3)."""
    import numpy as np

    found, slopes, values = [], [], []
    for i, particle in enumerate(particles):
        x = particle.values + np.einsum("nij,nj->ni", particle.root, u[:, 3 * i : 3 * i + 3])
        p4, jacobian = _photon(x) if particle.photon else _track(x, particle.mass)
        found.append(p4)
        slopes.append(jacobian @ particle.root)
        values.append(x)
    return found, slopes, values


_METRIC = (-1.0, -1.0, -1.0, 1.0)


def _conditions(conditions: list[Condition], p4: list[Array]) -> tuple[Array, Array]:
    """Values (N, m) and derivatives by each role's four-momentum (N, m, roles, 4)."""
    import numpy as np

    n = len(p4[0])
    value = np.zeros((n, _rows(conditions)))
    gradient = np.zeros((n, value.shape[1], len(p4), 4))
    metric, row = np.array(_METRIC), 0
    for condition in conditions:
        if isinstance(condition, Momentum):
            total = np.sum([p4[i] for i in condition.roles], axis=0)
            for component, target in condition.targets:
                value[:, row] = total[:, component] - target
                gradient[:, row, list(condition.roles), component] = 1.0
                row += 1
            continue
        value[:, row] = -condition.target
        for roles, sign in ((condition.roles, 1.0), (condition.minus, -1.0)):
            if roles:
                total = np.sum([p4[i] for i in roles], axis=0)
                value[:, row] += sign * np.sum(metric * total * total, axis=1)
                gradient[:, row, list(roles)] += 2 * sign * (metric * total)[:, None, :]
        row += 1
    return value, gradient


def _stretched(conditions: list[Condition]) -> list[bool]:
    """Per row: whether the fitter's slope in cot(theta) is stretched; always so in a condition on a mass."""
    rows: list[bool] = []
    for condition in conditions:
        if isinstance(condition, Momentum):
            rows.extend(component in condition.stretched for component, _ in condition.targets)
        else:
            rows.append(True)
    return rows


def _slopes(gradient: Array, slopes: list[Array]) -> Array:
    """Exact derivatives of the conditions by u, shape (N, m, 3 roles)."""
    import numpy as np

    return np.concatenate([gradient[:, :, i] @ slopes[i] for i in range(len(slopes))], axis=2)


def _pull(
    particles: list[Measured], conditions: list[Condition], exact: Array, values: list[Array]
) -> Array:
    """The directions along which the fitter moves the particles: the derivatives, but as BOSS 7.0.4 has them.

    For a photon its derivative by cot(theta) is sqrt(1 + cot(theta)^2) times the true one in conditions on a mass and in the
    transverse components of a three-momentum condition (that of the four-momentum is right). The solution still fulfils every
    condition exactly, but is not quite the nearest such point: the chi2 of a mass constraint is some per mille to per cent larger.
    """
    import numpy as np

    rows = np.flatnonzero(_stretched(conditions))
    if not rows.size or not any(p.photon for p in particles):
        return exact
    pull = exact.copy()
    for i, particle in enumerate(particles):
        if particle.photon:
            pull[:, rows, 3 * i + 1] *= np.sqrt(1 + values[i][:, 1] ** 2)[:, None]
    return pull


def _step(particles: list[Measured], conditions: list[Condition], u: Array) -> Array:
    """The point nearest to the measurement that fulfils the conditions linearised at u."""
    import numpy as np

    p4, slopes, values = _momenta(particles, u)
    value, gradient = _conditions(conditions, p4)
    pull = _pull(particles, conditions, _slopes(gradient, slopes), values)
    wanted = np.einsum("nij,nj->ni", pull, u) - value
    multipliers = _solve(pull @ np.swapaxes(pull, 1, 2), wanted)
    return np.asarray(np.einsum("nji,nj->ni", pull, multipliers))


def _solve(system: Array, right: Array) -> Array:
    """Solutions of N linear systems; a singular member becomes NaN without spoiling the others."""
    import numpy as np

    try:
        solution: Any = np.linalg.solve(system, right[..., None])[..., 0]
        return solution
    except np.linalg.LinAlgError:
        out = np.full_like(right, np.nan)
        for i, (member, side) in enumerate(zip(system, right)):
            try:
                out[i] = np.linalg.solve(member, side)
            except np.linalg.LinAlgError:
                continue  # stays NaN: the fit has no solution and its chi2 says so
        return out
