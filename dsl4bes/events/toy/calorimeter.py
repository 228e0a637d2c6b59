"""What the calorimeter measures: photons, charged particles, split-offs and noise.

In: generated photons, found tracks and where they enter. Out: `Showers`, all of them, with the track each
belongs to. Photon energy and position are smeared with exactly the errors that are reported. Photons are
given as seen from the origin, as in BOSS. No conversion, no leakage tail, no K_L and no neutron.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.events.toy.generate import Truth
from dsl4bes.events.toy.geometry import (
    EMC_END,
    Crossing,
    momentum_of,
    straight_to_emc,
    to_emc,
)
from dsl4bes.events.toy.options import ToyOptions
from dsl4bes.events.toy.phasespace import directions
from dsl4bes.events.toy.tracking import HYPOTHESIS_MASSES, Tracks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Rng = np.random.Generator

#: sigma(E)/E at 1 GeV: 2.5 % in the barrel, 5 % in the end-caps (NIM A 614 (2010) 345), as a statistical
#: part / sqrt(E) and a constant one in quadrature.
_STOCHASTIC, _CONSTANT, _ENDCAP_FACTOR = 0.020, 0.015, 2.0
#: Position: 0.6 cm / sqrt(E) (same source) gives 6 mrad at 94 cm; polar angles are reported better, as in
#: real files.
_THETA, _THETA_FLOOR, _PHI, _PHI_FLOOR = 0.0036, 0.0022, 0.0056, 0.0023
#: Depth of a shower in the crystals is known to about this (cm); it only enters the position matrix.
_DEPTH = 1.0
#: Clusters below this energy (GeV) are not made; small ones are lost.
_LEAST_ENERGY, _TURN_ON, _PLATEAU = 0.015, 0.010, 0.98
#: Between barrel and end-cap (|cos| of the entry point) most photons are lost.
_GAP, _GAP_FOUND = (0.835, 0.855), 0.3
#: Showers of a collision come at 6.5 +- 1.2 ticks of 50 ns; noise at any of 60 ticks.
_TIME, _TIME_WIDTH, _LATEST = 6.5, 1.2, 60
#: Energy (GeV) of a minimum-ionising particle in 28 cm of CsI, and the share of hadrons that do not interact.
_MIP, _MIP_WIDTH, _NO_INTERACTION = 0.165, 0.018, 0.5
_NO_SHOWER = 0.05
#: An antiproton that stops annihilates; so much of 2 m_p is seen at most.
_ANNIHILATION = 1.2


@dataclass(frozen=True, slots=True)
class Showers:
    """Showers of all events: `energy` (GeV), `position` (n, 3; cm), errors, `time` (ticks), `track` (in
    Tracks, -1 = none), `photon` (row of the truth, -1 = not a generated photon)."""

    event: Ints
    energy: Floats
    energy_error: Floats
    position: Floats
    theta_error: Floats
    phi_error: Floats
    time: Floats
    track: Ints
    photon: Ints

    def __len__(self) -> int:
        return len(self.event)

    def select(self, rows: Any) -> Showers:
        names = self.__slots__
        return Showers(*(getattr(self, name)[rows] for name in names))


def measure(rng: Rng, truth: Truth, tracks: Tracks, options: ToyOptions) -> tuple[Showers, Crossing]:
    """All showers, sorted by event and falling energy, and where each track enters the calorimeter."""
    import numpy as np

    entry = to_emc(tracks.best())
    parts = [
        _photons(rng, truth, options),
        _charged(rng, truth, tracks, entry),
        _split_offs(rng, tracks, entry, options),
        _anywhere(rng, truth.n_events, options.noise_showers, late=True),
        _anywhere(rng, truth.n_events, options.extra_photons, late=False),
    ]
    joined = Showers(*(np.concatenate([getattr(p, name) for p in parts]) for name in Showers.__slots__))
    joined = joined.select(joined.energy > _LEAST_ENERGY)
    return joined.select(np.lexsort((-joined.energy, joined.event))), entry


def resolution(energy: Floats, endcap: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Errors of energy (GeV), polar angle and azimuth (rad) of showers of a true energy."""
    import numpy as np

    root = np.sqrt(np.maximum(energy, 1e-6))
    relative = np.hypot(_STOCHASTIC / root, _CONSTANT) * np.where(endcap, _ENDCAP_FACTOR, 1.0)
    return relative * energy, np.hypot(_THETA / root, _THETA_FLOOR), np.hypot(_PHI / root, _PHI_FLOOR)


