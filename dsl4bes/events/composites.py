"""What a DST says about the event as a whole: primary vertex, trigger, and which hits belong to whom.

In: open branches of `TEvtRecObject`, `TTrigEvent` and `EventNavigator`. Out: the columns of `primary_vertex`,
`primary_track`, `trigger`, `mdc_match` and `emc_match`. Read only when asked for: single objects are decoded by
awkward, which is slow. No public file has a trigger; a branch that cannot be decoded counts as absent, with a warning.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from dsl4bes.events.batch import event_of_row, offsets_from_counts
from dsl4bes.events.columns import BY_NAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.events.baskets import Rows

    Array = NDArray[Any]

#: Read by this module.
SINGLE = ("primary_vertex", "trigger")
MATCHES = ("mdc_match", "emc_match")
COMPOSITES = frozenset({*SINGLE, *MATCHES, "primary_track"})


def add_single(
    name: str, branch: Any, first: int, last: int, offsets: dict[str, Array], columns: dict[str, Array]
) -> None:
    """The collection `name`, one row per event, of entries `first` to `last`; with the vertex its track list."""
    import awkward as ak
    import numpy as np
    import uproot

    undecodable = (
        uproot.DeserializationError,
        AttributeError,
        LookupError,
        NotImplementedError,
        TypeError,
        ValueError,
    )
    try:
        entries = branch.array(entry_start=first, entry_stop=last, library="ak")
        found = {column: _numbers(name, column, entries) for column in _members(name, entries)}
        tracks = entries["m_trackIdList"] if name == "primary_vertex" else None
    except undecodable as error:  # a class that uproot or awkward do not know
        warnings.warn(
            f"{branch.name}: not decoded ({type(error).__name__}: {error}), taken as absent", stacklevel=2
        )
        return
    offsets[name] = np.arange(last - first + 1, dtype=np.int64)
    columns.update({f"{name}.{column}": values for column, values in found.items()})
    if tracks is not None:
        offsets["primary_track"] = offsets_from_counts(ak.to_numpy(ak.num(tracks)))
        columns["primary_track.id"] = ak.to_numpy(ak.flatten(tracks))


def _members(name: str, entries: Any) -> list[str]:
    """The columns of the collection that the class has."""
    import awkward as ak

    fields = ak.fields(entries)
    return [column.name for column in BY_NAME[name].columns if column.dst[0] in fields]


def _numbers(name: str, column: str, entries: Any) -> Array:
    import awkward as ak
    import numpy as np

    declared = next(c for c in BY_NAME[name].columns if c.name == column)
    values = np.asarray(ak.to_numpy(entries[declared.dst[0]]))
    if declared.name == "error":  # a vertex covariance is stored as the upper triangle by rows
        full = np.zeros((len(values), 3, 3))
        row, place = np.triu_indices(3)
        full[:, row, place] = full[:, place, row] = values.reshape(len(values), 6)
        values = full
    return values.reshape(len(values), declared.width) if declared.width > 1 else values


def add_matches(
    name: str, rows: Rows, shower_cells: Rows | None, offsets: dict[str, Array], columns: dict[str, Array]
) -> None:
    """`mdc_match` or `emc_match` from the stored pairs, one per common hit (`key` particle, `val` track or shower).

    `shower_cells` are the rows of the showers; pairs with a shower that is not among them are left out.
    """
    import numpy as np

    bounds = np.asarray(rows.offsets, np.int64)
    events = len(bounds) - 1
    event = event_of_row(bounds)
    particle, partner = (np.asarray(rows.members.get(m, np.zeros(0)), np.int64) for m in ("key", "val"))
    pairs, hits = np.unique(np.stack([event, particle, partner], axis=1), axis=0, return_counts=True)
    if name == "emc_match":
        place = _shower_places(pairs[:, 0], pairs[:, 2], shower_cells)
        pairs = np.column_stack([pairs[:, :2], place])[place >= 0]
        hits = hits[place >= 0]
    offsets[name] = offsets_from_counts(np.bincount(pairs[:, 0], minlength=events))
    target = BY_NAME[name].columns[1].name
    columns.update({f"{name}.mc": pairs[:, 1], f"{name}.{target}": pairs[:, 2], f"{name}.hits": hits})


def _shower_places(event: Array, cell: Array, showers: Rows | None) -> Array:
    """The position within the event of the shower with that cell; -1 if there is none."""
    import numpy as np

    if showers is None or "m_cellId" not in showers.members or not len(event):
        return np.full(len(event), -1, np.int64)
    bounds = np.asarray(showers.offsets, np.int64)
    owner = event_of_row(bounds)
    known = (owner << 32) + (np.asarray(showers.members["m_cellId"], np.int64) & 0xFFFFFFFF)
    wanted = (event << 32) + (cell & 0xFFFFFFFF)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1) if len(known) else None
    if at is None:
        return np.full(len(event), -1, np.int64)
    row = order[at]
    return np.where(known[row] == wanted, row - bounds[owner[row]], -1)
