"""The functions of formulas, one entry per name of `ir.functions`, on plain floats.

In: evaluated arguments (four-momenta as tuples (px, py, pz, E), particles, numbers) and the event's state. Out: a number or a flag;
absent is NaN, and arithmetic follows the rules of IEEE numbers (a division by zero is infinite or absent, never an error).
Written from the descriptions in the table; the C++ has its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import inf, isnan, nan
from typing import Any

from dsl4bes.ir.freedom import chi2_probability
from dsl4bes.ir.types import View
from dsl4bes.semantics import conditions, shapes
from dsl4bes.semantics.detector import NO_P4, P4, TICK
from dsl4bes.semantics.geometry import ALPHA
from dsl4bes.semantics.state import PHOTON, EventState, Particle, total

# --- of numbers ------------------------------------------------------------------------------------------------------


def better(key: float, best: float) -> bool:
    """Whether a key is smaller than the best so far. An absent key is the worst; keys within 1e-9 of each other are equal: the first tried stays."""
    if isnan(best):
        return not isnan(key)
    return best - key > 1e-9 * min(abs(key), abs(best))


def divide(a: float, b: float) -> float:
    if b == 0:
        return nan if a == 0 or isnan(a) else math.copysign(inf, a) * math.copysign(1.0, b)
    return a / b


def power(a: float, b: float) -> float:
    try:
        result = a**b
    except ZeroDivisionError:
        return inf
    except OverflowError:
        return inf if a > 0 or b % 2 == 0 else -inf
    return nan if isinstance(result, complex) else result


def _guard(
    function: Callable[[float], float], low: float, high: float, *, open_low: bool = False
) -> Callable[[float], float]:
    def guarded(x: float) -> float:
        if not low <= x <= high or (open_low and x == low):
            return nan
        return function(x)

    return guarded


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def _finite(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: function(x) if math.isfinite(x) else nan


def _mod(a: float, b: float) -> float:
    return nan if b == 0 or not math.isfinite(a) or isnan(b) else math.fmod(a, b)


def _smaller(a: float, b: float) -> float:
    return nan if isnan(a) or isnan(b) else min(a, b)


def _larger(a: float, b: float) -> float:
    return nan if isnan(a) or isnan(b) else max(a, b)


def _sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0 else nan


# --- of four-momenta -------------------------------------------------------------------------------------------------


def m2(v: P4) -> float:
    return v[3] * v[3] - v[0] * v[0] - v[1] * v[1] - v[2] * v[2]


def mass(v: P4) -> float:
    square = m2(v)
    return math.sqrt(square) if square >= 0 else -math.sqrt(-square) if square < 0 else nan


def rho(v: P4) -> float:
    return math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])


def _pt(v: P4) -> float:
    return math.hypot(v[0], v[1])


def cosine(v: P4) -> float:
    length = rho(v)
    return 1.0 if length == 0 else v[2] / length


def angle(a: P4, b: P4) -> float:
    across = math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return math.atan2(across, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def _dphi(a: P4, b: P4) -> float:
    difference = math.atan2(a[1], a[0]) - math.atan2(b[1], b[0])
    if difference > math.pi:
        return difference - 2 * math.pi
    return difference + 2 * math.pi if difference <= -math.pi else difference


def boosted(v: P4, frame: P4) -> P4:
    """`v` in the rest frame of `frame`; absent if that has no rest frame (a photon, but for rounding)."""
    square = m2(frame)
    if not (square > 1e-12 * frame[3] ** 2 and frame[3] > 0):
        return NO_P4
    m = math.sqrt(square)
    along = v[0] * frame[0] + v[1] * frame[1] + v[2] * frame[2]
    energy = (v[3] * frame[3] - along) / m
    factor = (v[3] + energy) / (frame[3] + m)
    return (v[0] - factor * frame[0], v[1] - factor * frame[1], v[2] - factor * frame[2], energy)


def _helicity(daughter: P4, resonance: P4, frame: P4) -> float:
    """The rest frame of the resonance is reached through `frame`, so that its axes are those in which the direction is taken."""
    outer = boosted(resonance, frame)
    inner = boosted(boosted(daughter, frame), outer)
    norm = rho(inner) * rho(outer)
    if norm == 0:
        return 1.0
    return (inner[0] * outer[0] + inner[1] * outer[1] + inner[2] * outer[2]) / norm


def _decay_plane(a: P4, b: P4, c: P4, d: P4) -> float:
    """Azimuths around the flight direction of a + b: the planes hold that direction, the normals are a and -c turned by a quarter."""
    four = (a[0] + b[0] + c[0] + d[0], a[1] + b[1] + c[1] + d[1], a[2] + b[2] + c[2] + d[2], a[3] + b[3] + c[3] + d[3])
    first, second, third, last = (boosted(v, four) for v in (a, b, c, d))
    flight = (first[0] + second[0], first[1] + second[1], first[2] + second[2])
    length = math.hypot(*flight)
    if not length > 0:
        return nan
    z = (flight[0] / length, flight[1] / length, flight[2] / length)
    least = min(range(3), key=lambda axis: abs(z[axis]))
    x = _unit_across(tuple(1.0 if axis == least else 0.0 for axis in range(3)), z)
    y = (z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0])
    around = []
    for v, other, sign in ((first, second, 1.0), (third, last, -1.0)):
        across = (sign * sum(v[k] * x[k] for k in range(3)), sign * sum(v[k] * y[k] for k in range(3)))
        if not math.hypot(*across) * length > 1e-9 * rho(v) * rho(other):
            return nan
        around.append(math.atan2(across[1], across[0]))
    return math.remainder(around[1] - around[0], 2 * math.pi)


def _unit_across(v: tuple[float, ...], z: tuple[float, float, float]) -> tuple[float, float, float]:
    """The part of `v` across the unit vector `z`, of length 1."""
    along = sum(v[k] * z[k] for k in range(3))
    rest = tuple(v[k] - along * z[k] for k in range(3))
    length = math.hypot(*rest)
    return (rest[0] / length, rest[1] / length, rest[2] / length)


# --- of particles ----------------------------------------------------------------------------------------------------


def _row(state: EventState, particle: Particle) -> int:
    return state.first + particle.position


def _charge(state: EventState, particle: Particle) -> float:
    if particle.species == PHOTON:
        return 0.0
    return state.detector.charge[_row(state, particle)]


def _approach(number: int) -> Callable[[EventState, Particle, View], float]:
    def approach(state: EventState, particle: Particle, view: View) -> float:
        detector = state.detector
        if view is View.MDC:
            return detector.mdc_approach[number][_row(state, particle)]
        return detector.kalman_approach[max(particle.species, 0)][number][_row(state, particle)]

    return approach


def _emc(column: str) -> Callable[[EventState, Particle], float]:
    return lambda state, particle: state.detector.emc(column)[_row(state, particle)]


def _muc(column: str) -> Callable[[EventState, Particle], float]:
    return lambda state, particle: state.detector.muc(column)[_row(state, particle)]


def _eop(state: EventState, particle: Particle) -> float:
    return divide(state.detector.emc("energy")[_row(state, particle)], rho(state.p4(particle)))


def _chi2_track(state: EventState, particle: Particle) -> float:
    return float(state.detector.kalman_chi2[_row(state, particle), max(particle.species, 0)])


def _has_tof(state: EventState, particle: Particle) -> bool:
    return not isnan(state.detector.tof[_row(state, particle)])


def _emc_angle(state: EventState, shower: Particle, track: Particle) -> float:
    """Between a shower and where the track is extrapolated to reach the EMC; absent if it does not."""
    there, reached = state.detector.shower_position, state.detector.emc_position
    a, b = (tuple(v[_row(state, x)].tolist()) for v, x in ((there, shower), (reached, track)))
    return angle((*a, 0.0), (*b, 0.0))


def _conversion(number: int) -> Callable[[EventState, Particle, Particle], float]:
    """Gap between the circles of two tracks and distance from the axis of its middle; circles from the helices of their hypotheses."""

    def conversion(state: EventState, a: Particle, b: Particle) -> float:
        helices = [state.detector.kalman_helix[_row(state, x), max(x.species, 0)].tolist() for x in (a, b)]
        if PHOTON in (a.species, b.species) or any(isnan(v) for helix in helices for v in helix):
            return nan
        radii = [divide(ALPHA, helix[2]) for helix in helices]
        centres = [
            complex((helix[0] + r) * math.cos(helix[1]), (helix[0] + r) * math.sin(helix[1]))
            for helix, r in zip(helices, radii)
        ]
        apart = abs(centres[1] - centres[0])
        if not 0 < apart < inf:
            return nan
        towards = (centres[1] - centres[0]) / apart
        edges = (centres[0] + abs(radii[0]) * towards, centres[1] - abs(radii[1]) * towards)
        return (apart - abs(radii[0]) - abs(radii[1]), abs(edges[0] + edges[1]) / 2)[number]

    return conversion


def _mass_variance(state: EventState, total: P4, particle: Particle) -> float:
    """d m / d p_k = (-P, E) / m for the sum of any k; the particle's covariance carried along."""
    square = m2(total)
    if not square > 0:
        return nan
    gradient = [-total[0], -total[1], -total[2], total[3]]
    covariance = state.detector.p4_covariance(_row(state, particle), particle.species)
    size = sum(gradient[i] * covariance[i][j] * gradient[j] for i in range(4) for j in range(4))
    return float(size / square)


