"""What the muon counter measures: how deep a track goes into the iron.

In: found tracks and where they enter the calorimeter. Out: which have a record, and the columns of `muc`.
Muons lose energy steadily and go as deep as their momentum allows; hadrons shower and stop early, a few go
through. No hit is simulated; depth, layers and hits are drawn together so that they agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsl4bes.events.toy.geometry import Crossing, momentum_of
from dsl4bes.events.toy.tracking import Tracks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rng = np.random.Generator

#: Muons below this momentum (GeV) stop before the iron (NIM A 614 (2010) 345: cut-off 0.4 GeV).
_CUT_OFF = 0.4
#: Depth (cm) of muons: 56 cm of iron in the barrel; 1 GeV is stopped by about 40 cm of it.
_DEPTH_PER_GEV, _DEEPEST, _DEPTH_WIDTH = 62.0, 52.0, 3.0
#: Hadrons that leave hits at all, and the mean of their exponential depth (cm).
_PUNCH_THROUGH, _HADRON_DEPTH = 0.45, 8.0
#: Iron and gap between two layers (cm).
_LAYER = 6.5
#: Depth of a record without hits, as the files have it.
NO_DEPTH = -9.9


def measure(rng: Rng, tracks: Tracks, entry: Crossing) -> tuple[NDArray[np.bool_], dict[str, Any]]:
    """Which tracks have a record, and the columns of `muc` for all tracks."""
    import numpy as np

    count = len(tracks)
    size = np.linalg.norm(momentum_of(tracks.true_helix), axis=1)
    seen = entry.reached & (size > _CUT_OFF) & (tracks.hypothesis != 0)
    muon = tracks.hypothesis == 1
    steady = _DEPTH_PER_GEV * (size - _CUT_OFF) + _DEPTH_WIDTH * rng.standard_normal(count)
    early = rng.exponential(_HADRON_DEPTH, count)
    depth = np.clip(np.where(muon, steady, np.minimum(early, np.abs(steady))), 0.0, _DEEPEST)
    hit = muon | (rng.uniform(size=count) < _PUNCH_THROUGH)
    depth = np.where(hit, depth, NO_DEPTH)
    layers = np.where(hit, (np.maximum(depth, 0) / _LAYER).astype(int) + 1, 0)
    hits = layers + rng.binomial(layers, 0.2)
    end = np.abs(entry.point[:, 2]) > 120
    last = np.where(hit, layers - 1, -1)
    dof = np.maximum(layers - 3, 0)
    values = {
        "muc.status": np.where(layers > 3, 1, -1),
        "muc.end_part": np.where(hit, np.where(end, np.where(entry.point[:, 2] > 0, 0, 2), 1), -1),
        "muc.start_part": np.full(count, -1),
        "muc.barrel_last_layer": np.where(end, -1, last),
        "muc.endcap_last_layer": np.where(end, last, -1),
        "muc.hits": hits,
        "muc.layers": layers,
        "muc.max_hits": np.where(hit, 1 + (hits > layers), 0),
        "muc.depth": depth,
        "muc.dof": dof,
        "muc.chi2": np.where(dof > 0, rng.chisquare(np.maximum(dof, 1)), 0.0),
        "muc.position": np.where(entry.reached[:, None], entry.point * 1.8, 0.0),
        "muc.momentum": np.where(entry.reached[:, None], entry.direction * size[:, None] * 0.7, 0.0),
        "muc.distance": np.where(hit, 5.0 * rng.standard_normal(count), -999.0),
    }
    return seen, values
