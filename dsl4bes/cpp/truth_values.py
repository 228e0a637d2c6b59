"""Expressions of generated particles in C++.

In: the nodes of `ir.truth` and a `Scope`. Out: their text. A generated particle is a position in `ctx.truth`, -1 = absent; a process is the vector of
the positions of its written particles, empty = another process. The tree of all events is in `truth.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.cpp.functions import PRIMARY, UNARY
from dsl4bes.cpp.model import Line
from dsl4bes.cpp.particles import Particle, is_shower, momentum, particle
from dsl4bes.cpp.scope import Scope
from dsl4bes.ir import truth as ir

if TYPE_CHECKING:
    from dsl4bes.cpp.expressions import Code
    from dsl4bes.ir.expr import Expr


def truth_of(node: ir.TruthOf, scope: Scope) -> Code:
    """The position of the match of a track or shower."""
    symbols = scope.symbols
    symbols.use("matched_particle")
    subject = particle(node.particle, scope)
    measured = momentum(Particle(subject.position, subject.species, subject.shower), scope)  # as measured, also of a fit's product
    if is_shower(node.particle):
        charge = "0.0"
    else:
        symbols.use("mdc_charge")
        charge = f"mdc_charge({subject.pointer})"
    angle = symbols.parameter(node.angle)
    difference = "-1.0" if node.difference is None else symbols.parameter(node.difference)
    return f"matched_particle(ctx.truth, {measured}, {charge}, {angle}, {difference})", PRIMARY


def mother_of(node: ir.MotherOf, scope: Scope) -> Code:
    scope.symbols.use("mother_of")
    return f"mother_of(ctx.truth, {_position(node.particle, scope)})", PRIMARY


def generated_role(node: ir.GeneratedRole, scope: Scope) -> Code:
    scope.symbols.use("role_of")
    return f"role_of({scope.symbols.process(node.process)}, {node.process.roles[node.role]})", PRIMARY


def in_process(node: ir.InProcess, scope: Scope) -> Code:
    return f"!{scope.symbols.process(node.process)}.empty()", UNARY


def generated_p4(node: ir.GeneratedP4, scope: Scope) -> Code:
    scope.symbols.use("generated_p4")
    return f"generated_p4(ctx.truth, {_position(node.particle, scope)})", PRIMARY


def one_decay(node: ir.OneDecay, scope: Scope) -> Code:
    """The matches and what is asked of them are tables before the statement."""
    scope.symbols.use("one_decay")
    matches, species = scope.temporary("matches"), scope.temporary("species")
    count = len(node.terms)
    terms = [_position(term, scope) for term in node.terms]
    scope.statements.append(Line(f"int {matches}[{count}];"))
    scope.statements.extend(Line(f"{matches}[{place}] = {term};") for place, term in enumerate(terms))
    scope.statements.append(Line(f"const int {species}[] = {{{', '.join(str(each) for each in node.species)}}};"))
    groups = scope.temporary("groups")
    numbers = [f"{group.pdgid}, {int(group.direct)}, {len(group.members)}, {', '.join(str(m) for m in group.members)}" for group in node.groups]
    scope.statements.append(Line(f"const int {groups}[] = {{{', '.join([*numbers, '-1'])}}};"))
    return f"one_decay(ctx.truth, {matches}, {species}, {count}, {groups})", PRIMARY


def _position(node: Expr, scope: Scope) -> str:
    from dsl4bes.cpp.expressions import text

    return text(node, scope)
