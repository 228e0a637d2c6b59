"""What calls become: one maker per function, or one for several of a kind.

In: the typer and a call of the surface, its number of arguments checked. Out: typed nodes of the IR.
Which function has which maker is in `functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitKind, FromCandidate, FromTagged
from dsl4bes.ir.fits import NOMINAL
from dsl4bes.ir.functions import FUNCTIONS as TABLE
from dsl4bes.ir.types import ANGLE, ENERGY, NUMBER, Kind, ListKind, ListSymbol, Origin, Species, Type
from dsl4bes.resolve import names, operators
from dsl4bes.resolve.arguments import (
    check_detector,
    in_frame,
    keyed,
    list_kind,
    p4,
    p4_total,
    particle,
    particle_named,
    plain,
    track_first,
)
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


#: Charged hypotheses by their short word.
SPECIES = {species.value: species for species in Species if species is not Species.GAMMA}


def make_of_p4(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: nodes.call(name, (p4_total(typer, value),), value.span)


def make_of_particle(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        typed = particle(typer, argument)
        check_detector(typer, name, typed, argument.span)
        return nodes.call(name, (typed,), value.span)

    return make


def make_of_direction(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    """`theta`, `phi`: of the sum of particles, or of one direction."""

    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        return nodes.call(name, (direction_or_total(typer, value),), value.span)

    return make


def direction_or_total(typer: Typer, value: ast.Call) -> ir.Expr:
    """The one direction that a call names, which is in a frame already; else the sum of its particles, in the call's frame."""
    if len(plain(value)) == 1 and keyed(value, "frame") is None:
        return direction(typer, plain(value)[0])
    return p4_total(typer, value)


def direction(typer: Typer, value: ast.Expr) -> ir.Expr:
    """A particle, four-momentum or direction, as a four-momentum."""
    uses = dict(typer.uses)
    typed = typer.value(value)
    if typed.type.kind is Kind.VECTOR:
        return nodes.call("along", (typed,), value.span)
    typer.uses = uses
    return p4(typer, value)


