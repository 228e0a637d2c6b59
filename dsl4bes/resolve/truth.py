"""Truth in formulas: `truth(x)`, `mother(x)`, `pdgid(x)`, `matched(x)`, and the particles of a process, `signal.pi0`.

In: calls and names of the surface, and what the program's `mc_truth` block says (windows, processes). Out: typed nodes of the IR, all of the
origin GENERATED. Nothing is matched here; a formula that speaks of the truth without an `mc_truth` block is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs.species import IDENTIFIED
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import (
    Composite,
    FitKind,
    FitSymbol,
    FromCandidate,
    FromSecondary,
    FromTagged,
    Missing,
)
from dsl4bes.ir.primitives import Column
from dsl4bes.ir.truth import GeneratedRole, Group, InProcess, MotherOf, OneDecay, Process, TruthOf
from dsl4bes.ir.types import ENERGY, Kind, ListKind, Origin, Species, Type
from dsl4bes.ir.walk import objects
from dsl4bes.resolve import names
from dsl4bes.resolve.arguments import list_kind, plain
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Block
    from dsl4bes.constructs.builder import Truth
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.physics.particles import ParticleInfo
    from dsl4bes.resolve.typer import Typer

_PDG = {Species.E: 11, Species.MU: 13, Species.PI: 211, Species.K: 321, Species.P: 2212, Species.GAMMA: 22}


# --- generated particles ------------------------------------------------------------------------------------------------


def _needed(typer: Typer, span: Span) -> Truth:
    """What `mc_truth` says."""
    known = typer.builder.truth
    if known is None:
        help = "add `mc_truth do ... end` at the top level; it says how tracks and showers are matched"
        typer.fail(physics.TRUTH_MISSING, "this speaks of the truth, and there is no `mc_truth` block", span, help=help)
    return known


def match(typer: Typer, measured: ir.Expr, span: Span) -> TruthOf:
    """The generated particle of a measured one; a product of a fit is matched as it was measured."""
    known = _needed(typer, span)
    if isinstance(measured, ir.Product):
        measured = replace(measured, fitted=False)
    limits = known.showers if list_kind(measured) is ListKind.SHOWERS else known.tracks
    typed = Type(Kind.GENERATED, shape=measured.type.shape, origin=Origin.GENERATED, maybe=True)
    return TruthOf(type=typed, span=span, particle=measured, angle=limits.angle, difference=limits.difference)


def generated(typer: Typer, value: ast.Expr, span: Span) -> ir.Expr:
    """An argument that is a generated particle, or a measured one that stands for its match."""
    typed = typer.value(value)
    if typed.type.kind is Kind.GENERATED:
        return typed
    if typed.type.kind is Kind.PARTICLE:
        return match(typer, typed, span)
    message = f"`{value.span.text}` is a {typed.type.kind.value}, and a particle is needed"
    help = "name a list, a product of a fit, a particle of a process (`signal.pi0`), or `truth(...)`"
    typer.fail(codes.WRONG_KIND, message, value.span, help=help)


def make_truth(typer: Typer, value: ast.Call) -> ir.Expr:
    return generated(typer, plain(value)[0], value.span)


def mother(particle: ir.Expr, span: Span | None) -> MotherOf:
    """What a generated particle was made by."""
    return MotherOf(type=replace(particle.type, maybe=True), span=span, particle=particle)


def make_mother(typer: Typer, value: ast.Call) -> ir.Expr:
    return mother(generated(typer, plain(value)[0], value.span), value.span)


def make_pdgid(typer: Typer, value: ast.Call) -> ir.Expr:
    return nodes.call("pdgid", (generated(typer, plain(value)[0], value.span),), value.span)


# --- matched ------------------------------------------------------------------------------------------------------------


def make_matched(typer: Typer, value: ast.Call) -> ir.Expr:
    """`matched(fit4c)`, `matched(dipion)`, `matched(pip, pim)`: particles of the right species from one decay."""
    arguments = plain(value)
    first = arguments[0]
    scope = typer.builder.scope
    if len(arguments) == 1 and isinstance(first, (ast.Name, ast.Symbol)) and first.name in scope.fits:
        symbol = scope.fits[first.name].symbol
        names.one_candidate(typer, symbol, first.span)
        return matched_fit(typer, symbol, value.span)
    return matched_particles(typer, [typer.value(argument) for argument in arguments], arguments, value.span)


def matched_particles(typer: Typer, measured: list[ir.Expr], written: list[ast.Expr], span: Span) -> OneDecay:
    """These particles, of their own species, from one decay."""
    terms: list[ir.Expr] = []
    for typed, argument in zip(measured, written, strict=True):
        if typed.type.kind is not Kind.PARTICLE:
            message = f"`{argument.span.text}` is a {typed.type.kind.value}, and a measured particle or a fit is needed"
            typer.fail(codes.WRONG_KIND, message, argument.span, help="write `matched(fit4c)` or `matched(pip, pim)`")
        terms.append(match(typer, typed, span))
    return _one_decay(tuple(terms), tuple(_species(typed) for typed in measured), (), span)


def matched_fit(typer: Typer, symbol: FitSymbol, span: Span) -> OneDecay:
    """All products of a fit; composites of its decay must be there in the truth, and so must what flew before it decayed."""
    _countable(typer, symbol, span)
    found: list[tuple[ir.Product, int]] = []
    groups: list[Group] = []
    _collect(typer, symbol, found, groups, span)
    terms = tuple(match(typer, product, span) for product, _ in found)
    return _one_decay(terms, tuple(species for _, species in found), tuple(groups), span)


def _countable(typer: Typer, symbol: FitSymbol, span: Span) -> None:
    """Of a D tag only the products that all its modes share have names, and a match of these alone would say too much."""
    if symbol.kind not in (FitKind.DTAG, FitKind.DOUBLE_TAG):
        return
    sides = symbol.sides or (symbol,)
    known = [f"{side.particle}.{role.name}" for side in sides for role in side.roles if role.species is not None]
    help = f"name what is to be matched: `matched({', '.join(known)})`" if known else "make a `dtag` block of one mode, and name its products"
    what = "a pair of D tags" if symbol.sides else "a D tag"
    typer.fail(physics.NOT_MEASURED, f"`{symbol.particle}` is {what}, of which not every track and shower has a name", span, help=help)


def _collect(
    typer: Typer, symbol: FitSymbol, found: list[tuple[ir.Product, int]], groups: list[Group], span: Span, within: ir.Product | None = None
) -> None:  # fmt: skip
    places: dict[str, tuple[int, ...]] = {}
    start = len(found)
    for role in symbol.roles:
        before = len(found)
        if isinstance(role.source, FromSecondary):
            _collect(typer, role.source.fit, found, groups, span)
        elif isinstance(role.source, FromCandidate):
            made = Type(Kind.P4, ENERGY, origin=Origin.FITTED)
            inner = ir.Product(type=made, fit=symbol, role=role.name, fitted=True, within=within)
            _collect(typer, role.source.fit, found, groups, span, inner)
        elif isinstance(role.source, Missing) or (isinstance(role.source, FromTagged) and not role.source.part):
            what = "is missing" if isinstance(role.source, Missing) else "is a whole D tag"
            help = f"name what is to be matched: `matched({symbol.name}.{next((each.name for each in symbol.roles if each.species is not None), role.name)}, ...)`"
            typer.fail(physics.NOT_MEASURED, f"`{role.name}` of `{symbol.name}` {what}, and is no track or shower", span, help=help)
        else:
            typed = Type(Kind.PARTICLE, origin=Origin.MEASURED, maybe=symbol.optional)
            species = 0 if role.species is None else _PDG[role.species]
            found.append((ir.Product(type=typed, fit=symbol, role=role.name, fitted=False, within=within), species))
        places[role.name] = tuple(range(before, len(found)))
    for composite in symbol.composites:
        _in_place(typer, symbol, composite, span)
        members = tuple(place for name in composite.roles for place in places[name])
        groups.append(Group(_pdgid(composite.name), members))
    if symbol.particle:
        info = next((known.particle for known in typer.builder.scope.fits.values() if known.symbol is symbol), None)
        invented = info is None and not symbol.composites  # `dipion`: whatever made the products, it made all of them
        groups.append(Group(0 if info is None else abs(info.pdgid), tuple(range(start, len(found))), invented))


def _in_place(typer: Typer, symbol: FitSymbol, composite: Composite, span: Span) -> None:
    """In the conjugate chain the secondary vertices of a particle and its antiparticle change places: one that is made of one of them is of other tracks then."""
    changing = [role.name for role in symbol.roles if role.exchanged is not None]
    inside = [name for name in changing if name in composite.roles]
    if inside and len(inside) < len(changing):
        message = f"`{composite.name}` of `{symbol.name}` has `{inside[0]}`, which is of other tracks in the charge-conjugate decay"
        help = f"write `conjugate false` in the block of `{symbol.name}`, one block for each chain, or match what was measured, each by its name"
        typer.fail(physics.NOT_MEASURED, message, span, help=help)


def _pdgid(role: str) -> int:
    """The absolute PDG number behind the name of a composite (`pi0`, `pi0_1`, `ks2`), 0 of an invented one."""
    from dsl4bes.physics.particles import find

    info: ParticleInfo | None = find(role) or find(re.sub(r"_?[0-9]+\Z", "", role))
    return 0 if info is None else abs(info.pdgid)


def _species(measured: ir.Expr) -> int:
    if isinstance(measured, ir.Product):
        species = next((role.species for role in measured.fit.roles if role.name == measured.role), None)
    elif isinstance(measured, ir.Pick):
        species = measured.list.species
    else:
        species = measured.binder.list.species if isinstance(measured, ir.Variable) else None
    if list_kind(measured) is ListKind.SHOWERS:
        species = Species.GAMMA
    return 0 if species is None else _PDG[species]


def _one_decay(terms: tuple[ir.Expr, ...], species: tuple[int, ...], groups: tuple[Group, ...], span: Span) -> OneDecay:
    typed = replace(nodes.type_from(terms, Kind.FLAG, maybe=False), origin=Origin.GENERATED)
    return OneDecay(type=typed, span=span, terms=terms, species=species, groups=groups)


# --- processes ----------------------------------------------------------------------------------------------------------


def in_process(process: Process, span: Span | None) -> InProcess:
    """The flag of a process."""
    return InProcess(type=Type(Kind.FLAG, origin=Origin.GENERATED), span=span, process=process)


def process_role(typer: Typer, owner: ast.Name, member: ast.Word, span: Span) -> ir.Expr | None:
    """`signal.pi0`; None if no process has that name."""
    known = typer.builder.truth
    process = None if known is None else known.processes.get(owner.name)
    if process is None:
        return None
    if member.name not in process.roles:
        help = did_you_mean(member.name, process.roles, f"`{process.name}` has {listed(process.roles)}")
        fixes = respelled(member.name, member.span, list(process.roles))
        message = f"the process `{process.name}` has no `{member.name}`"
        typer.fail(codes.UNKNOWN_MEMBER, message, member.span, help=help, fixes=fixes)
    typed = Type(Kind.GENERATED, origin=Origin.GENERATED, maybe=True)
    return GeneratedRole(type=typed, span=span, process=process, role=member.name)




# --- tuples of `match` --------------------------------------------------------------------------------------------------


def tuple_of(typer: Typer, value: ast.Expr) -> tuple[str, ir.Binder | None, tuple[Column, ...]]:
    """What `match pip` or `match fit4c` stores: one row per entry of a list, or one with the products of a fit."""
    builder = typer.builder
    if not isinstance(value, ast.Name):
        help = "write `match fit4c, pip, gam`; single particles are `truth(...)` in a formula"
        typer.fail(codes.WRONG_KIND, f"`{value.span.text}` is no list and no fit", value.span, help=help)
    if value.name in builder.scope.fits:
        return value.name, None, _fit_columns(typer, builder.scope.fits[value.name].symbol, value.span)
    info = builder.list_named(value)
    if info is None:
        raise Wrong
    builder.use(info)
    binder = ir.Binder(info.symbol.name, info.symbol)
    measured = names.particle_variable(binder, value.span)
    flag = _one_decay((match(typer, measured, value.span),), (_species(measured),), (), value.span)
    return value.name, binder, (Column("matched", flag), *_columns(typer, measured, "", value.span))


def _fit_columns(typer: Typer, symbol: FitSymbol, span: Span) -> tuple[Column, ...]:
    found: list[tuple[ir.Product, int]] = []
    _collect(typer, symbol, found, [], span)
    columns = [Column("matched", matched_fit(typer, symbol, span))]
    several = len({product.role for product, _ in found}) < len(found)  # two V0s in one fit
    for product, _ in found:
        prefix = f"{_path(product)}_{product.role}_" if several else f"{product.role}_"
        columns += _columns(typer, product, prefix, span)
    return tuple(columns)


def _path(product: ir.Product) -> str:
    """Which of several candidates a product is of: the fit's name, or the roles that lead to it."""
    if product.within is None:
        return product.fit.name.replace(".", "_")
    outer = product.within
    return outer.role if outer.within is None else f"{_path(outer)}_{outer.role}"


