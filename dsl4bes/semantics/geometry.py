"""Helices and four-momenta as arrays: the only place that knows the conventions of the track parameters.

In: arrays of helices (drho, phi0, kappa, dz, tanl) with pivot (0, 0, 0), shower positions, masses. Out: four-momenta
(px, py, pz, E), the 6 numbers (px, py, pz, x, y, z) at the closest approach with their derivatives, and helices moved to another
pivot. Units GeV, cm, rad. Event structure, lists and cuts are unknown here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: The field along z in tesla: BESIII's solenoid points to -z; the reference helices moved by BOSS fix the sign.
FIELD = -1.0

#: Momentum per radius, GeV/(cm T): the speed of light in these units.
_LIGHT = 0.00299792458

#: Radius of curvature times kappa, cm GeV.
ALPHA = 1.0 / (_LIGHT * FIELD)

#: d(px)/dy of a positive track on its way through the field, GeV/cm: px = px0 - TURN * charge * (y - y0).
TURN = -_LIGHT * FIELD


def momenta(helix: Array, mass: float | Array) -> Array:
    """Four-momenta (..., 4) at the closest approach of helices (..., 5); a helix without curvature gives NaN."""
    import numpy as np

    kappa = np.abs(helix[..., 2])
    with np.errstate(divide="ignore", invalid="ignore"):
        pt = np.where(kappa > 0, 1.0 / kappa, np.nan)
    phi0, slope = helix[..., 1], helix[..., 4]
    p = np.stack([-pt * np.sin(phi0), pt * np.cos(phi0), pt * slope], axis=-1)
    energy = np.sqrt(np.sum(p * p, axis=-1) + np.asarray(mass) ** 2)
    return np.concatenate([p, energy[..., None]], axis=-1)


def moved(helix: Array, point: Array) -> Array:
    """The helices (..., 5) with the pivot moved from the origin to `point` (..., 3): first and fourth number are Vr (signed) and Vz.

    The circle's centre is fixed; the new closest approach lies on the line from the centre through the point.
    """
    import numpy as np

    drho, phi0, kappa, dz, slope = np.moveaxis(helix, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = ALPHA / kappa
        to_centre_x = (drho + radius) * np.cos(phi0) - point[..., 0]
        to_centre_y = (drho + radius) * np.sin(phi0) - point[..., 1]
        side = np.sign(radius)
        phi = np.arctan2(side * to_centre_y, side * to_centre_x)
        turned = (phi - phi0 + np.pi) % (2 * np.pi) - np.pi
        new_drho = side * np.hypot(to_centre_x, to_centre_y) - radius
        new_dz = dz - point[..., 2] - radius * slope * turned
    return np.stack([new_drho, phi % (2 * np.pi), kappa, new_dz, slope], axis=-1)


def states(helix: Array) -> tuple[Array, Array]:
    """(px, py, pz, x, y, z) at the closest approach to the origin, shape (..., 6), and its derivatives (..., 6, 5)."""
    import numpy as np

    drho, phi0, kappa, dz, slope = np.moveaxis(helix, -1, 0)
    sin, cos = np.sin(phi0), np.cos(phi0)
    pt = 1.0 / np.abs(kappa)
    state = np.stack([-pt * sin, pt * cos, pt * slope, drho * cos, drho * sin, dz], axis=-1)
    jacobian = np.zeros((*helix.shape[:-1], 6, 5))
    d_pt = -pt / kappa  # d(pt)/d(kappa)
    jacobian[..., 0, 1], jacobian[..., 0, 2] = -pt * cos, -d_pt * sin
    jacobian[..., 1, 1], jacobian[..., 1, 2] = -pt * sin, d_pt * cos
    jacobian[..., 2, 2], jacobian[..., 2, 4] = d_pt * slope, pt
    jacobian[..., 3, 0], jacobian[..., 3, 1] = cos, -drho * sin
    jacobian[..., 4, 0], jacobian[..., 4, 1] = sin, drho * cos
    jacobian[..., 5, 3] = 1.0
    return state, jacobian


def square_root(covariance: Array) -> Array:
    """A factor L with L L^T = covariance, shape (..., n, n); what is not positive is taken as exactly known."""
    import numpy as np

    values, vectors = np.linalg.eigh(0.5 * (covariance + np.swapaxes(covariance, -1, -2)))
    return vectors * np.sqrt(np.clip(values, 0.0, None))[..., None, :]


def inverses(system: Array) -> Array:
    """Inverses of (N, m, m); a singular member becomes NaN without spoiling the others."""
    import numpy as np

    try:
        return np.asarray(np.linalg.inv(system))
    except np.linalg.LinAlgError:
        out = np.full_like(system, np.nan)
        for i, member in enumerate(system):
            try:
                out[i] = np.linalg.inv(member)
            except np.linalg.LinAlgError:
                continue  # stays NaN: the fit has no solution and its chi2 says so
        return out


def directions(position: Array) -> Array:
    """Unit vectors from the origin to positions (..., 3); the origin itself gives NaN."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return position / np.linalg.norm(position, axis=-1, keepdims=True)
