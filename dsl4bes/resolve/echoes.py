"""Errors that only echo another one: a name is missing because the block that makes it was wrong.

In: the names that blocks of the program make, with their places, and the bag. Out: the bag without the echoes. The error of the block
itself always stays, so that a program that was wrong is still wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from dsl4bes.diagnostics.codes import names, shape
from dsl4bes.diagnostics.model import Bag, Diagnostic, Severity
from dsl4bes.source import Span


def leave_out(planned: Mapping[str, Span], bag: Bag) -> None:
    """Drop "no list is called `vertex`" where a block above says `vertex_fit(:vertex)` and has an error of its own."""
    kept = [item for item in bag.items if not _is_echo(item, planned)]
    if any(item.severity is Severity.ERROR for item in kept):
        bag.items[:] = kept


def _is_echo(item: Diagnostic, planned: Mapping[str, Span]) -> bool:
    if item.primary is None or item.code not in (names.UNKNOWN_NAME, shape.UNKNOWN_FIELD):
        return False
    span = item.primary.span
    word = span.text.split(".")[0]
    made = planned.get(word[1:] if item.code is shape.UNKNOWN_FIELD else word)
    return made is not None and made.start < span.start
