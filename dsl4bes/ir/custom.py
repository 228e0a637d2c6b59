"""A block whose C++ the compiler does not write: what it sees of the event, and the code that answers whether the event stays.

In: nothing. Out: `Custom`, a primitive like the others, whose `view` is all that the code can see: numbers, flags and four-momenta, in lists and by name.
Nothing is written or checked here; who wrote the code, and what it had to pass before, is in `unknown/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from dsl4bes.ir.expr import Binder, Expr
from dsl4bes.ir.node import keyword_node, node
from dsl4bes.ir.primitives import Cut, Primitive
from dsl4bes.ir.types import Kind, ListKind, ListSymbol

#: How code calls the types of what it sees.
TYPES = {Kind.NUMBER: "double", Kind.FLAG: "bool", Kind.P4: "HepLorentzVector"}
ENTRIES = {ListKind.TRACKS: "TrackView", ListKind.SHOWERS: "ShowerView"}
VIEW = "View"


@node
class Member:
    """A number, flag or four-momentum of the view, by name; `doc` says what it is, with its unit."""

    name: str
    value: Expr
    doc: str = ""

    @property
    def type(self) -> str:
        return TYPES[self.value.type.kind]


@node
class ViewList:
    """A list of the view: for every entry the members, which are formulas of `binder`."""

    name: str
    list: ListSymbol
    binder: Binder
    members: tuple[Member, ...]

    @property
    def entry(self) -> str:
        """Type of an entry."""
        return ENTRIES[self.list.kind]


@node
class ViewGroup:
    """Members that belong together: the result of a fit."""

    name: str
    members: tuple[Member, ...]
    doc: str = ""

    @property
    def type(self) -> str:
        return f"{self.name[:1].upper()}{self.name[1:]}Fit"


@node
class View:
    """What the code of a block sees. `members` are of the event, the beams, values named by `let`, and the block's own fields."""

    members: tuple[Member, ...]
    lists: tuple[ViewList, ...]
    groups: tuple[ViewGroup, ...]

    def names(self) -> Iterator[str]:
        """Names of everything directly in the view."""
        yield from (member.name for member in self.members)
        yield from (each.name for each in self.lists)
        yield from (group.name for group in self.groups)

    def types(self) -> Iterator[str]:
        """Names of the types the code may use, beyond those of C++ and CLHEP."""
        yield VIEW
        yield from ENTRIES.values()
        yield from (group.type for group in self.groups)


class Author(Enum):
    """Who wrote the code of a block."""

    HAND = "hand"
    MODEL = "model"


@node
class Body:
    """The statements of a block's function; empty while nobody has written them (then nothing can be lowered)."""

    text: str
    author: Author = Author.HAND


@keyword_node
class Custom(Primitive):
    """Reject unless the code says that the event stays. The judge takes the answer from the package: it cannot know better."""

    cut: Cut
    view: View
    body: Body
