"""What may be written at a place of an entry: words of the language from `editing`, commands and their arguments.

In: the session, the text of an entry and the cursor. Out: `Offer`s with the place that they begin at in the entry. Nothing is printed, and nothing but names of files is read.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass

from dsl4bes.cli.repl.commands import COMMANDS
from dsl4bes.cli.repl.program import belongs_inside, pieces, without
from dsl4bes.cli.repl.reader import depth, is_command
from dsl4bes.cli.repl.session import UNNAMED, Session
from dsl4bes.constructs.base import SELECTION

_FILES = ("open", "load", "save", "save!", "package", "package!")
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` goes from `start` to the cursor."""

    text: str
    start: int
    label: str
    detail: str = ""
    documentation: str = ""


def offers(session: Session, text: str, cursor: int) -> Iterator[Offer]:
    """What fits at the cursor."""
    if is_command(text):
        yield from _of_command(session, text[:cursor])
        return
    found: dict[str, Offer] = {}
    for base in _frames(session, text, cursor):
        for offer in _of_language(session, base, text, cursor):
            found.setdefault(offer.text.removeprefix(f"{SELECTION}."), offer)
    yield from (offer for offer in found.values() if offer.text.casefold().startswith(text[offer.start : cursor].casefold()))


def _frames(session: Session, text: str, cursor: int) -> Iterator[str]:
    """What the entry may stand behind: the program, or an `event_selection` that goes on."""
    program = session.text
    if session.editing is not None and session.editing < len(pieces(program)):
        program = without(program, session.editing)
    opened = f"{program}{SELECTION} do\n"
    before = text[:cursor]
    words = before.split(None, 1)
    first = words[0].split("(")[0] if words else ""
    if depth(before) > 0 or " " in before.strip():
        yield opened if belongs_inside(first) else program
        return
    yield opened
    yield program


def _of_language(session: Session, base: str, text: str, cursor: int) -> Iterator[Offer]:
    """Offers of `editing`; of a block its first line, as the `end` is typed last."""
    from dsl4bes.cli import files
    from dsl4bes.editing.completion import complete
    from dsl4bes.editing.document import Document

    document = Document(session.path or UNNAMED, base + text, loader=files.loader(()), bodies=files.bodies(session.path or "-"))
    for each in complete(document, len(base) + cursor):
        start = each.replace.start - len(base)
        if 0 <= start <= cursor:
            yield Offer(each.text.partition("\n")[0], start, each.label, each.detail, each.documentation)


def _of_command(session: Session, text: str) -> Iterator[Offer]:
    start = text.index(":") + 1
    name, blank, argument = text[start:].partition(" ")
    if not blank:
        for word, command in COMMANDS.items():
            if word.startswith(name):
                yield Offer(word, start, f":{word}", command.help, command.help)
        return
    begun = argument.rpartition(" ")[2]
    for word in _arguments(session, name, begun):
        if word.startswith(begun):
            yield Offer(word, len(text) - len(begun), word)


def _arguments(session: Session, command: str, begun: str) -> Iterator[str]:
    view = session.view
    if command in _FILES:
        found = sorted(glob.glob(f"{glob.escape(os.path.expanduser(begun))}*"))[:_MOST_FILES]
        yield from (f"{path}/" if os.path.isdir(path) else path for path in found)
    elif command == "hist" and view is not None:
        yield from (histogram.name for histogram in view.histograms)
    elif command == "cpp" and view is not None:
        yield from (method.name for method in view.methods)
    elif command == "fit" and view is not None and view.compilation.program is not None:
        yield from (fit.name for fit in view.compilation.program.fits)
    elif command == "explain":
        from dsl4bes.constructs.registry import load
        from dsl4bes.reference.pages import function_names

        yield from load()
        yield from function_names()
