"""Windows on measured masses of what decays within a decay: `mass pi0: 0.115..0.150`, `mass_window 12 MeV`.

In: entries of `mass` and `mass_window`, the decay. Out: conditions on candidates with the names of their cut-flow lines. A value without a name is
the particle's own, where the block has one. Nothing is chosen here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs import decay_checks
from dsl4bes.constructs.base import Entry, Instance
from dsl4bes.constructs.fields import Cut, Line
from dsl4bes.constructs.measures import comparison
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromCandidate, FromVertex
from dsl4bes.ir.types import ENERGY, Kind, Origin, Type
from dsl4bes.ir.verify import unseen_in
from dsl4bes.source import Span
from dsl4bes.syntax.ast import Argument

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay, Node

MASS = Line(
    repeats=True, name="mass", doc="window of the mass of a particle of the decay, before the block's own fit", usage="mass pi0: 0.115..0.150"
)  # fmt: skip
MASS_WINDOW = Line(
    repeats=True, name="mass_window", doc="largest difference of that mass to the nominal one", usage="mass_window pi0: 12 MeV"
)  # fmt: skip


def cuts(
    here: Instance, symbol: FitSymbol, to: Builder, decay: Decay, entry: Entry, *, own: str = ""
) -> list[tuple[str, ir.Expr | None]]:
    """The conditions of one line; `own`: role of the particle that a value without a name speaks of."""
    found: list[tuple[str, ir.Expr | None]] = []
    for argument in entry.value:
        if argument.key is None and own:
            found.append(_cut(here, symbol, to, decay.mother, own, entry, argument, ""))
            continue
        called = [] if argument.key is None else [
            node for node in decay.composites if argument.key.name in (node.role, node.short)
        ]  # fmt: skip
        if not called:
            help = f"write `{entry.field.usage}`, with a product that decays further"
            to.bag.add(codes.BAD_VALUE, f"`{entry.field.name}` does not say whose mass", argument.span, help=help)
        for node in called:
            if unseen_in(symbol, node.role):
                message = f"`{entry.field.name}` cuts on the measured mass of `{node.role}`, and a part of it is missing"
                help = f'cut on the fitted one: `require "mass", m({node.role}) in ...`'
                to.bag.add(physics.NOT_MEASURED, message, argument.span, help=help)
                continue
            found.append(_cut(here, symbol, to, node, node.role, entry, argument, node.role))
    return found


def distance(symbol: FitSymbol, node: Node, role: str, span: Span, to: Builder) -> ir.Expr | None:
    """How far the measured mass of a role is from the nominal one; None after a diagnostic."""
    nominal = None if node.particle is None else node.particle.mass
    if nominal is None:
        help = "write `mass` with a range, or `choose min: formula`"
        to.bag.add(codes.BAD_VALUE, f"`{node.short}` has no nominal mass", span, help=help)
        return None
    difference = nodes.arithmetic(ir.Arithmetic.SUB, _mass(symbol, role, span), nodes.constant(nominal, span, ENERGY), span)
    return nodes.call("abs", (difference,), span)


def _mass(symbol: FitSymbol, role: str, span: Span) -> ir.Expr:
    """The mass before the block's own fit: as measured, or of the momenta that the products have from an earlier block."""
    if symbol.kind is FitKind.LISTED and role == symbol.particle:
        typed = Type(Kind.NUMBER, ENERGY, origin=Origin.MEASURED)
        return ir.FitValue(type=typed, span=span, fit=symbol, quantity=ir.FitQuantity.MASS)
    earlier = symbol.kind is FitKind.COMBINATION and any(
        role.momenta is not None or isinstance(role.source, (FromVertex, FromCandidate)) for role in symbol.roles
    )
    typed = Type(Kind.P4, ENERGY, origin=Origin.FITTED if earlier else Origin.MEASURED)
    return nodes.call("m", (ir.Product(type=typed, span=span, fit=symbol, role=role, fitted=earlier),), span)


def _cut(
    here: Instance, symbol: FitSymbol, to: Builder, node: Node, role: str, entry: Entry, argument: Argument, name: str
) -> tuple[str, ir.Expr | None]:
    word = entry.field.name
    field = Cut(dimension=ENERGY, bare="GeV", natural="<", low=0, doc=entry.field.doc, name=word)
    near = word == MASS_WINDOW.name
    value = distance(symbol, node, role, argument.span, to) if near else _mass(symbol, role, argument.span)
    part = f"{word}_{name}" if name else word
    cut = None if value is None else comparison(field, argument.span, argument.value, to.bag)
    if value is None or cut is None:
        return part, None
    if not near:
        decay_checks.window(cut, field, node, to.bag)
    public = f"{name}.{word}" if name else word
    return part, to.field_cut(here, Entry(field, entry.key, cut, entry.statement), value, name=public)