def _columns(typer: Typer, measured: ir.Expr, prefix: str, span: Span) -> list[Column]:
    particle = match(typer, measured, span)
    p4 = nodes.p4_of(particle, span)
    made = [
        Column(f"{prefix}pdgid", nodes.call("pdgid", (particle,), span)),
        Column(f"{prefix}mother_pdgid", nodes.call("pdgid", (mother(particle, span),), span)),
    ]
    return made + [Column(f"{prefix}{name}", nodes.call(name, (p4,), span), "GeV") for name in ("px", "py", "pz", "e")]


def only_generated(typed: ir.Expr) -> bool:
    """Whether a formula asks for nothing but the truth, constants and the beam."""
    measured = (ir.Pick, ir.Product, ir.FitValue, ir.ListSize, ir.Variable, ir.ValueRef, ir.PidValue, TruthOf)
    for part in objects(typed):
        if isinstance(part, measured) or (isinstance(part, ir.Call) and part.function.name in ("n_charged", "n_neutral")):
            return False
    return True


def names_measured(bag: Bag, planned: Mapping[str, Span], registry: Mapping[str, type[Block]]) -> bool:
    """Whether a formula failed for a name that is a list or fit of the selection, which is not there yet."""
    from dsl4bes.resolve.functions import EVENT

    lists = {construct.default_list for construct in registry.values()} | set(IDENTIFIED) | set(planned) | (set(EVENT) - {"run", "event", "ecms"})
    missing = (codes.UNKNOWN_NAME, codes.USED_BEFORE_MADE)
    words = [item.primary.span.text for item in bag.items if item.code in missing and item.primary is not None]
    return any(word in lists or re.sub(r"_?[0-9]+\Z", "", word) in lists for word in words)
