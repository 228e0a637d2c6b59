"""Chunks as bytes and back, without anything that could run: plain arrays (NPZ) and a description in JSON.

In: chunks, made of the data classes named here, arrays, numbers, texts and containers of these. Out: bytes, or equal chunks. A new field of a known
class is packed with the others; what is not known is an error and never left out.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import fields
from typing import Any

from dsl4bes.run.cutflow import CutCounter, Slot
from dsl4bes.run.results import Chunk, CrossCheck, Histogram, Jagged, Records, Table
from dsl4bes.run.systematics import Tally, VariedChunk
from dsl4bes.run.truth import TruthCount

_CLASSES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Chunk, CrossCheck, CutCounter, Histogram, Jagged, Records, Slot, Table, Tally, TruthCount, VariedChunk)
}
_CONTAINERS: dict[str, Any] = {"tuple": tuple, "dict": dict, "Counter": Counter}


def packed(chunks: list[Chunk]) -> bytes:
    """Chunks as the bytes of one NPZ. Raises `TypeError` for what is not known here."""
    import numpy as np

    arrays: dict[str, Any] = {}
    description = json.dumps(_described(chunks, arrays)).encode()
    stream = io.BytesIO()
    np.savez_compressed(stream, description=np.frombuffer(description, np.uint8), **arrays)
    return stream.getvalue()


def unpacked(content: bytes) -> list[Chunk]:
    """The chunks that were packed."""
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        chunks: list[Chunk] = _made(json.loads(arrays["description"].tobytes()), arrays)
        return chunks


def _described(value: Any, arrays: dict[str, Any]) -> Any:
    """A value as JSON: lists and plain values as they are, everything else as `{kind: content}`."""
    import numpy as np

    if value is None or isinstance(value, (bool, int, float, str)):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = np.ascontiguousarray(value)
        return {"array": name}
    if isinstance(value, list):
        return [_described(each, arrays) for each in value]
    kind = type(value).__name__
    if _CONTAINERS.get(kind) is type(value):
        items = list(value.items()) if isinstance(value, dict) else list(value)
        return {kind: [_described(list(each) if isinstance(value, dict) else each, arrays) for each in items]}
    if _CLASSES.get(kind) is type(value):
        return {kind: {each.name: _described(getattr(value, each.name), arrays) for each in fields(value)}}
    raise TypeError(f"a piece of a run holds a {kind}, which cannot be kept")


def _made(described: Any, arrays: Any) -> Any:
    if isinstance(described, list):
        return [_made(each, arrays) for each in described]
    if not isinstance(described, dict):
        return described
    ((kind, content),) = described.items()
    if kind == "array":
        return arrays[content]
    if kind in _CLASSES:
        return _CLASSES[kind](**{name: _made(each, arrays) for name, each in content.items()})
    return _CONTAINERS[kind](dict(_made(content, arrays)) if kind != "tuple" else _made(content, arrays))