def in_endcap(position: Floats) -> NDArray[np.bool_]:
    import numpy as np

    return np.asarray(np.abs(position[:, 2]) > EMC_END - 1.5)


def _shower(
    rng: Rng, event: Ints, energy: Floats, point: Floats, time: Floats, track: Ints, photon: Ints, exact: bool
) -> Showers:
    """Showers around true energies and entry points; `exact`: the energy is as measured already."""
    import numpy as np

    count = len(event)
    energy_error, theta_error, phi_error = resolution(energy, in_endcap(point))
    seen = energy if exact else energy + energy_error * rng.standard_normal(count)
    radius = np.linalg.norm(point, axis=1)
    theta = np.arccos(point[:, 2] / radius) + theta_error * rng.standard_normal(count)
    phi = np.arctan2(point[:, 1], point[:, 0]) + phi_error * rng.standard_normal(count)
    position = radius[:, None] * np.stack(
        [np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=1
    )
    return Showers(event, seen, energy_error, position, theta_error, phi_error, time, track, photon)


def _in_time(rng: Rng, count: int) -> Floats:
    import numpy as np

    return np.clip(np.rint(_TIME + _TIME_WIDTH * rng.standard_normal(count)), 0, 14)


def _photons(rng: Rng, truth: Truth, options: ToyOptions) -> Showers:
    import numpy as np

    row = np.flatnonzero(truth.leaves & (truth.pdgid == 22) & (truth.p4[:, 3] > _LEAST_ENERGY))
    energy = truth.p4[row, 3]
    entry = straight_to_emc(truth.start[row, :3], truth.p4[row, :3] / np.maximum(energy, 1e-12)[:, None])
    cos = np.abs(entry.point[:, 2]) / np.linalg.norm(entry.point, axis=1)
    chance = _PLATEAU * (1 - np.exp(-(energy - _LEAST_ENERGY) / _TURN_ON))
    chance = np.where((cos > _GAP[0]) & (cos < _GAP[1]), _GAP_FOUND, chance)
    drawn = rng.uniform(size=len(row)) < chance
    keep = entry.reached & (drawn if options.efficiency else True)
    row, point = row[keep], entry.point[keep]
    time, none = _in_time(rng, len(row)), np.full(len(row), -1)
    return _shower(rng, truth.event[row], truth.p4[row, 3], point, time, none, row, exact=False)


def _charged(rng: Rng, truth: Truth, tracks: Tracks, entry: Crossing) -> Showers:
    """Electrons leave all their energy, muons ionise, hadrons ionise or shower, antiprotons may
    annihilate."""
    import numpy as np

    count = len(tracks)
    size = np.linalg.norm(momentum_of(tracks.true_helix), axis=1)
    mass = np.array(HYPOTHESIS_MASSES)[tracks.hypothesis]
    kinetic = np.hypot(size, mass) - mass
    ionised = np.abs(_MIP + _MIP_WIDTH * (rng.standard_normal(count) + rng.exponential(1.0, count)))
    showered = ionised + rng.beta(1.5, 2.5, count) * kinetic
    hadron = np.where(rng.uniform(size=count) < _NO_INTERACTION, ionised, showered)
    width, _, _ = resolution(size, in_endcap(entry.point))
    electron = np.abs(size + width * rng.standard_normal(count))
    annihilated = rng.beta(2, 3, count) * (kinetic + _ANNIHILATION)
    antiproton = truth.pdgid[tracks.row] == -2212
    energy = np.select(
        [tracks.hypothesis == 0, tracks.hypothesis == 1, antiproton], [electron, ionised, annihilated], hadron
    )
    energy = np.where(tracks.hypothesis == 0, energy, np.minimum(energy, kinetic + 1.2 * antiproton))
    keep = np.flatnonzero(entry.reached & (rng.uniform(size=count) >= _NO_SHOWER) & (energy > _LEAST_ENERGY))
    none = np.full(len(keep), -1)
    time = _in_time(rng, len(keep))
    return _shower(rng, tracks.event[keep], energy[keep], entry.point[keep], time, keep, none, exact=True)


def _split_offs(rng: Rng, tracks: Tracks, entry: Crossing, options: ToyOptions) -> Showers:
    """Second showers of hadrons, 3 to 30 degrees from where the track enters: what isolation cuts are for."""
    import numpy as np

    hadron = entry.reached & (tracks.hypothesis >= 2)
    keep = np.flatnonzero(hadron & (rng.uniform(size=len(tracks)) < options.split_offs))
    count = len(keep)
    away = rng.exponential(np.radians(8), count) + np.radians(3)
    direction = entry.point[keep] / np.linalg.norm(entry.point[keep], axis=1)[:, None]
    side = np.cross(direction, directions(rng, count))
    side /= np.maximum(np.linalg.norm(side, axis=1), 1e-9)[:, None]
    moved = np.cos(away)[:, None] * direction + np.sin(away)[:, None] * side
    at = straight_to_emc(np.zeros((count, 3)), moved)
    keep, point = keep[at.reached], at.point[at.reached]
    energy = _LEAST_ENERGY + rng.exponential(0.06, len(keep))
    none = np.full(len(keep), -1)
    return _shower(rng, tracks.event[keep], energy, point, _in_time(rng, len(keep)), none, none, exact=True)


def _anywhere(rng: Rng, n_events: int, mean: float, late: bool) -> Showers:
    """Showers all over barrel and both end-caps: noise at any time, or further photons of the collision."""
    import numpy as np

    event = np.repeat(np.arange(n_events), rng.poisson(mean, n_events))
    at = straight_to_emc(np.zeros((len(event), 3)), directions(rng, len(event)))
    event, point = event[at.reached], at.point[at.reached]
    count = len(event)
    energy = _LEAST_ENERGY + rng.exponential(0.02 if late else 0.2, count)
    time = rng.integers(0, _LATEST, count).astype(float) if late else _in_time(rng, count)
    none = np.full(count, -1)
    return _shower(rng, event, energy, point, time, none, none, exact=True)


def columns(rng: Rng, showers: Showers) -> dict[str, Any]:
    """The columns of `emc`, in the order of `showers`."""
    import numpy as np

    count = len(showers)
    energy = showers.energy
    endcap = in_endcap(showers.position)
    seed = energy * rng.uniform(0.5, 0.95, count)
    inner = seed + (energy - seed) * rng.uniform(0.6, 0.9, count)
    outer = inner + (energy - inner) * rng.uniform(0.5, 0.9, count)
    return {
        "emc.hits": np.maximum(1, (rng.poisson(4 + 14 * np.sqrt(energy)))),
        "emc.status": np.ones(count, int),
        "emc.module": np.where(endcap, np.where(showers.position[:, 2] > 0, 0, 2), 1),
        "emc.x": showers.position[:, 0],
        "emc.y": showers.position[:, 1],
        "emc.z": showers.position[:, 2],
        "emc.dtheta": showers.theta_error,
        "emc.dphi": showers.phi_error,
        "emc.energy": energy,
        "emc.denergy": showers.energy_error,
        "emc.seed": seed,
        "emc.e3x3": inner,
        "emc.e5x5": outer,
        "emc.time": showers.time,
        "emc.second_moment": rng.gamma(4, 4, count),
        "emc.lat_moment": rng.beta(2, 5, count),
        "emc.a20_moment": rng.beta(12, 2, count),
        "emc.a42_moment": rng.beta(2, 20, count),
        "emc.error": _position_error(showers).reshape(count, 9),
    }


def _position_error(showers: Showers) -> Floats:
    """Covariances (n, 3, 3; cm^2) of the positions from the errors of the angles and the depth."""
    import numpy as np

    radius = np.linalg.norm(showers.position, axis=1)
    theta = np.arccos(np.clip(showers.position[:, 2] / radius, -1, 1))
    phi = np.arctan2(showers.position[:, 1], showers.position[:, 0])
    sin, cos, zero = np.sin(theta), np.cos(theta), np.zeros_like(theta)
    along = np.stack([sin * np.cos(phi), sin * np.sin(phi), cos], axis=1)
    polar = np.stack([cos * np.cos(phi), cos * np.sin(phi), -sin], axis=1)
    azimuth = np.stack([-np.sin(phi), np.cos(phi), zero], axis=1)
    axes = np.stack([along, polar, azimuth], axis=2)
    widths = np.stack(
        [np.full_like(theta, _DEPTH), radius * showers.theta_error, radius * sin * showers.phi_error], axis=1
    )
    return np.asarray(np.einsum("nik,nk,njk->nij", axes, widths**2, axes))
