"""The canonical layout of a program, as edits.

In: a document, and a part of it if not all is meant. Out: `Edits` (none if it is in that form), or a `Refusal` where it has syntax errors. It is the layout of `dsl4bes fmt`; CRLF stays CRLF. Nothing is written.
"""

from __future__ import annotations

from dsl4bes.diagnostics.model import Bag, Severity
from dsl4bes.editing.document import Document
from dsl4bes.editing.edits import Edits, Refusal, of_change
from dsl4bes.source import SourceFile, Span


def canonical(source: SourceFile, bag: Bag) -> str | None:
    """The canonical text of a program; None after a syntax error, which is in `bag`."""
    from dsl4bes.constructs.style import with_signs
    from dsl4bes.syntax.parser import parse
    from dsl4bes.syntax.printer import print_program

    own = Bag()
    program = parse(source, own)
    bag.items.extend(own)
    return None if program is None or own.has_errors else print_program(program, with_signs)


def formatted(document: Document, part: Span | None = None) -> Edits | Refusal:
    """The edits that put a document into canonical form; with `part` only those of the lines that it touches."""
    bag = Bag()
    text = canonical(document.source, bag)
    if text is None:
        item = next(item for item in bag if item.severity is Severity.ERROR)
        where = "" if item.primary is None else f" (line {item.primary.span.place.line}: {item.message})"
        return Refusal(f"a program with syntax errors keeps its layout{where}")
    if "\r\n" in document.text:
        text = text.replace("\n", "\r\n")
    edits = of_change(document.text, text, document.span(0, len(document.text)))
    if part is None:
        return Edits(edits)
    return Edits(tuple(edit for edit in edits if edit.span.start <= part.end and part.start <= edit.span.end))
