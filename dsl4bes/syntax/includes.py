"""Where included files come from: the folder of the including file, the folders of the user, the fragments that are shipped.

In: the path of an `include`, or of a table, and the name of the file it stands in. Out: a `Loaded` file, or a `Refused` that says why and what is near.
Only regular files of the ending that `fault_of` asked for (`.bes`, `.csv`) are opened, so that neither a device nor a stray text is read. Nothing is parsed here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.model import Bag, Code, Diagnostic
from dsl4bes.source import SourceFile

#: Environment variable with further folders, separated as in PATH.
VARIABLE = "DSL4BES_INCLUDE"
ENDING = ".bes"
SHIPPED = "<dsl4bes>"  #: stands for the folder of the shipped fragments in names of files
MAX_PATH = 1000  #: characters; a longer path is no name that anyone wrote
_LISTED = 2000  #: files of a folder that are looked at for near names


@dataclass(frozen=True, slots=True)
class Loaded:
    """An included file. `identity` is the same for the same file, however it was named."""

    source: SourceFile
    identity: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file was not loaded; `found` are diagnostics about its content (not UTF-8, too large), which say it better."""

    code: Code = codes.FRAGMENT_NOT_FOUND
    message: str = ""
    help: str = ""
    near: tuple[str, ...] = ()  #: paths that exist and may have been meant
    found: tuple[Diagnostic, ...] = ()


class Loader(Protocol):
    """What the compiler asks for an included file; `includer` is the name of the file that includes."""

    def load(self, path: str, includer: str) -> Loaded | Refused: ...
    def identity(self, name: str) -> str: ...  #: of the program itself


def fault_of(path: str, ending: str = ENDING, what: str = "an included file") -> str:
    """What is wrong with the path of an `include`, or of another file, before anything is looked for; empty if nothing is."""
    if not path.strip():
        return "the path is empty"
    if len(path) > MAX_PATH:
        return f"the path has more than {MAX_PATH} characters"
    if any(ord(c) < 32 or ord(c) == 127 for c in path):
        return "the path has a control character"
    if not path.endswith(ending) or path.rpartition("/")[2] == ending:
        return f"the name of {what} ends in `{ending}`"
    return ""


@dataclass(frozen=True, slots=True)
class Texts:
    """Files in memory, by path: for editors and tests. The shipped fragments are behind them."""

    files: Mapping[str, str] = field(default_factory=dict)

    def load(self, path: str, includer: str) -> Loaded | Refused:
        folder = includer.rpartition("/")[0]
        for name in dict.fromkeys((f"{folder}/{path}" if folder else path, path)):
            if name in self.files:
                return Loaded(SourceFile(name, self.files[name], fragment=True), name)
        return _behind(path, includer, list(self.files))

    def identity(self, name: str) -> str:
        return name


@dataclass(frozen=True, slots=True)
class Folders:
    """Files on disk. `base` is searched for what the program includes, if it is not the folder the program lies in; `further` are searched
    after the folder of the including file."""

    base: str | None = None
    further: Sequence[str] = ()

    def load(self, path: str, includer: str) -> Loaded | Refused:
        places = self._places(path, includer)
        for name in places:
            if os.path.lexists(name):
                return _read(name)
        near = [found.removeprefix(name[: len(name) - len(path)]) for name in places for found in _beside(name)]
        return _behind(path, includer, near)

    def identity(self, name: str) -> str:
        return name if name.startswith("<") else os.path.realpath(name)

    def _places(self, path: str, includer: str) -> list[str]:
        """The files that a path may mean, first the one beside the including file."""
        if os.path.isabs(path):
            return [path]
        own = [] if includer.startswith("<") else [os.path.dirname(includer)]
        if includer.startswith("<") and not includer.startswith(SHIPPED):
            own = [self.base or ""]
        base = [] if self.base is None else [self.base]
        return list(dict.fromkeys(os.path.join(folder, path) for folder in (*own, *base, *self.further)))


def folders_of_environment() -> tuple[str, ...]:
    """The folders that the environment variable DSL4BES_INCLUDE names."""
    return tuple(folder for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder)


def shipped() -> Loader:
    """Only the fragments that come with the package: what is searched where the program has no folder."""
    return Texts()


# --- the shipped fragments -------------------------------------------------------------------------------------------------


def _behind(path: str, includer: str, near: Sequence[str]) -> Loaded | Refused:
    """The shipped fragment of this path; else what is near in all places."""
    from dsl4bes.assets import fragments_root
    from dsl4bes.diagnostics.suggest import nearest

    root = fragments_root()
    own = includer.removeprefix(SHIPPED + "/").rpartition("/")[0] if includer.startswith(SHIPPED) else ""
    known = sorted(file.relative_to(root).as_posix() for file in root.rglob(f"*{ENDING}"))
    for name in (f"{own}/{path}" if own else path, path):
        if name in known:
            text = (root / name).read_text(encoding="utf-8")
            return Loaded(SourceFile(f"{SHIPPED}/{name}", text, fragment=True), f"{SHIPPED}/{name}")
    near = [name for name in (*near, *known) if os.path.splitext(name)[1] == os.path.splitext(path)[1]]
    words = {name.rpartition("/")[2]: name for name in near}
    meant = nearest(path, near) or tuple(words[word] for word in nearest(path.rpartition("/")[2], words))
    return Refused(message=f"no file `{path}` is found", near=meant[:1])


# --- the disk ---------------------------------------------------------------------------------------------------------------


def _read(name: str) -> Loaded | Refused:
    from dsl4bes.syntax.reader import read_source

    try:
        mode = os.stat(name).st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Refused(codes.FILE_NOT_READABLE, f"`{name}` cannot be read: {reason.lower()}")
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no plain file"
        return Refused(codes.FILE_NOT_READABLE, f"`{name}` cannot be read: it is {what}")
    bag = Bag()
    source = read_source(name, bag)
    if source is None:
        return Refused(found=tuple(bag))
    return Loaded(SourceFile(source.name, source.text, fragment=True), os.path.realpath(name))


def _beside(name: str) -> Iterator[str]:
    """Files of the same ending in the folder where a file was looked for."""
    folder = os.path.dirname(name)
    try:
        with os.scandir(folder or ".") as entries:
            for number, entry in enumerate(entries):
                if number >= _LISTED:
                    return
                if entry.name.endswith(os.path.splitext(name)[1] or ENDING):
                    yield os.path.join(folder, entry.name)
    except (OSError, ValueError):
        return
