"""The folder that a page may see: programs opened and saved below it, event files found in it.

In: paths relative to the folder, as a page sends them. Out: texts with the digest of what is on disk, paths of events. Whatever leads out of the folder, by `..` or by a link, is refused.
A file is replaced only by whoever knows what is in it now (its digest); a new one is made only where none is. Files are written beside their place and moved there. Nothing else is written.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dsl4bes.atomic import write_whole
from dsl4bes.diagnostics.model import Bag
from dsl4bes.events.sources import EVENT_SUFFIXES
from dsl4bes.syntax.includes import ENDING, SHIPPED, Folders, Loaded, Refused
from dsl4bes.syntax.reader import decode

MAX_LISTED, MAX_DEPTH, _MAX_SEEN = 300, 6, 20_000
_MAX_BYTES = 4_000_000


class FolderError(Exception):
    """What a page asked for cannot be had; the text says why."""


class Missing(FolderError):
    """There is no such file."""


class Changed(FolderError):
    """On disk is something else than the page thinks. `digest` is that of what is there now, empty if nothing is."""

    def __init__(self, words: str, digest: str) -> None:
        super().__init__(words)
        self.digest = digest


@dataclass(frozen=True, slots=True)
class Opened:
    """A program: its text with `\\n` at line ends, how they are on disk, and the digest of its bytes."""

    path: str
    text: str
    digest: str
    crlf: bool = False


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, its path without links."""

    path: Path

    @classmethod
    def at(cls, folder: str) -> Root:
        return cls(Path(os.path.realpath(folder)))

    def inside(self, path: str) -> Path:
        """The real place of a path below the folder; raises `FolderError`."""
        if not path or len(path) > 1000 or any(ord(c) < 32 or ord(c) == 127 for c in path):
            raise FolderError("that is no name of a file")
        if os.path.isabs(path) or "\\" in path or ".." in path.split("/"):
            raise FolderError(f"`{path}` is not below the folder of this studio")
        real = Path(os.path.realpath(self.path / path))
        if not self.holds(real):
            raise FolderError(f"`{path}` is not below the folder of this studio")
        return real

    def holds(self, real: Path) -> bool:
        """Whether a path without links is the folder or below it."""
        return real == self.path or self.path in real.parents

    def open(self, path: str) -> Opened:
        """A program; raises `FolderError` if it cannot be read or is no text."""
        data = _read(self._program(path), path)
        bag = Bag()
        source = decode(path, data, bag)
        if source is None:
            raise FolderError("; ".join(item.message for item in bag))
        text = source.text
        return Opened(path, text.replace("\r\n", "\n"), digest_of(data), bool(text) and text.count("\r\n") == text.count("\n") > 0)

    def save(self, path: str, text: str, digest: str, crlf: bool = False) -> str:
        """Write a program; returns the new digest. `digest` is that of the file which it takes the place of, empty for a new file. Raises `Changed`, `FolderError`."""
        real = self._program(path)
        data = (text.replace("\n", "\r\n") if crlf else text).encode("utf-8")
        try:
            now = digest_of(_read(real, path))
        except Missing:
            now = ""
        if now != digest:
            raise Changed(_CHANGED[bool(now), bool(digest)].format(path), now)
        try:
            write_whole(real, data, new=not now)
        except FileExistsError:
            raise Changed(_CHANGED[True, False].format(path), "") from None
        except OSError as error:
            raise FolderError(f"`{path}` cannot be written: {(error.strerror or str(error)).lower()}") from error
        return digest_of(data)

    def _program(self, path: str) -> Path:
        if not path.endswith(ENDING) or os.path.basename(path) == ENDING:
            raise FolderError(f"the name of a program ends in `{ENDING}`")
        real = self.inside(path)
        if real.suffix != ENDING:
            raise FolderError(f"`{path}` leads to a file of another kind")
        return real

    def events(self, path: str) -> list[str]:
        """The event files that a file or folder below this one stands for. Lists of files are not taken: they may name any place."""
        real = self.inside(path)
        if real.is_dir():
            found = [str(self.path / name) for name in self._walk(EVENT_SUFFIXES, real)]
        else:
            found = [str(real)] if real.name.lower().endswith(EVENT_SUFFIXES) and real.is_file() else []
        if not found:
            raise FolderError(f"`{path}` has no events: they are in files {', '.join(EVENT_SUFFIXES)}")
        return found

    def listed(self) -> tuple[list[str], list[str]]:
        """Programs and event files below the folder, the first of each."""
        found = sorted(self._walk((ENDING, *EVENT_SUFFIXES), self.path))
        programs = [name for name in found if name.lower().endswith(ENDING)]
        events = [name for name in found if name.lower().endswith(EVENT_SUFFIXES)]
        return programs[:MAX_LISTED], events[:MAX_LISTED]

    def _walk(self, endings: tuple[str, ...], below: Path) -> Iterator[str]:
        """Files with these endings below a folder of this one, relative to this one; hidden folders and what links lead out to are left alone."""
        seen = 0
        for folder, folders, names in os.walk(below):
            depth = len(Path(folder).relative_to(below).parts)
            folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < MAX_DEPTH else []
            for name in sorted(names):
                seen += 1
                if seen > _MAX_SEEN:
                    return
                path = Path(folder, name)
                if name.lower().endswith(endings) and self.holds(Path(os.path.realpath(path))):
                    yield path.relative_to(self.path).as_posix()


@dataclass(frozen=True, slots=True)
class Within:
    """A loader of included files that leaves out those which are neither below the folder nor in the folders of the command line."""

    root: Root
    further: tuple[str, ...] = ()

    def load(self, path: str, includer: str) -> Loaded | Refused:
        folders = [self.root.path, *map(Path, self.further)]
        if not includer.startswith("<"):
            folders.append(Path(includer).parent)
        if any(os.path.lexists(folder / path) and not self._allows(folder / path) for folder in folders if "\0" not in path):
            return Refused(message=f"`{path}` is not below the folder of this studio", help="start `dsl4bes studio` with `--root` or `-I`")
        found = Folders(str(self.root.path), self.further).load(path, includer)
        if isinstance(found, Refused):  # names of files elsewhere are nobody's business
            return replace(found, near=()) if os.path.isabs(path) or ".." in path.split("/") else found
        if found.identity.startswith(SHIPPED) or self._allows(Path(found.identity)):
            return found
        return Refused(message=f"`{path}` was moved while it was read")

    def _allows(self, path: Path) -> bool:
        real = Path(os.path.realpath(path))
        return self.root.holds(real) or any(Root.at(folder).holds(real) for folder in self.further)

    def identity(self, name: str) -> str:
        return Folders().identity(name)


#: Whether there is a file now, whether the page knew one.
_CHANGED = {
    (True, True): "`{}` was changed by somebody else since it was opened here",
    (True, False): "there is a file `{}` already",
    (False, True): "`{}` is not there any more",
}


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(real: Path, shown: str) -> bytes:
    """The bytes of a plain file, opened without waiting: a pipe has no writer."""
    try:
        with open(real, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise FolderError(f"`{shown}` is no plain file")
            data = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise Missing(f"there is no file `{shown}`") from None
    except IsADirectoryError:
        raise FolderError(f"`{shown}` is a folder") from None
    except OSError as error:
        raise FolderError(f"`{shown}` cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(data) > _MAX_BYTES:
        raise FolderError(f"`{shown}` is larger than any program")
    return data
