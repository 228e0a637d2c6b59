"""Sums over the whole event: visible energy and momentum balance (SEMANTICS rule 18).

In: the typer of a formula. Out: expressions over the lists `gam` and `good`, which are assumed if no block makes them.
A good track counts with the mass of the list it was identified into, else as a pion; the frame is the laboratory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import ListSymbol, Shape
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


def visible_energy(typer: Typer, span: Span) -> ir.Expr:
    """Energies of the showers of `gam` and of the tracks of `good`."""
    return _total(typer, "e", span)


def balance_z(typer: Typer, span: Span) -> ir.Expr:
    """Sum of p_z over visible energy."""
    return nodes.arithmetic(ir.Arithmetic.DIV, _total(typer, "pz", span), _total(typer, "e", span), span)


def balance_t(typer: Typer, span: Span) -> ir.Expr:
    """Length of the vector sum of the transverse momenta over visible energy."""
    two = nodes.constant(2.0, span)
    x, y = (
        nodes.arithmetic(ir.Arithmetic.POW, _total(typer, name, span), two, span) for name in ("px", "py")
    )
    square = nodes.arithmetic(ir.Arithmetic.ADD, x, y, span)
    length = nodes.call("sqrt", (square,), span)
    return nodes.arithmetic(ir.Arithmetic.DIV, length, _total(typer, "e", span), span)


def _total(typer: Typer, name: str, span: Span) -> ir.Expr:
    """A component summed over showers and tracks."""
    showers, tracks = (_one(typer, list_name, name, span) for list_name in ("gam", "good"))
    return nodes.arithmetic(ir.Arithmetic.ADD, showers, tracks, span)


def _one(typer: Typer, list_name: str, name: str, span: Span) -> ir.Expr:
    from dsl4bes.resolve.names import particle_variable

    builder = typer.builder
    info = builder.need_list(list_name, span, typer)
    builder.use(info)
    binder = ir.Binder(list_name, info.symbol)
    vector = nodes.p4_of(particle_variable(binder, span), span, assigned=assigned(typer, info))
    over = nodes.each((binder,), nodes.call(name, (vector,), span), span)
    return nodes.reduce(ir.Reduction.SUM, over, span, Shape.EVENT)


def assigned(typer: Typer, info: ListInfo) -> tuple[ListSymbol, ...]:
    """Lists that give tracks of `info` a species, in the order they were made."""
    if not info.is_tracks or info.symbol.species is not None:
        return ()
    found = []
    for other in typer.builder.scope.lists.values():
        if other is not info and other.symbol.species is not None and other.comes_from(info):
            found.append(other.symbol)
    return tuple(found)
