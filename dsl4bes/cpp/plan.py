"""What writing a package would change, file by file, with the origin of every changed line.

In: the new texts with their source map, and the texts that are there now with theirs. Out: `Change`s as data.
A line's label is `template`, `model` or `hand` (DESIGN.md section 3): what differs on disk from what was generated is `hand`.
Nothing is read, written or printed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dsl4bes.cpp.sourcemap import labels


class Kind(Enum):
    CREATE, UPDATE, KEEP, REMOVE = "create", "update", "keep", "remove"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line that comes (`+`) or goes (`-`), its number in the file it is of, its origin label and block (empty: the frame)."""

    sign: str
    number: int
    text: str
    label: str
    block: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one file. `lines`: what comes and goes, in order."""

    path: str
    kind: Kind
    lines: tuple[DiffLine, ...] = ()

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """Number of lines by sign and label, sorted."""
        return dict(sorted(Counter((line.sign, line.label) for line in self.lines).items()))


def plan(
    new: Mapping[str, str],
    new_map: Mapping[str, Any],
    old: Mapping[str, str],
    old_map: Mapping[str, Any] | None = None,
    edited: frozenset[str] = frozenset(),
) -> tuple[Change, ...]:
    """The changes from `old` to `new`, by path. Paths are relative to the package's folder, as in the maps.

    `edited`: files whose text on disk is not what was generated; their lines that go count as written by hand.
    """
    changes = []
    for path in sorted({*new, *old}):
        before, after = old.get(path), new.get(path)
        if before == after:
            changes.append(Change(path, Kind.KEEP))
            continue
        kind = Kind.CREATE if before is None else Kind.REMOVE if after is None else Kind.UPDATE
        lines = _difference(path, before or "", after or "", old_map or {}, new_map, path in edited)
        changes.append(Change(path, kind, lines))
    return tuple(changes)


def _difference(
    path: str, before: str, after: str, old_map: Mapping[str, Any], new_map: Mapping[str, Any], edited: bool
) -> tuple[DiffLine, ...]:
    from difflib import SequenceMatcher

    old, new = before.splitlines(), after.splitlines()
    old_origin = _origins(old_map, path, len(old))
    new_origin = _origins(new_map, path, len(new))
    found: list[DiffLine] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for i in range(i1, i2):
            label, block = old_origin[i]
            found.append(DiffLine("-", i + 1, old[i], "hand" if edited else label, block))
        for j in range(j1, j2):
            label, block = new_origin[j]
            found.append(DiffLine("+", j + 1, new[j], label, block))
    return tuple(found)


def _origins(source_map: Mapping[str, Any], path: str, count: int) -> list[tuple[str, str]]:
    """Label and block of every line."""
    blocks = [""] * count
    runs = source_map.get("lines", {}).get(path, [])
    for number, (first, origin) in enumerate(runs):
        last = min(runs[number + 1][0] if number + 1 < len(runs) else count + 1, count + 1)
        if origin >= 0:
            blocks[first - 1 : last - 1] = [source_map["origins"][origin]["block"]] * max(0, last - first)
    return list(zip(labels(source_map, path, count), blocks, strict=True))
