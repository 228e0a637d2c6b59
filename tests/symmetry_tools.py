"""Events made over for the symmetry tests: the same tracks and showers in another order, and the charge-conjugate event.

In: a batch. Out: a batch of the same events. Nothing is measured again, and no program is known here.

The field stays as it is (along -z), so flipping the charges alone would bend the tracks the other way. The mirror y -> -y undoes that: it turns
left into right, and leaves the beams (in the x-z plane), the detector and the origin as they are. A helix (drho, phi0, kappa, dz, tanl)
becomes (-drho, pi - phi0, -kappa, dz, tanl): its point of closest approach drho (cos phi0, sin phi0) and its direction
(-sin phi0, cos phi0) are then mirrored in y.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.events.batch import Batch
from dsl4bes.physics.particles import by_pdgid

#: Signs of the helix parameters' derivatives, and of the coordinates.
HELIX_SIGNS = np.array([-1.0, -1.0, -1.0, 1.0, 1.0])
MIRROR = np.array([1.0, -1.0, 1.0])
_POINTS = ("ext.emc_position", "ext.emc_momentum", "ext.tof1_position", "ext.tof2_position", "ext.muc_position",
           "muc.position", "muc.momentum", "mc.p4", "mc.start", "mc.end")  # fmt: skip
#: What an extrapolation did not reach is at (-99, -99, -99): no coordinate.
_ABSENT = -99.0


def conjugate(batch: Batch) -> Batch:
    """Every particle replaced by its antiparticle and mirrored in y; positions of tracks and showers stay."""
    columns = dict(batch.columns)
    for name in ("mdc.helix", "kal.helix"):
        columns[name] = conjugate_helix(columns[name].reshape(-1, 5)).reshape(columns[name].shape)
    helix = np.outer(HELIX_SIGNS, HELIX_SIGNS).ravel()
    columns["mdc.error"] = columns["mdc.error"] * helix
    columns["kal.error"] = columns["kal.error"] * np.tile(helix, 5)
    columns["emc.y"] = -columns["emc.y"]
    columns["emc.error"] = columns["emc.error"] * np.outer(MIRROR, MIRROR).ravel()
    for name in _POINTS:
        values = columns[name].copy()
        values[:, 1] = np.where(np.all(values[:, :3] == _ABSENT, axis=1), _ABSENT, -values[:, 1])
        columns[name] = values
    columns["mc.pdgid"] = np.array([_anti(int(number)) for number in columns["mc.pdgid"]], np.int32)
    made = Batch.build(batch.n_events, batch.offsets, columns, batch.first_event, batch.source)
    made.validate()
    return made


def conjugate_helix(helix: np.ndarray) -> np.ndarray:
    """Helices (n, 5) of the mirrored tracks of the other charge."""
    made = helix * HELIX_SIGNS
    made[:, 1] = (np.pi - helix[:, 1]) % (2 * np.pi)
    return made


def _anti(pdgid: int) -> int:
    info = by_pdgid(pdgid)
    return pdgid if info is None else info.antiparticle_id


def permuted(batch: Batch, seed: int) -> Batch:
    """The charged entries of each event's track list, and its showers, each in random order; links and ids follow."""
    rng = np.random.default_rng(seed)
    columns = dict(batch.columns)
    order, place = [], np.empty(len(batch["track.id"]), np.int64)
    for event in range(batch.n_events):
        rows = batch.rows("track", event)
        charged = rows.start + int(batch["event.n_charged"][event])
        mine = np.concatenate([rng.permutation(np.arange(rows.start, charged)), rng.permutation(np.arange(charged, rows.stop))])
        place[mine] = np.arange(len(mine))
        order.append(mine)
    chosen = np.concatenate(order)
    for name in columns:
        if name.startswith("track."):
            columns[name] = columns[name][chosen]
    columns["track.id"] = batch["track.id"]  # positions in the list
    made = Batch.build(batch.n_events, batch.offsets, columns, batch.first_event, batch.source)
    made.validate()
    return made
