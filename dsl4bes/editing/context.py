"""Where an offset is: in which block, behind what on its line, in a word, a string or a comment.

In: a document and an offset. Out: a `Context`. The line may be half written; the block around is told from the structure, so a program that does not parse has one, too.
Nothing is offered or explained here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from dsl4bes.constructs import registry
from dsl4bes.constructs.base import SELECTION
from dsl4bes.constructs.base import Block as Construct
from dsl4bes.constructs.fields import Field, Group
from dsl4bes.editing.document import Document
from dsl4bes.editing.lexemes import KEYWORDS, Kind, Lexeme
from dsl4bes.editing.structure import Block, Line

_WORDS = (Kind.NAME, Kind.SYMBOL)


@dataclass(frozen=True, slots=True)
class Context:
    """A place in a program.

    `at` is the lexeme that the offset touches and that a completion would replace (a name, symbol or string), `before` the lexemes of the line in front of it, `after` the one behind it.
    """

    document: Document
    offset: int
    line: Line | None
    block: Block | None
    before: tuple[Lexeme, ...]
    at: Lexeme | None
    after: Lexeme | None
    comment: bool = False

    @property
    def construct(self) -> type[Construct] | None:
        """The construct of the block around."""
        return None if self.block is None else construct_of(self.block)

    @property
    def head(self) -> bool:
        """Whether the first word of a statement stands here, or is to be written."""
        return all(lexeme.kind is Kind.NAME if place % 2 == 0 else lexeme.is_(".") for place, lexeme in enumerate(self.before)) and len(self.before) % 2 == 0

    @property
    def word(self) -> str:
        """The first word of the statement, without the path before it."""
        found = ""
        for place in range(0, len(self.before), 2):
            if self.before[place].kind is not Kind.NAME:
                break
            found = self.before[place].text
            if place + 1 >= len(self.before) or not self.before[place + 1].is_("."):
                break
        return found

    @property
    def bracket(self) -> tuple[Lexeme | None, int] | None:
        """The innermost bracket that is open here: the function in front of it if there is one, and where its arguments begin in `before`; None outside of brackets."""
        opened: list[int] = []
        for place, lexeme in enumerate(self.before):
            if lexeme.text in ("(", "["):
                opened.append(place)
            elif lexeme.text in (")", "]") and opened:
                opened.pop()
        if not opened:
            return None
        place = opened[-1]
        function = self.before[place - 1] if place and self.before[place].is_("(") else None
        glued = function is not None and function.kind is Kind.NAME and function.end == self.before[place].start and function.text not in KEYWORDS
        return function if glued else None, place + 1


def context(document: Document, offset: int) -> Context:
    """What stands around an offset."""
    offset = max(0, min(offset, len(document.text)))
    line, block = document.structure.line_at(offset), document.structure.block_at(offset)
    touched = _touched(document.lexemes, offset)
    comment = touched is not None and touched.kind is Kind.COMMENT and offset > touched.start
    if line is None:
        return Context(document, offset, None, block, (), None, None, comment)
    at = touched if touched is not None and touched.kind in (*_WORDS, Kind.STRING, Kind.UNCLOSED) else None
    start = at.start if at is not None else offset
    before = tuple(lexeme for lexeme in line.lexemes if lexeme.end <= start)
    end = at.end if at is not None else offset
    after = next((lexeme for lexeme in line.lexemes if lexeme.start >= end), None)
    if line.opens is not None and block is line.opens and offset < line.opens.body:
        block = line.block
    return Context(document, offset, line, block, before, at, after, comment)


def _touched(found: tuple[Lexeme, ...], offset: int) -> Lexeme | None:
    """The lexeme that holds the offset: a word that ends or begins there, the string or comment around."""
    place = bisect_right(found, offset, key=lambda lexeme: lexeme.start) - 1
    if place >= 0 and found[place].is_(":") and found[place].end == offset and (place == 0 or found[place - 1].end < found[place].start or found[place - 1].text in ("(", ",", "[")):
        return found[place]._replace(kind=Kind.SYMBOL)  # begun
    for lexeme in found[max(place - 1, 0) : place + 1]:
        inside = lexeme.start <= offset <= lexeme.end
        if lexeme.kind in (Kind.STRING, Kind.SYMBOL):
            inside = lexeme.start < offset and (offset < lexeme.end or lexeme.kind is Kind.SYMBOL and offset <= lexeme.end)
        if inside and lexeme.kind in (*_WORDS, Kind.STRING, Kind.UNCLOSED, Kind.COMMENT):
            return lexeme
    return None


# --- what a block has ---------------------------------------------------------------------------------------------------


def construct_of(block: Block) -> type[Construct] | None:
    """The construct of a block; `custom` for one that no construct knows."""
    known = registry.find(block.word)
    if known is not None or block.parent is None or block.parent.word != SELECTION:
        return known
    return registry.find("custom")


def fields_of(block: Block) -> Mapping[str, Field]:
    """The fields of a block: those of its construct, of the shape in its head, or of the group that it is."""
    construct = registry.find(block.word)
    around = None if block.parent is None else registry.find(block.parent.word)
    group = None if around is None else around.fields.get(block.word)
    if isinstance(group, Group):
        return {field.name: field for field in group.fields}
    if construct is None:
        custom = construct_of(block)
        return {} if custom is None else custom.fields
    shape = shape_word(block.head)
    return {**construct.fields, **_shape_fields(shape)} if shape else construct.fields


def shape_word(line: Line) -> str:
    """The word of a shape in the head of a term of a fit."""
    from dsl4bes.constructs.base import LineKind

    construct = registry.find(line.word)
    if construct is None or construct.line is not LineKind.SHAPE:
        return ""
    words = [lexeme for lexeme in line.lexemes[1:] if lexeme.kind is Kind.NAME and lexeme.text not in KEYWORDS]
    return words[-1].text if words else ""


@lru_cache(maxsize=64)
def _shape_fields(word: str) -> Mapping[str, Field]:
    from dsl4bes.constructs.shapes import registry as shapes

    shape = shapes.load().get(word)
    return {} if shape is None else dict(shape.fields)


def place_of(block: Block | None) -> str:
    """The place, as `Block.parents` has it, of what stands in a block."""
    if block is None:
        return ""
    construct = registry.find(block.word)
    return block.word if construct is None else construct.holds or construct.keyword
