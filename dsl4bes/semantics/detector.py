"""What the detector says about every entry of the track collection, computed once per batch for all events.

In: a batch of flat columns and the interaction point. Out: `Detector`, whose lists are indexed by the row of `track` (charged
tracks first, then showers): four-momenta per hypothesis, impact parameters, isolation, time of flight and so on; absent is NaN.
Everything is computed when first asked for. No list of the program, no cut and no fit is known here.
"""

from __future__ import annotations

from functools import cached_property
from math import nan
from typing import TYPE_CHECKING

from dsl4bes.semantics import geometry
from dsl4bes.semantics.settings import Options, masses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch

    Array = NDArray[np.float64]
    Index = NDArray[np.int64]

P4 = tuple[float, float, float, float]

#: What a particle without a value is.
NO_P4: P4 = (nan, nan, nan, nan)

# Bits of the TOF status word (facts of TofHitStatus).
_COUNTER, _CLUSTER, _READOUT, _RAW, _BARREL, _LAYER, _MRPC = 0x4, 0x8, 0x2, 0x1, 0x10, 0xC0, 0x1000000

#: ns per tick of the EMC time.
TICK = 50.0


def is_raw(status: int) -> bool:
    return bool(status & _RAW)


def is_readout(status: int) -> bool:
    return bool(status & _READOUT)


def is_counter(status: int) -> bool:
    return bool(status & _COUNTER)


def is_cluster(status: int) -> bool:
    return bool(status & _CLUSTER)


def is_barrel(status: int) -> bool:
    return bool(status & _BARREL)


def is_mrpc(status: int) -> bool:
    return bool(status & _MRPC)


def layer(status: int) -> int:
    return (status & _LAYER) >> 6