#: Functions of numbers and (sets of) four-momenta only; all but `thrust_axis` and `along` give a number.
PLAIN: dict[str, Callable[..., Any]] = {
    "m": mass, "m2": m2, "e": lambda v: v[3], "p": rho, "pt": _pt,
    "px": lambda v: v[0], "py": lambda v: v[1], "pz": lambda v: v[2],
    "cos": cosine, "theta": lambda v: math.atan2(_pt(v), v[2]), "phi": lambda v: math.atan2(v[1], v[0]),
    "angle": angle, "dphi": _dphi, "helicity": _helicity, "decay_plane": _decay_plane,
    "along": lambda n: (*n, math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])),
    "thrust": shapes.thrust, "thrust_axis": shapes.thrust_axis, "sphericity": shapes.sphericity, "aplanarity": shapes.aplanarity,
    "fox_wolfram": shapes.fox_wolfram, "total": total,
    "chi2_probability": chi2_probability, "abs": abs, "sqrt": _sqrt, "log": _guard(math.log, 0.0, inf, open_low=True), "exp": _exp,
    "sin": _finite(math.sin), "cosine": _finite(math.cos), "tan": _finite(math.tan),
    "acos": _guard(math.acos, -1.0, 1.0), "asin": _guard(math.asin, -1.0, 1.0), "atan2": math.atan2,
    "mod": _mod, "min2": _smaller, "max2": _larger,
}  # fmt: skip

