"""The folder of a program's fits: which of its files are ours.

In: a folder, names. Out: which of them somebody else made or changed; a record of what was made (`.dsl4bes.json`: name → SHA-256), written with every fit that has ended, and when the work is done or stops. No file is removed here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

RECORD = ".dsl4bes.json"


class Kept:
    """The files of one folder, which is made if it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._record: dict[str, str] = {}
        try:
            found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            self._record = {str(name): str(digest) for name, digest in found.items()}
        except (OSError, ValueError, AttributeError):
            self._record = {}  # no record: every file is somebody else's

    def foreign(self, names: Sequence[str]) -> list[str]:
        """Those that are there and are not as we left them."""
        return [name for name in names if os.path.lexists(self.folder / name) and self._record.get(name) != _digest(self.folder / name)]

    def add(self, files: Iterable[Path]) -> None:
        """Take up what was just made; the record is written at once, so that whoever ends the command between two fits does not make the files of the first one somebody else's."""
        self._record |= {file.name: _digest(file) for file in files}
        self._write()

    def __enter__(self) -> Kept:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._write()

    def _write(self) -> None:
        place = self.folder / f"{RECORD}.tmp"
        place.write_text(json.dumps(self._record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(place, self.folder / RECORD)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
