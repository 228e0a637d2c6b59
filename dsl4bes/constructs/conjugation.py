"""The charge-conjugate chain of a decay: which lists its products come from (SEMANTICS rule 11).

In: a decay, the `from` and `conjugate` of its block. Out: `Roles` of the decay as written, each with the list of its antiparticle unless
the decay is its own conjugate or `conjugate false` was written. Products keep the names of the written decay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Instance, SourceItem
from dsl4bes.constructs.decay_checks import place
from dsl4bes.constructs.roles import Roles, find_roles
from dsl4bes.constructs.tagged import without_charm
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir.candidates import (
    FitSymbol,
    FromCandidate,
    FromPart,
    FromSecondary,
    FromTagged,
    FromVertex,
    Role,
)
from dsl4bes.ir.types import ListSymbol
from dsl4bes.physics.decays import conjugated

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.constructs.missing import Unseen
    from dsl4bes.constructs.tagged import Tagged
    from dsl4bes.physics.decays import Decay
    from dsl4bes.source import Span


def conjugate_roles(
    decay: Decay, span: Span, here: Instance, items: tuple[SourceItem, ...] | None, to: Builder, *, wanted: bool,
    fitted: bool = False, unseen: Mapping[int, Unseen] = MappingProxyType({}), tagged: Tagged | None = None, made: Mapping[int, Role] = MappingProxyType({}),
) -> Roles | None:  # fmt: skip
    """The roles of `decay`, with the lists of the conjugate chain if it is `wanted` and another one; `fitted`, `unseen`, `tagged`, `made` as in `find_roles`."""
    if not wanted or own_conjugate(decay, tagged):
        found = find_roles(decay, span, here, items, to, fitted=fitted, unseen=unseen, tagged=tagged, made=made)
        return found if found is None or _charged(found.roles, decay, span, to) else None
    other = conjugated(decay)
    names = tuple({name for tree in (decay, other) for node in tree.finals for name in (node.role, node.short)})
    found = find_roles(decay, span, here, items, to, others=names, fitted=fitted, unseen=unseen, tagged=tagged, made=made)
    if found is None or not _charged(found.roles, decay, span, to):
        return None
    if any(isinstance(role.source, FromVertex) for role in found.roles):
        return found if _settled(found.roles, here, span, to) else None
    anti = find_roles(other, span, here, items, to, others=names, fitted=fitted, unseen=unseen, tagged=tagged, made=made)
    if anti is None or not _charged(anti.roles, other, span, to):
        return None
    roles = []
    for role, partner in zip(found.roles, anti.roles, strict=True):
        if isinstance(role.source, ListSymbol) and isinstance(partner.source, ListSymbol):
            if (role.radiated is None) != (partner.radiated is None):
                help = "name the recovered electrons of both charges, or write `conjugate false`"
                message = f"photons were given back to `{role.name}` and not to its antiparticle"
                to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)
                return None
            roles.append(replace(role, conjugate=partner.source, radiated_conjugate=partner.radiated))
        elif isinstance(role.source, FromSecondary) and either_chain(role.source.fit):
            roles.append(replace(role, follows=True))
        elif isinstance(role.source, FromSecondary) and isinstance(partner.source, FromSecondary) and partner.source != role.source:
            roles.append(replace(role, exchanged=partner.source))
        elif isinstance(role.source, (FromCandidate, FromPart)) and either_chain(role.source.fit):
            if not isinstance(partner.source, (FromCandidate, FromPart)) or partner.source.fit is not role.source.fit:
                _two_blocks(role, partner, span, to)
                return None
            roles.append(replace(role, follows=True))
        elif isinstance(role.source, (FromCandidate, FromPart)) and role.source != partner.source:
            _two_blocks(role, partner, span, to)
            return None
        else:
            roles.append(role)
    if not _exchanged(tuple(roles), here, span, to, several=tagged is not None):
        return None
    if any(role.conjugate or role.exchanged for role in roles):
        return Roles(tuple(roles), False)
    # No list tells the chains apart: one particle that flew, or tags, may be of either; several that flew are of one.
    flown = sum(role.follows for role in roles)
    alone = flown == 1 and not any(isinstance(role.source, (FromTagged, FromCandidate, FromPart)) for role in roles)
    roles = [without_charm(role) if flown == 0 else replace(role, follows=role.follows and not alone) for role in roles]
    return Roles(tuple(roles), found.only_one)


def _exchanged(roles: tuple[Role, ...], here: Instance, span: Span, to: Builder, *, several: bool) -> bool:
    """Particles that flew may change places in the conjugate decay (`J/psi -> Lambda0 (anti-Sigma0 -> anti-Lambda0 gam)`), in a kinematic fit (`several`); those of
    another block would be other particles, and one block should try both chains."""
    own = {role.source for role in roles if isinstance(role.source, FromSecondary)}
    other = [role.exchanged for role in roles if role.exchanged is not None]
    if not other or (several and set(other) <= own):
        return True
    names = ", ".join(f"`{each.fit.name}`" for each in other)
    message = f"the charge-conjugate decay would take its particle from {names}"
    help = f"leave `conjugate false` out of that block, so that it tries both chains, or write it in `{here.name}`"
    to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)
    return False


def own_conjugate(decay: Decay, tagged: Tagged | None = None) -> bool:
    """Whether the conjugate chain is the same one again; what the mother is called does not matter: `D0 -> pi+ pi-` is tried once. Beside a D tag the
    other particles must be so: which of two mesons the tag is, is known."""
    if tagged is not None and tagged.roles:
        rest = [node for place, node in enumerate(decay.finals) if place not in tagged.roles]
        own = sorted(node.particle.pdgid if node.particle else 0 for node in rest)
        if own != sorted(node.particle.antiparticle_id if node.particle else 0 for node in rest):
            return False
    return decay.self_conjugate or replace(decay, mother=replace(decay.mother, particle=None)).self_conjugate


def either_chain(fit: FitSymbol) -> bool:
    """Whether the candidate of a fit may be of the conjugate chain."""
    return fit.both_chains


def _two_blocks(role: Role, partner: Role, span: Span, to: Builder) -> None:
    """The particle comes from one block and its antiparticle from another: which is meant in which chain cannot be said."""
    message = f"`{role.name}` and `{partner.name}` of the charge-conjugate decay do not come from one block that tries both chains"
    help = "let one `combine` or `secondary_vertex` make both, or write `conjugate false` here"
    to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)


def _settled(roles: tuple[Role, ...], here: Instance, span: Span, to: Builder) -> bool:
    """Tracks of a vertex fit are of the chain it found: it must try both, and no other charged track may come from a list."""
    for role in roles:
        if isinstance(role.source, FromTagged):
            message = f"`{role.source.fit.name}` and a vertex fit both say which chain it is"
            help = "name the lists instead of the vertex fit, or write `conjugate false` here"
            to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)
            return False
        if isinstance(role.source, FromVertex) and not either_chain(role.source.fit):
            name = role.source.fit.name
            message = f"this decay is not its own conjugate, and the tracks of `{name}` are those of the decay as written"
            help = f"write `conjugate` in `{name}`, to try both chains there, or `conjugate false` here"
            to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)
            return False
        if isinstance(role.source, (FromCandidate, FromPart)) and either_chain(role.source.fit):
            message = f"which chain it is was found at the vertex, and `{role.name}` may be of either"
            help = "name the lists of the tracks instead of the vertex fit, or write `conjugate false` in all three"
            to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)
            return False
        if isinstance(role.source, ListSymbol) and role.charge:
            message = f"which chain it is was found at the vertex, and `{role.name}` comes from a list"
            help = f"take `{role.source.name}` into the vertex fit, or write `conjugate false` in both"
            to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=help)
            return False
    return True


def _charged(roles: tuple[Role, ...], decay: Decay, span: Span, to: Builder) -> bool:
    """A list of either charge cannot say which chain a track belongs to."""
    for role, node in zip(roles, decay.finals, strict=True):
        if isinstance(role.source, ListSymbol) and node.charge and role.source.charge != node.charge:
            message = f"`{role.source.name}` holds tracks of either charge, and `{node.short}` has charge {node.charge:+d}"
            help = f"name a list of one charge, such as `{node.short}`"
            to.bag.add(physics.CHARGE_MISMATCH, message, place(node, span), help=help)
            return False
    return True
