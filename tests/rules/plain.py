"""The quantities of SEMANTICS.md worked out from the flat columns in the plainest way: the third opinion of the rule tests.

In: a `Batch`, an event number, an interaction point. Out: lists of positions, four-momenta, times, angles of that event.
Nothing of the compiler, of the generated package or of the evaluator is used here: a misreading shared by both would be seen. Absent = NaN.
Units GeV, cm, ns, rad; the field is 1 T along -z.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dsl4bes.events.batch import Batch

P4 = NDArray[np.float64]

E, MU, PI, K, P = range(5)
#: PDG masses, typed in from the tables (GeV).
MASS = (0.00051099895, 0.1056583755, 0.13957039, 0.493677, 0.93827208943)
PI0, ETA = 0.1349768, 0.547862
CURVE = 0.00299792458  #: GeV per cm of bending radius at 1 T
NAN = math.nan


def four(x: float, y: float, z: float, mass: float) -> P4:
    return np.array([x, y, z, math.sqrt(x * x + y * y + z * z + mass * mass)])


def from_helix(helix: NDArray[np.float64], mass: float) -> P4:
    pt = 1.0 / abs(helix[2])
    return four(-pt * math.sin(helix[1]), pt * math.cos(helix[1]), pt * helix[4], mass)


def mass_of(p4: P4) -> float:
    m2 = mass2_of(p4)
    return math.sqrt(m2) if m2 >= 0 else -math.sqrt(-m2)


def mass2_of(p4: P4) -> float:
    return float(p4[3] ** 2 - p4[0] ** 2 - p4[1] ** 2 - p4[2] ** 2)


def size(p4: P4) -> float:
    return float(np.linalg.norm(p4[:3]))


def cos_of(p4: P4) -> float:
    return float(p4[2] / size(p4))


def angle_between(a: P4, b: P4) -> float:
    cosine = float(np.dot(a[:3], b[:3]) / (np.linalg.norm(a[:3]) * np.linalg.norm(b[:3])))
    return math.acos(max(-1.0, min(1.0, cosine)))


def dphi_of(a: P4, b: P4) -> float:
    difference = math.atan2(a[1], a[0]) - math.atan2(b[1], b[0])
    return (difference + math.pi) % (2 * math.pi) - math.pi


def boosted(p4: P4, frame: P4) -> P4:
    """`p4` in the rest frame of `frame`, by the textbook formula."""
    beta = frame[:3] / frame[3]
    gamma = 1.0 / math.sqrt(1.0 - float(beta @ beta))
    along = float(beta @ p4[:3])
    energy = gamma * (p4[3] - along)
    vector = p4[:3] + beta * (gamma * gamma / (gamma + 1.0) * along - gamma * p4[3])
    return np.array([*vector, energy])


def beams(ecms: float, crossing: float = 0.022) -> P4:
    return ecms * np.array([crossing / 2, 0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Event:
    """One event; tracks and showers are positions in its `track` collection."""

    batch: Batch
    number: int
    ip: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def of(self, name: str, row: int):
        return self.batch[name][self.batch.rows(name.split(".")[0], self.number)][row]

    def link(self, position: int, name: str) -> int:
        return int(self.of(f"track.{name}", position))

    @property
    def run(self) -> int:
        return int(self.batch["event.run"][self.number])

    @property
    def n_charged(self) -> int:
        return int(self.batch["event.n_charged"][self.number])

    def tracks(self) -> list[int]:
        """Rule 5: a valid MDC track and a valid Kalman track."""
        return [t for t in range(self.n_charged) if self.link(t, "mdc") >= 0 and self.link(t, "kal") >= 0]

    def showers(self) -> list[int]:
        last = self.n_charged + int(self.batch["event.n_neutral"][self.number])
        return [s for s in range(self.n_charged, last) if self.link(s, "emc") >= 0]

    # --- tracks

    def mdc_helix(self, track: int) -> NDArray[np.float64]:
        return self.of("mdc.helix", self.link(track, "mdc"))

    def helix(self, track: int, hypothesis: int = PI) -> NDArray[np.float64]:
        return self.of("kal.helix", self.link(track, "kal")).reshape(5, 5)[hypothesis]

    def charge(self, track: int) -> int:
        return 1 if self.mdc_helix(track)[2] > 0 else -1

    def mdc_p4(self, track: int) -> P4:
        return from_helix(self.mdc_helix(track), MASS[PI])

    def p4(self, track: int, hypothesis: int = PI) -> P4:
        return from_helix(self.helix(track, hypothesis), MASS[hypothesis])

    def approach(self, helix: NDArray[np.float64]) -> tuple[float, float]:
        """Distance in xy, with the sign of drho, and z of the closest approach, of the circle's geometry."""
        drho, phi0, kappa, dz, tanl = (float(value) for value in helix)
        radius = 1.0 / (CURVE * abs(kappa))
        turn = 1.0 if kappa > 0 else -1.0  # seen from +z, positive tracks turn to the left
        start = np.array([drho * math.cos(phi0), drho * math.sin(phi0)])
        left = np.array([-math.cos(phi0), -math.sin(phi0)])
        centre = start + turn * radius * left
        to_ip = np.array(self.ip[:2]) - centre
        nearest = centre + to_ip / np.linalg.norm(to_ip) * radius
        before, after = start - centre, nearest - centre
        swing = math.atan2(before[0] * after[1] - before[1] * after[0], float(before @ after))
        z = dz + radius * swing * turn * tanl
        inside = float(np.linalg.norm(to_ip)) < radius
        distance = abs(float(np.linalg.norm(to_ip)) - radius)
        # the centre is at (drho + rho) (cos phi0, sin phi0) from the pivot, with rho = -radius for positive charge: so drho = radius - |centre|
        # for positive tracks and |centre| - radius for negative ones, by the definition of the parameters
        sign = 1.0 if (turn > 0) == inside else -1.0
        return sign * distance, z - self.ip[2]

    def tof(self, track: int) -> float:
        """Rule 3: barrel layer 3, else 1, else 2; end-cap the smallest path."""
        first, count = self.link(track, "tof_first"), self.link(track, "tof_count")
        barrel: dict[int, float] = {}
        endcap: list[tuple[float, float]] = []
        for link in range(first, first + count):
            row = int(self.of("tof_link.tof", link))
            status = int(self.of("tof.status", row))
            time = float(self.of("tof.tof", row))
            if row < 0 or time == 9999.0 or int(self.of("tof.quality", row)) == 10:
                continue
            # bits of the word (TofHitStatus): counter 0x4, barrel 0x10, layer above bit 6
            counter, is_barrel, layer = bool(status & 0x4), bool(status & 0x10), (status >> 6) & 0x3
            if is_barrel and (layer == 3 or counter):
                barrel.setdefault(layer, time)
            elif not is_barrel and counter:
                endcap.append((float(self.of("tof.path", row)), time))
        for layer in (3, 1, 2):
            if layer in barrel:
                return barrel[layer]
        return min(endcap)[1] if endcap else NAN

    def emc_energy(self, position: int) -> float:
        row = self.link(position, "emc")
        return float(self.of("emc.energy", row)) if row >= 0 else NAN

    def depth(self, track: int) -> float:
        row = self.link(track, "muc")
        return float(self.of("muc.depth", row)) if row >= 0 else NAN

    # --- showers

    def gamma(self, shower: int) -> P4:
        row = self.link(shower, "emc")
        where = np.array([float(self.of(f"emc.{axis}", row)) for axis in "xyz"])
        energy = float(self.of("emc.energy", row))
        return np.array([*(energy * where / np.linalg.norm(where)), energy])

    def ticks(self, shower: int) -> float:
        return float(self.of("emc.time", self.link(shower, "emc")))

    def module(self, shower: int) -> int:
        return int(self.of("emc.module", self.link(shower, "emc")))

    def isolation(self, shower: int, tracks: Iterable[int] | None = None) -> float:
        """Rule 6; `tracks` None: all charged entries."""
        smallest = math.inf
        of_shower = np.array(
            [*(float(self.of(f"emc.{axis}", self.link(shower, "emc"))) for axis in "xyz"), 0.0]
        )
        for track in range(self.n_charged) if tracks is None else tracks:
            row = self.link(track, "ext")
            if row < 0 or int(self.of("ext.emc_volume", row)) == -1:
                continue
            at = np.array([*self.of("ext.emc_position", row), 0.0])
            smallest = min(smallest, angle_between(at, of_shower))
        return smallest


def near(ours: float, theirs: float, tolerance: float = 1e-9) -> bool:
    """Equal as an ntuple stores it: absent -999, infinite 9999."""
    wanted = -999.0 if math.isnan(ours) else 9999.0 if math.isinf(ours) else ours
    return abs(wanted - theirs) <= tolerance * max(1.0, abs(wanted))
