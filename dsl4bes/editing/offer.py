"""Something that may be written, before its place is known.

In: what `offers.py`, `formula_offers.py` and `text_offers.py` find. Out: `Offer`, which `completion.py` makes a `Completion` of. No logic.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CompletionKind(Enum):
    """What is offered."""

    BLOCK = "block"
    FIELD = "field"
    COUNT = "count"
    VALUE = "value"
    KEY = "key"
    FUNCTION = "function"
    LIST = "list"
    FIT = "fit"
    MEMBER = "member"
    CONSTANT = "constant"
    PARTICLE = "particle"
    UNIT = "unit"
    SHAPE = "shape"
    FILE = "file"
    KEYWORD = "keyword"
    SNIPPET = "snippet"


@dataclass(frozen=True, slots=True)
class Offer:
    """A completion before its place is known."""

    text: str
    kind: CompletionKind
    detail: str = ""
    documentation: str = ""
    snippet: str | None = None
    label: str = ""
