"""Cuts on a particle that decays into two photons: the decay angle, and photons that are both in the end-caps.

In: entries of `cos_decay` and `reject_both_endcap`, the decay. Out: conditions on candidates, of the photons as measured. Nothing is chosen here, and
the photons themselves are those that `photons` selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Entry, Instance
from dsl4bes.constructs.fields import Cut, Flag
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.types import ENERGY, Kind, Origin, Species, Type

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.source import Span

COS_DECAY = Cut(
    natural="<", low=0, high=1, name="cos_decay", usage="cos_decay < 0.95",
    doc="of a decay into two photons: |E1 - E2| / p, the cosine of the angle between a photon, where the particle is at rest, and its flight",
)  # fmt: skip
REJECT_BOTH_ENDCAP = Flag(
    name="reject_both_endcap", doc="of a decay into two photons: candidates are dropped if both are in the end-caps", usage="reject_both_endcap"
)
_BARREL = 1.0  #: `module()` of a shower in the barrel


def cuts(here: Instance, symbol: FitSymbol, entry: Entry, to: Builder) -> list[tuple[str, ir.Expr | None]]:
    """The condition of one line."""
    span = entry.key.span
    if len(symbol.roles) != 2 or any(role.species is not Species.GAMMA for role in symbol.roles):
        help = "write it as a formula, `require \"barrel\", module(gam1) == 1`"
        to.bag.add(physics.WITHOUT_EFFECT, f"`{entry.field.name}` is about a particle that decays into two photons", span, help=help)
        return []
    photons = [_product(symbol, role.name, Kind.PARTICLE, span) for role in symbol.roles]
    if entry.field is REJECT_BOTH_ENDCAP:
        if entry.value is False:
            return []
        barrel = nodes.constant(_BARREL, span)
        sides = tuple(nodes.compare(ir.Comparison.EQ, nodes.call("module", (photon,), span), barrel, span) for photon in photons)
        return [("both_endcap", nodes.disjunction(sides, span))]
    first, second = (nodes.call("e", (nodes.p4_of(photon, span),), span) for photon in photons)
    difference = nodes.call("abs", (nodes.arithmetic(ir.Arithmetic.SUB, first, second, span),), span)
    momentum = nodes.call("p", (_product(symbol, symbol.particle, Kind.P4, span),), span)
    return [("cos_decay", to.field_cut(here, entry, nodes.arithmetic(ir.Arithmetic.DIV, difference, momentum, span)))]


def _product(symbol: FitSymbol, role: str, kind: Kind, span: Span) -> ir.Product:
    typed = Type(kind, ENERGY, origin=Origin.MEASURED) if kind is Kind.P4 else Type(kind, origin=Origin.MEASURED)
    return ir.Product(type=typed, span=span, fit=symbol, role=role, fitted=False)
