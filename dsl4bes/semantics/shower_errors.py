"""Energy errors of photons that follow the fitted energy, for fits with `photon_errors :dynamic`.

In: measured showers with their errors, fitted four-momenta. Out: L with L L^T = the covariance for the next step of a fit.
The numbers are those of BOSS 7.0.4's `setDynamicerror`: a logarithmic normal shape whose width, tail and mean depend on the energy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_TAIL = (0.1476, -0.6694, 0.8026, -0.7931)  # polynomials in the energy (GeV), highest power first
_MEAN = (0.1476, -0.6356, 0.7759, -0.7984)
_FAR = 15.0  # deviation where the logarithm ends


def energy_error(measured: Array, energy: Array) -> Array:
    """The error (GeV) of showers of `measured` energy if the true one is `energy`; the sign has no meaning."""
    import numpy as np

    tail, mean = np.polyval(_TAIL, energy), np.polyval(_MEAN, energy)
    width = 0.0001788 * energy + 0.01861 + 0.002496 / np.sqrt(energy)
    half = tail * np.sqrt(2 * np.log(2))
    steep = np.sinh(half) / half * tail
    off = measured - energy
    argument = 1 + steep * off / (energy * width)
    pull = np.where(argument < 1e-7, _FAR, np.log(np.maximum(argument, 1e-7)) / tail)
    near = abs(steep * off / width) <= 1e-3
    return np.asarray(np.where(near, width / steep, off / (pull - mean)))


def polar_root(root: Array, measured: Array, p4: Array) -> Array:
    """L of azimuth, cot(theta) and energy: the angles keep their errors."""
    found = root.copy()
    found[:, 2, 2] = energy_error(measured, p4[:, 3])
    return found


def cartesian_root(dphi: Array, dtheta: Array, measured: Array, p4: Array) -> Array:
    """L of px, py, pz of photons flying as `p4` (N, 4) does."""
    import numpy as np

    x, y, z = p4[:, 0], p4[:, 1], p4[:, 2]
    across, size = np.hypot(x, y), np.sqrt(x * x + y * y + z * z)
    found = np.zeros((len(p4), 3, 3))
    found[:, 0, 0], found[:, 1, 0] = -y * dphi, x * dphi
    found[:, 0, 1], found[:, 1, 1], found[:, 2, 1] = x * z / across * dtheta, y * z / across * dtheta, -across * dtheta
    found[:, :, 2] = p4[:, :3] * (energy_error(measured, p4[:, 3]) / size)[:, None]
    return found
