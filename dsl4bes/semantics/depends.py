"""Which expressions depend on a fit: their values are known only within the fitter's tolerance.

In: an `ir.expr` tree. Out: a flag. The walk goes over the fields of the nodes, so a new node needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from dsl4bes.ir import expr as ir


def nodes(node: ir.Expr) -> Iterator[ir.Expr]:
    """The node and everything below it, values named by `let` included."""
    yield node
    for field in fields(node):
        yield from _inside(getattr(node, field.name))


def _inside(value: Any) -> Iterator[ir.Expr]:
    if isinstance(value, ir.Expr):
        yield from nodes(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _inside(item)
    elif type(value).__name__ == "Define":
        yield from nodes(value.value)


def on_fit(node: ir.Expr) -> bool:
    """Whether a fitted momentum or a chi2 enters (as measured products and flags of a fit do not make a value inexact)."""
    return any(
        (isinstance(part, ir.Product) and part.fitted)
        or (isinstance(part, ir.FitValue) and part.quantity is ir.FitQuantity.CHI2)
        for part in nodes(node)
    )


def on_chosen(node: ir.Expr) -> bool:
    """Whether it matters which candidate of a fit was chosen."""
    return any(isinstance(part, ir.Product | ir.FitValue) for part in nodes(node))
