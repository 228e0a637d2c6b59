"""What an editor can mend: the fixes of findings, standard blocks that are only assumed, units that are missing, the layout.

In: a document and the part that is selected. Out: `Action`s with their edits, those of findings that touch the part first. Each edit is of this document; a fix of an included file is none. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dsl4bes.constructs.base import SELECTION
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.fixes import apply
from dsl4bes.diagnostics.model import Diagnostic
from dsl4bes.diagnostics.places import mendable
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edit, of_change
from dsl4bes.source import Span


@dataclass(frozen=True, slots=True)
class Action:
    """`title` says what it does; `code` is that of the finding it mends, empty for none; `diagnostic` the finding itself. `preferred`: it is the only thing that can be meant."""

    title: str
    edits: tuple[Edit, ...]
    code: str = ""
    diagnostic: Diagnostic | None = None
    preferred: bool = False


def actions(document: Document, span: Span) -> list[Action]:
    """What can be done about the findings at a part of the text."""
    found: list[Action] = []
    for item in document.diagnostics:
        if _touches(item, span):
            found += _of(document, item)
    everything = _all(document)
    return [*found, *everything]


def _touches(item: Diagnostic, span: Span) -> bool:
    """Whether a finding, or one of its fixes, stands in the part."""
    places = [label.span for label in (item.primary,) if label is not None] + [fix.span for fix in item.fixes]
    return any(place.file == span.file and place.file.via is None and place.start <= span.end and span.start <= place.end for place in places)


def _of(document: Document, item: Diagnostic) -> Iterator[Action]:
    if mendable(item) and all(fix.span.file == document.source for fix in item.fixes):
        title = item.fixes[0].title or f"write `{item.fixes[0].text}`"
        yield Action(title, tuple(Edit(fix.span, fix.text) for fix in item.fixes), item.code.id, item, preferred=True)
    elif item.code is physics.ASSUMED_BLOCK and item.shows:
        yield from _assumed(document, item)
    elif item.code is names.ANGLE_WITHOUT_UNIT and item.primary is not None and item.primary.span.text[-1:].isdigit():
        end = item.primary.span.end
        for unit in ("deg", "rad", "mrad"):
            yield Action(f"write `{item.primary.span.text} {unit}`", (Edit(document.span(end, end), f" {unit}"),), item.code.id, item)


def _assumed(document: Document, item: Diagnostic) -> Iterator[Action]:
    """Write the standard block in front of the one that needs it."""
    if item.primary is None:
        return
    block = document.structure.block_at(item.primary.span.start)
    line = document.structure.line_at(item.primary.span.start)
    outer = [each for each in (block.around() if block is not None else ()) if each.word == SELECTION and len(each.words) == 1]
    lines = item.shows.rstrip("\n").split("\n")
    keyword = lines[0].removeprefix(f"{SELECTION}.").partition(" ")[0].partition("(")[0]
    while line is not None and line.block is not None and line.block not in outer:
        line = line.block.head
    if line is None:
        return
    at = line.start
    if outer:
        lines = [lines[0].removeprefix(f"{SELECTION}."), *lines[1:]]
        indent = document.text[at : line.lexemes[0].start].lstrip("\r\n")
        lines = [f"{indent}{each}" if each else each for each in lines]
    ending = "\r\n" if "\r\n" in document.text else "\n"
    yield Action(f"write the standard `{keyword}` here", (Edit(document.span(at, at), ending.join([*lines, "", ""])),), item.code.id, item)


def _all(document: Document) -> list[Action]:
    """All fixes at once, as `check --fix` does, if there are several."""
    if sum(mendable(item) for item in document.diagnostics) < 2:
        return []
    done = apply(document.source, document.diagnostics)
    if done.applied < 2:
        return []
    edits = of_change(document.text, done.text, document.span(0, len(document.text)))
    return [Action(f"mend {done.applied} places", edits)]
