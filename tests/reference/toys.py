"""Toy events of the reference schema whose truth is known, for tests of the fits themselves.

In: a seed, a number of events.  Out: events with helices and showers smeared exactly by the covariances they carry,
with the true momenta, vertices and flight lengths under `truth`.  One hypothesis (pion) serves all; the interaction
point spreads only where a secondary vertex needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FIELD = -1.0  # tesla along z: BESIII's sign, positive tracks turn counter-clockwise seen from +z
GEV_PER_TESLA_CM = 0.00299792458
M_JPSI, M_PI, M_PI0, M_KS = 3.0969, 0.139570, 0.1349766, 0.497611
ECMS = (0.034067, 0.0, 0.0, 3.097)
CTAU_KS = 2.684  # cm, PDG
EMC_RADIUS = 94.0  # cm, inner face of the barrel
HYPOTHESES = ("e", "mu", "pi", "k", "p")

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The fits asked of every event of a sample."""

    two_pions: tuple[str, ...] = ()
    with_photons: tuple[str, ...] = ()


def _boost(p: Array, frame: Array) -> Array:
    """p, given in the rest frame of `frame`, in the frame in which `frame` is given."""
    mass = np.sqrt(frame[3] ** 2 - frame[:3] @ frame[:3])
    along = (p[:3] @ frame[:3]) / (frame[3] + mass) + p[3]
    out: Array = np.append(p[:3] + frame[:3] / mass * along, (p[3] * frame[3] + p[:3] @ frame[:3]) / mass)
    return out


def _two_body(rng: np.random.Generator, parent: Array, m1: float, m2: float) -> tuple[Array, Array]:
    """An isotropic decay of the parent (px, py, pz, E) into masses m1 and m2 (GeV)."""
    mass = np.sqrt(parent[3] ** 2 - parent[:3] @ parent[:3])
    k = np.sqrt((mass**2 - (m1 + m2) ** 2) * (mass**2 - (m1 - m2) ** 2)) / (2 * mass)
    cos, phi = rng.uniform(-1, 1), rng.uniform(0, 2 * np.pi)
    sin = np.sqrt(1 - cos**2)
    direction = np.array([sin * np.cos(phi), sin * np.sin(phi), cos])
    first = _boost(np.append(k * direction, np.hypot(k, m1)), parent)
    return first, _boost(np.append(-k * direction, np.hypot(k, m2)), parent)


def helix(p: Array, x: Array, charge: int) -> Array:
    """(drho, phi0, kappa, dz, tan lambda) about the origin of a particle with momentum p (GeV) at x (cm)."""
    bend = -GEV_PER_TESLA_CM * FIELD * charge
    pt = np.hypot(p[0], p[1])
    ux, uy = p[0] + bend * x[1], p[1] - bend * x[0]  # the momentum where the helix is closest to the origin
    t = np.hypot(ux, uy)
    turn = np.arcsin(bend * (x[0] * p[0] + x[1] * p[1]) / (t * pt))
    phi0 = np.arctan2(-ux, uy) % (2 * np.pi)
    return np.array([(pt - t) / bend, phi0, charge / pt, x[2] - p[2] / bend * turn, p[2] / pt])


def _covariance(rng: np.random.Generator, kappa: float) -> Array:
    """A 5x5 helix covariance with strong correlations and errors like those of the drift chamber."""
    sigma = np.array([0.012, 0.0009, 0.004 * abs(kappa), 0.08, 0.002])
    factors = np.eye(5) + np.tril(rng.uniform(-0.5, 0.5, (5, 5)), -1)
    product = factors @ factors.T
    scale = 1 / np.sqrt(np.diag(product))
    covariance: Array = product * np.outer(scale * sigma, scale * sigma)
    return covariance


def _track(rng: np.random.Generator, index: int, p: Array, x: Array, charge: int) -> dict[str, Any]:
    true = helix(p, x, charge)
    covariance = _covariance(rng, true[2])
    measured = (true + np.linalg.cholesky(covariance) @ rng.standard_normal(5)).tolist()
    packed = covariance[np.tril_indices(5)].tolist()
    out: dict[str, Any] = {"index": index, "charge": charge}
    for name in HYPOTHESES:
        out[f"helix_{name}"], out[f"cov_{name}"] = measured, packed
    return out


