"""DST files (ROOT, written by BOSS) as batches of flat columns.

In: the path of one file, the collections that are needed, how many events at a time. Out: an iterator of
`Batch`. A file that cannot be read raises `EventFileError`. Memory is that of one chunk, not of the file.
Links are positions, as in the file; links into a collection that was not asked for become -1. `m_npi0` and
`m_neta` are never read (uninitialised memory in real files). No file name is expanded here, and no event is
judged.
"""

from __future__ import annotations

import os
from collections.abc import Collection as AnyCollection
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dsl4bes.events.batch import LINKS, Batch, BatchError
from dsl4bes.events.columns import BY_NAME, COLLECTIONS, Collection, Column
from dsl4bes.events.composites import COMPOSITES, MATCHES, SINGLE, add_matches, add_single
from dsl4bes.events.errors import EventFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.events.baskets import Branch, Rows

    Array = NDArray[Any]

#: Events per batch: about 20 kB an event, so a batch stays near 40 MB.
CHUNK = 2000
#: Always read: the rest is found through them.
BACKBONE = frozenset({"event", "track", "tof_link"})
ALL = frozenset(collection.name for collection in COLLECTIONS)
#: Read if nobody says what is needed: single objects take longer to decode than all the rest and must be
#: named.
DEFAULT = ALL - {*SINGLE, "primary_track"}

_EVENT_SUMMARY = "TEvtRecObject/m_evtRecEvent"
_TRACKS = "TEvtRecObject/m_evtRecTrackCol"
_NOT_A_DST = "give a DST file written by BOSS (tree 'Event' with TEvtRecObject and TDstEvent)"
_COPY_AGAIN = "copy or produce it again"


def read_dst(
    path: str | os.PathLike[str],
    chunk: int = CHUNK,
    needs: AnyCollection[str] | None = None,
    first_event: int = 0,
    entries: tuple[int, int] | None = None,
) -> Iterator[Batch]:
    """The events of one DST file in batches of at most `chunk` events.

    `needs` names the collections to fill (default: all but primary vertex and trigger; `event` and `track`
    always are); `first_event` is the index of the file's first event in the run; `entries` limits to a range
    of the file's events (the second is exclusive). Raises `EventFileError` for a missing, truncated or foreign file.
    """
    name = os.fspath(path)
    wanted = DEFAULT if needs is None else frozenset(needs) | BACKBONE
    if wanted - ALL:
        raise ValueError(f"no such collection: {', '.join(sorted(wanted - ALL))}")
    if chunk < 1:
        raise ValueError(f"a batch holds at least one event, not {chunk}")
    with _open(name) as file:
        try:
            tree, branches = _branches(file, name)
            reader = _Reader(name, tree, branches, wanted)
            first, last = (0, reader.entries) if entries is None else entries
            last = min(last, reader.entries)
            starts = range(first, last, chunk)
        except EventFileError:
            raise
        except Exception as error:  # a damaged file fails anywhere inside uproot, with any exception
            raise _damaged(name, error) from error
        for start in starts:
            try:
                batch = reader.batch(start, min(start + chunk, last), first_event + start)
            except Exception as error:  # as above: baskets are decoded here
                raise _damaged(name, error) from error
            yield batch


def count_events(path: str | os.PathLike[str]) -> int:
    """The number of events of one DST file, without reading them. Raises `EventFileError`."""
    name = os.fspath(path)
    with _open(name) as file:
        return int(_event_tree(file, name).num_entries)


def _damaged(name: str, error: Exception) -> EventFileError:
    reason = str(error).strip().splitlines()
    text = reason[0] if reason else type(error).__name__
    return EventFileError(name, f"damaged or not a DST ({type(error).__name__}: {text[:200]})", _COPY_AGAIN)


def _open(name: str) -> Any:
    """The open ROOT file; says what is wrong with it before uproot would fail in its own words."""
    try:
        import pybes3  # noqa: F401  (registers the interpretations of the BES classes)
        import uproot
    except ImportError as error:
        reason = f"DST files need a package that is missing ({error.name})"
        raise EventFileError(name, reason, "pip install 'dsl4bes[run]'") from error
    check_head(name)
    try:
        return uproot.open(name, handler=uproot.MemmapSource)
    except Exception as error:  # uproot's own errors for damaged headers are of many kinds
        raise _damaged(name, error) from error


def check_head(name: str) -> None:
    """Raise `EventFileError` if the file is not there, is empty or truncated, or is no ROOT file; only its first bytes are read."""
    if not os.path.exists(name):
        raise EventFileError(name, "no such file", "check the name and the folder")
    if not os.path.isfile(name):
        raise EventFileError(name, "not a file", "give a file, or a folder that holds *.dst files")
    try:
        with open(name, "rb") as stream:
            head = stream.read(20)
    except OSError as error:
        raise EventFileError(name, f"cannot be opened ({error.strerror})", "check its permissions") from error
    if not head:
        raise EventFileError(name, "the file is empty", _COPY_AGAIN)
    if head[:4] != b"root" or len(head) < 20:
        raise EventFileError(name, "not a ROOT file", _NOT_A_DST)
    declared, size = _declared_size(head), os.path.getsize(name)
    if size < declared:
        raise EventFileError(name, f"truncated: {size} of {declared} bytes", _COPY_AGAIN)


def _declared_size(head: bytes) -> int:
    """The end of a ROOT file as its header has it: 32 bits, or 64 in large files (version from 1000000)."""
    large = int.from_bytes(head[4:8], "big") >= 1_000_000
    return int.from_bytes(head[12:20] if large else head[12:16], "big")


