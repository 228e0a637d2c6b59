"""The reference files of BOSS for the tests of the judge: events with helices, showers, TOF records and the fits BOSS made of them.

In: the shared data beside the repository. Out: events as dictionaries, and the judge's fits of their entries. Tests skip without the files.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dsl4bes.semantics.geometry import square_root, states
from dsl4bes.semantics.kinematic_fit import (
    KinematicResult,
    MassSquared,
    Measured,
    Momentum,
    Seen,
    as_cartesian,
    fit_kinematic,
    photon_root,
    pointed,
    unseen,
)  # fmt: skip
from dsl4bes.semantics.secondary_vertex import FlightResult, Flying, fit_flight
from dsl4bes.semantics.vertex_fit import VertexResult, fit_vertex

DATA = Path(__file__).resolve().parents[1] / "../shared/data"
FILES = ("boss_reference.jsonl.gz", "boss_reference_cov.jsonl.gz")
NAMES = ("e", "mu", "pi", "k", "p")
MASSES = (0.000511, 0.105658, 0.139570, 0.493677, 0.938272)
PI0, ETA = 0.1349766, 0.547862


@lru_cache(maxsize=2)
def events(name: str) -> list[dict[str, Any]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository")
    with gzip.open(path, "rt") as stream:
        return [json.loads(line) for line in stream]


def symmetric(packed: list[float], n: int) -> np.ndarray:
    """A symmetric matrix from its lower triangle by rows."""
    lower = np.zeros((n, n))
    lower[np.tril_indices(n)] = packed
    return lower + lower.T - np.diag(np.diag(lower))


def vertex(event: dict[str, Any], tracks: list[int], hypotheses: list[int]) -> VertexResult:
    charged = {track["index"]: track for track in event["charged"]}
    pairs = list(zip(tracks, hypotheses))
    helix = np.array([[charged[t]["helix_" + NAMES[h]] for t, h in pairs]])
    spread = np.array([[symmetric(charged[t]["cov_" + NAMES[h]], 5) for t, h in pairs]])
    return fit_vertex(helix, spread, np.array([MASSES[h] for h in hypotheses]), 1e6)


def photon(shower: dict[str, Any]) -> Measured:
    x, y, z = shower["position"]
    values = np.array([[np.arctan2(y, x), z / np.hypot(x, y), shower["energy"]]])
    errors = (np.array([shower[name]]) for name in ("dphi", "dtheta", "theta", "dE"))
    return Measured(values, photon_root(*errors), 0.0, Seen.SHOWER)


#: The missing particle of a kind of fit: its mass, and whether its shower gives the direction.
MISSING = {"kalman_1c_missing_pi0": PI0, "kalman_1c_missing_eta": ETA}
ESPREAD = 0.0009


def conditions(kind: str, count: int, beam: list[float]) -> list[Any] | None:
    """The constraints of a kind of fit in the files; None for a kind the judge has no use for."""
    if any(word in kind for word in ("virtual", "beam", "secondary")):
        return None
    everything = tuple(range(count))
    four = Momentum(everything, tuple(enumerate(beam)))
    if "5c_pi0" in kind or "5c_eta" in kind:
        return [MassSquared((2, 3), (PI0 if "pi0" in kind else ETA) ** 2), four]
    if "equal_mass" in kind:
        equal = MassSquared((0, 1), 0.0, (2, 3))
        return [equal, four] if "5c" in kind else [equal]
    if "3c" in kind:
        return [Momentum(everything, tuple(enumerate(beam[:3])), (0, 1))]
    if "total_energy" in kind:
        return [Momentum(everything, ((3, beam[3]),))]
    if "espread" in kind:
        along = (np.sin(11e-3), 0.0, 0.0, 1.0)
        return [replace(four, spread=tuple(tuple(2 * ESPREAD**2 * a * b for b in along) for a in along))]
    return [four]


def kinematic(event: dict[str, Any], fit: dict[str, Any]) -> tuple[KinematicResult, bool] | None:
    """The judge's fit of an entry, and whether it would be accepted. Tracks come in pairs, each from its vertex; what is missing comes last."""
    kind, tracks, hypotheses = fit["kind"], fit["tracks"], fit["hypotheses"]
    classic = kind.startswith("classic")
    particles = []
    for i in range(0, len(tracks), 2):
        pair = vertex(event, tracks[i : i + 2], hypotheses[i : i + 2])
        for j in (0, 1):
            root = square_root(pair.covariance[:, j])
            particles.append(Measured(pair.p4[:, j, :3], root, MASSES[hypotheses[i + j]]))
    showers = {shower["index"]: shower for shower in event["showers"]}
    for index in fit.get("showers", []):
        found = photon(showers[index])
        particles.append(as_cartesian(found) if classic else found)
    if kind in MISSING:
        particles.append(unseen(1, MISSING[kind]))
    elif kind == "kalman_missing_direction":
        particles[-1] = pointed(particles[-1], 0.0)
    wanted = conditions(kind, len(particles), event["ecms"])
    if wanted is None:
        return None
    result = fit_kinematic(particles, wanted, 10, 0.005)
    ceiling = 10000 if "cut10000" in kind else 200
    return result, bool(result.chi2[0] <= ceiling and (classic or result.settled[0]))


def flight(event: dict[str, Any], tracks: list[int], hypotheses: list[int]) -> tuple[VertexResult, FlightResult]:
    """The judge's secondary vertex of two tracks: their vertex, then the flight from the event's interaction point."""
    pair = vertex(event, tracks, hypotheses)
    p4 = np.concatenate([pair.p4[:, :, :3].sum(axis=1), pair.energy_before[:, None]], axis=1)
    charged = {track["index"]: track for track in event["charged"]}
    charge = np.array([sum(np.sign(charged[t]["helix_pi"][2]) for t in tracks)])
    particle = Flying(p4, pair.vertex, pair.total_covariance, charge)
    return pair, fit_flight(particle, np.array([event["ip"]]), np.diag(np.square(event["ip_sigma"]))[None])


def with_virtual(event: dict[str, Any], fit: dict[str, Any]) -> tuple[KinematicResult, bool] | None:
    """The judge's fit of a V0 of tracks (0, 1) and the two other tracks at the origin; None if the V0 is refused."""
    tracks, hypotheses = fit["tracks"], fit["hypotheses"]
    pair, flown = flight(event, tracks[:2], hypotheses[:2])
    if not (pair.chi2[0] < 1000 and flown.chi2[0] <= 500):
        return None
    mass = np.sqrt(flown.p4[:, 3] ** 2 - np.sum(flown.p4[:, :3] ** 2, axis=1))
    particles = [Measured(flown.p4[:, :3], square_root(flown.covariance[:, :3, :3]), mass)]
    charged = {track["index"]: track for track in event["charged"]}
    for t, h in zip(tracks[2:], hypotheses[2:]):
        helix = np.array([charged[t]["helix_" + NAMES[h]]])
        state, jacobian = states(helix)
        spread = jacobian[:, :3] @ symmetric(charged[t]["cov_" + NAMES[h]], 5) @ np.swapaxes(jacobian[:, :3], 1, 2)
        particles.append(Measured(state[:, :3], square_root(spread), MASSES[h]))
    four = Momentum(tuple(range(len(particles))), tuple(enumerate(event["ecms"])))
    result = fit_kinematic(particles, [four], 10, 0.005)
    ceiling = 10000 if "cut10000" in fit["kind"] else 200
    return result, bool(result.chi2[0] <= ceiling and result.settled[0])
