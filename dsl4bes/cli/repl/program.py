"""The program that is being typed, as text: its blocks with their places, and what an entry changes in it.

In: the text so far and an entry. Out: the new text. A block of the entry takes the place of one of the same keyword and label; what is new goes to the end. Comments above a
block go with it. The text stays the user's: it is cut and put together, never printed anew. Nothing is compiled here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from dsl4bes.constructs.base import SELECTION, TOP
from dsl4bes.constructs.registry import find
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile
from dsl4bes.syntax import ast
from dsl4bes.syntax.parser import parse

_PREFIX = f"{SELECTION}."


@dataclass(frozen=True, slots=True)
class Piece:
    """A block or statement of a program. `start` to `end` are its whole lines, comments above included; `head` is where its first word begins. `inside`: it stands in an
    `event_selection do`, and is written without that word."""

    keyword: str
    label: str
    start: int
    head: int
    end: int
    inside: bool
    whole: bool  #: has a body, or makes a name: another one of the same name takes its place

    @property
    def name(self) -> str:
        """`kinematic_fit :fit4c`, as a list of blocks shows it."""
        return f"{self.keyword} {self.label}".rstrip()

    @property
    def key(self) -> tuple[str, str] | None:
        """What it is known by; None for lines of which there may be several."""
        keyword = self.keyword.removeprefix(_PREFIX)
        if keyword == "analysis":  # there is one, whatever it is called
            return (keyword, "")
        return (keyword, self.label) if self.whole or self.label else None

    def without_frame(self, text: str) -> str:
        """Its lines as they stand inside of `event_selection`, not indented."""
        lines = text[self.start : self.end]
        at = self.head - self.start
        if lines.startswith(_PREFIX, at):
            lines = lines[:at] + lines[at + len(_PREFIX) :]
        return textwrap.dedent(lines if lines.endswith("\n") else lines + "\n")

    def of_selection(self) -> bool:
        """Whether it is a block of the selection."""
        return self.inside or self.keyword.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class Changed:
    """A new text, and the blocks of the old one that an entry replaced."""

    text: str
    replaced: tuple[str, ...] = ()


def pieces(text: str) -> list[Piece]:
    """The blocks of a program in order; those in an `event_selection do` one by one. What does not parse has none."""
    return list(_pieces(text, parse(SourceFile("", text), Bag())))


def _pieces(text: str, tree: ast.Program | None) -> Iterator[Piece]:
    for statement in tree.statements if tree is not None else ():
        if statement.head.name == SELECTION and statement.body is not None:
            for inner in statement.body:
                yield _piece(text, inner, True)
        else:
            yield _piece(text, statement, False)


def _piece(text: str, statement: ast.Statement, inside: bool) -> Piece:
    first = min([statement.span.start, *(comment.span.start for comment in statement.before)])
    start = text.rfind("\n", 0, first) + 1
    if text[start:first].strip():  # something else stands on its line: `event_selection do photons ...`
        start = first
    stop = text.find("\n", statement.span.end)
    head = statement.head
    definition = head.name in ast.DEFINITIONS
    return Piece(head.name, _label(statement), start, head.span.start, len(text) if stop < 0 else stop + 1, inside, statement.body is not None or definition)


def _label(statement: ast.Statement) -> str:
    """The name that a block has: `:fit4c`, `"m_gg"`, the `x` of `let x = ...`, the sample of `expect`."""
    for argument in (*(statement.head.arguments or ()), *statement.arguments):
        if statement.head.name in ast.DEFINITIONS and argument.key is not None:
            return argument.key.name
        if argument.key is not None and argument.key.name != "sample":
            continue
        if isinstance(argument.value, (ast.Symbol, ast.String)):
            return argument.value.span.text
    return ""


def with_entry(text: str, entry: str, at: int | None = None) -> Changed:
    """The program with an entry: blocks that it had by that name are replaced, others follow at the end. `at`: the first block of the entry takes the place of this one (from 0)."""
    old, new = pieces(text), pieces(entry)
    wanted: dict[int, str] = {}
    replaced, left = [], []
    for number, piece in enumerate(new):
        place = at if at is not None and number == 0 else _same(old, piece)
        if place is None or place in wanted:
            left.append(piece)
        else:
            wanted[place] = _in_place_of(old[place], text, piece, entry)
            replaced.append(old[place].name)
    if not replaced:
        return Changed(_behind(text, _framed(entry, new)))
    for place in sorted(wanted, reverse=True):
        text = text[: old[place].start] + wanted[place] + text[old[place].end :]
    for piece in left:
        text = _behind(text, _alone(piece, entry))
    return Changed(text, tuple(replaced))


def without(text: str, at: int) -> str:
    """The program without a block."""
    piece = pieces(text)[at]
    return text[: piece.start] + text[piece.end :]


def _same(old: list[Piece], piece: Piece) -> int | None:
    if piece.key is None:
        return None
    return next((number for number, each in enumerate(old) if each.key == piece.key), None)


def _in_place_of(old: Piece, text: str, new: Piece, entry: str) -> str:
    """The lines of a new block as they stand where the old one does; the comments above that stay if the new one has none."""
    line = text.rfind("\n", 0, old.head) + 1
    comments = "" if "#" in entry[new.start : new.head] else text[old.start : max(old.start, line)]
    if not old.inside:
        return comments + _alone(new, entry)
    before = text[line : old.head]
    return comments + textwrap.indent(new.without_frame(entry), "    " if before.strip() else before)


def _alone(piece: Piece, entry: str) -> str:
    """The lines of a block as they stand outside of every other."""
    lines = piece.without_frame(entry)
    if not (piece.of_selection() or belongs_inside(piece.keyword)):
        return lines
    if piece.keyword in ast.DEFINITIONS:  # `event_selection.let x = ...` is not written
        return f"{SELECTION} do\n{textwrap.indent(lines, '    ')}end\n"
    first = next(number for number, line in enumerate(lines.splitlines()) if line.strip() and not line.lstrip().startswith("#"))
    rows = lines.splitlines(keepends=True)
    return "".join([*rows[:first], _PREFIX + rows[first], *rows[first + 1 :]])


def _framed(entry: str, new: list[Piece]) -> str:
    """An entry, in which blocks of the selection may stand without `event_selection`."""
    for piece in reversed(new):
        if not piece.of_selection() and belongs_inside(piece.keyword):
            entry = entry[: piece.head] + _PREFIX + entry[piece.head :]
    return entry


def belongs_inside(keyword: str) -> bool:
    """Whether a block stands in the selection only, so that typing it alone can mean nothing else."""
    block = find(keyword)
    return block is not None and SELECTION in block.parents and TOP not in block.parents


def _behind(text: str, entry: str) -> str:
    if text and not text.endswith("\n"):
        text += "\n"
    return text + (entry if entry.endswith("\n") else entry + "\n")
