"""What tells particles apart: dE/dx and times of flight.

In: found tracks with their truth. Out: columns of `dedx`, and the records of `tof` with the track each
belongs to. chi of the true hypothesis has unit width by construction, for dE/dx and for every TOF record
with the widths that ParticleID uses. Hits are missing at random, and some tracks have records without a
time. No probability is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.events.toy.geometry import (
    ENDCAP_TOF_END,
    ENDCAP_TOF_INNER,
    ENDCAP_TOF_OUTER,
    TOF1_RADIUS,
    TOF2_RADIUS,
    TOF_HALF_LENGTH,
    Crossing,
    momentum_of,
    to_cylinder,
    to_plane,
)
from dsl4bes.events.toy.options import ToyOptions
from dsl4bes.events.toy.tracking import HYPOTHESIS_MASSES, Tracks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Rng = np.random.Generator

_CM_PER_NS = 29.9792458
#: dE/dx resolution 6 % (NIM A 614 (2010) 345), and the chance of a track without dE/dx.
_DEDX_WIDTH, _DEDX_MISSING = 0.06, 0.01
#: Shape of dE/dx against beta gamma (the five-parameter form of ALEPH), with the small rise of a helium
#: mixture.
_BETHE = (0.0762, 10.632, 1.0e-3, 1.863, 1.948)

#: Bits of the TOF status word.
READOUT, COUNTER, CLUSTER, BARREL, EAST, MRPC = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 24
_LAYER, _COUNTERS, _EAST_HITS, _WEST_HITS = 6, 12, 16, 20
NO_HIT_STATUS, NO_HIT_QUALITY = 1, 11

#: Barrel width (ns) of one layer as written in the record. ParticleID takes 1.2 times this for hadrons.
#: With a start time that is 0.041 ns wide, both layers together give 0.067 ns for electrons; published: 68
#: ps in the barrel.
_BARREL_WIDTH, _START_WIDTH, _HADRON_FACTOR = 0.085, 0.041, 1.2
#: End-cap scintillators 110 ps (for hadrons: 0.0917 x 1.2).
_ENDCAP_WIDTH = 0.0917
#: MRPC: 60 ps (60 at 0.65 GeV, falling with momentum): constant and 1/p part (ns) of the strip that all toy
#: hits lie on.
_MRPC_STRIP, _MRPC_WIDTH, _MRPC_SLOPE = 7, 0.048803, 0.007251
#: Width (ns) that each end adds to the mean of both; the two ends deviate to opposite sides.
_END_WIDTH = 0.09
_LAYER_EFFICIENCY = 0.95
_OFFSET_WIDTH = 0.02


def status_word(bits: int, layer: int, counters: int = 0, east: int = 0, west: int = 0) -> int:
    """A status word from its bits and counts."""
    return bits | layer << _LAYER | counters << _COUNTERS | east << _EAST_HITS | west << _WEST_HITS


def barrel_counter(layer: int) -> int:
    """Status of the record of one barrel layer."""
    return status_word(COUNTER | BARREL, layer, 1, 1, 1)


def barrel_ends(layer: int) -> tuple[int, int]:
    """Status of the records of the two ends (east, west) of a barrel counter."""
    return (
        status_word(READOUT | BARREL | EAST, layer, 0, 1, 0),
        status_word(READOUT | BARREL, layer, 0, 0, 1),
    )


BARREL_BOTH = status_word(CLUSTER | BARREL, 3, 2, 2, 2)
ENDCAP_SCINTILLATOR = {True: status_word(READOUT | COUNTER | CLUSTER | EAST, 1, 1, 1, 0)}
ENDCAP_SCINTILLATOR[False] = status_word(READOUT | COUNTER | CLUSTER, 1, 1, 0, 1)
MRPC_ENDS = (status_word(READOUT | EAST | MRPC, 1, 0, 1, 0), status_word(READOUT | MRPC, 1, 0, 0, 1))
ENDCAP_MRPC = {True: status_word(COUNTER | CLUSTER | MRPC | EAST, 1, 1, 1, 1)}
ENDCAP_MRPC[False] = status_word(COUNTER | CLUSTER | MRPC, 1, 1, 1, 1)


def band(momentum: Any, mass: Any) -> Floats:
    """Expected normalised pulse height, 1 for fast electrons, of a momentum and a mass (GeV)."""
    import numpy as np

    p1, p2, p3, p4, p5 = _BETHE
    gamma_beta = np.asarray(momentum / mass)
    beta = gamma_beta / np.sqrt(1 + gamma_beta**2)
    height = p1 * (p2 - beta**p4 - np.log(p3 + gamma_beta**-p5)) / beta**p4
    return np.asarray(height / (p1 * (p2 - 1 - np.log(p3))))


def dedx_columns(rng: Rng, tracks: Tracks) -> tuple[NDArray[np.bool_], dict[str, Any]]:
    """Which tracks have dE/dx, and the columns of `dedx` for all tracks (unlinked rows may be dropped)."""
    import numpy as np

    count = len(tracks)
    size = np.linalg.norm(momentum_of(tracks.true_helix), axis=1)
    expected = band(size[:, None], np.array(HYPOTHESIS_MASSES)[None, :])
    own = expected[np.arange(count), tracks.hypothesis]
    measured = own * (1 + _DEDX_WIDTH * rng.standard_normal(count))
    chi = (measured[:, None] - expected) / (_DEDX_WIDTH * expected)
    total = rng.integers(30, 44, count)
    values = {
        "dedx.particle_id": np.argmin(np.abs(chi), axis=1) if count else np.zeros(0, int),
        "dedx.status": np.ones(count, int),
        "dedx.trunc_alg": np.ones(count, int),
        "dedx.chi": chi,
        "dedx.good_hits": (0.7 * total).astype(int),
        "dedx.total_hits": total,
        "dedx.prob_ph": 550.0 * measured,
        "dedx.norm_ph": measured,
    }
    return rng.uniform(size=count) >= _DEDX_MISSING, values


@dataclass(frozen=True, slots=True)
class TofRecords:
    """TOF records in the order they are written; `track` is the position in `Tracks`."""

    track: Ints
    columns: dict[str, Any]


def tof_records(
    rng: Rng, tracks: Tracks, start_time: Floats, n_events: int, options: ToyOptions
) -> TofRecords:
    """All TOF records of the tracks; `start_time` (n) is when each particle was made, in ns."""
    import numpy as np

    count = len(tracks)
    helix = tracks.best()
    common = _START_WIDTH * rng.standard_normal(n_events)[tracks.event]
    lost = rng.uniform(size=count) < options.tof_missing
    cylinders = [to_cylinder(helix, radius, TOF_HALF_LENGTH) for radius in (TOF1_RADIUS, TOF2_RADIUS)]
    hit = [c.reached & ~lost & (rng.uniform(size=count) < _LAYER_EFFICIENCY) for c in cylinders]
    parts: list[_Part] = []
    layers = []
    for layer, (crossing, seen) in enumerate(zip(cylinders, hit, strict=True), start=1):
        part = _barrel_layer(rng, tracks, crossing, common, start_time, layer)
        layers.append(part)
        parts.extend(_ends(rng, part.select(seen), barrel_ends(layer)))
        parts.append(part.select(seen))
    parts.append(_both_layers(layers[0], layers[1]).select(hit[0] & hit[1]))
    ring = to_plane(helix, ENDCAP_TOF_END, ENDCAP_TOF_INNER, ENDCAP_TOF_OUTER)
    in_ring = ring.reached & ~cylinders[0].reached & ~lost & (rng.uniform(size=count) < _LAYER_EFFICIENCY)
    endcap = _endcap(rng, tracks, ring, common, start_time, options).select(in_ring)
    if options.endcap_tof == "mrpc":
        parts.extend(_ends(rng, endcap, MRPC_ENDS))
    parts.append(endcap)
    silent = lost & (rng.uniform(size=count) < 0.5)
    parts.append(_without_time(count).select(silent))
    track = np.concatenate([part.track for part in parts])
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}
    # records of a track stay together: ends and counter of layer 1, of layer 2, then both layers
    order = np.argsort(track, kind="stable")
    return TofRecords(track[order], {name: values[order] for name, values in columns.items()})


@dataclass(frozen=True, slots=True)
class _Part:
    """Records of one kind, one per track until selected."""

    track: Ints
    columns: dict[str, Any]

    def select(self, mask: NDArray[np.bool_]) -> _Part:
        return _Part(self.track[mask], {name: values[mask] for name, values in self.columns.items()})


def _part(
    tracks: Tracks, crossing: Crossing, status: Any, tof_id: Any, noise: Any, width: Any, offset: Any
) -> _Part:
    """Records from what was drawn: `noise` (n) in ns around the expectation of the true hypothesis."""
    import numpy as np

    count = len(tracks)
    texp = _expected(tracks, crossing.path)
    own = np.arange(count), tracks.hypothesis
    time = texp[own] + offset[own] + noise
    sigma = np.zeros((count, 6))
    sigma[:, 0] = width
    barrel = np.abs(crossing.point[:, 2]) < TOF_HALF_LENGTH
    columns = {
        "tof.tof_id": np.broadcast_to(tof_id, count),
        "tof.status": np.broadcast_to(status, count),
        "tof.path": crossing.path,
        "tof.zrhit": np.where(barrel, crossing.point[:, 2], np.hypot(*crossing.point[:, :2].T)),
        "tof.ph": np.full(count, 1000.0),
        "tof.tof": time,
        "tof.beta": crossing.path / np.maximum(time, 0.1) / _CM_PER_NS,
        "tof.texp": texp,
        "tof.toffset": np.concatenate([offset, offset[:, 4:]], axis=1),
        "tof.sigma": sigma,
        "tof.quality": np.ones(count, int),
        "tof.errz": np.full(count, 1.0),
    }
    return _Part(np.arange(count), columns)


def _expected(tracks: Tracks, path: Floats) -> Floats:
    """Times of flight (n, 5) of the hypotheses, with their own momenta."""
    import numpy as np

    squared = np.sum(momentum_of(tracks.helix.reshape(-1, 5)) ** 2, axis=1).reshape(-1, 5)
    beta = np.sqrt(squared / (squared + np.array(HYPOTHESIS_MASSES) ** 2))
    return np.asarray(path[:, None] / beta / _CM_PER_NS)


def _barrel_layer(
    rng: Rng, tracks: Tracks, crossing: Crossing, common: Floats, start_time: Floats, layer: int
) -> _Part:
    import numpy as np

    count = len(tracks)
    width = np.full(count, _BARREL_WIDTH) * rng.uniform(0.9, 1.1, count)
    true_width = width * np.where(tracks.hypothesis < 2, 1.0, _HADRON_FACTOR)
    alone = np.sqrt(true_width**2 - _START_WIDTH**2)
    noise = common + start_time + alone * rng.standard_normal(count)
    phi = np.arctan2(crossing.point[:, 1], crossing.point[:, 0]) % (2 * np.pi)
    counter = (phi / (2 * np.pi) * 88).astype(int) + 88 * (layer - 1)
    offset = _OFFSET_WIDTH * rng.standard_normal((count, 5))
    return _part(tracks, crossing, barrel_counter(layer), counter, noise, width, offset)


def _ends(rng: Rng, counter: _Part, words: tuple[int, int]) -> list[_Part]:
    """The records of the two ends of each counter: their mean is the counter's time."""
    import numpy as np

    count = len(counter.track)
    difference = _END_WIDTH * rng.standard_normal(count)
    parts = []
    for word, side in zip(words, (1, -1), strict=True):
        columns = dict(counter.columns)
        columns["tof.tof"] = columns["tof.tof"] + side * difference
        columns["tof.status"] = np.full(count, word)
        sigma = columns["tof.sigma"].copy()
        sigma[:, 0] = np.where(sigma[:, 0] > 0, np.hypot(sigma[:, 0], _END_WIDTH), sigma[:, 0])
        columns["tof.sigma"] = sigma
        parts.append(_Part(counter.track, columns))
    return parts


