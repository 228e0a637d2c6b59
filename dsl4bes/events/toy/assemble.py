"""Toy events put together: measured tracks, showers and truth as a `Batch`.

In: what the detector modules made, sorted by event. Out: the collections and links of a DST.
Links are positions, and every collection has an order of its own (the Kalman, dE/dx, extrapolated, MUC and
TOF collections run backwards), so that whoever confuses two of them is found out. Nothing physical is
decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.events.batch import Batch, offsets_from_counts
from dsl4bes.events.toy import calorimeter, identification, muon, tracking
from dsl4bes.events.toy.generate import Truth
from dsl4bes.events.toy.geometry import (
    TOF1_RADIUS,
    TOF2_RADIUS,
    TOF_HALF_LENGTH,
    Crossing,
    path_to,
    to_cylinder,
)
from dsl4bes.events.toy.options import ToyOptions
from dsl4bes.events.toy.tracking import HYPOTHESIS_MASSES, Tracks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Rng = np.random.Generator

_CM_PER_NS = 29.9792458
_ABSENT = -99.0  #: coordinates of what an extrapolation did not reach, as in the files
#: Layers of the drift chamber: the hits of a track.
_LAYERS = 43
#: Under stress each link is cut with this chance, and so many events lose all tracks.
_CUT_LINKS, _NO_TRACKS = 0.15, 0.1


@dataclass(frozen=True, slots=True)
class _Placed:
    """Which tracks have a row in a collection: `rows` (track of each row), `offsets`, `link` (position per
    track, -1)."""

    rows: Ints
    offsets: Ints
    link: Ints


def measured_batch(rng: Rng, truth: Truth, options: ToyOptions, first_event: int, source: str) -> Batch:
    """The events of `truth` as the detector sees them."""
    import numpy as np

    tracks = _shuffled(rng, tracking.reconstruct(rng, truth, options))
    if options.stress:
        tracks = _without(tracks, rng.uniform(size=truth.n_events) < _NO_TRACKS)
    showers, entry = calorimeter.measure(rng, truth, tracks, options)
    builder = _Builder(rng, truth, tracks, options)
    builder.add_tracks(entry)
    builder.add_tof()
    builder.add_showers(showers)
    builder.add_truth()
    builder.add_matches(showers)
    builder.columns["event.run"] = np.full(truth.n_events, options.run)
    builder.columns["event.number"] = options.first_event_number + first_event + np.arange(truth.n_events)
    return Batch.build(truth.n_events, builder.offsets, builder.columns, first_event, source)


def _shuffled(rng: Rng, tracks: Tracks) -> Tracks:
    """The tracks of each event in random order: the order of generation must not be visible."""
    import numpy as np

    return _rows(tracks, np.lexsort((rng.uniform(size=len(tracks)), tracks.event)))


def _without(tracks: Tracks, emptied: Mask) -> Tracks:
    return _rows(tracks, ~emptied[tracks.event])


def _rows(tracks: Tracks, rows: Any) -> Tracks:
    return Tracks(*(getattr(tracks, name)[rows] for name in Tracks.__slots__))


class _Builder:
    """Collects columns and offsets, collection by collection."""

    def __init__(self, rng: Rng, truth: Truth, tracks: Tracks, options: ToyOptions) -> None:
        import numpy as np

        self._rng, self._truth, self._tracks, self._options = rng, truth, tracks, options
        self.offsets: dict[str, Any] = {}
        self.columns: dict[str, Any] = {}
        self._everyone = np.ones(len(tracks), bool)
        self._counts = np.bincount(tracks.event, minlength=truth.n_events)
        self._local = np.arange(len(tracks)) - offsets_from_counts(self._counts)[tracks.event]
        self._links: dict[str, Ints] = {}

    def add_tracks(self, entry: Crossing) -> None:
        """mdc, kal, dedx, ext and muc."""
        forward = self._place(self._everyone, backwards=False)
        backward = self._place(self._everyone, backwards=True)
        fitted = tracking.columns(self._rng, self._tracks)
        self._put("mdc", forward, {k: v for k, v in fitted.items() if k.startswith("mdc.")})
        self._put("kal", backward, {k: v for k, v in fitted.items() if k.startswith("kal.")})
        has_dedx, dedx = identification.dedx_columns(self._rng, self._tracks)
        self._put("dedx", self._place(has_dedx, backwards=True), dedx)
        self._put("ext", backward, _extrapolated(self._tracks, entry))
        has_muc, muc = muon.measure(self._rng, self._tracks, entry)
        self._put("muc", self._place(has_muc, backwards=True), muc)
        # the MUC's own id counts its records; the track's id is in track_id
        self.columns["muc.track_id"] = self.columns["muc.id"]

    def add_tof(self) -> None:
        """tof, and tof_link track by track."""
        import numpy as np

        tracks = self._tracks
        # when each particle left its point of closest approach, had it come from there
        start = self._truth.start[tracks.row, 3]
        momentum = self._truth.p4[tracks.row, :3]
        size = np.linalg.norm(momentum, axis=1)
        mass = np.array(HYPOTHESIS_MASSES)[tracks.hypothesis]
        start = start - path_to(tracks.true_helix, momentum) * np.hypot(size, mass) / size / _CM_PER_NS
        records = identification.tof_records(self._rng, tracks, start, self._truth.n_events, self._options)
        event = tracks.event[records.track]
        counts = np.bincount(event, minlength=self._truth.n_events)
        bounds = offsets_from_counts(counts)
        local = np.arange(len(event)) - bounds[event]
        back = counts[event] - 1 - local
        order = np.argsort(bounds[event] + back)
        for name, values in records.columns.items():
            self.columns[name] = np.asarray(values)[order]
        self.columns["tof.track_id"] = self._local[records.track][order]
        self.columns["tof.id"] = np.full(len(event), -1)
        self.offsets["tof"] = bounds
        self.offsets["tof_link"] = bounds
        self.columns["tof_link.tof"] = back
        per_track = np.bincount(records.track, minlength=len(tracks))
        first = offsets_from_counts(per_track)[:-1] - bounds[tracks.event]
        cut = self._cut(len(tracks))
        self._links["tof_count"] = np.where(cut, 0, per_track)
        self._links["tof_first"] = np.where((per_track > 0) & ~cut, first, -1)

    def add_showers(self, showers: calorimeter.Showers) -> None:
        """emc, and track: charged ones first, then the showers that no track owns."""
        import numpy as np

        n_events = self._truth.n_events
        counts = np.bincount(showers.event, minlength=n_events)
        self.offsets["emc"] = offsets_from_counts(counts)
        local = np.arange(len(showers)) - self.offsets["emc"][showers.event]
        self.columns.update(calorimeter.columns(self._rng, showers))
        self.columns["emc.id"] = np.full(len(showers), -1)
        owned = showers.track >= 0
        shower_of = np.full(len(self._tracks), -1)
        shower_of[showers.track[owned]] = local[owned]
        self._links["emc"] = np.where(self._cut(len(self._tracks)), -1, shower_of)
        neutral = np.bincount(showers.event[~owned], minlength=n_events)
        self.columns["event.n_charged"], self.columns["event.n_neutral"] = self._counts, neutral
        self.offsets["track"] = offsets_from_counts(self._counts + neutral)
        charged = self.offsets["track"][self._tracks.event] + self._local
        rank = np.arange(len(showers)) - np.concatenate([[0], np.cumsum(owned)])[:-1]
        first_neutral = offsets_from_counts(neutral)
        place = (
            (self.offsets["track"][:-1] + self._counts)[showers.event] + rank - first_neutral[showers.event]
        )
        total = int(self.offsets["track"][-1])
        for name in ("mdc", "kal", "dedx", "ext", "emc", "muc", "tof_first", "tof_count"):
            column = np.full(total, 0 if name == "tof_count" else -1)
            column[charged] = self._links[name]
            self.columns[f"track.{name}"] = column
        self.columns["track.emc"][place[~owned]] = local[~owned]
        self.columns["track.id"] = np.arange(total) - np.repeat(
            self.offsets["track"][:-1], self._counts + neutral
        )
        self.columns["track.quality"] = np.full(total, -1)

    def add_truth(self) -> None:
        """mc."""
        import numpy as np

        truth = self._truth
        self.offsets["mc"] = offsets_from_counts(np.bincount(truth.event, minlength=truth.n_events))
        self.columns.update(
            {
                "mc.pdgid": truth.pdgid,
                "mc.index": np.arange(len(truth.event)) - self.offsets["mc"][truth.event],
                "mc.mother": truth.mother,
                "mc.flags": truth.flags,
                "mc.p4": truth.p4,
                "mc.start": truth.start,
                "mc.end": truth.end,
            }
        )

    def add_matches(self, showers: calorimeter.Showers) -> None:
        """mdc_match and emc_match: whom each track and each shower of a generated particle comes from."""
        import numpy as np

        tracks, first = self._tracks, self.offsets["mc"]
        self._match(
            "mdc", tracks.event, tracks.row - first[tracks.event], self._local, np.full(len(tracks), _LAYERS)
        )
        source = np.where(showers.track >= 0, np.append(tracks.row, -1)[showers.track], showers.photon)
        place = np.arange(len(showers)) - self.offsets["emc"][showers.event]
        known = source >= 0
        event = showers.event[known]
        hits = np.asarray(self.columns["emc.hits"])[known]
        self._match("emc", event, source[known] - first[event], place[known], hits)

    def _match(self, target: str, event: Ints, particle: Ints, partner: Ints, hits: Ints) -> None:
        """Rows sorted by event, particle, partner."""
        import numpy as np

        order = np.lexsort((partner, particle, event))
        name = f"{target}_match"
        self.offsets[name] = offsets_from_counts(np.bincount(event, minlength=self._truth.n_events))
        values = {"mc": particle, target: partner, "hits": hits}
        self.columns.update({f"{name}.{column}": array[order] for column, array in values.items()})

    def _place(self, present: Mask, backwards: bool) -> _Placed:
        """Rows of a collection for the tracks that are `present`, in the order of the tracks or against
        it."""
        import numpy as np

        event = self._tracks.event
        order = np.lexsort((-self._local if backwards else self._local, event))
        rows = order[present[order]]
        counts = np.bincount(event[rows], minlength=self._truth.n_events)
        offsets = offsets_from_counts(counts)
        link = np.full(len(event), -1)
        link[rows] = np.arange(len(rows)) - offsets[event[rows]]
        return _Placed(rows, offsets, link)

    def _put(self, name: str, placed: _Placed, columns: dict[str, Any]) -> None:
        import numpy as np

        for column, values in columns.items():
            self.columns[column] = np.asarray(values)[placed.rows]
        self.columns[f"{name}.id"] = self._local[placed.rows]
        self.offsets[name] = placed.offsets
        # without its MDC track a charged track would not be one
        cut = self._cut(len(placed.link)) if name != "mdc" else False
        self._links[name] = np.where(cut, -1, placed.link)

    def _cut(self, count: int) -> Mask:
        import numpy as np

        if not self._options.stress:
            return np.zeros(count, bool)
        return np.asarray(self._rng.uniform(size=count) < _CUT_LINKS)


def _extrapolated(tracks: Tracks, entry: Crossing) -> dict[str, Any]:
    """The columns of `ext`; volume numbers are 0 in the calorimeter, the counter in the TOF, -1 where not
    reached."""
    import numpy as np

    helix = tracks.best()
    values: dict[str, Any] = {
        "ext.emc_position": np.where(entry.reached[:, None], entry.point, _ABSENT),
        "ext.emc_momentum": np.where(
            entry.reached[:, None],
            entry.direction / np.abs(helix[:, 2:3]) * np.hypot(1, helix[:, 4:5]),
            _ABSENT,
        ),
        "ext.emc_volume": np.where(entry.reached, 0, -1),
        "ext.emc_path": np.full(len(tracks), _ABSENT),
        "ext.muc_position": np.where(entry.reached[:, None], entry.point * 1.75, _ABSENT),
        "ext.muc_volume": np.where(entry.reached, 0, -1),
    }
    for layer, radius in ((1, TOF1_RADIUS), (2, TOF2_RADIUS)):
        crossing = to_cylinder(helix, radius, TOF_HALF_LENGTH)
        values[f"ext.tof{layer}_position"] = np.where(crossing.reached[:, None], crossing.point, _ABSENT)
        values[f"ext.tof{layer}_volume"] = np.where(crossing.reached, 0, -1)
        values[f"ext.tof{layer}_path"] = np.where(crossing.reached, crossing.path, _ABSENT)
        values[f"ext.tof{layer}"] = np.where(crossing.reached, crossing.path / _CM_PER_NS, _ABSENT)
    return values
