"""Numbers that are too large to be any quantity: found in the tokens, before a tree is made of them.

In: the text and its tokens. Out: one diagnostic per number above `MAX_NUMBER`. A number that passes stays finite in every unit, so
no pass behind the parser meets an infinity that a user wrote.
"""

from __future__ import annotations

import re

from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.lexer import Token

MAX_NUMBER = 1e100
_SUSPECT = re.compile(r"\d[eE]\+?\d{2}|\d{90}")  # nearly every text has none, and then no token is looked at


def too_large(source: SourceFile, tokens: list[Token], bag: Bag) -> None:
    """Report every number above `MAX_NUMBER`."""
    if _SUSPECT.search(source.text) is None:
        return
    for kind, text, start, end in tokens:
        if kind == "NUMBER" and float(text) > MAX_NUMBER:
            message = "this number is too large to be a quantity"
            help = "for a limit on one side write a comparison, such as `> 0.5`"
            bag.add(codes.NUMBER_TOO_LARGE, message, Span(start, end, source), help=help)
