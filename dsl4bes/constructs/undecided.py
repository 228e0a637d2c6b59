"""Choices that chi2 cannot make: combinations that differ in what belongs together, and not in what is constrained.

In: a decay, the roles of its products, the constraints of a fit. Out: two products (or two composites) of which the exchange changes a composite and leaves
every constraint as it is: both combinations have the same chi2. `check` warns about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from dsl4bes.constructs.fitting import CHOOSE
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import Role
from dsl4bes.ir.fits import Constraint, EqualMass, KinematicFit, Mass, TotalEnergy, Unmeasured
from dsl4bes.ir.types import ListSymbol

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay, Node

Exchange = dict[str, str]


def check(here: Instance, decay: Decay, step: KinematicFit, to: Builder) -> None:
    """A warning where `choose :min_chi2` finds the same chi2 for combinations that are not the same."""
    key = step.choose.key
    if not isinstance(key, ir.FitValue) or key.quantity is not ir.FitQuantity.CHI2:
        return
    pair = undecided(decay, step.symbol.roles, step.constraints, step.unmeasured)
    if pair is None:
        return
    first, second = (node.role for node in pair)
    owner = next((node for node in decay.composites if pair[0] in node.products or pair[1] in node.products), pair[0])
    chosen = next((entry for entry in here.entries if entry.field.name == CHOOSE.name), None)
    nominal = f'mass("{owner.written}")' if owner.particle is not None and owner.particle.mass else "its mass"
    to.bag.add(
        physics.UNDECIDED_CHOICE,
        f"chi2 is the same with `{first}` and `{second}` exchanged, and `{owner.role}` is not: it cannot choose",
        here.head if chosen is None else chosen.statement.span,
        help=f"constrain the mass of `{owner.role}`, or choose by what tells them apart: `choose min: abs(m({owner.role}) - {nominal})`",
    )


def undecided(
    decay: Decay, roles: Sequence[Role], constraints: Sequence[Constraint], unmeasured: Sequence[Unmeasured] = ()
) -> tuple[Node, Node] | None:
    """Two products that chi2 cannot tell apart although it matters which is which; None if there are none."""
    by_name = {role.name: role for role in roles}
    units = sorted((node for node in decay.mother.walk() if node is not decay.mother), key=lambda node: len(node.finals))
    made_of = [tuple(by_name.get(final.role) for final in node.finals) for node in units]
    structure = {(node.short, frozenset(final.role for final in node.finals)) for node in decay.composites}
    for (first, left), (second, right) in combinations(zip(units, made_of), 2):
        names = [final.role for final in first.finals], [final.role for final in second.finals]
        if set(names[0]) & set(names[1]) or not _alike(left, right):
            continue
        swap: Exchange = {**dict(zip(*names)), **dict(zip(*reversed(names)))}
        if {(short, _moved(group, swap)) for short, group in structure} == structure:
            continue
        if all(_signatures(each, swap) == _signatures(each, {}) for each in (constraints, unmeasured)):
            return first, second
    return None


def _alike(left: tuple[Role | None, ...], right: tuple[Role | None, ...]) -> bool:
    """Whether two products are made of the same kinds of particles from the same lists."""
    kinds = [
        [(role.source, role.species, role.charge, role.conjugate) if role and isinstance(role.source, ListSymbol) else None for role in unit]
        for unit in (left, right)
    ]
    return kinds[0] == kinds[1] and None not in kinds[0]


def _moved(names: frozenset[str] | tuple[str, ...], swap: Exchange) -> frozenset[str]:
    return frozenset(swap.get(name, name) for name in names)


def _signatures(constraints: Sequence[Constraint | Unmeasured], swap: Exchange) -> set[object]:
    """What is constrained, with the products exchanged; constraints on all particles stay as they are."""
    found: set[object] = set()
    for constraint in constraints:
        match constraint:
            case Mass():
                found.add((constraint.mass.value, _moved(constraint.roles, swap)))
            case EqualMass():
                found.add(frozenset({_moved(constraint.first, swap), _moved(constraint.second, swap)}))
            case TotalEnergy():
                found.add(_moved(constraint.roles, swap))
            case Unmeasured():
                found.add((constraint.mass.value, swap.get(constraint.role, constraint.role)))
            case _:
                found.add(constraint)
    return found
