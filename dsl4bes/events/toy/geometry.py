"""Where particles go: helices in a field of 1 T and their way to the detector's surfaces.

In: momenta (GeV), points (cm) and charges. Out: helix parameters, points on cylinders and planes, path
lengths. BOSS conventions: helix (drho, phi0, kappa, dz, tanl) with the origin as pivot, kappa = charge /
p_T, field along -z, so that positive particles turn left. Checked against the generated tracks of real
full-simulation events. Nothing is smeared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Radius of curvature in cm = this x p_T in GeV, at 1 T: 1e9 / c[m/s] x 100.
CM_PER_GEV = 333.5640952
#: Surfaces (cm), as the extrapolated positions in real events show them: NIM A 614 (2010) 345 for the
#: detector.
EMC_RADIUS, EMC_END = 94.2, 139.0
TOF1_RADIUS, TOF2_RADIUS, TOF_HALF_LENGTH = 81.4, 87.1, 115.0
ENDCAP_TOF_END, ENDCAP_TOF_INNER, ENDCAP_TOF_OUTER = 133.3, 50.0, 82.0
EMC_INNER = 50.0


def helix_at_origin(point: Floats, momentum: Floats, charge: Floats) -> Floats:
    """Helix parameters (n, 5) of particles at `point` (n, 3) with `momentum` (n, 3); pivot = origin, phi0
    in 0..2 pi."""
    import numpy as np

    px, py, pz = momentum.T
    pt = np.hypot(px, py)
    radius = CM_PER_GEV * pt
    # the centre of the circle lies to the left of a positive particle
    cx = point[:, 0] - charge * radius * py / pt
    cy = point[:, 1] + charge * radius * px / pt
    phi0 = np.arctan2(-charge * cy, -charge * cx)
    drho = charge * (radius - np.hypot(cx, cy))
    kappa = charge / pt
    tanl = pz / pt
    turned = _wrapped(np.arctan2(py, px) - np.pi / 2 - phi0)
    dz = point[:, 2] - CM_PER_GEV / kappa * tanl * turned
    return np.stack([drho, phi0 % (2 * np.pi), kappa, dz, tanl], axis=1)


def path_to(helix: Floats, momentum: Floats) -> Floats:
    """Path (cm, n) along the helix from its closest approach to where it flies along `momentum` (n, 3); may
    be negative."""
    import numpy as np

    turned = _wrapped(np.arctan2(momentum[:, 1], momentum[:, 0]) - np.pi / 2 - helix[:, 1])
    return np.asarray(CM_PER_GEV / helix[:, 2] * turned * np.sqrt(1 + helix[:, 4] ** 2))


def momentum_of(helix: Floats) -> Floats:
    """Momentum (n, 3) at the point of closest approach to the origin."""
    import numpy as np

    pt = 1 / np.abs(helix[:, 2])
    return np.stack([-np.sin(helix[:, 1]), np.cos(helix[:, 1]), helix[:, 4]], axis=1) * pt[:, None]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Points (n, 3), flight directions (n, 3, unit) and path lengths (n) where `reached`; others hold no
    meaning."""

    reached: NDArray[np.bool_]
    point: Floats
    direction: Floats
    path: Floats


def to_cylinder(helix: Floats, radius: float, half_length: float) -> Crossing:
    """First crossing of a cylinder around z, on the way out; not reached if the track curls up or leaves by
    the ends."""
    import numpy as np

    curvature = CM_PER_GEV / helix[:, 2]  # signed radius: positive turns left
    centre = helix[:, 0] - curvature
    # |centre + curvature e^(i turn)|^2 = radius^2
    cosine = (radius**2 - centre**2 - curvature**2) / (2 * centre * curvature)
    reached = np.abs(cosine) < 1
    turn = np.arccos(np.clip(cosine, -1, 1)) * np.sign(curvature)
    # arccos has two solutions, out and back: the smaller turn of the two is the way out
    crossing = _at_turn(helix, turn)
    return Crossing(
        reached & (np.abs(crossing.point[:, 2]) < half_length),
        crossing.point,
        crossing.direction,
        crossing.path,
    )


