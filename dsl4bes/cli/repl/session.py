"""The state of a session: the program as text, what it was before (undo), the events, the last view.

In: entries and changes. Out: an `Answer` for each: whether it was kept, what the compiler says of it, the new view (its numbers come with `count`) and the one before. An entry that brings
an error is not kept.
Nothing is printed here, and no file is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.repl.interrupts import held
from dsl4bes.cli.repl.program import Changed, pieces, with_entry, without
from dsl4bes.diagnostics.codes.syntax import EMPTY_PROGRAM
from dsl4bes.diagnostics.model import Diagnostic
from dsl4bes.diagnostics.places import outermost
from dsl4bes.preview.session import NOT_COUNTED, Preview
from dsl4bes.preview.unwritten import lacks_code
from dsl4bes.preview.view import View
from dsl4bes.source import SourceFile

if TYPE_CHECKING:
    from dsl4bes.preview.events import Events

#: Text of the program, its file, the text there.
State = tuple[str, str, str]
#: What the program is called in messages before it has a file.
UNNAMED = "<repl>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a change: `said` are the diagnostics that concern it; `replaced` names the blocks that are gone for it."""

    kept: bool
    view: View
    before: View | None
    said: tuple[Diagnostic, ...] = ()
    replaced: tuple[str, ...] = ()
    another: bool = False  #: another program altogether: nobody wants to read all of its C++


@dataclass(slots=True)
class Session:
    """A program and its events. `path` is the file it was read from or written to, `stored` the text there."""

    log: Callable[[str], None] | None = None
    text: str = ""
    path: str = ""
    stored: str = ""
    view: View | None = None
    refused: str = ""  #: the last entry that was not kept
    resuming: bool = False  #: the next entry begins with that one
    editing: int | None = None  #: the block that the next entry takes the place of
    careful: bool = False  #: somebody sits there who can be asked
    warned: bool = False  #: it was said that the program is not saved
    _past: list[State] = field(default_factory=list)
    _future: list[State] = field(default_factory=list)
    _preview: Preview | None = None

    @property
    def preview(self) -> Preview:
        if self._preview is None:
            self._preview = Preview(log=self.log)
        return self._preview

    @property
    def events(self) -> Events | None:
        return self.preview.events

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost at the end."""
        return bool(self.text.strip()) and self.text != self.stored

    def add(self, entry: str) -> Answer:
        """Compile the program with an entry; keep it unless it brings an error."""
        at, self.editing = self.editing, None
        return self._change(with_entry(self.text, entry, at), entry)

    def drop(self, at: int) -> Answer:
        """The program without a block (from 0)."""
        return self._change(Changed(without(self.text, at), (pieces(self.text)[at].name,)), "")

    def undo(self) -> Answer | None:
        """Back to the program before the last change; None if there was none."""
        return self._travel(self._past, self._future)

    def redo(self) -> Answer | None:
        """The change that was undone last."""
        return self._travel(self._future, self._past)

    def open(self, source: SourceFile) -> Answer:
        """Take a program as it is, with what is wrong with it."""
        text = source.text if not source.text or source.text.endswith("\n") else source.text + "\n"
        self.preview.forget()
        view = self._look(text, source.name)
        self._remember()
        self.text, self.path, self.stored, self.view = text, source.name, text, view
        return Answer(True, view, None, tuple(view.compilation.bag))

    def clear(self) -> None:
        """An empty program; `undo` brings the old one back."""
        self._remember()
        self.text, self.path, self.stored, self.view = "", "", "", None
        self.preview.forget()

    def take(self, events: Events | None) -> None:
        """Other events: the numbers of those before are gone, whether or not these are counted to the end."""
        self.preview.events = events
        if self.view is not None:
            self.view = self.view.uncounted(NOT_COUNTED)

    def count(self) -> View | None:
        """The view with its numbers; an interrupt leaves it without them."""
        if self.view is not None:
            self.view = self.preview.count(self.view)
        return self.view

    def _change(self, changed: Changed, entry: str) -> Answer:
        before, view = self.view, self._look(changed.text, self.path)
        said = tuple(_concerning(before, view, self.text, changed.text))
        if _worse(before, view):
            self.refused = entry
            return Answer(False, view, before, said)
        self._remember()
        self.text, self.view, self.refused = changed.text, view, ""
        return Answer(True, view, before, said, changed.replaced)

    def _remember(self) -> None:
        self._past.append((self.text, self.path, self.stored))
        self._future.clear()

    def _travel(self, back: list[State], forth: list[State]) -> Answer | None:
        if not back:
            return None
        text, path, stored = back[-1]
        before, view = self.view, self._look(text, path)
        back.pop()
        forth.append((self.text, self.path, self.stored))
        another = path != self.path or not self.text
        self.text, self.path, self.stored, self.view = text, path, stored, view
        return Answer(True, view, before, another=another)

    def _look(self, text: str, path: str) -> View:
        """Nothing of the session is changed yet: an interrupt leaves it as it was, and waits for the parts of the compiler that are imported here."""
        with held():
            return self.preview.look(SourceFile(path or UNNAMED, text), loader=files.loader(()), bodies=files.bodies(path or "-"))


def _worse(before: View | None, view: View) -> bool:
    """Whether there are errors that were not there before: a program may be opened with errors, to mend them."""
    return bool(_errors(view) - (_errors(before) if before is not None else Counter()))


def _errors(view: View) -> Counter[tuple[str, str]]:
    """Errors of a program; a custom block whose code is still to be written is none here."""
    return Counter(_what(each) for each in view.compilation.bag if each.severity.value == "error" and not lacks_code(each))


def _what(item: Diagnostic) -> tuple[str, str]:
    return item.code.id, item.message


def _concerning(before: View | None, view: View, old: str, new: str) -> list[Diagnostic]:
    """Diagnostics that are new, or that stand in what was changed."""
    known = Counter(_what(each) for each in before.compilation.bag) if before is not None else Counter()
    start = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
    tail = next((i for i, (a, b) in enumerate(zip(reversed(old[start:]), reversed(new[start:]))) if a != b), min(len(old), len(new)) - start)
    found = []
    for item in view.compilation.bag:
        if item.code is EMPTY_PROGRAM:  # every program begins as one
            continue
        place = None if item.primary is None else outermost(item.primary.span)
        inside = place is not None and place.end > start and place.start < len(new) - tail
        if known[_what(item)] and not inside:
            known[_what(item)] -= 1
            continue
        found.append(item)
    return found
