"""Identical products of a decay, and how many entries a fit takes from a list.

In: roles with their sources. Out: roles in groups, so that a combination is tried once and names follow the energy; pairs of identical composites; whether the
counts allow the fit, and leave a single combination. Where the products come from is found in `roles.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs import earlier
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir.candidates import Composite, FromPart, Role
from dsl4bes.ir.types import ListSymbol
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay, Node


def grouped(decay: Decay, roles: list[Role], unseen: set[str]) -> list[Role]:
    """Identical products of one list and one mother get a group: their combinations are tried once, named by energy. What is `unseen` is
    no photon although its direction is that of a shower."""
    mothers = {
        final.role: mother.role
        for mother in decay.mother.walk()
        for final in mother.products
        if not final.products
    }
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, role in enumerate(roles):
        if isinstance(role.source, ListSymbol) or earlier.each_of(role):
            key = (role.source, role.species, role.charge, role.opposite, mothers[role.name], role.name in unseen)
            groups.setdefault(key, []).append(index)
    result = list(roles)
    number = 0
    for members in groups.values():
        if len(members) > 1:
            for index in members:
                result[index] = replace(roles[index], group=number)
            number += 1
    return result


def twins(
    decay: Decay, roles: tuple[Role, ...], composites: tuple[Composite, ...]
) -> tuple[tuple[Composite, Composite], ...]:
    """Neighbours among identical composites of one mother, made of the same particles from the same lists: two pi0 of a decay."""
    by_name = {composite.name: composite for composite in composites}
    kinds = {role.name: (_kind(role), role.species, role.charge, role.opposite) for role in roles}
    units = {role.name: role.source.unit for role in roles if isinstance(role.source, FromPart)}
    several = {role.name for role in roles if isinstance(role.source, ListSymbol) or earlier.each_of(role)}
    found: list[tuple[Composite, Composite]] = []
    for mother in decay.mother.walk():
        last: dict[object, str] = {}
        for node in mother.products:
            made_of = tuple(kinds[final.role] for final in node.finals)
            if not node.products or any(final.role not in several for final in node.finals) or _one_unit(node, units):
                continue
            kind = (node.short, _shape(node), made_of)
            if kind in last:
                found.append((by_name[last[kind]], by_name[node.role]))
            last[kind] = node.role
    return tuple(found)


def _one_unit(node: Node, units: Mapping[str, str]) -> bool:
    """Whether a particle is an earlier candidate, or a part of one: which is which of several was settled there."""
    found = {units.get(final.role) for final in node.finals}
    return len(found) == 1 and None not in found


def _kind(role: Role) -> object:
    """Where a particle comes from, whichever of several candidates it is of."""
    return (role.source.fit, role.source.path) if isinstance(role.source, FromPart) else role.source


def _shape(node: Node) -> tuple[object, ...]:
    """The decay below a particle, by names without numbers."""
    return (node.short, *(_shape(product) for product in node.products))


def enough(roles: list[Role], span: Span, here: Instance, to: Builder) -> bool:
    """The counts must allow as many entries as the fit takes from a list."""
    for symbol, needed in _taken(roles).items():
        info = to.info_of(symbol)
        high = None if info is None else to.scope.count(info).high
        if high is not None and high < needed:
            message = (
                f"the fit takes {needed} entries of `{symbol.name}`, and the cuts before leave at most {high}"
            )
            to.bag.add(physics.TOO_FEW_ENTRIES, message, span, help="change the count or the decay")
            return False
    return True


def single(roles: list[Role], to: Builder) -> bool:
    """Whether there is one combination at most."""
    if any(earlier.each_of(role) for role in roles):
        return False
    for symbol, needed in _taken(roles).items():
        info = to.info_of(symbol)
        high = None if info is None else to.scope.count(info).high
        same = [role for role in roles if role.source == symbol]
        if high is None or high > needed or (needed > 1 and len({role.group for role in same}) > 1):
            return False
        if needed > 1 and same[0].group < 0:
            return False
    return True


def _taken(roles: list[Role]) -> dict[ListSymbol, int]:
    """How many entries are taken of each list."""
    taken: dict[ListSymbol, int] = {}
    for role in roles:
        if isinstance(role.source, ListSymbol):
            taken[role.source] = taken.get(role.source, 0) + 1
    return taken
