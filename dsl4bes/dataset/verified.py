"""What was found out about an answer, kept so that a build that was stopped goes on where it was.

In: digests of what was run. Out: what is wrong with it, empty if nothing. A line of JSON for each, appended at once; the half line of an interruption is left out. Nothing is believed that is not under the digest of all that it depends on, and nothing is kept that a busy machine decided.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path


class Undecided(Exception):
    """Raised by what finds out about an answer, with words: it came to no end, and may on another day."""


class Verified:
    """The file of a build; None: nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()
        self.ran = 0
        if path is not None and path.exists():
            content = path.read_bytes().decode("utf-8", "replace")
            for line in content.split("\n")[:-1]:
                try:
                    entry = json.loads(line)
                    self._known[str(entry["digest"])] = str(entry["wrong"])
                except (ValueError, KeyError, TypeError):
                    continue  # of another build or cut off: it is found out anew
            if not content.endswith("\n") and content:
                path.write_bytes(content[: content.rfind("\n") + 1].encode())

    def ask(self, digest: str, find: Callable[[], str]) -> str:
        """What is wrong, found now if it is not known. What is `Undecided` is wrong this time, and not kept."""
        with self._lock:
            if digest in self._known:
                return self._known[digest]
        try:
            wrong, decided = find(), True
        except Undecided as words:
            wrong, decided = str(words), False
        with self._lock:
            self.ran += 1
            if not decided:
                return wrong
            self._known[digest] = wrong
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"digest": digest, "wrong": wrong}, ensure_ascii=False) + "\n")
        return wrong
