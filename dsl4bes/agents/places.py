"""Which files an agent may name: programs below one folder, and nothing else.

In: the folder that the server was started with, and paths. Out: texts, and a loader for included files that stays below the folder, links resolved. Without a folder no path is looked at: only shipped
fragments can be included.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dsl4bes.agents.refused import NotAllowed
from dsl4bes.constructs.bodies import Bodies
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Folders, Loaded, Loader, Refused, shipped
from dsl4bes.syntax.reader import read_source

#: Characters of a program; the largest selections have 30,000.
MAX_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Inside:
    """Included files below `root` (a real path); whatever leads out of it is as if it were not there."""

    root: str

    def load(self, path: str, includer: str) -> Loaded | Refused:
        found = Folders(self.root).load(path, includer)
        if isinstance(found, Refused) or found.source.name.startswith("<"):
            return Refused() if isinstance(found, Refused) and os.path.isabs(path) else found
        return found if within(self.root, found.source.name) else Refused(message=f"`{path}` is not below the folder of the server")

    def identity(self, name: str) -> str:
        return name if name.startswith("<") else os.path.realpath(name)


def within(root: str, path: str) -> bool:
    """Whether a path, links resolved, is below a real folder."""
    real = os.path.realpath(path)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


@dataclass(frozen=True, slots=True)
class Given:
    """A program that was given: its source, what finds included files, the accepted code of its blocks, the folder it lies in (empty: none)."""

    source: SourceFile
    loader: Loader
    bodies: Bodies | None
    folder: str


def given(text: str, path: str, root: str) -> Given:
    """The program of a request: a text, or a file below the folder. Raises `NotAllowed`."""
    if bool(text.strip()) == bool(path):
        raise NotAllowed("give either `text` or `path`")
    if text:
        if len(text) > MAX_TEXT:
            raise NotAllowed(f"`text` has more than {MAX_TEXT:,} characters")
        return Given(SourceFile("program.bes", text), shipped(), None, "")
    return _file(path, root)


def _file(path: str, root: str) -> Given:
    from dsl4bes.unknown.beside import Beside

    if not root:
        raise NotAllowed("this server reads no files: give the program as `text`, or start it with `dsl4bes mcp --root FOLDER`")
    place = os.path.join(root, path)
    if "\0" in path or not path.endswith(".bes") or not within(root, place):
        raise NotAllowed(f"`{path[:200]}` is no program (`*.bes`) below the folder of the server")
    real = os.path.realpath(place)
    bag = Bag()
    if not os.path.isfile(real) or os.path.getsize(real) > 4 * MAX_TEXT:
        raise NotAllowed(f"`{path[:200]}` is not there, or is no file of at most {4 * MAX_TEXT:,} bytes")
    source = read_source(real, bag)
    if source is None:
        raise NotAllowed(f"`{path[:200]}` cannot be read: {next((item.message for item in bag), 'it is no text')}")
    lock = f"{real}.lock"
    if os.path.lexists(lock) and not within(root, lock):
        raise NotAllowed(f"the lock file of `{path[:200]}` leads out of the folder of the server")
    bodies = Beside(real) if os.path.isfile(lock) else None
    return Given(source, Inside(root), bodies, os.path.dirname(real))
