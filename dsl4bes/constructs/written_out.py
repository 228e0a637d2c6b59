"""Candidates of an earlier block in a fit: the decay with theirs written into it, their tracks and showers as its products.

In: the decay of a block that fits, its `from`. Out: `WrittenOut`: the decay in which every product that an earlier `combine` makes decays as there, and the
roles of these products. A fit starts from particles as measured (SEMANTICS rule 13), so nothing the earlier block fitted enters: it says which tracks
and showers belong together. What flew before it decayed cannot be written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsl4bes.constructs import earlier
from dsl4bes.constructs.base import SourceItem
from dsl4bes.constructs.decay_checks import place
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromCandidate, FromPart, FromSecondary, Missing, Role
from dsl4bes.ir.types import Species
from dsl4bes.physics.decays import conjugated, put_in
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, Fit
    from dsl4bes.physics.decays import Decay, Node


def _may_be(symbol: FitSymbol) -> bool:
    """Whether the candidates of a block can be written out: a V0 of BOSS's list flew."""
    listed = symbol.kind is FitKind.LISTED and all(role.species is Species.GAMMA for role in symbol.roles)
    return listed or symbol.kind in (FitKind.COMBINATION, FitKind.KINEMATIC)


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """`made`: roles by the place of the product among the final particles; the other products come from `from` as usual."""

    decay: Decay
    made: Mapping[int, Role] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A product that an earlier block makes: the block, whether each of its candidates is tried, whether it is the antiparticle."""

    fit: Fit
    each: bool
    anti: bool


def written_out(decay: Decay, span: Span, items: tuple[SourceItem, ...] | None, to: Builder, *, chains: bool) -> WrittenOut | None:
    """`chains`: the charge-conjugate decay is tried as well. None after a diagnostic."""
    units: dict[int, _Unit] = {}
    for index, node in enumerate(decay.finals):
        found = _unit(node, span, items, to, chains, {each.fit.symbol for each in units.values() if not each.each})
        if isinstance(found, bool):
            return None
        if found is not None:
            units[index] = found
    if not units:
        return WrittenOut(decay)
    trees = {index: tree for index, unit in units.items() if (tree := _tree(unit.fit, to)) is not None}
    if len(trees) < len(units):
        node = next(node for index, node in enumerate(decay.finals) if index in units and index not in trees)
        message = f"`{node.written}` is made of a particle that flew, and a fit needs its tracks or a `secondary_vertex`"
        to.bag.add(physics.SOURCE_NOT_USABLE, message, place(node, span), help="write its decay into this one, and name where its products come from")
        return None
    inside = {index: (conjugated(tree).mother if units[index].anti else tree.mother) for index, tree in trees.items()}
    whole = put_in(decay, inside)
    return WrittenOut(whole, _made(decay, whole, units))


def _unit(node: Node, span: Span, items: tuple[SourceItem, ...] | None, to: Builder, chains: bool, taken: set[FitSymbol]) -> _Unit | bool | None:
    """The earlier block whose candidate a product is; None if it is none, False after a diagnostic."""
    from dsl4bes.constructs.roles import usable

    given = next((item for item in items or () if item.role is not None and item.role.name in (node.role, node.short)), None)
    for item in (given,) if given is not None else items or ():
        fit = to.scope.fits.get(item.value.name) if isinstance(item.value, ast.Name) and (item is given or item.role is None) else None
        if fit is None or fit.decay is None or not _may_be(fit.symbol) or not earlier.makes(fit, node) or fit.symbol in taken:
            continue
        each = earlier.gone_through(fit.symbol, to)
        if not each and not usable(fit.symbol, item.value, to):
            return False
        if fit.symbol.both_chains and not chains and not each:
            message = f"`{fit.symbol.name}` may be the antiparticle of `{node.written}`, and this decay has it as written"
            to.bag.add(physics.CONJUGATE_UNSAID, message, place(node, span), help=f"write `conjugate false` in `{fit.symbol.name}`")
            return False
        return _Unit(fit, each, fit.particle != node.particle)
    return None


def _tree(fit: Fit, to: Builder) -> Decay | None:
    """The decay of a block, those of the candidates it is made of written into it; None if one of them flew."""
    inside: dict[int, Node] = {}
    assert fit.decay is not None
    for index, role in enumerate(fit.symbol.roles):
        if isinstance(role.source, (FromSecondary, Missing)):
            return None
        if isinstance(role.source, FromCandidate):
            inner = next((known for known in to.scope.fits.values() if known.symbol is role.source.fit), None)
            tree = None if inner is None or inner.decay is None or not _may_be(inner.symbol) else _tree(inner, to)
            if tree is None:
                return None
            inside[index] = conjugated(tree).mother if role.opposite else tree.mother
    return put_in(fit.decay, inside) if inside else fit.decay


def _paths(symbol: FitSymbol, before: str = "") -> list[tuple[str, Role]]:
    """The tracks and showers of a candidate in the order of its decay, and the way to them."""
    found: list[tuple[str, Role]] = []
    for role in symbol.roles:
        if isinstance(role.source, FromCandidate):
            found += [(path, replace(leaf, charge=-leaf.charge) if role.opposite else leaf) for path, leaf in _paths(role.source.fit, f"{before}{role.name}.")]
        else:
            found.append((f"{before}{role.name}", role))
    return found


def _made(decay: Decay, whole: Decay, units: Mapping[int, _Unit]) -> dict[int, Role]:
    """The roles of what is written out; identical candidates of one mother have a group."""
    mothers = {final.role: mother.role for mother in decay.mother.walk() for final in mother.products if not final.products}
    kinds = {index: (unit.fit.symbol, unit.each, unit.anti, mothers[decay.finals[index].role]) for index, unit in units.items()}
    groups = {kind: len(whole.finals) + number for number, kind in enumerate(dict.fromkeys(kinds.values()))}
    made: dict[int, Role] = {}
    at = 0
    for index, _ in enumerate(decay.finals):
        unit = units.get(index)
        if unit is None:
            at += 1
            continue
        alike = unit.each and list(kinds.values()).count(kinds[index]) > 1
        paths = _paths(unit.fit.symbol)
        parts = whole.finals[at : at + len(paths)]
        name = next(node.role for node in whole.composites if node.finals == parts)
        for path, leaf in paths:
            charge = -leaf.charge if unit.anti else leaf.charge
            source = FromPart(unit.fit.symbol, unit.each, name, path)
            made[at] = Role(whole.finals[at].role, leaf.species, charge, source, groups[kinds[index]] if alike else -1, opposite=unit.anti)
            at += 1
    return made
