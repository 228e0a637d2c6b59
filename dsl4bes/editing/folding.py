"""What can be folded: blocks, and comments of several lines.

In: a document. Out: `Fold`s by line numbers from 0, outer ones first. From its lines alone, so a broken program folds, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.editing.document import Document
from dsl4bes.editing.lexemes import Kind


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines `first`..`last` (both included, from 0); `first` stays visible."""

    first: int
    last: int
    comment: bool = False


def folds(document: Document) -> list[Fold]:
    """All folds of a document."""
    line_of = document.source.place
    found = [Fold(line_of(block.start).line - 1, line_of(block.end).line - 1 - (not block.closed)) for block in document.structure.blocks]
    found += _comments(document)
    return sorted((fold for fold in found if fold.last > fold.first), key=lambda fold: (fold.first, -fold.last))


def _comments(document: Document) -> list[Fold]:
    """Comments that stand alone on lines that follow each other."""
    alone: list[int] = []
    before = Kind.NEWLINE
    for lexeme in document.lexemes:
        if lexeme.kind is Kind.COMMENT and before is Kind.NEWLINE:
            alone.append(document.source.place(lexeme.start).line - 1)
        before = lexeme.kind
    found: list[Fold] = []
    for place, line in enumerate(alone):
        if place and alone[place - 1] == line - 1:
            found[-1] = Fold(found[-1].first, line, comment=True)
        else:
            found.append(Fold(line, line, comment=True))
    return found
