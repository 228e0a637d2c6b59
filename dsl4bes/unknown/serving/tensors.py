"""Names and shapes of the tensors in safetensors files, from their heads.

In: a file, or a folder of such files. Out: name → shape, or a ValueError or OSError. No number of a tensor is read, and no package is needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

Shapes = Mapping[str, tuple[int, ...]]

_LARGEST_HEAD = 100_000_000  # of the format itself
_LENGTH = 8


def shapes(file: Path) -> Shapes:
    """The tensors of one file."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH), "little")
        if not 0 < length <= min(_LARGEST_HEAD, file.stat().st_size - _LENGTH):
            raise ValueError("it is not a safetensors file")
        try:
            head = json.loads(stream.read(length))
            return {str(name): tuple(map(int, entry["shape"])) for name, entry in head.items() if name != "__metadata__"}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ValueError("the head of the safetensors file is damaged") from None


def shapes_of_folder(folder: Path) -> Shapes:
    """The tensors of all files of a model."""
    found: dict[str, tuple[int, ...]] = {}
    for file in sorted(folder.glob("*.safetensors")):
        found |= shapes(file)
    return found
