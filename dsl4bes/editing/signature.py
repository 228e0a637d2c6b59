"""How the function at hand is called, and which of its arguments is being written.

In: a document and an offset inside the brackets of a call. Out: a `Signature` from the table of functions, or None outside of calls and for words that are no function.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.editing.context import context
from dsl4bes.editing.document import Document
from dsl4bes.reference.pages import function_names, function_parts


@dataclass(frozen=True, slots=True)
class Signature:
    """`label` is the call as the reference writes it, `parameters` the places of its arguments in it, `active` the one at hand; `gives` the unit or kind of its value."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    active: int
    gives: str
    documentation: str


def signature(document: Document, offset: int) -> Signature | None:
    """The call around an offset."""
    here = context(document, offset)
    bracket = here.bracket
    if here.comment or bracket is None or bracket[0] is None or bracket[0].text not in function_names():
        return None
    usage, gives, doc = function_parts(bracket[0].text)
    places = _places(usage)
    commas = depth = 0
    for lexeme in here.before[bracket[1] :]:
        depth += (lexeme.text in ("(", "[")) - (lexeme.text in (")", "]"))
        commas += depth == 0 and lexeme.is_(",")
    active = min(commas, len(places) - 1) if places else 0
    return Signature(usage, places, active, gives, doc)


def _places(usage: str) -> tuple[tuple[int, int], ...]:
    """Where the arguments stand in `m(a, ...)`."""
    opening = usage.find("(")
    if opening < 0 or not usage.endswith(")"):
        return ()
    found, start, depth = [], opening + 1, 0
    for place in range(opening + 1, len(usage)):
        sign = usage[place]
        if depth == 0 and sign in ",)":
            text = usage[start:place]
            if text.strip():
                found.append((start + len(text) - len(text.lstrip()), place))
            start = place + 1
        depth += (sign in "([") - (sign in ")]")
    return tuple(found)
