"""What an expression depends on: a fit (its values are then known only within the fitter's tolerance), the interaction point.

In: an `ir.expr` tree or a program. Out: flags. The walk goes over the fields of the nodes, so a new node needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitKind, FitSymbol, Missing
from dsl4bes.ir.fits import FourMomentum, InteractionPoint, Tags, ThreeMomentum, TotalEnergy
from dsl4bes.ir.program import Program, blocks_of
from dsl4bes.ir.types import ListSymbol
from dsl4bes.ir.walk import objects

#: What a fit says that is the same whatever its last digits are.
_EXACT = (ir.FitQuantity.PASSED, ir.FitQuantity.NDF, ir.FitQuantity.CANDIDATES)

#: Combinations that are read from a list of BOSS's.
_LISTED = (FitKind.DTAG, FitKind.DOUBLE_TAG, FitKind.LISTED)


def nodes(node: ir.Expr) -> Iterator[object]:
    """The node and everything below it, values named by `let` included."""
    for part in objects(node):
        yield part
        if isinstance(part, ir.ValueRef):
            yield from nodes(part.define.value)


def on_fit(node: ir.Expr) -> bool:
    """Whether a fitted momentum or a chi2 enters (measured products and flags of a fit do not make a value inexact)."""
    return any(
        (isinstance(part, ir.Product) and ((part.fitted and _refined(part.fit)) or _flown(part)))
        or (isinstance(part, ir.FitValue) and part.quantity not in _EXACT and part.fit.kind not in _LISTED)
        for part in nodes(node)
    )


def on_missing(node: ir.Expr) -> bool:
    """Whether a fit with a missing particle enters: its numbers have fewer digits."""
    return any(
        isinstance(part, ir.Product | ir.FitValue) and any(isinstance(role.source, Missing) for role in part.fit.roles) for part in nodes(node)
    )


def _refined(fit: FitSymbol) -> bool:
    """Whether the momenta of a combination are not the measured ones."""
    if fit.kind in _LISTED:
        return False  # both roads take those of the list
    if fit.kind is not FitKind.COMBINATION:
        return True
    return any(role.momenta is not None or not isinstance(role.source, ListSymbol) for role in fit.roles)


def _flown(product: ir.Product) -> bool:
    """Whether a product comes from a secondary vertex: it is fitted before it is used as measured."""
    return product.fit.kind not in _LISTED and any(role.name == product.role and role.species is None for role in product.fit.roles)


def on_chosen(node: ir.Expr) -> bool:
    """Whether it matters which candidate of a fit was chosen."""
    return any(isinstance(part, ir.Product | ir.FitValue) for part in nodes(node))


def on_beam(program: Program) -> bool:
    """Whether a program asks for the beams anywhere."""
    return any(
        isinstance(part, ir.Beam | FourMomentum | ThreeMomentum | TotalEnergy | Tags)
        or (isinstance(part, ir.Call) and part.function.name == "ecms")
        for part in objects(blocks_of(program))
    )


def on_vertex(program: Program) -> bool:
    """Whether a program asks for the interaction point anywhere."""
    steps = (program.blocks, program.outputs, tuple(region.blocks for region in program.regions))
    return any(
        (isinstance(part, ir.Call) and part.function.name in ("vr", "vz")) or isinstance(part, InteractionPoint)
        for part in objects(steps)
    )
