"""Walking the IR: every object of a tree once per place, in the order of the fields.

In: a node, or a tuple of nodes. Out: an iterator over everything in it: steps, expressions, parameters. References to what is defined
elsewhere (a `Define` behind a `ValueRef`, a fit behind a `Product`) are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.expr import Binder, FitValue, Product, ValueRef
from dsl4bes.ir.functions import Function
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import Dimension, ListSymbol, Type
from dsl4bes.source import Span

_LEAVES = (Span, Type, Dimension, Function, ListSymbol, Enum, FitSymbol, Binder, Process)


@lru_cache(maxsize=512)
def _parts(kind: type) -> tuple[str, ...] | None:
    """The fields of a class that are gone into, the last one first; None for what is no object of a tree."""
    if issubclass(kind, (str, int, float, type(None), *_LEAVES)):
        return None
    if issubclass(kind, (ValueRef, Product, FitValue)) or not is_dataclass(kind):
        return ()
    return tuple(field.name for field in reversed(fields(kind)) if field.name not in ("span", "type"))


def objects(root: object) -> Iterator[object]:
    """`root` and everything below it, depth first."""
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo += reversed(node)
            continue
        kind: Any = type(node)
        names = _parts(kind)
        if names is None:
            continue
        yield node
        if names:
            todo += [getattr(node, name) for name in names]
