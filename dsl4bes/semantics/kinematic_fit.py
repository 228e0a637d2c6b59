"""Particles under kinematic constraints, as whitened least squares: many combinations of one topology at once.

In: measured particles (three numbers each: px, py, pz of a track; azimuth, cot(theta), energy of a photon) with covariances, others of
which less is measured, and constraints on sums of four-momenta. Out: chi2, fitted four-momenta, whether the iteration settles as the settings ask.
Unknowns are unit normal numbers u, x = measured + L u, so that chi2 = |u|^2 by definition, and the free ones beside them. Where an iteration stops is part of what a
program means (SEMANTICS rule 14), so the constraints are made linear where BOSS makes them linear. Correlations between particles are
neglected, as BOSS does; `_pull` states where BOSS's directions are not the exact ones. Never a gain matrix, never a look at the C++.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

class Seen(Enum):
    """How three numbers describe a particle: px, py, pz; azimuth, cot(theta), energy; azimuth, cot(theta), momentum."""

    TRACK = 0
    SHOWER = 1
    POINTED = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """One role in N combinations: `values` (N, 3) as `seen` says, `mass` one number or one per combination (a particle that was put
    together). The last `free` of them are not measured: their values are where the first step begins, and their part of `root` is not looked at.
    """

    values: Array
    root: Array  #: (N, 3, 3), L with L L^T = covariance of `values`
    mass: float | Array = 0.0
    seen: Seen = Seen.TRACK
    free: int = 0
    hold: float = 0.0  #: 1 / variance with which what is free is held at its value
    follow: Callable[[Array], Array] | None = None  #: `root` for the next step from the fitted four-momenta, if it changes


@dataclass(frozen=True, slots=True)
class Momentum:
    """Some components of the four-momentum sum of `roles` (positions) have given values: rows of (component, value).

    `stretched`: components whose slope in a photon's cot(theta) the fitter has too large (see `_pull`). `spread`: covariance of the values.
    """

    roles: tuple[int, ...]
    targets: tuple[tuple[int, float], ...]
    stretched: tuple[int, ...] = ()
    spread: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class MassSquared:
    """Mass squared of `roles` minus that of `minus` is `target` (GeV^2)."""

    roles: tuple[int, ...]
    target: float = 0.0
    minus: tuple[int, ...] = ()


Condition = Momentum | MassSquared


@dataclass(frozen=True, slots=True)
class KinematicResult:
    """`chi2` (N,) and `p4` (N, roles, 4) after the last step; `settled`: chi2 stood still within the tolerance in time; `doubtful`: whether it did is
    decided by digits that BOSS's errors of 1 TeV of a missing particle leave open."""

    chi2: Array
    p4: Array
    settled: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]


#: Relative precision of chi2 in BOSS where a particle is missing: a variance of 1e6 GeV^2 beside those of tracks costs ten of sixteen digits.
MISSING_PRECISION = 1e-5


def photon_root(dphi: Array, dtheta: Array, theta: Array, denergy: Array) -> Array:
    """L for a shower's azimuth, cot(theta) and energy from its errors, shape (N, 3, 3): uncorrelated."""
    import numpy as np

    root = np.zeros((len(dphi), 3, 3))
    root[:, 0, 0], root[:, 1, 1], root[:, 2, 2] = dphi, dtheta / np.sin(theta) ** 2, denergy
    return root


def as_cartesian(photon: Measured) -> Measured:
    """A photon measured in px, py, pz, with errors carried over linearly: how the classic fitter sees a shower."""
    p4, jacobian = _shower(photon.values, 0.0)
    return Measured(p4[:, :3].copy(), jacobian[:, :3] @ photon.root)


def unseen(count: int, mass: float) -> Measured:
    """A particle of which nothing but its mass is known: as in BOSS 7.0.4, 0.2 GeV in x, y and z, each with an error of 1 TeV."""
    import numpy as np

    return Measured(np.full((count, 3), 0.2), np.zeros((count, 3, 3)), mass, Seen.TRACK, 3, 1e-6)


def pointed(photon: Measured, mass: float) -> Measured:
    """A shower of which the direction alone is believed; its energy is the momentum where the first step begins."""
    return Measured(photon.values, photon.root, mass, Seen.POINTED, 1)


