"""A kinematic fit of the textbook kind: measured parameters, constraints, Lagrange multipliers, nothing of BOSS's formulation.

In: measured particles with covariances, the beams, masses to be kept. Out: chi2 and fitted four-momenta.
Tracks are (phi0, kappa, tanl) of one hypothesis, photons (energy, theta, phi). Units GeV, rad.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from plain import MASS, P4, Event, four, from_helix, mass_of


@dataclass(frozen=True)
class Measured:
    """Parameters of one particle and their covariance; `mass` None for photons."""

    values: np.ndarray
    covariance: np.ndarray
    mass: float | None
    cartesian: bool = False  #: the values are px, py, pz
    polar: bool = False  #: the values are momentum, theta, phi

    def p4(self, values: np.ndarray) -> P4:
        if self.cartesian:
            return four(*values, self.mass or 0.0)
        if self.polar:
            momentum, theta, phi = values
            return four(*(momentum * _unit(theta, phi)), self.mass or 0.0)
        if self.mass is not None:
            return from_helix(np.array([0.0, values[0], values[1], 0.0, values[2]]), self.mass)
        energy, theta, phi = values
        return energy * np.array([*_unit(theta, phi), 1.0])


def _unit(theta: float, phi: float) -> np.ndarray:
    return np.array([math.sin(theta) * math.cos(phi), math.sin(theta) * math.sin(phi), math.cos(theta)])


def track(e: Event, position: int, hypothesis: int) -> Measured:
    row = e.link(position, "kal")
    error = e.of("kal.error", row).reshape(5, 5, 5)[hypothesis]
    chosen = [1, 2, 4]  # what the momentum depends on; the other two are free
    return Measured(e.helix(position, hypothesis)[chosen], error[np.ix_(chosen, chosen)], MASS[hypothesis])


def photon(e: Event, position: int) -> Measured:
    row = e.link(position, "emc")
    x, y, z = (float(e.of(f"emc.{axis}", row)) for axis in "xyz")
    values = np.array(
        [float(e.of("emc.energy", row)), math.acos(z / math.sqrt(x * x + y * y + z * z)), math.atan2(y, x)]
    )
    errors = [float(e.of(f"emc.{name}", row)) for name in ("denergy", "dtheta", "dphi")]
    return Measured(values, np.diag(np.square(errors)), None)


def missing(mass: float, start: P4) -> Measured:
    """A particle of which the mass alone is known: px, py, pz with errors of 1 TeV around a start."""
    return Measured(np.array(start[:3], dtype=float), 1e6 * np.eye(3), mass, cartesian=True)


def pointing(e: Event, position: int, mass: float) -> Measured:
    """A shower whose direction is measured and whose momentum is not: error 1 TeV; values (momentum, theta, phi)."""
    shower = photon(e, position)
    covariance = shower.covariance.copy()
    covariance[0, 0] = 1e6
    return Measured(shower.values, covariance, mass, polar=True)


def fit(
    particles: Sequence[Measured], beam: P4, masses: Sequence[tuple[float, Sequence[int]]] = ()
) -> tuple[float, list[P4]]:
    """chi2 and four-momenta of a fit to the beam's four-momentum and the masses of groups of particles."""

    def off(p4s: list[P4]) -> np.ndarray:
        rest = [mass_of(sum(p4s[i] for i in members)) - mass for mass, members in masses]
        return np.array([*(sum(p4s) - beam), *rest])

    return solve(particles, off)


def solve(
    particles: Sequence[Measured], conditions: Callable[[list[P4]], np.ndarray], spread: np.ndarray | None = None
) -> tuple[float, list[P4]]:
    """chi2 and four-momenta where `conditions` vanish (within a covariance `spread` of their own)."""
    start = np.concatenate([each.values for each in particles])
    size = len(start)
    covariance = np.zeros((size, size))
    places, at = [], 0
    for each in particles:
        places.append(slice(at, at + len(each.values)))
        covariance[places[-1], places[-1]] = each.covariance
        at += len(each.values)

    def vectors(values: np.ndarray) -> list[P4]:
        return [each.p4(values[place]) for each, place in zip(particles, places, strict=True)]

    def off(values: np.ndarray) -> np.ndarray:
        return conditions(vectors(values))

    values, chi2 = start.copy(), math.inf
    for _ in range(30):
        steps = 1e-6 * np.maximum(np.abs(values), 0.1)
        slope = np.array(
            [
                (off(values + step * unit) - off(values - step * unit)) / (2 * step)
                for unit, step in zip(np.eye(size), steps, strict=True)
            ]
        ).T
        weight = slope @ covariance @ slope.T + (0.0 if spread is None else spread)
        multipliers = np.linalg.solve(weight, off(values) + slope @ (start - values))
        values = start - covariance @ slope.T @ multipliers
        before, chi2 = chi2, float(multipliers @ weight @ multipliers)
        if abs(chi2 - before) < 1e-4:
            break
    return chi2, vectors(values)
