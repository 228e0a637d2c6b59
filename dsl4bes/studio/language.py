"""The language for a page: completion, what a word means, formatting.

In: a text with its name and an offset. Out: messages. Nothing is kept from one request to the next, and nothing is written.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dsl4bes.constructs.style import with_signs
from dsl4bes.diagnostics.model import Bag
from dsl4bes.editing.completion import complete
from dsl4bes.editing.document import Document
from dsl4bes.source import SourceFile
from dsl4bes.studio import messages as m
from dsl4bes.studio.folder import Root, Within
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.printer import print_program

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

    def name_of(self, path: str) -> str:
        """The name of a program on disk, or one of a text that lies nowhere."""
        return str(self.root.inside(path)) if path else "<studio>"

    def document(self, path: str, text: str) -> Document:
        from dsl4bes.unknown.beside import Beside

        name = self.name_of(path)
        return Document(name, text, base=str(self.root.path), loader=self.loader, bodies=Beside(name) if path else None)

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
        """What is known of the word at an offset: a block, a field, a function, a particle, a unit."""
        from dsl4bes.reference.lookup import explanation

        at = next((each for each in self.document(asked.path, asked.text).lexemes if each.start <= asked.offset < each.end), None)
        words = None if at is None else explanation(asked.text[at.start : at.end].strip(':"'))
        return m.About() if at is None or words is None else m.About(markdown=words, start=at.start, end=at.end)

    def formatted(self, asked: m.Written) -> m.Edits:
        """The edit that makes the text canonical; none if it is, or if it has syntax errors."""
        bag = Bag()
        tree = parse(SourceFile(self.name_of(asked.path), asked.text), bag)
        if tree is None or bag.has_errors:
            return m.Edits(words="a program with syntax errors cannot be formatted")
        text = print_program(tree, with_signs)
        return m.Edits(edits=[m.Edit(start=0, end=len(asked.text), text=text)] if text != asked.text else [])


def shown_folder(root: Root) -> str:
    """The folder as a person writes it."""
    home = os.path.expanduser("~")
    text = str(root.path)
    return "~" + text[len(home) :] if text.startswith(home + os.sep) else text
