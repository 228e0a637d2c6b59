"""Batches in one file (`.toy.npz`): what `dsl4bes toy` writes and `run` reads.

In: batches and a path; or a path. Out: a zip of `.npy` arrays, block by block, and an iterator of `Batch`
again. Every block is complete in itself, so reading and writing need the memory of one block. The file is
written beside its place and moved there when it is complete. Pickled objects are never read or written.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dsl4bes.events.batch import LINKS, Batch
from dsl4bes.events.columns import BY_NAME, OPTIONAL
from dsl4bes.events.errors import EventFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

SUFFIX = ".toy.npz"
FORMAT = "dsl4bes-events"
VERSION = 1
#: Events per block, as in `dst.CHUNK`.
BLOCK = 2000
_HEADER = "header.json"
_BACKBONE = frozenset({"event", "track", "tof_link"})
#: All that reading a damaged archive raises: unknown compression and (apparent) encryption among it.
_DAMAGE = (
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)
_ADVICE = "write it again with `dsl4bes toy`"


def stored_name(name: str) -> str:
    """The name of a file of events: one that ends in `.toy.npz`, as folders are searched for it (`t`, `t.toy` and `t.npz` give `t.toy.npz`)."""
    if name.endswith(SUFFIX):
        return name
    return name.removesuffix(".npz").removesuffix(".toy") + SUFFIX


def write_events(
    path: str | os.PathLike[str], batches: Iterable[Batch], origin: str = "", block: int = BLOCK
) -> int:
    """Writes all events of `batches` and returns their number; `origin` says how they were made.

    The file appears under its name only when it is complete. Raises `OSError` if it cannot be written.
    """
    name = os.fspath(path)
    partial = f"{name}.{os.getpid()}.part"
    blocks: list[int] = []
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for batch in batches:
                for piece in batch.split(block):
                    _write_block(archive, len(blocks), piece)
                    blocks.append(piece.n_events)
            header = {"format": FORMAT, "version": VERSION, "origin": origin, "blocks": blocks}
            archive.writestr(_member(_HEADER), json.dumps(header, indent=1))
        os.replace(partial, name)
    finally:
        if os.path.exists(partial):
            os.remove(partial)
    return sum(blocks)


def read_events(
    path: str | os.PathLike[str],
    chunk: int = BLOCK,
    needs: AnyCollection[str] | None = None,
    first_event: int = 0,
) -> Iterator[Batch]:
    """The events of a file written by `write_events`, in batches of at most `chunk` events.

    `needs` and `first_event` as in `read_dst`. Raises `EventFileError` for a missing, damaged or foreign
    file.
    """
    name = os.fspath(path)
    wanted = frozenset(BY_NAME) if needs is None else frozenset(needs) | _BACKBONE
    try:
        archive = zipfile.ZipFile(name)
    except FileNotFoundError as error:
        raise EventFileError(name, "no such file", "check the name and the folder") from error
    except _DAMAGE as error:
        raise EventFileError(name, f"damaged or truncated ({error})", _ADVICE) from error
    with archive:
        position = first_event
        for number in range(len(_header(archive, name)["blocks"])):
            batch = _read_block(archive, name, number, wanted, position)
            yield from batch.split(chunk)
            position += batch.n_events


def origin(path: str | os.PathLike[str]) -> str:
    """How the events of a file were made, as its writer said. Raises `EventFileError`."""
    name = os.fspath(path)
    try:
        with zipfile.ZipFile(name) as archive:
            return str(_header(archive, name).get("origin", ""))
    except _DAMAGE as error:
        raise EventFileError(name, f"damaged or truncated ({error})", _ADVICE) from error


def count_stored(path: str | os.PathLike[str]) -> int:
    """The number of events of a file, from its header. Raises `EventFileError`."""
    name = os.fspath(path)
    try:
        with zipfile.ZipFile(name) as archive:
            return int(sum(_header(archive, name)["blocks"]))
    except _DAMAGE as error:
        raise EventFileError(name, f"damaged or truncated ({error})", _ADVICE) from error


def _header(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    try:
        header = json.loads(archive.read(_HEADER))
        known = header["format"] == FORMAT and header["version"] == VERSION
        sound = all(isinstance(size, int) and size >= 0 for size in header["blocks"])
    except _DAMAGE as error:
        raise EventFileError(
            name, "a zip file, but not of events", "give a file made by `dsl4bes toy`"
        ) from error
    if not known or not sound:
        raise EventFileError(name, f"not format {FORMAT} version {VERSION}", _ADVICE)
    return dict(header)


def _write_block(archive: zipfile.ZipFile, number: int, batch: Batch) -> None:
    """Arrays of one block; a column that is constant is kept as one row (many are defaults)."""
    import numpy as np

    for collection, bounds in batch.offsets.items():
        _write_array(archive, f"{number}/{collection}.npy", np.asarray(bounds))
    for column, values in batch.columns.items():
        constant = len(values) > 1 and bool(np.all(values == values[:1]))
        _write_array(archive, f"{number}/{column}.npy", values[:1] if constant else values)


def _write_array(archive: zipfile.ZipFile, member: str, values: Array) -> None:
    import numpy as np

    with archive.open(_member(member), "w", force_zip64=True) as stream:
        np.lib.format.write_array(stream, np.ascontiguousarray(values), allow_pickle=False)


def _member(name: str) -> zipfile.ZipInfo:
    """A member with a fixed date: the same events give the same bytes."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _read_block(
    archive: zipfile.ZipFile, name: str, number: int, wanted: frozenset[str], first_event: int
) -> Batch:
    import numpy as np

    offsets: dict[str, Array] = {}
    columns: dict[str, Array] = {}
    try:
        stored = frozenset(archive.namelist())
        for collection in BY_NAME.values():
            absent = collection.name in OPTIONAL and f"{number}/{collection.name}.npy" not in stored
            if collection.name not in wanted or absent:
                continue
            offsets[collection.name] = _read_array(archive, f"{number}/{collection.name}.npy")
            rows = int(offsets[collection.name][-1])
            for column in collection.columns:
                key = f"{collection.name}.{column.name}"
                values = _read_array(archive, f"{number}/{key}.npy")
                columns[key] = np.repeat(values, rows, axis=0) if len(values) == 1 and rows > 1 else values
        for link, target in LINKS.items():
            if target not in wanted:
                columns[link] = np.full_like(columns[link], -1)
        n_events = len(offsets["event"]) - 1
        batch = Batch.build(n_events, offsets, columns, first_event, name)
        batch.validate()
    except _DAMAGE as error:
        raise EventFileError(name, f"block {number} is damaged ({error})", _ADVICE) from error
    return batch


def _read_array(archive: zipfile.ZipFile, member: str) -> Array:
    import numpy as np

    with archive.open(member) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)