class Detector:
    """Per-row facts of one batch. Rows of `track` count through the batch: row = first[event] + position."""

    def __init__(self, batch: Batch, options: Options) -> None:
        self.batch = batch
        self.options = options

    # --- links ---------------------------------------------------------------------------------------------------

    @cached_property
    def first(self) -> list[int]:
        """Row of the first entry of each event, and the end of the last."""
        return self.batch.offsets["track"].tolist()

    @cached_property
    def event_of_row(self) -> Index:
        from dsl4bes.events.batch import event_of_row

        return event_of_row(self.batch.offsets["track"])

    @cached_property
    def n_charged(self) -> list[int]:
        return self.batch["event.n_charged"].tolist()

    def link(self, collection: str) -> Index:
        """Row of the linked entry in `collection`, -1 if there is none."""
        import numpy as np

        links = self.batch[f"track.{collection}"].astype(np.int64)
        return np.where(links >= 0, links + self.batch.offsets[collection][self.event_of_row], -1)

    def linked(self, collection: str, column: str) -> Array:
        """A column of the linked entries as float; NaN without a link."""
        import numpy as np

        rows = self.link(collection)
        values = self.batch[f"{collection}.{column}"]
        out = np.full((len(rows), *values.shape[1:]), np.nan)
        there = rows >= 0
        out[there] = values[rows[there]]
        return out

    def has(self, collection: str) -> list[bool]:
        return (self.link(collection) >= 0).tolist()

    @cached_property
    def has_emc(self) -> list[bool]:
        return self.has("emc")

    @cached_property
    def has_muc(self) -> list[bool]:
        return self.has("muc")

    @cached_property
    def has_dedx(self) -> list[bool]:
        return self.has("dedx")

    @cached_property
    def is_track(self) -> list[bool]:
        """A valid MDC and a valid Kalman track."""
        return ((self.link("mdc") >= 0) & (self.link("kal") >= 0)).tolist()

    # --- tracks --------------------------------------------------------------------------------------------------

    @cached_property
    def kalman_helix(self) -> Array:
        """(rows, hypothesis, 5)."""
        return self.linked("kal", "helix").reshape(-1, 5, 5)

    @cached_property
    def kalman_error(self) -> Array:
        """(rows, hypothesis, 5, 5)."""
        return self.linked("kal", "error").reshape(-1, 5, 5, 5)

    @cached_property
    def kalman_p4(self) -> list[list[P4]]:
        """[hypothesis][row]; the helix and the mass of one and the same hypothesis."""
        helix = self.kalman_helix
        return [
            list(map(tuple, geometry.momenta(helix[:, h], masses()[h]).tolist())) for h in range(len(masses()))
        ]

    @cached_property
    def mdc_helix(self) -> Array:
        return self.linked("mdc", "helix")

    @cached_property
    def mdc_p4(self) -> list[P4]:
        """The MDC track with the mass of a pion."""
        return list(map(tuple, geometry.momenta(self.mdc_helix, masses()[2]).tolist()))

    @cached_property
    def charge(self) -> list[float]:
        import numpy as np

        return np.sign(self.mdc_helix[:, 2]).tolist()

    @cached_property
    def mdc_approach(self) -> tuple[list[float], list[float]]:
        """Signed Vr and Vz of the MDC track."""
        return self._approach(self.mdc_helix)

    @cached_property
    def kalman_approach(self) -> list[tuple[list[float], list[float]]]:
        """Signed Vr and Vz per hypothesis of the Kalman track."""
        return [self._approach(self.kalman_helix[:, h]) for h in range(len(masses()))]

    @cached_property
    def interaction_point(self) -> Array:
        """Of the run of each row, (rows, 3)."""
        import numpy as np

        points = [self.options.point(run) for run in self.batch["event.run"].tolist()]
        return np.array(points, float).reshape(-1, 3)[self.event_of_row]

    def _approach(self, helix: Array) -> tuple[list[float], list[float]]:

        at_ip = geometry.moved(helix, self.interaction_point)
        return at_ip[:, 0].tolist(), at_ip[:, 3].tolist()

    @cached_property
    def kalman_chi2(self) -> Array:
        """(rows, hypothesis)."""
        return self.linked("kal", "chi2")

    # --- showers -------------------------------------------------------------------------------------------------

    def emc(self, column: str) -> list[float]:
        cached = self.__dict__.setdefault("_emc", {})
        if column not in cached:
            cached[column] = self.linked("emc", column).tolist()
        return cached[column]

    @cached_property
    def shower_position(self) -> Array:
        import numpy as np

        return np.stack([self.linked("emc", axis) for axis in "xyz"], axis=1)

    @cached_property
    def shower_p4(self) -> list[P4]:
        """Energy along the direction from the origin to the shower."""
        import numpy as np

        energy = self.linked("emc", "energy")
        p = geometry.directions(self.shower_position) * energy[:, None]
        return list(map(tuple, np.concatenate([p, energy[:, None]], axis=1).tolist()))

    def p4_covariance(self, row: int, species: int) -> Array:
        """Covariance (4, 4) of (px, py, pz, E) of a row: of a track under a hypothesis, of a shower from its energy and angle errors."""
        import numpy as np

        if species < 0:
            n, energy = geometry.directions(self.shower_position[row]), self.shower_p4[row][3]
            across = np.hypot(n[0], n[1])
            cos, sin = (n[0] / across, n[1] / across) if across > 0 else (1.0, 0.0)
            columns = np.array([[*n, 1.0], [energy * cos * n[2], energy * sin * n[2], -energy * across, 0.0], [-energy * n[1], energy * n[0], 0.0, 0.0]])
            errors = np.array([self.linked("emc", name)[row] for name in ("denergy", "dtheta", "dphi")])
            return (columns.T * errors**2) @ columns
        helix = self.kalman_helix[row, species]
        jacobian = np.zeros((4, 5))
        jacobian[:3] = geometry.states(helix)[1][:3]
        p4 = np.array(self.kalman_p4[species][row])
        jacobian[3] = p4[:3] @ jacobian[:3] / p4[3]  # E dE = p dp
        return jacobian @ self.kalman_error[row, species] @ jacobian.T

    @cached_property
    def emc_position(self) -> Array:
        """(rows, 3): where the extrapolated track reaches the EMC; NaN if it does not."""
        import numpy as np

        volume = self.linked("ext", "emc_volume")
        position = self.linked("ext", "emc_position")
        return np.where((np.isnan(volume) | (volume == -1))[:, None], np.nan, position)

    @cached_property
    def isolation(self) -> list[float]:
        """Smallest angle of a row's shower to the extrapolated tracks of its event; inf if none reaches the EMC."""
        import numpy as np

        out = np.full(len(self.event_of_row), np.inf)
        out[np.isnan(self.shower_position[:, 0])] = np.nan
        reach = geometry.directions(self.emc_position)
        shower = geometry.directions(self.shower_position)
        for event, charged in enumerate(self.n_charged):
            low, high = self.first[event], self.first[event + 1]
            rows = np.arange(low, low + charged)
            rows = rows[~np.isnan(reach[rows, 0])]
            if len(rows) and high > low:
                cosine = shower[low:high] @ reach[rows].T
                out[low:high] = np.arccos(np.clip(cosine, -1.0, 1.0)).min(axis=1)
        return out.tolist()

    # --- time of flight and MUC ----------------------------------------------------------------------------------

    def tof_rows(self, row: int) -> list[int]:
        """Rows of `tof` that belong to a track, in the order of the event."""
        count = int(self.batch["track.tof_count"][row])
        if count <= 0:
            return []
        event = int(self.event_of_row[row])
        start = int(self.batch.offsets["tof_link"][event]) + int(self.batch["track.tof_first"][row])
        base = int(self.batch.offsets["tof"][event])
        links = self.batch["tof_link.tof"][start : start + count].tolist()
        return [base + link for link in links if link >= 0]

    @cached_property
    def tof(self) -> list[float]:
        """SEMANTICS rule 3; NaN without a usable record."""
        return [self._time_of_flight(row) for row in range(len(self.event_of_row))]

    def _time_of_flight(self, row: int) -> float:
        time, status = self.batch["tof.tof"], self.batch["tof.status"]
        quality, path = self.batch["tof.quality"], self.batch["tof.path"]
        good = [r for r in self.tof_rows(row) if time[r] != 9999.0 and quality[r] != 10]
        barrel = [r for r in good if is_barrel(int(status[r]))]
        for wanted in (3, 1, 2):
            for r in barrel:
                if layer(int(status[r])) == wanted and (wanted == 3 or is_counter(int(status[r]))):
                    return float(time[r])
        endcap = [r for r in good if not is_barrel(int(status[r])) and is_counter(int(status[r]))]
        return float(time[min(endcap, key=lambda r: path[r])]) if endcap else nan

    def muc(self, column: str) -> list[float]:
        cached = self.__dict__.setdefault("_muc", {})
        if column not in cached:
            cached[column] = self.linked("muc", column).tolist()
        return cached[column]

    @cached_property
    def dedx(self) -> list[float]:
        return self.linked("dedx", "norm_ph").tolist()
