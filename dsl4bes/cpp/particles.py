"""Particles in C++: where a particle is in the event and how its four-momentum is made.

In: an expression of kind PARTICLE and a `Scope`. Out: `Particle`, and the text of its measured four-momentum.
The hypothesis of a track is decided here: its own, that of an assigned list, else the pion's (SEMANTICS rule 5).
"""

from __future__ import annotations

from dsl4bes.cpp.model import Line
from dsl4bes.cpp.record import record
from dsl4bes.cpp.scope import Scope
from dsl4bes.cpp.symbols import hypothesis
from dsl4bes.ir import expr as ir
from dsl4bes.ir.types import ListKind, ListSymbol, Species, View


@record
class Particle:
    """A particle in C++: its position in EvtRecTrackCol (-1: not there) and how its momentum is made."""

    position: str
    species: Species | None
    shower: bool
    p4: str = ""  #: of a fit's product

    @property
    def pointer(self) -> str:
        return f"ctx.at({self.position})"


def particle(node: ir.Expr, scope: Scope) -> Particle:
    """The particle an expression of kind PARTICLE names."""
    if isinstance(node, ir.Variable):
        entries = node.binder.list
        return Particle(scope.variables[node.binder], entries.species, entries.kind is ListKind.SHOWERS)
    if isinstance(node, ir.Pick):
        return Particle(_pick(node, scope), node.list.species, node.list.kind is ListKind.SHOWERS)
    if isinstance(node, ir.Product):
        role = next((r for r in node.fit.roles if r.name == node.role), None)
        if role is None:
            raise ValueError(f"{node.role} of {node.fit.name} is made of several particles")
        names = scope.symbols.fit(node.fit).roles[node.role]
        home = scope.home(node)
        momentum = names.p4 if node.fitted else names.raw
        return Particle(
            f"{home}.{names.position}", role.species, role.species is Species.GAMMA, f"{home}.{momentum}"
        )
    raise TypeError(f"{type(node).__name__} is not a particle")


def is_composite(node: ir.Product) -> bool:
    """Whether a product has a four-momentum of its own and no track or shower: the particle that decays, or a role that is one."""
    virtual = any(role.name == node.role and role.species is None for role in node.fit.roles)
    return virtual or (bool(node.fit.particle) and node.role == node.fit.particle)


def is_shower(node: ir.Expr) -> bool:
    """Whether a particle is a shower."""
    if isinstance(node, ir.Variable):
        return node.binder.list.kind is ListKind.SHOWERS
    if isinstance(node, ir.Pick):
        return node.list.kind is ListKind.SHOWERS
    return isinstance(node, ir.Product) and any(
        role.name == node.role and role.species is Species.GAMMA for role in node.fit.roles
    )


def _pick(node: ir.Pick, scope: Scope) -> str:
    entries = scope.symbols.list(node.list)
    if node.rank is None:
        scope.symbols.use("only_entry")
        return f"only_entry({entries})"
    known = scope.picks.get((node.list, node.rank))
    if known is not None:
        return known
    scope.symbols.use("entry")
    if node.list.kind is ListKind.SHOWERS:
        scope.symbols.use("showers_by_energy")
        ordered = f"showers_by_energy(ctx.records, {entries})"
    else:
        scope.symbols.use("tracks_by_momentum")
        ordered = f"tracks_by_momentum(ctx.records, {entries}, {hypothesis(node.list.species)})"
    position = scope.temporary(f"{node.list.name}{node.rank + 1}")
    scope.statements.append(Line(f"const int {position} = entry({ordered}, {node.rank});"))
    scope.picks[node.list, node.rank] = position
    return position


def _hypothesis(subject: Particle, assigned: tuple[ListSymbol, ...], scope: Scope) -> str:
    """The Kalman hypothesis of a track: that of the first list in `assigned` it is an entry of, else its own."""
    parts = []
    for entries in assigned:
        scope.symbols.use("contains")
        parts.append(
            f"contains({scope.symbols.list(entries)}, {subject.position}) ? {hypothesis(entries.species)} : "
        )
    return "".join(parts) + hypothesis(subject.species)


def momentum(
    subject: Particle, scope: Scope, view: View = View.KALMAN, assigned: tuple[ListSymbol, ...] = ()
) -> str:
    """The measured laboratory four-momentum of a particle (a product's own if it has one)."""
    if subject.p4:
        return subject.p4
    if subject.shower:
        scope.symbols.use("shower_p4")
        return f"shower_p4({subject.pointer})"
    if view is View.MDC:
        scope.symbols.use("mdc_p4")
        return f"mdc_p4({subject.pointer})"
    scope.symbols.use("kalman_p4")
    return f"kalman_p4({subject.pointer}, {_hypothesis(subject, assigned, scope)})"
