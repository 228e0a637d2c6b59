"""Tracks to a common vertex, as whitened least squares with multipliers: many fits of one topology at once.

In: helices (N, k, 5) with covariances, charges from kappa. Out: chi2, vertex, four-momenta at the vertex and the covariances.
The unknowns are u (five unit normal numbers per track, helix = measured + L u) and the vertex v; the conditions say that the exact
helix of every track passes through v. As in BOSS the momentum and the position at the closest approach depend linearly on the helix
errors. Each step solves the full system of derivatives and multipliers; nothing is eliminated, no gain matrix is formed. Where the
iteration stops is part of what a program means (SEMANTICS rule 14): the conditions are made linear where BOSS makes them linear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.semantics.geometry import TURN, inverses, square_root, states

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: How near the sine of the angle turned on the way to the vertex may come to 1, a number of BOSS.
_SINE_MARGIN = 1e-4

#: Error of a vertex (cm) above which its tracks do not say where it is: they are as good as one track, and rounding decides.
_UNDETERMINED = 1000.0


@dataclass(frozen=True, slots=True)
class VertexResult:
    """N fits of k tracks: `chi2` (N,) is NaN where no solution was found; momenta at the vertex, GeV; vertex in cm."""

    chi2: Array
    vertex: Array  #: (N, 3)
    vertex_covariance: Array  #: (N, 3, 3)
    p4: Array  #: (N, k, 4)
    covariance: Array  #: (N, k, 3, 3) of the momenta
    total_covariance: Array  #: (N, 6, 6) of the momentum sum and the vertex
    energy_before: Array  #: (N,) sum of the energies as measured
    determined: NDArray[np.bool_]  #: (N,) the tracks say where the vertex is


def fit_vertex(
    helix: Array, covariance: Array, mass: Array, error: float, iterations: int = 10, tolerance: float = 1e-3
) -> VertexResult:
    """Fit N combinations of k tracks; `mass` (k,) or (N, k) in GeV, `error` (cm) of the start point in x, y and z.

    The start point is the mean closest approach to the origin, and a measurement with that error, as in BOSS. At most `iterations`
    steps, until chi2 changes by less than `tolerance` from one to the next; covariances are those of the last step.
    """
    import numpy as np

    state0, jacobian = states(helix)
    whiten = jacobian @ square_root(covariance)  # (N, k, 6, 5): d(state)/du
    return fit_states(state0, whiten, TURN * np.sign(helix[..., 2]), mass, error, iterations, tolerance)


def fit_states(
    state0: Array, whiten: Array, turn: Array, mass: Array, error: float, iterations: int = 10, tolerance: float = 1e-3
) -> VertexResult:
    """The same for particles given by momentum and point: `state0` (N, k, 6), `whiten` (N, k, 6, d) with L L^T = covariance, `turn` (N, k)
    the field's pull, 0 of a neutral particle, which flies straight."""
    import numpy as np

    n, k = state0.shape[:2]
    d = whiten.shape[-1]
    start = state0[..., 3:].mean(axis=1)
    u, vertex, spread = np.zeros((n, k, d)), start.copy(), np.full((n, d * k + 3, d * k + 3), np.nan)
    active, chi2 = np.ones(n, bool), np.full(n, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(max(iterations, 1)):
            rows = np.flatnonzero(active)
            if not rows.size:
                break
            u[rows], vertex[rows], spread[rows] = _step(
                state0[rows], whiten[rows], turn[rows], u[rows], vertex[rows], start[rows], error
            )
            before = chi2[rows]
            chi2[rows] = np.sum(u[rows] ** 2, axis=(1, 2)) + np.sum((vertex[rows] - start[rows]) ** 2, axis=1) / error**2
            active[rows] = ~(abs(chi2[rows] - before) < tolerance)
        return _result(state0, whiten, turn, mass, u, vertex, spread, chi2)


def _step(
    state0: Array, whiten: Array, turn: Array, u: Array, vertex: Array, start: Array, error: float
) -> tuple[Array, Array, Array]:
    """One step of the linearised problem: new u, new vertex and the covariance of (u, v), shape (N, dk+3, dk+3)."""
    import numpy as np

    n, k, d = u.shape
    state = state0 + np.einsum("nkij,nkj->nki", whiten, u)
    value, by_state, by_vertex = _conditions(state, vertex, turn)
    size, total = d * k + 3, (d + 2) * k + 3
    system, right = np.zeros((n, total, total)), np.zeros((n, total))
    system[:, range(d * k), range(d * k)] = 1.0
    system[:, range(d * k, size), range(d * k, size)] = 1.0 / error**2
    by_u = by_state @ whiten  # (N, k, 2, d)
    for t in range(k):
        row, column = slice(size + 2 * t, size + 2 * t + 2), slice(d * t, d * t + d)
        system[:, row, column] = by_u[:, t]
        system[:, column, row] = np.swapaxes(by_u[:, t], 1, 2)
        system[:, row, d * k : size] = by_vertex[:, t]
        system[:, d * k : size, row] = np.swapaxes(by_vertex[:, t], 1, 2)
        right[:, row] = (
            np.einsum("nij,nj->ni", by_u[:, t], u[:, t])
            + np.einsum("nij,nj->ni", by_vertex[:, t], vertex)
            - value[:, t]
        )
    right[:, d * k : size] = start / error**2
    inverse = inverses(system)
    solution = np.einsum("nij,nj->ni", inverse, right)
    return solution[:, : d * k].reshape(n, k, d), solution[:, d * k : size], inverse[:, :size, :size]


def _conditions(state: Array, vertex: Array, turn: Array) -> tuple[Array, Array, Array]:
    """Whether the way through `state` meets `vertex`: values (N, k, 2), derivatives by state (…, 2, 6) and by vertex (…, 2, 3).

    A helix: the vertex lies on the circle; z after the angle turned from the closest approach to the vertex, taken from its sine. A line: the
    slopes of x and y against z.
    """
    import numpy as np

    straight = turn == 0
    turn = np.where(straight, 1.0, turn)

    px, py, pz = state[..., 0], state[..., 1], state[..., 2]
    dx, dy, dz = np.moveaxis(vertex[:, None, :] - state[..., 3:], -1, 0)
    pt2 = px * px + py * py
    along = (px * dx + py * dy) / pt2
    sine = np.clip(turn * along, _SINE_MARGIN - 1, 1 - _SINE_MARGIN)
    angle, rise = np.arcsin(sine), pz / (pt2 * np.sqrt(1 - sine * sine))
    value = np.stack([px * dy - py * dx - 0.5 * turn * (dx * dx + dy * dy), dz - pz * angle / turn], axis=-1)
    by_state, by_vertex = np.zeros((*px.shape, 2, 6)), np.zeros((*px.shape, 2, 3))
    by_state[..., 0, 0], by_state[..., 0, 1] = dy, -dx
    by_vertex[..., 0, 0], by_vertex[..., 0, 1] = -py - turn * dx, px - turn * dy
    by_state[..., 1, 0], by_state[..., 1, 1] = -rise * (dx - 2 * px * along), -rise * (dy - 2 * py * along)
    by_state[..., 1, 2] = -angle / turn
    by_vertex[..., 1, 0], by_vertex[..., 1, 1], by_vertex[..., 1, 2] = -rise * px, -rise * py, 1.0
    if straight.any():
        px, py, pz, dx, dy, dz = (each[straight] for each in (px, py, pz, dx, dy, dz))
        none = np.zeros_like(px)
        value[straight] = np.stack([pz * dx - px * dz, pz * dy - py * dz], axis=-1)
        by_state[straight, :, :3] = np.stack(
            [np.stack([-dz, none, dx], axis=-1), np.stack([none, -dz, dy], axis=-1)], axis=-2
        )
        by_vertex[straight] = np.stack([np.stack([pz, none, -px], axis=-1), np.stack([none, pz, -py], axis=-1)], axis=-2)
    by_state[..., 3:] = -by_vertex
    return value, by_state, by_vertex


def _result(
    state0: Array, whiten: Array, turn: Array, mass: Array, u: Array, vertex: Array, spread: Array, chi2: Array
) -> VertexResult:  # fmt: skip
    """Momenta carried along the helix to the vertex, and the covariances from that of (u, v)."""
    import numpy as np

    n, k, d = u.shape
    state = state0 + np.einsum("nkij,nkj->nki", whiten, u)
    p = state[..., :3].copy()
    p[..., 0] += turn * (state[..., 4] - vertex[:, None, 1])
    p[..., 1] -= turn * (state[..., 3] - vertex[:, None, 0])
    energy = np.sqrt(np.sum(p * p, axis=-1) + np.asarray(mass) ** 2)
    covariance = np.empty((n, k, 3, 3))
    whole = np.zeros((n, 6, d * k + 3))  # derivatives of the momentum sum and the vertex by (u, v)
    whole[:, range(3, 6), range(d * k, d * k + 3)] = 1.0
    for t in range(k):
        by_state, by_all = np.zeros((n, 3, 6)), np.zeros((n, 3, d * k + 3))
        by_state[:, range(3), range(3)] = 1.0
        by_state[:, 0, 4], by_state[:, 1, 3] = turn[:, t], -turn[:, t]
        by_all[:, :, d * t : d * t + d] = by_state @ whiten[:, t]
        by_all[:, 0, d * k + 1], by_all[:, 1, d * k] = -turn[:, t], turn[:, t]
        whole[:, :3] += by_all
        covariance[:, t] = by_all @ spread @ np.swapaxes(by_all, 1, 2)
    p4 = np.concatenate([p, energy[..., None]], axis=-1)
    total = whole @ spread @ np.swapaxes(whole, 1, 2)
    before = np.sqrt(np.sum(state0[..., :3] ** 2, axis=-1) + np.asarray(mass) ** 2).sum(axis=1)
    around = spread[:, d * k :, d * k :]
    determined = np.trace(around, axis1=1, axis2=2) < _UNDETERMINED**2  # false for NaN
    return VertexResult(chi2, vertex, around, p4, covariance, total, before, determined)
