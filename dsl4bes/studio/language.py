"""The language for a page: completion, what a word means, formatting, other names.

In: a text with its name and an offset. Out: messages. Nothing is kept from one request to the next, and nothing is written.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.editing.completion import complete
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edits, Refusal
from dsl4bes.editing.hover import hover
from dsl4bes.editing.layout import formatted
from dsl4bes.editing.rename import rename
from dsl4bes.source import SourceFile
from dsl4bes.studio import messages as m
from dsl4bes.studio.folder import Root, Within

if TYPE_CHECKING:
    from dsl4bes.constructs.bodies import Bodies

#: More than anybody looks through.
MAX_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Language:
    """The programs of a folder; `include` are further folders for included files."""

    root: Root
    include: tuple[str, ...] = ()

    @property
    def loader(self) -> Within:
        return Within(self.root, self.include)

    def source(self, path: str, text: str) -> tuple[SourceFile, Bodies | None]:
        """A text under its name on disk, with the accepted code beside it; one that lies nowhere has neither."""
        from dsl4bes.unknown.beside import Beside

        name = str(self.root.inside(path)) if path else "<studio>"
        return SourceFile(name, text), Beside(name) if path else None

    def document(self, path: str, text: str) -> Document:
        source, bodies = self.source(path, text)
        return Document(source.name, text, loader=self.loader, bodies=bodies)

    def complete(self, asked: m.At) -> m.Completions:
        found = complete(self.document(asked.path, asked.text), min(asked.offset, len(asked.text)))
        items = [
            m.Offered(
                label=each.label, kind=each.kind.value, detail=each.detail, documentation=each.documentation,
                start=each.replace.start, end=each.replace.end, text=each.text, snippet=each.snippet,
            )
            for each in found[:MAX_OFFERED]
        ]  # fmt: skip
        return m.Completions(version=asked.version, items=items)

    def about(self, asked: m.At) -> m.About:
        """What is known of the word at an offset."""
        found = hover(self.document(asked.path, asked.text), min(asked.offset, len(asked.text)))
        return m.About() if found is None else m.About(markdown=found.markdown, start=found.span.start, end=found.span.end)

    def formatted(self, asked: m.Written) -> m.Edits:
        """The edits that make the text canonical, or why there are none."""
        return _edits(formatted(self.document(asked.path, asked.text)))

    def rename(self, asked: m.Rename) -> m.Edits:
        """The edits that give the name at an offset another one, or why there are none."""
        return _edits(rename(self.document(asked.path, asked.text), min(asked.offset, len(asked.text)), asked.new))


def _edits(found: Edits | Refusal) -> m.Edits:
    if isinstance(found, Refusal):
        return m.Edits(words=found.words)
    return m.Edits(edits=[m.Edit(start=each.span.start, end=each.span.end, text=each.text) for each in found.edits])


def shown_folder(root: Root) -> str:
    """The folder as a person writes it."""
    home = os.path.expanduser("~")
    text = str(root.path)
    return "~" + text[len(home) :] if text.startswith(home + os.sep) else text
