"""Baskets of one branch of a DST file, decoded into flat NumPy arrays.

In: an uproot branch and the decoder of its class. Out: `Rows` (rows per event and one array per member) of
entries. The decoding is pybes3's and uproot-custom's C++; awkward's concatenation and packing are left out,
and decoders are kept from file to file as long as the files' class descriptions are the same bytes, which
is what makes many small files fast. No member is selected by meaning and no event is built here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Decode = Callable[[Any], "Rows"]  #: from a basket


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of consecutive entries: `offsets` (entries + 1), `members[name]` (rows, ...); a list of lists is
    `Jagged`."""

    offsets: NDArray[np.int64]
    members: Mapping[str, Array | Jagged]

    @property
    def entries(self) -> int:
        return len(self.offsets) - 1

    def slice(self, first: int, last: int) -> Rows:
        """Entries `first` to `last` of these."""
        if first == 0 and last == self.entries:
            return self
        bounds = self.offsets[first : last + 1]
        begin, end = int(bounds[0]), int(bounds[-1])
        return Rows(bounds - begin, {name: take(values, begin, end) for name, values in self.members.items()})


@dataclass(frozen=True, slots=True)
class Jagged:
    """A list per row: row i owns `content[offsets[i]:offsets[i + 1]]`."""

    offsets: NDArray[np.int64]
    content: Array

    def slice(self, begin: int, end: int) -> Jagged:
        bounds = self.offsets[begin : end + 1]
        return Jagged(bounds - bounds[0], self.content[int(bounds[0]) : int(bounds[-1])])


def take(values: Array | Jagged, begin: int, end: int) -> Array | Jagged:
    """Rows `begin` to `end` of a member."""
    return values.slice(begin, end) if isinstance(values, Jagged) else values[begin:end]


def join(parts: list[Rows]) -> Rows:
    """Rows of consecutive baskets as one."""
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    # a basket without a single row may lack the members: its class was never written
    names = max((part.members for part in parts), key=len)
    full = [part for part in parts if len(part.members) == len(names)]
    members: dict[str, Array | Jagged] = {}
    for name in names:
        pieces = [part.members[name] for part in full]
        jagged = [piece for piece in pieces if isinstance(piece, Jagged)]
        flat = [piece for piece in pieces if not isinstance(piece, Jagged)]
        members[name] = (
            Jagged(_chain([j.offsets for j in jagged]), np.concatenate([j.content for j in jagged]))
            if jagged
            else np.concatenate(flat)
        )
    return Rows(_chain([part.offsets for part in parts]), members)


def _chain(offsets: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Offsets of lists laid end to end."""
    import numpy as np

    steps = np.concatenate([np.diff(part) for part in offsets])
    chained = np.zeros(len(steps) + 1, np.int64)
    np.cumsum(steps, out=chained[1:])
    return chained


class Branch:
    """One branch of an open file, read entry range by entry range; only baskets that are still needed are
    held."""

    def __init__(self, branch: Any, decode: Decode) -> None:
        self._branch = branch
        self._decode = decode
        self._starts = [int(start) for start in branch.entry_offsets]
        self._held: dict[int, Rows] = {}

    def read(self, first: int, last: int) -> Rows:
        """Entries `first` to `last`, which must not go back behind an earlier call."""
        parts = []
        held: dict[int, Rows] = {}
        for number, (start, stop) in enumerate(zip(self._starts, self._starts[1:], strict=False)):
            if stop <= first or start >= last:
                continue
            rows = self._held.get(number)
            if rows is None:
                rows = self._decode(self._branch.basket(number))
                if rows.entries != stop - start:
                    raise ValueError(
                        f"{self._branch.name}: {rows.entries} of {stop - start} entries in a basket"
                    )
            held[number] = rows
            parts.append(rows.slice(max(first, start) - start, min(last, stop) - start))
        self._held = held
        return join(parts)


class Decoders:
    """Decoders by branch path, kept while files describe their classes with the same bytes."""

    _kept: ClassVar[dict[bytes, dict[str, Decode]]] = {}

    def __init__(self, file: Any) -> None:
        self._decoders = self._kept.setdefault(_class_digest(file), {})

    def get(self, path: str, branch: Any) -> Decode:
        """The decoder of the branch at `path` (`TDstEvent/m_mdcTrackCol`)."""
        decode = self._decoders.get(path)
        if decode is None:
            decode = self._decoders[path] = _make_decoder(branch)
        return decode


def _class_digest(file: Any) -> bytes:
    """SHA-256 of the compressed class descriptions (streamer infos) of a file, without its key (which has a
    date)."""
    import hashlib

    begin, size = int(file._fSeekInfo), int(file._fNbytesInfo)
    record = bytes(file.source.chunk(begin, begin + size).raw_data)
    key_length = int.from_bytes(record[14:16], "big")
    return hashlib.sha256(record[key_length:]).digest()


def _make_decoder(branch: Any) -> Decode:
    from uproot_custom import AsCustom

    interpretation = branch.interpretation
    if isinstance(interpretation, AsCustom):
        return _list_decoder(interpretation.factory)
    dtype = getattr(interpretation, "from_dtype", None)
    if dtype is None:
        raise ValueError(f"{branch.name}: unexpected class {interpretation!r}")
    return _fixed_decoder(branch.name, dtype)


def _fixed_decoder(name: str, dtype: Any) -> Decode:
    """One number or one object of fixed size per entry."""
    import numpy as np

    record = np.dtype(dtype)

    def decode(basket: Any) -> Rows:
        values = np.frombuffer(basket.data, dtype=record)
        fields = record.names
        members = {field: values[field] for field in fields} if fields else {name: values}
        return Rows(np.arange(len(values) + 1, dtype=np.int64), members)

    return decode


def _list_decoder(factory: Any) -> Decode:
    """A list of objects per entry (TObjArray), as pybes3 decodes it."""
    import numpy as np
    from uproot_custom.readers.cpp import read_data

    def decode(basket: Any) -> Rows:
        reader = factory.build_cpp_reader()
        raw = read_data(basket.data, basket.byte_offsets, basket.member("fKeylen"), reader)
        content = factory.make_awkward_content(raw)
        offsets = np.asarray(content.offsets, dtype=np.int64)
        return Rows(offsets, _members(content.content))

    return decode


def _members(record: Any) -> dict[str, Array | Jagged]:
    """The members of a RecordArray layout; strings and lists of objects are left out."""
    import numpy as np

    members: dict[str, Array | Jagged] = {}
    for name in getattr(record, "fields", ()):
        layout = record.content(name)
        inner = layout
        while inner.is_regular:  # arrays of fixed size, matrices included, become one row of numbers
            inner = inner.content
        if inner.is_numpy:
            members[name] = inner.data if inner is layout else inner.data.reshape(len(layout), -1)
        elif inner is layout and layout.is_list and layout.content.is_numpy and not layout.parameters:
            members[name] = Jagged(np.asarray(layout.offsets, np.int64), layout.content.data)
    return members