def fit_kinematic(
    particles: list[Measured], conditions: list[Condition], iterations: int, tolerance: float
) -> KinematicResult:
    """Fit N combinations: at most `iterations` steps, until chi2 changes by less than `tolerance` from one to the next."""
    import numpy as np

    n, size = len(particles[0].values), 3 * len(particles)
    moved = np.zeros((n, size))
    chi2, settled, doubtful = np.full(n, np.inf), np.zeros(n, bool), np.zeros(n, bool)
    missing = any(particle.hold > 0 for particle in particles)
    roots = [particle.root.copy() for particle in particles]
    with np.errstate(all="ignore"):
        for _ in range(max(iterations, 1)):
            rows = np.flatnonzero(~settled)
            if not rows.size:
                break
            now = [_take(p, root, rows) for p, root in zip(particles, roots)]
            moved[rows], found = _step(now, conditions, moved[rows])
            before, chi2[rows] = chi2[rows], found
            change = abs(chi2[rows] - before)
            settled[rows] = change < tolerance
            doubtful[rows] |= missing & (abs(change - tolerance) < MISSING_PRECISION * (1 + found))
            if any(particle.follow for particle in particles):
                p4 = _momenta(particles, moved)[0]
                roots = [root if p.follow is None else p.follow(p4[i]) for i, (p, root) in enumerate(zip(particles, roots))]
        p4 = _momenta(particles, moved)[0]
    return KinematicResult(chi2, np.stack(p4, axis=1), settled, doubtful)


def _take(particle: Measured, root: Array, rows: NDArray[np.int64]) -> Measured:
    mass = particle.mass if isinstance(particle.mass, float) else particle.mass[rows]
    return Measured(particle.values[rows], root[rows], mass, particle.seen, particle.free, particle.hold)


def _rows(conditions: list[Condition]) -> int:
    return sum(len(c.targets) if isinstance(c, Momentum) else 1 for c in conditions)


def _spread(conditions: list[Condition]) -> Array:
    """The covariance of the values that are asked for, (m, m)."""
    import numpy as np

    found, row = np.zeros((_rows(conditions), _rows(conditions))), 0
    for condition in conditions:
        count = len(condition.targets) if isinstance(condition, Momentum) else 1
        if isinstance(condition, Momentum) and condition.spread:
            found[row : row + count, row : row + count] = condition.spread
        row += count
    return found


def _shower(x: Array, mass: float | Array) -> tuple[Array, Array]:
    """Four-momenta (N, 4) and derivatives (N, 4, 3) of particles given by azimuth, cot(theta), energy.

    An energy that a step took below zero stands for its magnitude, as in BOSS, whose derivative does not turn with it.
    """
    import numpy as np

    energy = abs(x[:, 2])
    momentum = np.sqrt(energy**2 - mass * mass)
    p4, jacobian = _along(x, momentum)
    p4[:, 3] = energy
    jacobian[:, :3, 2] = p4[:, :3] * (energy / momentum**2)[:, None]
    jacobian[:, 3, 2] = 1.0
    return p4, jacobian


def _pointed(x: Array, mass: float | Array) -> tuple[Array, Array]:
    """The same of particles given by azimuth, cot(theta), momentum. A momentum below zero is one in the opposite direction, and BOSS takes
    the derivatives of that direction."""
    import numpy as np

    p4, jacobian = _along(x, x[:, 2])
    size = abs(x[:, 2])
    p4[:, 3] = np.sqrt(size**2 + mass * mass)
    jacobian[:, :3, 1] *= np.where(x[:, 2] < 0, -1.0, 1.0)[:, None]
    jacobian[:, :3, 2] = p4[:, :3] / size[:, None]
    jacobian[:, 3, 2] = size / p4[:, 3]
    return p4, jacobian


def _along(x: Array, momentum: Array) -> tuple[Array, Array]:
    """Momenta along azimuth and cot(theta), and their derivatives by these two; the energy is left to the caller."""
    import numpy as np

    phi, slope = x[:, 0], x[:, 1]
    root = np.sqrt(1 + slope * slope)
    cos, sin = np.cos(phi), np.sin(phi)
    pt = momentum / root
    p4 = np.stack([pt * cos, pt * sin, pt * slope, np.zeros(len(x))], axis=1)
    jacobian = np.zeros((len(x), 4, 3))
    jacobian[:, 0, 0], jacobian[:, 1, 0] = -pt * sin, pt * cos
    bend = -pt * slope / root**2
    jacobian[:, 0, 1], jacobian[:, 1, 1], jacobian[:, 2, 1] = bend * cos, bend * sin, pt / root**2
    return p4, jacobian