def _both_layers(first: _Part, second: _Part) -> _Part:
    """The record of both barrel layers: weighted with what is not common to them."""
    import numpy as np

    one, two = first.columns["tof.sigma"][:, 0], second.columns["tof.sigma"][:, 0]
    alone_one, alone_two = one**2 - _START_WIDTH**2, two**2 - _START_WIDTH**2
    weight = (alone_two / (alone_one + alone_two))[:, None]
    columns: dict[str, Any] = {}
    for name, values in first.columns.items():
        other = second.columns[name]
        if values.dtype.kind != "f":
            columns[name] = values
            continue
        mix = weight if values.ndim > 1 else weight[:, 0]
        columns[name] = mix * values + (1 - mix) * other
    columns["tof.status"] = np.full(len(one), BARREL_BOTH)
    sigma = np.zeros((len(one), 6))
    sigma[:, 0] = np.sqrt(_START_WIDTH**2 + alone_one * alone_two / (alone_one + alone_two))
    columns["tof.sigma"] = sigma
    return _Part(first.track, columns)


def _endcap(
    rng: Rng, tracks: Tracks, ring: Crossing, common: Floats, start_time: Floats, options: ToyOptions
) -> _Part:
    import numpy as np

    count = len(tracks)
    mrpc = options.endcap_tof == "mrpc"
    east = ring.point[:, 2] > 0
    words = ENDCAP_MRPC if mrpc else ENDCAP_SCINTILLATOR
    phi = np.arctan2(ring.point[:, 1], ring.point[:, 0]) % (2 * np.pi)
    if mrpc:
        size = np.linalg.norm(momentum_of(tracks.mdc_helix), axis=1)
        true_width = _MRPC_WIDTH + _MRPC_SLOPE / np.maximum(size, 0.05)
        width = np.full(count, -99.0)  # as in the files: ParticleID takes the width of the strip
        tof_id = 12 * ((phi / (2 * np.pi) * 36).astype(int) + 36 * ~east) + _MRPC_STRIP
    else:
        width = np.full(count, _ENDCAP_WIDTH)
        true_width = width * np.where(tracks.hypothesis < 2, 1.0, _HADRON_FACTOR)
        tof_id = (phi / (2 * np.pi) * 48).astype(int) + 48 * ~east
    noise = common + start_time + np.sqrt(true_width**2 - _START_WIDTH**2) * rng.standard_normal(count)
    offset = _OFFSET_WIDTH / 4 * rng.standard_normal((count, 5))
    return _part(tracks, ring, np.where(east, words[True], words[False]), tof_id, noise, width, offset)


def _without_time(count: int) -> _Part:
    """Records of tracks that were extrapolated to the TOF but hit nothing, as the files have them."""
    import numpy as np

    columns: dict[str, Any] = {
        "tof.tof_id": np.full(count, -9),
        "tof.status": np.full(count, NO_HIT_STATUS),
        "tof.path": np.zeros(count),
        "tof.zrhit": np.full(count, 99.0),
        "tof.ph": np.full(count, 9999.0),
        "tof.tof": np.full(count, 9999.0),
        "tof.beta": np.zeros(count),
        "tof.texp": np.full((count, 5), -99.0),
        "tof.toffset": np.full((count, 6), 9999.0),
        "tof.sigma": np.zeros((count, 6)),
        "tof.quality": np.full(count, NO_HIT_QUALITY),
        "tof.errz": np.full(count, 99.0),
    }
    return _Part(np.arange(count), columns)
