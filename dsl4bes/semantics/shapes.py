"""The shape of an event: thrust, sphericity, aplanarity and Fox-Wolfram moments of a set of momenta.

In: four-momenta (px, py, pz, E) in the frame in which the shape is wanted. Out: numbers, the thrust's axis as (x, y, z); absent (NaN) without
momenta, or if one of them is absent. Written from the definitions in `ir.functions`; which particles enter is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING

from dsl4bes.semantics.detector import P4

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: Momenta among which the thrust's axis is searched for exactly; the largest ones of a busier event.
LEADING = 100

Direction = tuple[float, float, float]


def _vectors(momenta: Sequence[P4]) -> Array | None:
    """Momenta (n, 3) that are not zero; None if there is none or one is absent."""
    import numpy as np

    p = np.array([v[:3] for v in momenta], float).reshape(-1, 3)
    if np.isnan(p).any():
        return None
    p = p[np.any(p != 0, axis=1)]
    return p if len(p) else None


def thrust(momenta: Sequence[P4]) -> float:
    """Largest sum of |p.n| over the sum of |p|."""
    import numpy as np

    p = _vectors(momenta)
    if p is None:
        return nan
    return float(np.linalg.norm(_longest(p)) / np.linalg.norm(p, axis=1).sum())


def thrust_axis(momenta: Sequence[P4]) -> Direction:
    """The direction of the thrust, z not negative."""
    import numpy as np

    p = _vectors(momenta)
    if p is None:
        return (nan, nan, nan)
    found = _longest(p)
    found = found / np.linalg.norm(found) * (-1.0 if found[2] < 0 else 1.0)
    return (float(found[0]), float(found[1]), float(found[2]))


def _longest(p: Array) -> Array:
    """The longest sum of +p or -p: its signs are the sides of a plane, its direction is the axis."""
    import numpy as np

    leading = p[np.argsort(-np.linalg.norm(p, axis=1), kind="stable")[:LEADING]]
    best = max((_around(leading, number) for number in range(len(leading))), key=lambda v: float(v @ v))
    if len(leading) == len(p):
        return best
    while True:
        joined = np.where(p @ best > 0, 1.0, -1.0) @ p
        if joined @ joined <= best @ best * (1 + 1e-12):
            return best
        best = joined


def _around(p: Array, number: int) -> Array:
    """The longest of the sums for planes through momentum `number`: the plane is turned once around it, in steps between two momenta."""
    import numpy as np

    pivot = p[number]
    others = np.delete(p, number, axis=0)
    if not len(others):
        return pivot
    z = pivot / np.linalg.norm(pivot)
    x = np.eye(3)[np.argmin(np.abs(z))]
    x = x - (x @ z) * z
    x /= np.linalg.norm(x)
    flat = others @ np.stack([x, _cross(z, x)], axis=1)
    passing = np.sort((np.arctan2(flat[:, 1], flat[:, 0]) + np.pi / 2) % np.pi)
    between = (passing + np.append(passing[1:], passing[0] + np.pi)) / 2
    sides = np.where(flat @ np.stack([np.cos(between), np.sin(between)]) > 0, 1.0, -1.0)
    inside = np.linalg.norm(_cross(others, z), axis=1) <= 1e-10 * np.linalg.norm(others, axis=1)
    sides[inside] = 0.0
    turned = sides.T @ others
    line = pivot + np.where(others[inside] @ z > 0, 1.0, -1.0) @ others[inside]
    sums = np.concatenate([turned + line, turned - line])
    return sums[np.argmax(np.sum(sums * sums, axis=1))]


def _cross(a: Array, b: Array) -> Array:
    """a x b for rows of three numbers, to the bit that of `numpy.cross`, whose handling of axes takes four times as long as the thrust needs."""
    import numpy as np

    ax, ay, az = a.T
    bx, by, bz = b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def _eigenvalues(momenta: Sequence[P4]) -> Array | None:
    """Of the momentum tensor with trace 1, rising."""
    import numpy as np

    p = _vectors(momenta)
    if p is None:
        return None
    tensor = p.T @ p
    return np.linalg.eigvalsh(tensor / np.trace(tensor))


def sphericity(momenta: Sequence[P4]) -> float:
    """3/2 of the two smaller eigenvalues together."""
    values = _eigenvalues(momenta)
    return nan if values is None else float(1.5 * (values[0] + values[1]))


def aplanarity(momenta: Sequence[P4]) -> float:
    """3/2 of the smallest eigenvalue."""
    values = _eigenvalues(momenta)
    return nan if values is None else float(1.5 * values[0])


def fox_wolfram(momenta: Sequence[P4], number: float) -> float:
    """H_l / H_0 with momenta as weights."""
    import numpy as np
    from numpy.polynomial import legendre

    p = _vectors(momenta)
    if p is None:
        return nan
    size = np.linalg.norm(p, axis=1)
    cosine = np.clip((p @ p.T) / np.outer(size, size), -1.0, 1.0)
    polynomial = legendre.legval(cosine, np.eye(int(number) + 1)[int(number)])
    return float(size @ polynomial @ size / size.sum() ** 2)