def _event_tree(directory: Any, name: str) -> Any:
    import uproot

    try:
        tree = directory["Event"]
    except uproot.KeyInFileError as error:
        trees = ", ".join(sorted({key.split(";")[0] for key in directory.iterkeys()})) or "nothing"
        raise EventFileError(name, f"no tree 'Event' (the file holds {trees})", _NOT_A_DST) from error
    except Exception as error:  # a damaged tree
        raise _damaged(name, error) from error
    if not isinstance(tree, uproot.TTree):
        raise EventFileError(name, "'Event' is not a tree", _NOT_A_DST)
    return tree


def _branches(directory: Any, name: str) -> tuple[Any, dict[str, Any]]:
    """The tree and its branches by path `parent/child`."""
    tree = _event_tree(directory, name)
    branches = {f"{parent.name}/{child.name}": child for parent in tree.branches for child in parent.branches}
    for needed in (_TRACKS, _EVENT_SUMMARY, "TEvtHeader/m_runId"):
        if needed not in branches:
            raise EventFileError(name, f"branch {needed} is missing", _NOT_A_DST)
    return tree, branches


class _Reader:
    """The needed branches of an open file, turned into batches range by range."""

    def __init__(self, name: str, tree: Any, branches: dict[str, Any], wanted: frozenset[str]) -> None:
        from dsl4bes.events.baskets import Branch, Decoders

        self._name = name
        self.entries = int(tree.num_entries)
        decoders = Decoders(tree.file)

        def reader(path: str) -> Branch:
            return Branch(branches[path], decoders.get(path, branches[path]))

        self._lists: list[tuple[Collection, Branch]] = []
        for collection in COLLECTIONS:
            listed = collection.name in wanted - COMPOSITES - {"event", "tof_link"}
            if listed and collection.branch in branches:
                self._lists.append((collection, reader(collection.branch)))
        self._header = {
            member: reader(f"TEvtHeader/{member}")
            for member in ("m_runId", "m_eventId", "m_time", "m_eventTag", "m_flag1", "m_flag2")
            if f"TEvtHeader/{member}" in branches
        }
        self._summary = reader(_EVENT_SUMMARY)
        present = {name for name in wanted & COMPOSITES if BY_NAME[name].branch in branches}
        self._single = {name: branches[BY_NAME[name].branch] for name in SINGLE if name in present}
        self._matches = {name: reader(BY_NAME[name].branch) for name in MATCHES if name in present}

    def batch(self, first: int, last: int, first_event: int) -> Batch:
        offsets: dict[str, Array] = {}
        columns: dict[str, Array] = dict(self._event_columns(first, last))
        showers: Rows | None = None
        for collection, branch in self._lists:
            rows = branch.read(first, last)
            offsets[collection.name] = rows.offsets
            _fill(collection, rows, columns)
            if collection.name == "track":
                _fill_tof_links(rows, offsets, columns)
            if collection.name == "emc":
                showers = rows
        for name, single in self._single.items():
            add_single(name, single, first, last, offsets, columns)
        for name, pairs in self._matches.items():
            add_matches(name, pairs.read(first, last), showers, offsets, columns)
        _drop_links(columns, frozenset(offsets))
        batch = Batch.build(last - first, offsets, columns, first_event, self._name)
        try:
            batch.validate()
        except BatchError as error:
            raise EventFileError(self._name, f"inconsistent content ({error})", _COPY_AGAIN) from error
        return batch

    def _event_columns(self, first: int, last: int) -> Iterator[tuple[str, Array]]:
        members: dict[str, Any] = dict(self._summary.read(first, last).members)
        for member, branch in self._header.items():
            members[member] = branch.read(first, last).members[member]
        for column in COLLECTIONS[0].columns:
            if column.dst[0] in members:
                yield f"event.{column.name}", members[column.dst[0]]


def _fill(collection: Collection, rows: Rows, columns: dict[str, Array]) -> None:
    """The columns of a collection from the members of its rows; a missing member leaves the default."""
    count = int(rows.offsets[-1])
    for column in collection.columns:
        if all(member in rows.members for member in column.dst):
            columns[f"{collection.name}.{column.name}"] = _values(column, rows, count)


def _values(column: Column, rows: Rows, count: int) -> Array:
    import numpy as np

    if len(column.dst) == 1:
        read = rows.members[column.dst[0]]
        if not column.order:
            return read  # type: ignore[return-value]
        return np.asarray(read).reshape(count, column.width)[:, column.order]
    values = np.empty((count, column.width), column.dtype)
    step = column.width // len(column.dst)
    for place, member in enumerate(column.dst):
        values[:, place * step : (place + 1) * step] = np.asarray(rows.members[member]).reshape(count, step)
    return values


def _fill_tof_links(rows: Rows, offsets: dict[str, Array], columns: dict[str, Array]) -> None:
    """The jagged `m_tofTrackIds` as the collection `tof_link` and each track's range in it."""
    import numpy as np

    from dsl4bes.events.baskets import Jagged
    from dsl4bes.events.batch import event_of_row

    links = rows.members.get("m_tofTrackIds")
    if not isinstance(links, Jagged):
        return
    offsets["tof_link"] = links.offsets[rows.offsets]
    counts = np.diff(links.offsets)
    first = links.offsets[:-1] - offsets["tof_link"][event_of_row(rows.offsets)]
    columns["tof_link.tof"] = links.content
    columns["track.tof_count"] = counts
    columns["track.tof_first"] = np.where(counts > 0, first, -1)


def _drop_links(columns: dict[str, Array], present: frozenset[str]) -> None:
    """Links into collections that were not read become -1, so that nobody follows them."""
    import numpy as np

    for link, target in LINKS.items():
        if target not in present and link in columns:
            columns[link] = np.full_like(columns[link], -1)
