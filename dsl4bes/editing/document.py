"""A program in an editor: its text, and what the compiler makes of it.

In: a name, a text, the folder that includes are looked for in. Out: the `SourceFile`, the `Compilation` up to the IR, its diagnostics, its words and blocks; each made once, when it is first
asked for. A new version of the text is a new `Document`. Nothing is read from disk but included files, and nothing raises on bad input.
"""

from __future__ import annotations

from functools import cached_property

from dsl4bes.constructs.bodies import Bodies
from dsl4bes.constructs.registry import load
from dsl4bes.diagnostics.model import Bag, Diagnostic
from dsl4bes.driver import Compilation, compile_source
from dsl4bes.editing.bindings import Bindings, bindings
from dsl4bes.editing.declared import Declared, declared
from dsl4bes.editing.lexemes import Lexeme, lexemes
from dsl4bes.editing.structure import Structure, structure
from dsl4bes.resolve.from_ast import resolve
from dsl4bes.resolve.scope import Seen
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.includes import Folders, Loader, folders_of_environment
from dsl4bes.syntax.lexer import MAX_CHARACTERS


class Document:
    """One version of a program.

    `name` is its path, or `<...>` for a text without one; `base` the folder that its includes are looked for in, if that is not the folder of `name`. Offsets are code points into `text`.
    `loader` gives included files from elsewhere (open editors), `bodies` the accepted code of custom blocks.
    """

    def __init__(self, name: str, text: str, *, base: str | None = None, loader: Loader | None = None, bodies: Bodies | None = None) -> None:
        self.source = SourceFile(name, text)
        self.loader: Loader = loader or Folders(base, folders_of_environment())
        self.bodies = bodies

    @property
    def text(self) -> str:
        return self.source.text

    @cached_property
    def compilation(self) -> Compilation:
        """Up to the IR; what is wrong is in its bag."""
        return compile_source(self.source, until="ir", loader=self.loader, bodies=self.bodies, scopes=True)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Everything that `check` says, in its order."""
        return list(self.compilation.bag)

    @cached_property
    def lexemes(self) -> tuple[Lexeme, ...]:
        """All words and signs with comments, of wrong programs too; none of a text that is too long to be a program."""
        return lexemes(self.text) if len(self.text) <= MAX_CHARACTERS else ()

    @cached_property
    def structure(self) -> Structure:
        """Lines and blocks as far as they can be told."""
        return structure(self.lexemes, len(self.text))

    @cached_property
    def declared(self) -> tuple[Declared, ...]:
        """The names it makes, in order, with those of its includes."""
        return declared(self.structure, self.loader, self.source.name)

    @cached_property
    def seen(self) -> list[Seen]:
        """What was known at each block as written; of a program with a wrong field the rest is resolved for its names alone."""
        made = self.compilation
        return made.seen if made.seen else _names_alone(made)

    @cached_property
    def bindings(self) -> Bindings:
        """Which place names what; empty if the compiler did not come as far as the names."""
        return bindings(self.compilation, self.seen)

    def span(self, start: int, end: int) -> Span:
        """A span of this text."""
        return Span(start, end, self.source)


def _names_alone(made: Compilation) -> list[Seen]:
    """The names of a program whose blocks have errors of shape; nothing of it is kept but what was known where. None if a block cannot do without what is wrong."""
    if made.expanded is None or made.shaped is None or made.bag.full:
        return []
    found: list[Seen] = []
    try:
        resolve(made.expanded, made.shaped, load(), Bag(), made.bodies, found)
    except Exception:  # noqa: BLE001  constructs rely on a right shape, which this program has not: the names after this block stay unknown
        return found
    return found