#: Functions of the state and one particle; absent (flags: false) for an absent particle.
OF_PARTICLE: dict[str, Callable[..., float | bool]] = {
    "charge": _charge, "emc_energy": _emc("energy"), "eop": _eop,
    "depth": _muc("depth"), "muc_layers": _muc("layers"), "muc_hits": _muc("hits"),
    "muc_chi2": _muc("chi2"), "muc_dof": _muc("dof"), "muc_max_hits": _muc("max_hits"),
    "tof": lambda state, x: state.detector.tof[_row(state, x)], "has_tof": _has_tof,
    "has_emc": lambda state, x: state.detector.has_emc[_row(state, x)],
    "has_muc": lambda state, x: state.detector.has_muc[_row(state, x)],
    "has_dedx": lambda state, x: state.detector.has_dedx[_row(state, x)],
    "dedx": lambda state, x: state.detector.dedx[_row(state, x)],
    "chi2_track": _chi2_track,
    "time": lambda state, x: TICK * state.detector.emc("time")[_row(state, x)],
    "ticks": _emc("time"), "module": _emc("module"), "e3x3": _emc("e3x3"), "e5x5": _emc("e5x5"), "eseed": _emc("seed"),
    "second_moment": _emc("second_moment"), "lat_moment": _emc("lat_moment"),
    "a20_moment": _emc("a20_moment"), "a42_moment": _emc("a42_moment"), "emc_hits": _emc("hits"),
    "isolation": lambda state, x: state.detector.isolation[_row(state, x)],
    "index": lambda state, x: float(x.position),
}  # fmt: skip

#: Functions of a particle in which the reconstruction matters.
OF_VIEW = {"vr": _approach(0), "vz": _approach(1)}

#: Functions of two particles; absent if either is.
OF_PAIR = {"emc_angle": _emc_angle, "conversion_gap": _conversion(0), "conversion_radius": _conversion(1)}

#: Functions of a four-momentum and a particle; absent for an absent particle.
OF_TOTAL = {"mass_variance": _mass_variance}

#: Functions of a generated particle (`truth.py`).
OF_TRUTH = frozenset({"pdgid"})

#: Functions of the event.
OF_EVENT: dict[str, Callable[[EventState], Any]] = {
    **conditions.OF_EVENT,
    "run": lambda state: float(state.detector.batch["event.run"][state.event]),
    "event": lambda state: float(state.detector.batch["event.number"][state.event]),
    "n_charged": lambda state: float(state.detector.n_charged[state.event]),
    "n_neutral": lambda state: float(state.detector.batch["event.n_neutral"][state.event]),
}

#: Names that depend on the program (`ecms` is a parameter of the analysis).
OF_PROGRAM = frozenset({"ecms"})


def known() -> frozenset[str]:
    """Every function the judge can evaluate."""
    every = (PLAIN, OF_PARTICLE, OF_VIEW, OF_PAIR, OF_TOTAL, OF_EVENT, conditions.OF_EVENT_AND, OF_TRUTH, OF_PROGRAM)
    return frozenset(name for table in every for name in table)
