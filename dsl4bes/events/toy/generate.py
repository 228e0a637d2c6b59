"""Generated events: the decay chain of every event in the laboratory, with vertices.

In: a decay tree, the beams, a random generator. Out: `Truth`, one row per generated particle, event by event.
Phase space and Breit-Wigner masses; the beams meet at a crossing angle with an energy spread; K_S, Lambda,
hyperons and charm fly in straight lines. Nothing of the detector is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.events.toy.decay import Decay
from dsl4bes.events.toy.options import ToyOptions
from dsl4bes.events.toy.phasespace import Line, boost, decay

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Bits of the truth's status word, as in the DST.
DECAYED, PRIMARY, LEAF = 1, 4, 8
#: The virtual photon above the first particle, as the generators of the collaboration write it.
_ORIGIN = 23
_CM_PER_NS = 29.9792458


@dataclass(frozen=True, slots=True)
class Truth:
    """Generated particles sorted by event; `mother` is a position within the event (-99 = none).

    `p4` is (px, py, pz, E) in GeV, `start` and `end` are (x, y, z, t) in cm and ns; `charge` 0, +1 or -1.
    """

    n_events: int
    event: Ints
    pdgid: Ints
    mother: Ints
    flags: Ints
    charge: Ints
    p4: Floats
    start: Floats
    end: Floats

    def select(self, rows: Any) -> Truth:
        """The particles of a mask or an index array."""
        return Truth(
            self.n_events,
            self.event[rows],
            self.pdgid[rows],
            self.mother[rows],
            self.flags[rows],
            self.charge[rows],
            self.p4[rows],
            self.start[rows],
            self.end[rows],
        )

    @property
    def leaves(self) -> NDArray[np.bool_]:
        """True for what reaches the detector."""
        import numpy as np

        return np.asarray((self.flags & LEAF) != 0)


def beam_momentum(ecms: Any, crossing_angle: float) -> Floats:
    """Total four-momentum (px, py, pz, E) in the laboratory: ecms (crossing_angle / 2, 0, 0, 1), the
    convention of BESIII."""
    import numpy as np

    energy = np.asarray(ecms, np.float64)
    zero = np.zeros_like(energy)
    return np.stack([energy * crossing_angle / 2, zero, zero, energy], axis=-1)


def generate(
    rng: np.random.Generator, tree: Decay, count: int, crossing_angle: float, options: ToyOptions
) -> Truth:
    """`count` events of the decay `tree`, whose first particle has the energy of the beams as its nominal
    mass."""
    import numpy as np

    energy = tree.mass + options.energy_spread * rng.standard_normal(count)
    total = beam_momentum(energy, crossing_angle)
    vertex = np.zeros((count, 4))
    vertex[:, :3] = np.array(options.beam_spot) + rng.standard_normal((count, 3)) * np.array(
        options.beam_size
    )
    rows = _Rows(count)
    origin = rows.add(_ORIGIN, -99, DECAYED | PRIMARY, 0, total, vertex, vertex)
    _add(rng, rows, tree, total, vertex, origin)
    return rows.truth()


def _add(rng: np.random.Generator, rows: _Rows, tree: Decay, p4: Floats, start: Floats, mother: int) -> None:
    """The particle of `tree` with momentum `p4`, made at `start`, and all that comes of it."""
    import numpy as np

    if not tree.products:
        rows.add(tree.pdgid, mother, DECAYED | LEAF, tree.charge, p4, start, start)
        return
    mass = np.sqrt(np.maximum(p4[:, 3] ** 2 - np.sum(p4[:, :3] ** 2, axis=1), 0.0))
    end = start
    if tree.ctau:
        # decay length = proper length x momentum / mass, exponential
        proper = rng.exponential(tree.ctau, len(mass))
        end = start + p4 * (proper / mass)[:, None] * np.array([1, 1, 1, 1 / _CM_PER_NS])
    place = rows.add(tree.pdgid, mother, DECAYED, tree.charge, p4, start, end)
    lines = [Line(product.mass, product.width, product.least()) for product in tree.products]
    _, momenta = decay(rng, mass, lines)
    for number, product in enumerate(tree.products):
        _add(rng, rows, product, boost(momenta[:, number], p4), end, place)


class _Rows:
    """Particles of all events, one place of the chain after the other."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._fixed: list[tuple[int, int, int, int]] = []
        self._arrays: list[tuple[Floats, Floats, Floats]] = []

    def add(
        self, pdgid: int, mother: int, flags: int, charge: int, p4: Floats, start: Floats, end: Floats
    ) -> int:
        self._fixed.append((pdgid, mother, flags, charge))
        self._arrays.append((p4, start, end))
        return len(self._fixed) - 1

    def truth(self) -> Truth:
        import numpy as np

        places = len(self._fixed)
        fixed = np.tile(np.array(self._fixed, np.int64), (self._count, 1))
        p4, start, end = (
            np.stack(arrays, axis=1).reshape(-1, 4) for arrays in zip(*self._arrays, strict=True)
        )
        event = np.repeat(np.arange(self._count), places)
        return Truth(self._count, event, fixed[:, 0], fixed[:, 1], fixed[:, 2], fixed[:, 3], p4, start, end)