def to_plane(helix: Floats, distance: float, inner: float, outer: float) -> Crossing:
    """Crossing of the plane z = +-`distance` that the track flies to, within the ring `inner` to `outer`."""
    import numpy as np

    tanl = helix[:, 4]
    plane = np.sign(tanl) * distance
    flat = np.abs(tanl) < 1e-6
    rise = np.where(flat, 1.0, tanl) * CM_PER_GEV / helix[:, 2]
    turn = (plane - helix[:, 3]) / rise
    # more than half a turn: it would have met the barrel or curled many times; not followed
    crossing = _at_turn(helix, np.clip(turn, -np.pi, np.pi))
    forward = (turn * np.sign(helix[:, 2]) > 0) & (np.abs(turn) < np.pi) & ~flat
    rho = np.hypot(crossing.point[:, 0], crossing.point[:, 1])
    reached = forward & (rho > inner) & (rho < outer)
    return Crossing(reached, crossing.point, crossing.direction, crossing.path)


def first_of(first: Crossing, second: Crossing) -> Crossing:
    """`first` where it is reached, else `second`."""
    import numpy as np

    use = first.reached[:, None]
    return Crossing(
        first.reached | second.reached,
        np.where(use, first.point, second.point),
        np.where(use, first.direction, second.direction),
        np.where(first.reached, first.path, second.path),
    )


def to_emc(helix: Floats) -> Crossing:
    """Where tracks enter the calorimeter: barrel, else an end-cap."""
    barrel = to_cylinder(helix, EMC_RADIUS, EMC_END - 1.0)
    return first_of(barrel, to_plane(helix, EMC_END, EMC_INNER, EMC_RADIUS))


def straight_to_emc(point: Floats, direction: Floats) -> Crossing:
    """Where photons made at `point` (n, 3) enter the calorimeter; not reached beyond |cos theta| of about
    0.93."""
    import numpy as np

    across = np.sum(direction[:, :2] ** 2, axis=1)
    along = np.sum(point[:, :2] * direction[:, :2], axis=1)
    inside = np.sum(point[:, :2] ** 2, axis=1) - EMC_RADIUS**2
    safe = np.maximum(across, 1e-12)
    way = (-along + np.sqrt(np.maximum(along**2 - safe * inside, 0.0))) / safe
    barrel = point + way[:, None] * direction
    in_barrel = (inside < 0) & (across > 1e-9) & (np.abs(barrel[:, 2]) < EMC_END - 1.0)
    forward = np.abs(direction[:, 2]) > 1e-6
    flat = np.where(forward, direction[:, 2], 1.0)
    end_way = (np.sign(flat) * EMC_END - point[:, 2]) / flat
    end = point + end_way[:, None] * direction
    rho = np.hypot(end[:, 0], end[:, 1])
    in_end = forward & (end_way > 0) & (rho > EMC_INNER) & (rho < EMC_RADIUS)
    use = in_barrel[:, None]
    return Crossing(
        in_barrel | in_end, np.where(use, barrel, end), direction, np.where(in_barrel, way, end_way)
    )


def _at_turn(helix: Floats, turn: Floats) -> Crossing:
    """The point of a helix after a turn (rad, signed like the charge) from its closest approach."""
    import numpy as np

    drho, phi0, kappa, dz, tanl = helix.T
    curvature = CM_PER_GEV / kappa
    phi = phi0 + turn
    x = drho * np.cos(phi0) + curvature * (np.cos(phi) - np.cos(phi0))
    y = drho * np.sin(phi0) + curvature * (np.sin(phi) - np.sin(phi0))
    z = dz + curvature * tanl * turn
    flight = np.stack([-np.sin(phi), np.cos(phi), tanl], axis=1) / np.sqrt(1 + tanl**2)[:, None]
    path = np.abs(curvature * turn) * np.sqrt(1 + tanl**2)
    return Crossing(np.ones(len(turn), bool), np.stack([x, y, z], axis=1), flight, path)


def _wrapped(angle: Floats) -> Floats:
    """The same angle between -pi and pi."""
    import numpy as np

    return (angle + np.pi) % (2 * np.pi) - np.pi
