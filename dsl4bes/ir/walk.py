"""Walking the IR: every object of a tree once per place, in the order of the fields.

In: a node, or a tuple of nodes. Out: an iterator over everything in it: steps, expressions, parameters. References to what is defined
elsewhere (a `Define` behind a `ValueRef`, a fit behind a `Product`) are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache

from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.expr import Binder, FitValue, Product, ValueRef
from dsl4bes.ir.functions import Function
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import Dimension, ListSymbol, Type
from dsl4bes.source import Span

_LEAVES = (Span, Type, Dimension, Function, ListSymbol, Enum, FitSymbol, Binder, Process)


@lru_cache(maxsize=256)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in ("span", "type"))


def objects(root: object) -> Iterator[object]:
    """`root` and everything below it, depth first."""
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo += reversed(node)
            continue
        if node is None or isinstance(node, (str, int, float, *_LEAVES)):
            continue
        yield node
        if isinstance(node, (ValueRef, Product, FitValue)):
            continue
        if is_dataclass(node) and not isinstance(node, type):
            todo += [getattr(node, name) for name in reversed(_names(type(node)))]