def make_of_pair(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        if keyed(value, "frame") is None:
            vectors = tuple(direction(typer, argument) for argument in plain(value))
            return nodes.call(name, vectors, value.span)
        vectors = tuple(in_frame(typer, p4(typer, argument), value) for argument in plain(value))
        return nodes.call(name, vectors, value.span)

    return make


def make_cos(typer: Typer, value: ast.Call) -> ir.Expr:
    """`cos` of particles is their polar angle's, of an angle the cosine."""
    first = plain(value)[0]
    if len(plain(value)) == 1 and keyed(value, "frame") is None:
        uses = dict(typer.uses)
        typed = typer.value(first)
        if typed.type.kind is Kind.NUMBER:
            return make_trigonometric(typer, "cosine", typed, first, value)
        typer.uses = uses
    return make_of_direction("cos")(typer, value)


def make_trigonometric(
    typer: Typer, name: str, typed: ir.Expr, argument: ast.Expr, value: ast.Call
) -> ir.Expr:
    if typed.type.dimension != ANGLE:
        if operators.is_bare(typer, typed):
            help = f"write `{argument.span.text} deg` or `{argument.span.text} rad`"
            typer.fail(codes.ANGLE_WITHOUT_UNIT, "the angle has no unit", argument.span, help=help)
        message = f"`{value.function.name}` takes an angle or particles"
        typer.fail(codes.DIMENSION_MISMATCH, message, argument.span)
    return nodes.call(name, (typed,), value.span)


def make_sine(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        return make_trigonometric(typer, name, typer.number(argument), argument, value)

    return make


def make_of_number(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        typed = typer.number(argument)
        wanted = TABLE[name].takes
        if wanted is not None:
            typed = operators.fitting(typer, typed, wanted, argument.span, value.function.span)
            if typed.type.dimension != wanted:
                message = f"`{name}` takes a plain number, and `{argument.span.text}` has a unit"
                typer.fail(
                    codes.DIMENSION_MISMATCH,
                    message,
                    argument.span,
                    help="divide it by something of its kind",
                )
        return nodes.call(name, (typed,), value.span)

    return make


def make_two_numbers(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        left, right = plain(value)
        return make_combined(typer, name, typer.number(left), left, right, value)

    return make


def make_combined(
    typer: Typer, name: str, first: ir.Expr, left: ast.Expr, right: ast.Expr, value: ast.Call
) -> ir.Expr:
    second = typer.number(right)
    second = operators.fitting(typer, second, first.type.dimension, right.span, left.span)
    first = operators.fitting(typer, first, second.type.dimension, left.span, right.span)
    return nodes.call(name, (first, second), value.span)


def make_extreme(name: str, reduction: ir.Reduction) -> Callable[[Typer, ast.Call], ir.Expr]:
    """`min(a, b, ...)` of numbers, `min(list)` of a list."""

    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        arguments = plain(value)
        if len(arguments) == 1:
            return typer.reduced(reduction, arguments[0], value.span)
        result = typer.number(arguments[0])
        for argument in arguments[1:]:
            result = make_combined(typer, name, result, arguments[0], argument, value)
        return result

    return make


def make_reduction(reduction: ir.Reduction) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: typer.reduced(reduction, plain(value)[0], value.span)


def make_count(typer: Typer, value: ast.Call) -> ir.Expr:
    argument = plain(value)[0]
    fit = typer.builder.scope.fits.get(argument.name) if isinstance(argument, (ast.Name, ast.Symbol)) else None
    if fit is not None and fit.symbol.several:
        typed = Type(Kind.NUMBER, origin=Origin.MEASURED)
        return ir.FitValue(type=typed, span=value.span, fit=fit.symbol, quantity=ir.FitQuantity.CANDIDATES)
    info = typer.builder.list_argument(argument, None)  # the list, even where its name stands for one entry
    if info is None:
        return typer.reduced(ir.Reduction.COUNT, argument, value.span)
    typer.builder.use(info)
    return list_size(info.symbol, value.span)


def list_size(symbol: ListSymbol, span: Span | None) -> ir.ListSize:
    """How many entries a list has."""
    return ir.ListSize(type=Type(Kind.NUMBER, origin=Origin.MEASURED), span=span, list=symbol)


def make_mass(typer: Typer, value: ast.Call) -> ir.Expr:
    info = particle_named(typer, plain(value)[0])
    if info.mass is None:
        typer.fail(codes.UNKNOWN_PARTICLE, f"the mass of `{info.short}` is not in the table", value.span)
    return nodes.constant(info.mass, value.span, ENERGY)


def make_recoil_p4(typer: Typer, value: ast.Call) -> ir.Expr:
    total = nodes.p4_sum(tuple(p4(typer, argument) for argument in plain(value)), value.span)
    return nodes.minus_p4(typer.builder.beam(value.span), total, value.span)


def make_recoil(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: nodes.call(name, (make_recoil_p4(typer, value),), value.span)


def make_missing_e(typer: Typer, value: ast.Call) -> ir.Expr:
    """The energy that is missing to (ecms, 0) in the centre of mass (SEMANTICS rule 18), not to the mass of the beam vector."""
    energy = nodes.call("e", (make_named_in_cm(typer, value),), value.span)
    return nodes.arithmetic(ir.Arithmetic.SUB, typer.builder.ecms(value.span), energy, value.span)


def make_missing_p(typer: Typer, value: ast.Call) -> ir.Expr:
    """The momentum that balances what is named in the centre of mass: of the same magnitude."""
    return nodes.call("p", (make_named_in_cm(typer, value),), value.span)


def make_missing_m2(typer: Typer, value: ast.Call) -> ir.Expr:
    """Missing energy squared minus missing momentum squared, in the centre of mass."""
    two = nodes.constant(2.0, value.span)
    energy, momentum = (
        nodes.arithmetic(ir.Arithmetic.POW, make(typer, value), two, value.span) for make in (make_missing_e, make_missing_p)
    )
    return nodes.arithmetic(ir.Arithmetic.SUB, energy, momentum, value.span)


def make_decay_plane(typer: Typer, value: ast.Call) -> ir.Expr:
    return nodes.call("decay_plane", tuple(p4(typer, argument) for argument in plain(value)), value.span)


def make_sigma(typer: Typer, value: ast.Call) -> ir.Expr:
    """The error of a measured mass: what each of its particles adds to the variance, added up (SEMANTICS rule 13)."""
    typed = typer.value(plain(value)[0])
    mass = typed if isinstance(typed, ir.Call) and typed.function.name == "m" else None
    if mass is None:
        help = "write `sigma(m(gam1, gam2))`"
        typer.fail(codes.WRONG_ARGUMENTS, "`sigma` takes a mass of measured particles", value.span, help=help)
    total = _as_measured(mass.arguments[0])
    terms = tuple(nodes.call("mass_variance", (total, each), value.span) for each in _measured(typer, total, value))
    variance: ir.Expr = terms[0]
    for term in terms[1:]:
        variance = nodes.arithmetic(ir.Arithmetic.ADD, variance, term, value.span)
    return nodes.call("sqrt", (variance,), value.span)


def _as_measured(node: ir.Expr) -> ir.Expr:
    """The same with the measured momenta of the products of combinations, which have no errors of their own."""
    if isinstance(node, ir.Product) and node.fit.kind is FitKind.COMBINATION:
        return replace(node, fitted=False)
    if isinstance(node, ir.P4Of):
        return replace(node, particle=_as_measured(node.particle))
    if isinstance(node, ir.P4Sum):
        return replace(node, terms=tuple(_as_measured(term) for term in node.terms))
    if isinstance(node, ir.Binary):
        return replace(node, left=_as_measured(node.left), right=_as_measured(node.right))
    return node


def _measured(typer: Typer, total: ir.Expr, value: ast.Call) -> list[ir.Expr]:
    """The particles a four-momentum is made of; the beam is known exactly."""
    found: list[ir.Expr] = []
    todo = [total]
    while todo:
        node = todo.pop(0)
        if isinstance(node, ir.P4Of) and not isinstance(node.particle, ir.Product):
            found.append(node.particle)
        elif isinstance(node, (ir.P4Of, ir.Product)) and (product := _raw(node)) is not None:
            found += product
        elif isinstance(node, ir.P4Sum):
            todo = [*node.terms, *todo]
        elif isinstance(node, ir.Binary):
            todo = [node.left, node.right, *todo]
        elif isinstance(node, ir.ValueRef):
            todo.insert(0, node.define.value)
        elif not isinstance(node, ir.Beam):
            help = "name particles as measured: `sigma(m(gam1, gam2))`, `sigma(m(fit4c.raw.pi0))`, `sigma(recoil(pip, pim))`"
            typer.fail(codes.WRONG_ARGUMENTS, "the error of this mass is not known: it is not made of measured particles", value.span, help=help)
    if not found:
        typer.fail(codes.WRONG_ARGUMENTS, "this mass has no error: nothing in it is measured", value.span)
    return found


def _raw(node: ir.P4Of | ir.Product) -> list[ir.Expr] | None:
    """The measured particles of a product; None of a fitted one, whose errors are the fit's."""
    product = node.particle if isinstance(node, ir.P4Of) else node
    assert isinstance(product, ir.Product)
    if product.fitted:
        return None
    made = next((composite.roles for composite in product.fit.composites if composite.name == product.role), (product.role,))
    if product.fit.kind is FitKind.COMBINATION and product.role == product.fit.particle:
        made = tuple(role.name for role in product.fit.roles)
    if any(role.name in made and (role.radiated is not None or isinstance(role.source, FromTagged) and not role.source.part) for role in product.fit.roles):
        return None  # a sum of particles whose number the event decides
    found: list[ir.Expr] = []
    for role in made:
        parts = _particles(product, role)
        if parts is None:
            return None
        found += parts
    return found


def _particles(product: ir.Product, name: str) -> list[ir.Product] | None:
    """The tracks and showers of a role, those of an earlier candidate one by one; None of what flew, whose errors are the fit's."""
    role = next(each for each in product.fit.roles if each.name == name)
    if isinstance(role.source, FromCandidate) and role.source.fit.kind is not FitKind.SECONDARY_VERTEX:
        outer = replace(product, role=name)
        parts = [_particles(replace(product, fit=role.source.fit, within=outer), each.name) for each in role.source.fit.roles]
        return None if any(part is None for part in parts) else [each for part in parts if part is not None for each in part]
    if role.species is None:
        return None
    return [replace(product, type=replace(product.type, kind=Kind.PARTICLE, dimension=NUMBER), role=name)]


def make_nth(typer: Typer, value: ast.Call) -> ir.Expr:
    wanted, number = plain(value)
    if not (isinstance(number, ast.Number) and number.unit is None and number.value == int(number.value) and number.value >= 1):
        typer.fail(codes.WRONG_ARGUMENTS, "the place in a list is a whole number from 1", number.span, help="write `nth(gam, 2)`")
    return ranked(typer, "nth", wanted, int(number.value) - 1, value.span)


def make_named_in_cm(typer: Typer, value: ast.Call) -> ir.Expr:
    total = nodes.p4_sum(tuple(_with_energy_of_beam(p4(typer, argument)) for argument in plain(value)), value.span)
    return nodes.boost(total, typer.builder.beam(value.span), value.span)


def _with_energy_of_beam(vector: ir.Expr) -> ir.Expr:
    """A D tag with the energy of a beam and the momentum of its nominal mass (SEMANTICS rule 18); everything else as it is."""
    if isinstance(vector, ir.Product) and vector.fit.kind is FitKind.DTAG and vector.role == vector.fit.particle:
        return replace(vector, role=NOMINAL)
    return vector


def make_boost(typer: Typer, value: ast.Call) -> ir.Expr:
    vector, frame = plain(value)
    if isinstance(frame, ast.Symbol) and frame.name == "cm":
        return nodes.boost(p4(typer, vector), typer.builder.beam(value.span), value.span)
    return nodes.boost(p4(typer, vector), p4(typer, frame), value.span)


def make_helicity(typer: Typer, value: ast.Call) -> ir.Expr:
    mother = keyed(value, "of")
    if mother is None:
        help = "write `helicity(fit5c.gam1, of: fit5c.pi0)`"
        typer.fail(
            codes.WRONG_ARGUMENTS, "`helicity` needs `of:`, the particle that decays", value.span, help=help
        )
    daughter, decaying = p4(typer, plain(value)[0]), p4(typer, mother)
    parent = keyed(value, "parent")
    frame = typer.builder.beam(value.span) if parent is None else p4(typer, parent)
    if parent is not None and frame == decaying:
        help = "`parent:` is what decays into `of:`; without it the beams are taken"
        typer.fail(codes.WRONG_ARGUMENTS, "seen from itself a particle has no direction of flight", parent.span, help=help)
    return nodes.call("helicity", (daughter, decaying, frame), value.span)


def make_first(typer: Typer, value: ast.Call) -> ir.Expr:
    return ranked(typer, "first", plain(value)[0], 0, value.span)


def ranked(typer: Typer, name: str, argument: ast.Expr, rank: int, span: Span) -> ir.Pick:
    """An entry of a list by falling energy or momentum; it may not be there."""
    info = typer.builder.list_argument(argument, typer)
    if info is None:
        typer.fail(codes.WRONG_KIND, f"`{name}` takes a list", argument.span, help=f"write `{name}(gam{', 2' * (name == 'nth')})`")
    typer.builder.use(info)
    maybe = typer.builder.scope.count(info).low <= rank
    return ir.Pick(
        type=Type(Kind.PARTICLE, origin=Origin.MEASURED, maybe=maybe),
        span=span,
        list=info.symbol,
        rank=rank,
    )


def make_rest(typer: Typer, value: ast.Call) -> ir.Expr:
    info = typer.builder.list_argument(value, typer)
    assert info is not None
    return names.particle(typer, info, value.span)


def make_passed(typer: Typer, value: ast.Call) -> ir.Expr:
    info = names.fit_argument(typer, plain(value)[0])
    typed = Type(Kind.FLAG, origin=Origin.FITTED)
    return ir.FitValue(type=typed, span=value.span, fit=info.symbol, quantity=ir.FitQuantity.PASSED)


def make_property(typer: Typer, value: ast.Call) -> ir.Expr:
    return typer.builder.property(plain(value), value, typer)


def make_chi(quantity: ir.PidQuantity) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        track, where, named = track_first(typer, value)
        if len(named) != 1:
            help = f'write `{value.function.name}(a, "pi")`'
            typer.fail(codes.WRONG_ARGUMENTS, f"`{value.function.name}` takes a track and one hypothesis", value.span, help=help)
        species = named[0]
        info = particle_named(typer, make_species_word(species))
        if info.species is None or info.species.index < 0:
            help = "one of `e`, `mu`, `pi`, `k`, `p`"
            typer.fail(codes.UNKNOWN_PARTICLE, f"`{info.short}` is no hypothesis", species.span, help=help)
        return pid_value(typer, track, quantity, info.species, value.span, where)

    return make


def make_species_word(value: ast.Expr) -> ast.Expr:
    """`"pi"` means the charged pion here, `"k"` the kaon, `"p"` the proton, `"e"`, `"mu"` the leptons."""
    full = {"e": "ep", "mu": "mup", "pi": "pip", "k": "kp", "K": "kp", "p": "prp"}
    if isinstance(value, ast.String) and value.value in full:
        return ast.String(full[value.value], value.span)
    if isinstance(value, ast.Symbol) and value.name in full:
        return ast.Symbol(full[value.name], value.span)
    return value


def make_prob(quantity: ir.PidQuantity, species: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        return pid_value(
            typer, particle(typer, argument), quantity, SPECIES[species], value.span, argument.span
        )

    return make


def pid_value(
    typer: Typer, track: ir.Expr, quantity: ir.PidQuantity, species: Species, span: Span, where: Span
) -> ir.Expr:
    """A quantity of the identification in scope for a track."""
    if list_kind(track) is ListKind.SHOWERS:
        typer.fail(
            physics.TRACK_NEEDED, "particle identification is of charged tracks, and this is a photon", where
        )
    spec = typer.builder.pid_spec(track, span, typer)
    typed = Type(Kind.NUMBER, NUMBER, track.type.shape, Origin.MEASURED, True)
    return ir.PidValue(type=typed, span=span, spec=spec, particle=track, quantity=quantity, species=species)
