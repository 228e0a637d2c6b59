"""Walking the IR: every object of a tree once per place, in the order of the fields.

In: a node, or a tuple of nodes. Out: an iterator over everything in it: steps, expressions, parameters. References to what is defined
elsewhere (a `Define` behind a `ValueRef`, a fit behind a `Product`) are not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from operator import attrgetter
from typing import Any

from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.expr import Binder, FitValue, Product, ValueRef
from dsl4bes.ir.functions import Function
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import Dimension, ListSymbol, Type
from dsl4bes.source import Span

_LEAVES = (Span, Type, Dimension, Function, ListSymbol, Enum, FitSymbol, Binder, Process)


def _parts(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """What gives the fields of a class that are gone into, the last one first; None for what is no object of a tree."""
    if issubclass(kind, (str, int, float, type(None), *_LEAVES)):
        return None
    if issubclass(kind, (ValueRef, Product, FitValue)) or not is_dataclass(kind):
        return _nothing
    names = tuple(field.name for field in reversed(fields(kind)) if field.name not in ("span", "type"))
    if len(names) < 2:
        return (lambda node: (getattr(node, names[0]),)) if names else _nothing
    return attrgetter(*names)


def _nothing(node: Any) -> tuple[Any, ...]:
    return ()


#: `_parts` of the classes that were met; this loop goes over every object of every program.
_KNOWN: dict[type, Callable[[Any], tuple[Any, ...]] | None] = {}


def objects(root: object) -> Iterator[object]:
    """`root` and everything below it, depth first."""
    todo: list[object] = [root]
    known = _KNOWN
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind is tuple:
            todo += reversed(node)  # type: ignore[call-overload]  # a tuple, by its class
            continue
        try:
            parts = known[kind]
        except KeyError:
            parts = known[kind] = _parts(kind)
        if parts is None:
            continue
        yield node
        todo += parts(node)
