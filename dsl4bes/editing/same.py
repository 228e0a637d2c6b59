"""Whether two programs do the same up to a name.

In: two `Program`s of primitives and the words that may stand for each other. Out: yes or no. Everything is compared, steps, lists, numbers, outputs and fits, but for places in the text; lists and fits must correspond one to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from dsl4bes.constructs.words import public_name
from dsl4bes.ir.program import Program
from dsl4bes.ir.types import ListSymbol
from dsl4bes.source import SourceFile, Span


def same_but(first: Program, second: Program, words: Iterable[str]) -> bool:
    """Whether `second` is `first`, except that some of the words stand for others of them in names and titles."""
    return _Comparison(words).same(first, second)


@lru_cache(maxsize=256)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


class _Comparison:
    """What has been compared, so that shared parts are looked at once."""

    def __init__(self, words: Iterable[str]) -> None:
        known = sorted({*words, *(public_name(word) for word in words)}, key=len, reverse=True)
        # as a part of a name (`soft_energy`), as a count (`nsoft`), as one of a list (`soft2`)
        self._word = re.compile(rf"(?<![A-Za-z0-9])(n?)(?:{'|'.join(map(re.escape, known))})(?=_?[0-9]*(?![A-Za-z0-9]))")
        self._done: set[tuple[int, int]] = set()
        self._lists: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def same(self, first: Any, second: Any) -> bool:
        todo: list[tuple[Any, Any]] = [(first, second)]
        while todo:
            one, two = todo.pop()
            if one is two or isinstance(one, (Span, SourceFile)):
                continue
            if type(one) is not type(two):
                return False
            inner = self._inner(one, two)
            if inner is None:
                return False
            todo += inner
        return True

    def _inner(self, one: Any, two: Any) -> list[tuple[Any, Any]] | None:
        """The parts that are still to be compared; None where the two differ."""
        if isinstance(one, str):
            return [] if one == two or self._word.sub(r"\1~", one) == self._word.sub(r"\1~", two) else None
        if isinstance(one, (tuple, list)):
            return list(zip(one, two)) if len(one) == len(two) else None
        if isinstance(one, (dict, frozenset, set)):
            pairs = (sorted(map(repr, one)), sorted(map(repr, two)))
            return [pairs] if not isinstance(one, dict) else [pairs, (list(one.values()), list(two.values()))]
        if is_dataclass(one) and not isinstance(one, Enum):
            if isinstance(one, ListSymbol) and not (self._lists.setdefault(one.name, two.name) == two.name and self._back.setdefault(two.name, one.name) == one.name):
                return None
            if (id(one), id(two)) in self._done:
                return []
            self._done.add((id(one), id(two)))
            kind: Any = type(one)
            return [(getattr(one, name), getattr(two, name)) for name in _names(kind)]
        return [] if one == two or repr(one) == repr(two) else None  # not a number is itself here
