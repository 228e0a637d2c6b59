"""Tracks to a common vertex, as whitened least squares with multipliers: many fits of one topology at once.

In: helices (N, k, 5) with covariances, charges from kappa. Out: chi2, vertex, four-momenta at the vertex and the covariances.
The unknowns are u (five unit normal numbers per track, helix = measured + L u) and the vertex v; the conditions say that the exact
helix of every track passes through v. As in BOSS the momentum and the position at the closest approach depend linearly on the helix
errors. Each step solves the full system of derivatives and multipliers; nothing is eliminated, no gain matrix is formed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsl4bes.semantics.geometry import TURN, inverses, square_root, states

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_STEPS = 50
_SMALL = 1e-9
_NEAR = 0.005  #: sigma of the measurements by which the iteration may stop away from the minimum
_NEAR_VERTEX = 0.005  #: the same of the vertex, cm: in nearly parallel tracks it slides along them, and covariances with it
_MARGIN = 30.0  #: where chi2 changes less than so many tolerances, the fitters of BOSS, on another way, may stop already


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
    settled: NDArray[np.bool_]  #: (N,) the iteration of the settings ends at the minimum, within `_NEAR` sigma and `_NEAR_VERTEX` cm
    early: VertexResult | None = None  #: the same where that iteration may end at the earliest, NaN where it does not


def fit_vertex(
    helix: Array, covariance: Array, mass: Array, error: float, iterations: int = 10, tolerance: float = 1e-3
) -> VertexResult:
    """Fit N combinations of k tracks; `mass` (k,) or (N, k) in GeV, `error` (cm) of the start point in x, y and z.

    The start point is the mean closest approach to the origin, and a measurement with that error, as in BOSS. The iteration goes on
    to the minimum; `settled` says whether one that stops when chi2 changes by less than `tolerance` stops there too.
    """
    import numpy as np

    n, k = helix.shape[:2]
    state0, jacobian = states(helix)
    whiten = jacobian @ square_root(covariance)  # (N, k, 6, 5): d(state)/du
    turn = TURN * np.sign(helix[..., 2])
    start = state0[..., 3:].mean(axis=1)
    u, vertex = np.zeros((n, k, 5)), start.copy()
    active, stopped, chi2 = np.ones(n, bool), np.zeros(n, bool), np.full(n, np.inf)
    at_stop, vertex_at_stop = np.full_like(u, np.inf), np.full_like(vertex, np.inf)
    last = np.full_like(u, np.nan), np.full((n, 3), np.nan), np.full((n, 5 * k + 3, 5 * k + 3), np.nan)
    early, caught = (last[0].copy(), last[1].copy(), last[2].copy()), np.zeros(n, bool)
    with np.errstate(all="ignore"):
        for number in range(_STEPS):
            rows = np.flatnonzero(active)
            if not rows.size:
                break
            new_u, new_v, spread = _step(
                state0[rows], whiten[rows], turn[rows], u[rows], vertex[rows], start[rows], error
            )
            change = np.maximum(abs(new_u - u[rows]).max(axis=(1, 2)), abs(new_v - vertex[rows]).max(axis=1))
            last[0][rows], last[1][rows] = u[rows], vertex[rows]
            u[rows], vertex[rows] = new_u, new_v
            before, chi2[rows] = chi2[rows], np.sum(new_u * new_u, axis=(1, 2))
            stop = rows[~stopped[rows] & (abs(chi2[rows] - before) < tolerance)]
            if number < iterations:
                at_stop[stop], vertex_at_stop[stop], stopped[stop] = u[stop], vertex[stop], True
            near = ~caught[rows] & (abs(chi2[rows] - before) < _MARGIN * tolerance)
            for part, previous, now in zip(early, last, (new_u, new_v, spread)):
                ends = (stopped[rows] & near).reshape(-1, *[1] * (now.ndim - 1))
                part[rows[near]] = np.where(ends, previous[rows], now)[near]
            caught[rows] |= near
            last[2][rows] = spread
            active[rows] = ~(change < _SMALL) & np.isfinite(change)
        settled = np.sum((at_stop - u) ** 2, axis=(1, 2)) < _NEAR**2
        settled &= np.sum((vertex_at_stop - vertex) ** 2, axis=1) < _NEAR_VERTEX**2
        _, _, spread = _step(state0, whiten, turn, u, vertex, start, error)
        chi2 = np.sum(u * u, axis=(1, 2)) + np.sum((vertex - start) ** 2, axis=1) / error**2
        found = _result(state0, whiten, turn, mass, u, vertex, spread, chi2, settled)
        return replace(found, early=_result(state0, whiten, turn, mass, *early, chi2, settled))


def _step(
    state0: Array, whiten: Array, turn: Array, u: Array, vertex: Array, start: Array, error: float
) -> tuple[Array, Array, Array]:
    """One step of the linearised problem: new u, new vertex and the covariance of (u, v), shape (N, 5k+3, 5k+3)."""
    import numpy as np

    n, k = u.shape[:2]
    state = state0 + np.einsum("nkij,nkj->nki", whiten, u)
    value, by_state, by_vertex = _conditions(state, vertex, turn)
    size, total = 5 * k + 3, 7 * k + 3
    system, right = np.zeros((n, total, total)), np.zeros((n, total))
    system[:, range(5 * k), range(5 * k)] = 1.0
    system[:, range(5 * k, size), range(5 * k, size)] = 1.0 / error**2
    by_u = by_state @ whiten  # (N, k, 2, 5)
    for t in range(k):
        row, column = slice(size + 2 * t, size + 2 * t + 2), slice(5 * t, 5 * t + 5)
        system[:, row, column] = by_u[:, t]
        system[:, column, row] = np.swapaxes(by_u[:, t], 1, 2)
        system[:, row, 5 * k : size] = by_vertex[:, t]
        system[:, 5 * k : size, row] = np.swapaxes(by_vertex[:, t], 1, 2)
        right[:, row] = (
            np.einsum("nij,nj->ni", by_u[:, t], u[:, t])
            + np.einsum("nij,nj->ni", by_vertex[:, t], vertex)
            - value[:, t]
        )
    right[:, 5 * k : size] = start / error**2
    inverse = inverses(system)
    solution = np.einsum("nij,nj->ni", inverse, right)
    return solution[:, : 5 * k].reshape(n, k, 5), solution[:, 5 * k : size], inverse[:, :size, :size]


def _conditions(state: Array, vertex: Array, turn: Array) -> tuple[Array, Array, Array]:
    """Whether the helix through `state` meets `vertex`: values (N, k, 2), derivatives by state (…, 2, 6) and by vertex (…, 2, 3).

    First: the vertex lies on the circle. Second: z after the angle turned from the closest approach to the vertex.
    """
    import numpy as np

    px, py, pz = state[..., 0], state[..., 1], state[..., 2]
    dx, dy, dz = np.moveaxis(vertex[:, None, :] - state[..., 3:], -1, 0)
    pt2 = px * px + py * py
    cross, dot = turn * (px * dx + py * dy), pt2 + turn * (py * dx - px * dy)
    angle = np.arctan2(cross, dot)
    value = np.stack([px * dy - py * dx - 0.5 * turn * (dx * dx + dy * dy), dz - pz * angle / turn], axis=-1)
    by_state, by_vertex = np.zeros((*px.shape, 2, 6)), np.zeros((*px.shape, 2, 3))
    by_state[..., 0, 0], by_state[..., 0, 1] = dy, -dx
    by_vertex[..., 0, 0], by_vertex[..., 0, 1] = -py - turn * dx, px - turn * dy
    norm = cross * cross + dot * dot
    scale_cross, scale_dot = -pz / turn * dot / norm, pz / turn * cross / norm
    by_state[..., 1, 0] = scale_cross * turn * dx + scale_dot * (2 * px - turn * dy)
    by_state[..., 1, 1] = scale_cross * turn * dy + scale_dot * (2 * py + turn * dx)
    by_state[..., 1, 2] = -angle / turn
    by_vertex[..., 1, 0] = scale_cross * turn * px + scale_dot * turn * py
    by_vertex[..., 1, 1] = scale_cross * turn * py - scale_dot * turn * px
    by_vertex[..., 1, 2] = 1.0
    by_state[..., 3:] = -by_vertex
    return value, by_state, by_vertex


def _result(
    state0: Array, whiten: Array, turn: Array, mass: Array, u: Array, vertex: Array, spread: Array, chi2: Array,
    settled: NDArray[np.bool_],
) -> VertexResult:  # fmt: skip
    """Momenta carried along the helix to the vertex, and the covariances from that of (u, v)."""
    import numpy as np

    n, k = u.shape[:2]
    state = state0 + np.einsum("nkij,nkj->nki", whiten, u)
    p = state[..., :3].copy()
    p[..., 0] += turn * (state[..., 4] - vertex[:, None, 1])
    p[..., 1] -= turn * (state[..., 3] - vertex[:, None, 0])
    energy = np.sqrt(np.sum(p * p, axis=-1) + np.asarray(mass) ** 2)
    covariance = np.empty((n, k, 3, 3))
    whole = np.zeros((n, 6, 5 * k + 3))  # derivatives of the momentum sum and the vertex by (u, v)
    whole[:, range(3, 6), range(5 * k, 5 * k + 3)] = 1.0
    for t in range(k):
        by_state, by_all = np.zeros((n, 3, 6)), np.zeros((n, 3, 5 * k + 3))
        by_state[:, range(3), range(3)] = 1.0
        by_state[:, 0, 4], by_state[:, 1, 3] = turn[:, t], -turn[:, t]
        by_all[:, :, 5 * t : 5 * t + 5] = by_state @ whiten[:, t]
        by_all[:, 0, 5 * k + 1], by_all[:, 1, 5 * k] = -turn[:, t], turn[:, t]
        whole[:, :3] += by_all
        covariance[:, t] = by_all @ spread @ np.swapaxes(by_all, 1, 2)
    p4 = np.concatenate([p, energy[..., None]], axis=-1)
    total = whole @ spread @ np.swapaxes(whole, 1, 2)
    before = np.sqrt(np.sum(state0[..., :3] ** 2, axis=-1) + np.asarray(mass) ** 2).sum(axis=1)
    return VertexResult(
        chi2, vertex, spread[:, 5 * k :, 5 * k :], p4, covariance, total, before, settled
    )
