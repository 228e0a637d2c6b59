"""Words and signs → lines and blocks, also of programs that do not parse.

In: the lexemes of a text. Out: a `Structure`: lines (a statement each, brackets over several lines joined), and blocks with the lines in them. A block without `end` goes on to the end of the text.
No word is looked up here, and nothing is reported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsl4bes.editing.lexemes import Kind, Lexeme

_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
#: What the last sign of a line inside brackets may be, if the brackets go on in the next one.
_GOES_ON = frozenset({"(", "[", ",", ":", "=", "and", "or", "not", "in"})
#: Words that begin a statement wherever they stand first.
_BEGINS = frozenset({"end", "let", "parameter", "include", "require", "veto"})
_MOST_BETWEEN = 20  # line ends and comments that are looked behind


@dataclass(eq=False, slots=True)
class Line:
    """A statement as written: its lexemes without comments, the block it stands in, the block that it opens. `start` is where its line begins, `end` the end of its last line."""

    lexemes: tuple[Lexeme, ...]
    start: int
    end: int
    block: Block | None = None
    opens: Block | None = None

    @property
    def path(self) -> tuple[Lexeme, ...]:
        """The names that it begins with: `event_selection.pid` has two."""
        found: list[Lexeme] = []
        for place in range(0, len(self.lexemes), 2):
            if self.lexemes[place].kind is not Kind.NAME or self.lexemes[place].text in ("do", "end"):
                break
            found.append(self.lexemes[place])
            if place + 1 >= len(self.lexemes) or not self.lexemes[place + 1].is_("."):
                break
        return tuple(found)

    @property
    def word(self) -> str:
        """The last name of its path; empty if it begins with none."""
        path = self.path
        return path[-1].text if path else ""

    @property
    def closes(self) -> bool:
        return bool(self.lexemes) and self.lexemes[0].is_("end")


@dataclass(eq=False, slots=True)
class Block:
    """From the head of a block to its `end` (`end` is the offset behind it, or the end of the text)."""

    head: Line
    parent: Block | None
    end: int = -1
    closed: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def words(self) -> tuple[str, ...]:
        """The path of its head: two words for `event_selection.pid`."""
        return tuple(lexeme.text for lexeme in self.head.path)

    @property
    def word(self) -> str:
        return self.head.word

    @property
    def start(self) -> int:
        return self.head.lexemes[0].start

    @property
    def body(self) -> int:
        """The offset behind its `do`."""
        return self.head.lexemes[-1].end

    def around(self) -> Iterator[Block]:
        """The block itself and those around it, the inner ones first."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent


@dataclass(frozen=True, slots=True)
class Structure:
    """All lines in order, all blocks in the order of their heads."""

    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]

    def line_at(self, offset: int) -> Line | None:
        """The line an offset lies in; None on an empty line."""
        at = bisect_right(self.lines, offset, key=lambda line: line.start) - 1
        return self.lines[at] if at >= 0 and offset <= self.lines[at].end else None

    def block_at(self, offset: int) -> Block | None:
        """The innermost block whose body an offset lies in."""
        at = bisect_right(self.lines, offset, key=lambda line: line.start) - 1
        line = self.lines[at] if at >= 0 else None
        if line is None:
            return None
        if line.opens is not None and offset >= line.opens.body:
            return line.opens
        if line.closes and offset > line.lexemes[0].start + 2:
            return None if line.block is None else line.block.parent
        return line.block


def structure(found: tuple[Lexeme, ...], length: int) -> Structure:
    """Lines and blocks of a text of some length."""
    lines = list(_lines(found))
    if lines and found[-1].kind is not Kind.NEWLINE:
        lines[-1].end = length
    blocks: list[Block] = []
    inside: Block | None = None
    for line in lines:
        line.block = inside
        if inside is not None:
            inside.lines.append(line)
        if line.closes:
            if inside is not None:
                inside.end, inside.closed = line.lexemes[0].end, True
                inside = inside.parent
        elif line.lexemes[-1].is_("do"):
            line.opens = inside = Block(line, inside)
            blocks.append(inside)
    for block in blocks:
        if not block.closed:
            block.end = length
    return Structure(tuple(lines), tuple(blocks))


def _lines(found: tuple[Lexeme, ...]) -> Iterator[Line]:
    current: list[Lexeme] = []
    start = depth = 0
    for place, lexeme in enumerate(found):
        if lexeme.kind is Kind.NEWLINE:
            if depth > 0 and current and _joined(current[-1], _next(found, place)):
                continue
            if current:
                yield Line(tuple(current), start, lexeme.start)
            current, start, depth = [], lexeme.end, 0
        elif lexeme.kind is not Kind.COMMENT:
            current.append(lexeme)
            depth += (lexeme.text in _OPENING) - (lexeme.text in _CLOSING)
    if current:
        yield Line(tuple(current), start, found[-1].end)


def _joined(last: Lexeme, following: Lexeme | None) -> bool:
    """Whether an open bracket goes on in the next line; else it was forgotten."""
    if following is None or following.text in _BEGINS:
        return False
    if last.kind is Kind.OPERATOR or last.text in _GOES_ON:
        return True
    return following.text in _CLOSING or following.kind is Kind.OPERATOR or following.text in (",", "and", "or", "in")


def _next(found: tuple[Lexeme, ...], place: int) -> Lexeme | None:
    """The first word or sign of the next line that has any."""
    return next((lexeme for lexeme in found[place : place + _MOST_BETWEEN] if lexeme.kind not in (Kind.NEWLINE, Kind.COMMENT)), None)
