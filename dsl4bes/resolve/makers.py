"""What calls become: one maker per function, or one for several of a kind.

In: the typer and a call of the surface, its number of arguments checked. Out: typed nodes of the IR.
Which function has which maker is in `functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.functions import FUNCTIONS as TABLE
from dsl4bes.ir.types import ANGLE, ENERGY, NUMBER, Kind, ListKind, ListSymbol, Origin, Species, Type
from dsl4bes.resolve import names
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


def make_of_pair(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
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
    return make_of_p4("cos")(typer, value)


def make_trigonometric(
    typer: Typer, name: str, typed: ir.Expr, argument: ast.Expr, value: ast.Call
) -> ir.Expr:
    if typed.type.dimension != ANGLE:
        if typer.is_bare(typed):
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
            typed = typer.fitting(typed, wanted, argument.span, value.function.span)
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
    second = typer.fitting(second, first.type.dimension, right.span, left.span)
    first = typer.fitting(first, second.type.dimension, left.span, right.span)
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


def make_named_in_cm(typer: Typer, value: ast.Call) -> ir.Expr:
    total = nodes.p4_sum(tuple(p4(typer, argument) for argument in plain(value)), value.span)
    return nodes.boost(total, typer.builder.beam(value.span), value.span)


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
    daughter = p4(typer, plain(value)[0])
    parent = keyed(value, "parent")
    frame = typer.builder.beam(value.span) if parent is None else p4(typer, parent)
    return nodes.call("helicity", (daughter, p4(typer, mother), frame), value.span)


def make_first(typer: Typer, value: ast.Call) -> ir.Expr:
    argument = plain(value)[0]
    info = typer.builder.list_argument(argument, typer)
    if info is None:
        typer.fail(codes.WRONG_KIND, "`first` takes a list", argument.span, help="write `first(gam)`")
    typer.builder.use(info)
    maybe = typer.builder.scope.count(info).low < 1
    return ir.Pick(
        type=Type(Kind.PARTICLE, origin=Origin.MEASURED, maybe=maybe),
        span=value.span,
        list=info.symbol,
        rank=0,
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
        track, species = plain(value)
        info = particle_named(typer, make_species_word(species))
        if info.species is None or info.species.index < 0:
            help = "one of `e`, `mu`, `pi`, `k`, `p`"
            typer.fail(codes.UNKNOWN_PARTICLE, f"`{info.short}` is no hypothesis", species.span, help=help)
        return pid_value(typer, particle(typer, track), quantity, info.species, value.span, track.span)

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
