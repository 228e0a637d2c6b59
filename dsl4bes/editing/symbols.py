"""The outline of a program: its blocks, the lists, cuts and values in them.

In: a document, broken or not. Out: `Symbol`s as a tree, in the order of the text, from its lines alone. No name is resolved.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from dsl4bes.constructs import registry
from dsl4bes.editing.declared import label_of
from dsl4bes.editing.document import Document
from dsl4bes.editing.structure import Block, Line
from dsl4bes.source import Span


class SymbolKind(Enum):
    """What a symbol is."""

    BLOCK = "block"
    CUT = "cut"
    LIST = "list"
    VALUE = "value"
    FIELD = "field"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A block or line: `span` is all of it, `place` the word to go to. `detail` says more about it in a few words."""

    name: str
    detail: str
    kind: SymbolKind
    span: Span
    place: Span
    children: tuple[Symbol, ...] = ()


def symbols(document: Document) -> list[Symbol]:
    """The outline of a document."""
    return [made for line in document.structure.lines if line.block is None and (made := _symbol(document, line)) is not None]


def _symbol(document: Document, line: Line) -> Symbol | None:
    if not line.path:
        return None
    first, last = line.lexemes[0], line.lexemes[-1]
    label, start, end = label_of(line)
    place = document.span(start, end) if label.strip() else document.span(line.path[-1].start, line.path[-1].end)
    if line.opens is not None:
        children = tuple(made for each in line.opens.lines if (made := _symbol(document, each)) is not None)
        span = document.span(first.start, max(line.opens.end, last.end))
        return Symbol(label.strip() or ".".join(line.opens.words), ".".join(line.opens.words) if label.strip() else _made(line.opens), SymbolKind.BLOCK, span, place, children)
    span = document.span(first.start, last.end)
    construct = registry.find(line.word)
    if line.word in ("let", "parameter") and len(line.lexemes) > 1:
        name = line.lexemes[1]
        return Symbol(name.text, _rest(document, name.end, last.end).lstrip(" ="), SymbolKind.VALUE, span, document.span(name.start, name.end))
    if construct is not None and label.strip():
        kind = SymbolKind.FILE if line.word == "include" else SymbolKind.CUT
        return Symbol(label.strip(), line.word, kind, span, place)
    kind = SymbolKind.LIST if line.word == "identify" else SymbolKind.FIELD
    return Symbol(line.word, _rest(document, line.path[-1].end, last.end).strip(), kind, span, place)


def _rest(document: Document, start: int, end: int) -> str:
    """What stands behind the first word, on one line."""
    text = " ".join(document.text[start:end].split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _made(block: Block) -> str:
    construct = registry.find(block.word)
    return construct.default_list if construct is not None else ""
