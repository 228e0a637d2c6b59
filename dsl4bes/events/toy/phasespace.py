"""Decays by phase space, many events at once.

In: masses of the decaying particles (one per event) and what they decay to. Out: masses and momenta of the
products. The density is exact for any number of bodies: successive two-body decays (Raubold and Lynch, as
in CERN's GENBOD, W515) with acceptance and rejection. Wide products have Breit-Wigner masses, weighted with
the phase space they leave. No spins: every decay is isotropic. Nothing knows the beams or the detector here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rng = np.random.Generator

#: Rounds of rejection before giving up; each round draws at least this many candidates.
_ROUNDS, _CANDIDATES = 2000, 1000
#: Size of the sample that finds the largest weight, and the margin on it.
_PILOT, _MARGIN = 50_000, 1.2
#: A Breit-Wigner is cut this many widths from its centre.
_REACH = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """The mass of a product: `centre` and `width` in GeV (width 0 = fixed) and the `least` mass it can
    have."""

    centre: float
    width: float
    least: float


class NoPhaseSpaceError(ValueError):
    """A decay that the drawn masses (almost) never allow."""


def momentum(mass: Any, first: Any, second: Any) -> Floats:
    """Momentum (GeV) of the products in a two-body decay, 0 where it is not allowed."""
    import numpy as np

    squared = (mass**2 - (first + second) ** 2) * (mass**2 - (first - second) ** 2)
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)) / (2 * mass))


def directions(rng: Rng, count: int) -> Floats:
    """Isotropic unit vectors, shape (count, 3)."""
    import numpy as np

    cos = rng.uniform(-1, 1, count)
    phi = rng.uniform(0, 2 * np.pi, count)
    sin = np.sqrt(1 - cos**2)
    return np.stack([sin * np.cos(phi), sin * np.sin(phi), cos], axis=1)


def boost(p4: Floats, frame: Floats) -> Floats:
    """Four-momenta (..., 4; px, py, pz, E) known in the rest frame of `frame` as seen where `frame` is
    measured."""
    import numpy as np

    energy = frame[..., 3]
    mass = np.sqrt(np.maximum(energy**2 - np.sum(frame[..., :3] ** 2, axis=-1), 1e-24))
    along = np.sum(frame[..., :3] * p4[..., :3], axis=-1)
    new_energy = (energy * p4[..., 3] + along) / mass
    factor = (p4[..., 3] + new_energy) / (energy + mass)
    return np.concatenate([p4[..., :3] + frame[..., :3] * factor[..., None], new_energy[..., None]], axis=-1)


def decay(rng: Rng, mass: Floats, lines: list[Line]) -> tuple[Floats, Floats]:
    """Masses (n, k) and four-momenta (n, k, 4) of k products in the rest frames of n particles of the given
    masses.

    Raises `NoPhaseSpaceError` if the masses leave (almost) no room.
    """
    import numpy as np

    count, bodies = len(mass), len(lines)
    masses = np.empty((count, bodies))
    chain = np.empty((count, bodies))
    waiting = np.arange(count)
    largest = _pilot(mass, lines) if count else 1.0
    for _ in range(_ROUNDS):
        # several candidates per event at once when few are left, so that rare acceptances do not cost rounds
        repeat = max(1, min(_CANDIDATES // max(len(waiting), 1), 1000))
        tried = np.repeat(waiting, repeat)
        drawn, steps, weight = _candidates(rng, mass[tried], lines)
        accepted = np.flatnonzero(rng.uniform(size=len(tried)) * largest < weight)
        events, first = np.unique(tried[accepted], return_index=True)
        masses[events], chain[events] = drawn[accepted[first]], steps[accepted[first]]
        waiting = np.setdiff1d(waiting, events, assume_unique=True)
        if len(waiting) == 0:
            return masses, _momenta(rng, masses, chain)
    raise NoPhaseSpaceError(
        f"a decay to {bodies} particles has almost no phase space in {len(waiting)} events"
    )


def _pilot(mass: Floats, lines: list[Line]) -> float:
    """The largest weight seen in a fixed sample, with a margin; the bound of `_largest` is far too high for
    many bodies.

    For up to three bodies the bound itself (1) is used. The margin is such that what exceeds it is below
    1e-5.
    """
    import numpy as np

    if len(lines) < 4:
        return 1.0
    _, _, weight = _candidates(np.random.default_rng(0), np.resize(mass, _PILOT), lines)
    return float(min(1.0, _MARGIN * weight.max(initial=0.0))) or 1.0


def _candidates(rng: Rng, mass: Floats, lines: list[Line]) -> tuple[Floats, Floats, Floats]:
    """Masses of the products, invariant masses of the first 1, 2, ... k of them, and the chance to accept
    (0..1)."""
    import numpy as np

    masses = _masses(rng, mass, lines)
    bodies = len(lines)
    energy = mass - masses.sum(axis=1)
    allowed = energy > 0
    energy = np.maximum(energy, 0.0)
    inner = np.sort(rng.uniform(size=(len(mass), bodies - 2)), axis=1)
    part = np.concatenate([np.zeros((len(mass), 1)), inner, np.ones((len(mass), 1))], axis=1)
    chain = np.cumsum(masses, axis=1) + part * energy[:, None]
    weight = energy ** (bodies - 2)
    for body in range(1, bodies):
        weight = weight * momentum(chain[:, body], chain[:, body - 1], masses[:, body])
    return masses, chain, np.where(allowed, weight / _largest(mass, lines), 0.0)


def _largest(mass: Floats, lines: list[Line]) -> Floats:
    """An upper bound of the weight: every two-body step at its best, with the lightest products."""
    import numpy as np

    least = np.array([line.least for line in lines])
    energy = np.maximum(mass - least.sum(), 1e-12)
    bound = energy ** (len(lines) - 2)
    for body in range(1, len(lines)):
        heaviest = energy + least[: body + 1].sum()
        bound = bound * momentum(heaviest, least[:body].sum(), least[body])
    return np.asarray(np.maximum(bound, 1e-300))


def _masses(rng: Rng, mass: Floats, lines: list[Line]) -> Floats:
    """Breit-Wigner masses between the least a product can have and the most the others leave it."""
    import numpy as np

    total = sum(line.least for line in lines)
    drawn = np.empty((len(mass), len(lines)))
    for place, line in enumerate(lines):
        if not line.width:
            drawn[:, place] = line.centre
            continue
        low = max(line.least, line.centre - _REACH * line.width)
        high = np.minimum(mass - (total - line.least), line.centre + _REACH * line.width)
        high = np.maximum(high, low + 1e-9)
        first = np.arctan(2 * (low - line.centre) / line.width)
        last = np.arctan(2 * (high - line.centre) / line.width)
        drawn[:, place] = line.centre + line.width / 2 * np.tan(rng.uniform(first, last))
    return drawn


def _momenta(rng: Rng, masses: Floats, chain: Floats) -> Floats:
    """Four-momenta from the invariant masses of the first 1, 2, ... k products, each step isotropic."""
    import numpy as np

    count, bodies = masses.shape
    p4 = np.zeros((count, bodies, 4))
    p4[:, 0, 3] = masses[:, 0]
    for body in range(1, bodies):
        size = momentum(chain[:, body], chain[:, body - 1], masses[:, body])
        vector = directions(rng, count) * size[:, None]
        p4[:, body, :3] = vector
        p4[:, body, 3] = np.hypot(size, masses[:, body])
        frame = np.concatenate([-vector, np.hypot(size, chain[:, body - 1])[:, None]], axis=1)
        if body == 1:  # a single particle, perhaps without mass: nothing to boost
            p4[:, 0] = frame
        else:
            p4[:, :body] = boost(p4[:, :body], np.repeat(frame[:, None, :], body, axis=1))
    return p4