def _shower(rng: np.random.Generator, index: int, p: Array) -> dict[str, Any]:
    """A photon from the origin: energy and angles smeared by the errors it carries."""
    energy_error = 0.02 * np.sqrt(p[3])
    theta_error, phi_error = 0.006, 0.006
    theta = np.arccos(p[2] / p[3]) + theta_error * rng.standard_normal()
    phi = np.arctan2(p[1], p[0]) + phi_error * rng.standard_normal()
    position = EMC_RADIUS * np.array([np.cos(phi), np.sin(phi), 1 / np.tan(theta)])
    return {
        "index": index, "energy": p[3] + energy_error * rng.standard_normal(), "dE": energy_error,
        "theta": theta, "phi": phi, "dtheta": theta_error, "dphi": phi_error, "position": position.tolist(),
    }  # fmt: skip


def _fits(kinds: Kinds) -> list[dict[str, Any]]:
    pair = {"hypotheses": [2, 2], "tracks": [0, 1]}
    return [{"kind": kind, **pair} for kind in kinds.two_pions] + [
        {"kind": kind, **pair, "showers": [2, 3]} for kind in kinds.with_photons
    ]


def three_pions(seed: int, n: int, kinds: Kinds) -> list[dict[str, Any]]:
    """n events J/psi -> pi+ pi- pi0 at the origin; photons above 80 MeV, tracks above 120 MeV in pT."""
    rng = np.random.default_rng(seed)
    events: list[dict[str, Any]] = []
    while len(events) < n:
        total = np.array(ECMS)
        pair, pi0 = _two_body(rng, total, rng.uniform(2 * M_PI + 0.02, M_JPSI - M_PI0 - 0.3), M_PI0)
        tracks = _two_body(rng, pair, M_PI, M_PI)
        photons = sorted(_two_body(rng, pi0, 0.0, 0.0), key=lambda p: -p[3])
        forward = any(abs(p[2]) > 0.85 * p[3] for p in photons)
        if forward or photons[1][3] < 0.08 or min(np.hypot(p[0], p[1]) for p in tracks) < 0.12:
            continue
        origin = np.zeros(3)
        events.append({
            "event": len(events), "ip": [0.0, 0.0, 0.0], "ip_sigma": [0.01, 0.01, 0.5], "ecms": list(ECMS),
            "charged": [_track(rng, i, p, origin, 1 - 2 * i) for i, p in enumerate(tracks)],
            "showers": [_shower(rng, 2 + i, p) for i, p in enumerate(photons)],
            "fits": _fits(kinds), "truth": {"p": [*tracks, *photons], "vertex": origin},
        })  # fmt: skip
    return events


def kshort(seed: int, n: int, kinds: Kinds) -> list[dict[str, Any]]:
    """n flights K_S -> pi+ pi- from a production point that spreads like the interaction point."""
    rng = np.random.default_rng(seed)
    events: list[dict[str, Any]] = []
    while len(events) < n:
        recoil = rng.uniform(0.8, 2.4)
        kaon, _ = _two_body(rng, np.array(ECMS), M_KS, recoil)
        tracks = _two_body(rng, kaon, M_PI, M_PI)
        ip, sigma = np.array([0.05, -0.03, 0.2]), np.array([0.03, 0.02, 0.5])
        ctau = rng.exponential(CTAU_KS)
        decay = ip + sigma * rng.standard_normal(3) + kaon[:3] / M_KS * ctau
        if np.hypot(decay[0], decay[1]) > 8 or min(np.hypot(p[0], p[1]) for p in tracks) < 0.12:
            continue
        events.append({
            "event": len(events), "ip": ip.tolist(), "ip_sigma": sigma.tolist(), "ecms": list(ECMS),
            "charged": [_track(rng, i, p, decay, 1 - 2 * i) for i, p in enumerate(tracks)], "showers": [],
            "fits": _fits(kinds),
            "truth": {"p": list(tracks), "vertex": decay, "ctau": ctau, "kaon": kaon,
                      "length": ctau * float(np.linalg.norm(kaon[:3])) / M_KS},
        })  # fmt: skip
    return events
