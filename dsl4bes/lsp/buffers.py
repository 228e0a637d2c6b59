"""The programs that are open in the editor, each with what is known about its current version.

In: texts with versions, as the client sends them. Out: a `Document` for each, made once per version, whose includes see open programs before files on disk. When a text changes, the documents that include it are made anew. Nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from pygls import uris

from dsl4bes.constructs.bodies import Bodies
from dsl4bes.editing.document import Document
from dsl4bes.lsp.positions import UTF_16, Positions
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Folders, Loaded, Refused, folders_of_environment

#: How the code of custom blocks is found, by the path of the program.
FindBodies = Callable[[str], Bodies]


@dataclass(slots=True)
class Open:
    """An open text and its document; `loaded` are the real paths of the files that it includes."""

    uri: str
    version: int
    text: str
    path: str
    document: Document | None = None
    positions: Positions | None = None
    loaded: set[str] = field(default_factory=set)


class Buffers:
    """All open texts."""

    def __init__(self, bodies: FindBodies | None = None, further: tuple[str, ...] = ()) -> None:
        self._open: dict[str, Open] = {}
        self._bodies = bodies
        self._further = further
        self.encoding = UTF_16  #: of positions, as it was agreed with the client

    def put(self, uri: str, version: int, text: str) -> list[str]:
        """A new text, or a new version of one. Returns the URIs of other texts that include it; they are made anew."""
        self._open[uri] = Open(uri, version, text, path_of(uri))
        return self._outdated(self._open[uri].path, uri)

    def close(self, uri: str) -> list[str]:
        """Forget a text; what includes it takes the file on disk again."""
        gone = self._open.pop(uri, None)
        return [] if gone is None else self._outdated(gone.path, uri)

    def forget(self) -> list[str]:
        """Files on disk have changed: every document that includes one is made anew."""
        changed = [each for each in self._open.values() if each.loaded]
        for each in changed:
            each.document = None
        return [each.uri for each in changed]

    def _outdated(self, path: str, but: str) -> list[str]:
        real = os.path.realpath(path)
        found = [each for each in self._open.values() if each.uri != but and real in each.loaded]
        for each in found:
            each.document = None
        return [each.uri for each in found]

    def get(self, uri: str) -> Open | None:
        """An open text."""
        return self._open.get(uri)

    def document(self, uri: str) -> Document | None:
        """The document of an open text, at its current version."""
        found = self._open.get(uri)
        if found is None:
            return None
        if found.document is None:
            found.loaded.clear()
            bodies = self._bodies(found.path) if self._bodies is not None and not found.path.startswith("<") else None
            found.document = Document(found.path, found.text, loader=_OpenFirst(self, found, self._further), bodies=bodies)
        return found.document

    def positions(self, uri: str) -> Positions:
        """The positions of an open text."""
        found = self._open[uri]
        if found.positions is None:
            found.positions = Positions(found.text, self.encoding)
        return found.positions

    def text_of(self, real: str) -> str | None:
        """The open text of a file, by its real path."""
        return next((each.text for each in self._open.values() if os.path.realpath(each.path) == real), None)


class _OpenFirst:
    """Included files: those that are open as they are in the editor, the others from disk."""

    def __init__(self, buffers: Buffers, owner: Open, further: tuple[str, ...]) -> None:
        self._buffers, self._owner = buffers, owner
        self._folders = Folders(None, (*further, *folders_of_environment()))

    def load(self, path: str, includer: str) -> Loaded | Refused:
        found = self._folders.load(path, includer)
        if isinstance(found, Loaded):
            self._owner.loaded.add(found.identity)
            text = self._buffers.text_of(found.identity)
            return found if text is None else Loaded(SourceFile(found.source.name, text, fragment=True), found.identity)
        beside = os.path.realpath(os.path.join(os.path.dirname(includer), path))
        self._owner.loaded.add(beside)  # it may be written soon
        text = None if includer.startswith("<") else self._buffers.text_of(beside)
        return found if text is None else Loaded(SourceFile(beside, text, fragment=True), beside)

    def identity(self, name: str) -> str:
        return self._folders.identity(name)


def path_of(uri: str) -> str:
    """The path of a URI; `<...>` for a text that is no file (a new one that was never saved)."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return path or f"<{uri}>"


def uri_of(name: str) -> str | None:
    """The URI of a file by the name that the compiler has for it; None for a shipped one that is no file on disk."""
    from dsl4bes.syntax.includes import SHIPPED

    if name.startswith(f"{SHIPPED}/"):
        from dsl4bes.assets import fragments_root

        name = str(fragments_root() / name.removeprefix(f"{SHIPPED}/"))
    elif name.startswith("<"):
        inside = name[1:-1]
        return inside if ":" in inside else None
    return uris.from_fs_path(os.path.abspath(name))
