"""Changes of a text as data: what rename, code actions and formatting give.

In: spans and texts. Out: `Edit`, `Edits`, `Refusal`, and the text with edits in it. Edits of one answer do not overlap. No file is written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsl4bes.source import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """The text of `span` becomes `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edits:
    """Edits that go in together, in the order of the text."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not done, in words for the user."""

    words: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits in it; insertions at one place stay in their order."""
    parts: list[str] = []
    last = 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        parts += (text[last : edit.span.start], edit.text)
        last = edit.span.end
    return "".join((*parts, text[last:]))


def of_change(old: str, new: str, whole: Span) -> tuple[Edit, ...]:
    """The edits by lines that make `new` of the text `old` at `whole`; none if they are the same."""
    if old == new:
        return ()
    from difflib import SequenceMatcher

    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [whole.start]
    for line in before:
        starts.append(starts[-1] + len(line))
    found = []
    for what, low, high, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            found.append(Edit(Span(starts[low], starts[high], whole.file), "".join(after[first:last])))
    return tuple(found)