def _track(x: Array, mass: float | Array) -> tuple[Array, Array]:
    import numpy as np

    energy = np.sqrt(np.sum(x * x, axis=1) + mass * mass)
    jacobian = np.zeros((len(x), 4, 3))
    jacobian[:, range(3), range(3)] = 1.0
    jacobian[:, 3] = x / energy[:, None]
    return np.concatenate([x, energy[:, None]], axis=1), jacobian


_FORMS = {Seen.TRACK: _track, Seen.SHOWER: _shower, Seen.POINTED: _pointed}


def _momenta(particles: list[Measured], moved: Array) -> tuple[list[Array], list[Array], list[Array]]:
    """Per role: four-momenta (N, 4), derivatives by its numbers (N, 4, 3) and the numbers x (N, 3)."""
    found, slopes, values = [], [], []
    for i, particle in enumerate(particles):
        x = particle.values + moved[:, 3 * i : 3 * i + 3]
        p4, jacobian = _FORMS[particle.seen](x, particle.mass)
        found.append(p4)
        slopes.append(jacobian)
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


def _stretched(conditions: list[Condition], particle: Measured) -> list[bool]:
    """Per row: whether the fitter's slope in the particle's cot(theta) is stretched; always so in a condition on a mass."""
    rows: list[bool] = []
    for condition in conditions:
        if isinstance(condition, Momentum):
            across = (0, 1) if particle.seen is Seen.POINTED else condition.stretched
            rows.extend(component in across for component, _ in condition.targets)
        else:
            rows.append(True)
    return rows


def _pull(
    particles: list[Measured], conditions: list[Condition], gradient: Array, slopes: list[Array], values: list[Array]
) -> Array:
    """The directions along which the fitter moves the particles (N, m, 3 roles): the derivatives, but as BOSS 7.0.4 has them.

    For a photon its derivative by cot(theta) is sqrt(1 + cot(theta)^2) times the true one in conditions on a mass and in the
    transverse components of a three-momentum condition (that of the four-momentum is right, unless the photon's momentum is free). The
    solution still fulfils every condition exactly, but is not quite the nearest such point: the chi2 of a mass constraint is some per
    mille to per cent larger.
    """
    import numpy as np

    pull = np.concatenate([gradient[:, :, i] @ slopes[i] for i in range(len(slopes))], axis=2)
    for i, particle in enumerate(particles):
        if particle.seen is not Seen.TRACK:
            rows = np.flatnonzero(_stretched(conditions, particle))
            pull[:, rows, 3 * i + 1] *= np.sqrt(1 + values[i][:, 1] ** 2)[:, None]
    return pull


def _step(particles: list[Measured], conditions: list[Condition], moved: Array) -> tuple[Array, Array]:
    """The point nearest to the measurement that fulfils the conditions linearised at `moved`, and its chi2.

    The forces lambda along the conditions move what is measured by L u, u = (pull L)^T lambda, and must not push what is free, or only as hard
    as it is held.
    """
    import numpy as np

    p4, slopes, values = _momenta(particles, moved)
    value, gradient = _conditions(conditions, p4)
    pull = _pull(particles, conditions, gradient, slopes, values)
    free = np.array([k >= 3 - particle.free for particle in particles for k in range(3)])
    reach = np.concatenate([pull[:, :, 3 * i : 3 * i + 3] @ p.root for i, p in enumerate(particles)], axis=2)[:, :, ~free]
    n, m, count = len(moved), value.shape[1], int(free.sum())
    spread = _spread(conditions)
    system = np.zeros((n, m + count, m + count))
    system[:, :m, :m] = reach @ np.swapaxes(reach, 1, 2) + spread
    system[:, :m, m:] = pull[:, :, free]
    system[:, m:, :m] = np.swapaxes(pull[:, :, free], 1, 2)
    hold = np.array([particle.hold for particle in particles for _ in range(particle.free)])
    system[:, range(m, m + count), range(m, m + count)] = -hold
    wanted = np.einsum("nij,nj->ni", pull, moved) - value
    solution = _solve(system, np.concatenate([wanted, np.zeros((n, count))], axis=1))
    force = solution[:, :m]
    u = np.zeros_like(moved)
    u[:, ~free] = np.einsum("nji,nj->ni", reach, force)
    chi2 = np.sum(u * u, axis=1) + np.einsum("ni,ij,nj->n", force, spread, force) + np.sum(hold * solution[:, m:] ** 2, axis=1)
    there = np.concatenate([np.einsum("nij,nj->ni", p.root, u[:, 3 * i : 3 * i + 3]) for i, p in enumerate(particles)], axis=1)
    there[:, free] = solution[:, m:]
    return there, chi2


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
