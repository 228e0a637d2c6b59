"""The functions of formulas: what may be called, on what, and what it becomes.

In: a call of the surface. Out: typed nodes on resolved arguments: `m(a, b)` is `m` of a sum, `frame: :cm` a boost, `recoil(x)` the mass
of beam minus x, `any(...)` a reduction. Every entry has a line of help, which the reference page shows.
No list is looked up here but through `names.py`; the functions of the IR themselves are in `ir/functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.functions import FUNCTIONS as TABLE
from dsl4bes.ir.types import ANGLE, ENERGY, NUMBER, Kind, ListKind, ListSymbol, Origin, Species, Type, View
from dsl4bes.resolve import names, sums
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.physics.particles import ParticleInfo
    from dsl4bes.resolve.typer import Typer


@dataclass(frozen=True, slots=True)
class Surface:
    """A function of the language. `most` None: any number of arguments."""

    name: str
    least: int
    most: int | None
    make: Callable[[Typer, ast.Call], ir.Expr]
    usage: str
    doc: str
    keys: tuple[str, ...] = ()


def call(typer: Typer, value: ast.Call) -> ir.Expr:
    """A call of a formula."""
    wanted = value.function.name
    surface = FUNCTIONS.get(wanted)
    if surface is None:
        known = [*FUNCTIONS]
        help = did_you_mean(wanted, known, "the reference lists all functions")
        fixes = respelled(wanted, value.function.span, known)
        typer.fail(codes.UNKNOWN_FUNCTION, f"no function is called `{wanted}`", value.function.span, help=help, fixes=fixes)
    _counted(typer, surface, value)
    return surface.make(typer, value)


def _counted(typer: Typer, surface: Surface, value: ast.Call) -> None:
    plain = [argument for argument in value.arguments if argument.key is None]
    for argument in value.arguments:
        if argument.key is not None and argument.key.name not in surface.keys:
            help = f"it knows {listed(f'{key}:' for key in surface.keys)}" if surface.keys else f"write `{surface.usage}`"
            message = f"`{surface.name}` has no `{argument.key.name}:`"
            typer.fail(codes.WRONG_ARGUMENTS, message, argument.key.span, help=help)
    if len(plain) < surface.least or (surface.most is not None and len(plain) > surface.most):
        if surface.least == surface.most:
            wanted = f"{surface.least} argument{'s' * (surface.least != 1)}"
        elif surface.most is None:
            wanted = f"at least {surface.least} argument{'s' * (surface.least != 1)}"
        else:
            wanted = f"{surface.least} to {surface.most} arguments"
        message = f"`{surface.name}` takes {wanted}, not {len(plain)}"
        typer.fail(codes.WRONG_ARGUMENTS, message, value.span, help=f"write `{surface.usage}`: {surface.doc}")


def plain(value: ast.Call) -> list[ast.Expr]:
    """The arguments without a key."""
    return [argument.value for argument in value.arguments if argument.key is None]


def keyed(value: ast.Call, key: str) -> ast.Expr | None:
    """The argument of a key."""
    return next((a.value for a in value.arguments if a.key is not None and a.key.name == key), None)


# --- arguments -------------------------------------------------------------------------------------------------------


def particle(typer: Typer, value: ast.Expr) -> ir.Expr:
    """An argument that must be one measured particle."""
    typed = typer.value(value)
    if typed.type.kind is Kind.PARTICLE:
        return typed
    message = f"`{value.span.text}` is a {typed.type.kind.value}, and a particle is needed"
    help = "it has no track or shower of its own" if typed.type.kind is Kind.P4 else "name a list or a product of a fit"
    typer.fail(codes.WRONG_KIND, message, value.span, help=help)


def p4(typer: Typer, value: ast.Expr) -> ir.Expr:
    """An argument as a four-momentum in the laboratory."""
    typed = typer.value(value)
    if typed.type.kind not in (Kind.PARTICLE, Kind.P4):
        help = "name particles: lists with one entry, `gam1`, `fit4c.pip`"
        message = f"`{value.span.text}` is a {typed.type.kind.value}, and a particle or four-momentum is needed"
        typer.fail(codes.WRONG_KIND, message, value.span, help=help)
    return nodes.p4_of(typed, value.span)


def p4_total(typer: Typer, value: ast.Call) -> ir.Expr:
    """All plain arguments added up, in the frame that `frame:` asks for."""
    total = nodes.p4_sum(tuple(p4(typer, argument) for argument in plain(value)), value.span)
    return in_frame(typer, total, value)


def in_frame(typer: Typer, vector: ir.Expr, value: ast.Call) -> ir.Expr:
    """A four-momentum as seen in the frame of the call's `frame:`."""
    wanted = keyed(value, "frame")
    if wanted is None:
        return vector
    if isinstance(wanted, ast.Symbol):
        if wanted.name == "lab":
            return vector
        if wanted.name == "cm":
            return nodes.boost(vector, typer.builder.beam(value.span), value.span)
        known = [*typer.builder.scope.names()]
        if wanted.name not in known:
            help = "frames are `:cm`, `:lab`, or a particle: `frame: fit5c.pi0`"
            typer.fail(codes.UNKNOWN_FRAME, f"no frame is called `{wanted.name}`", wanted.span, help=help)
    return nodes.boost(vector, p4(typer, wanted), value.span)


def _list_kind(typed: ir.Expr) -> ListKind | None:
    """Whether a particle is a track or a shower, as far as its list says."""
    if isinstance(typed, ir.Variable):
        return typed.binder.list.kind
    if isinstance(typed, ir.Pick):
        return typed.list.kind
    if isinstance(typed, ir.Product):
        role = next((role for role in typed.fit.roles if role.name == typed.role), None)
        if role is not None:
            return ListKind.SHOWERS if role.species is Species.GAMMA else ListKind.TRACKS
    return None


_OF_TRACKS = frozenset(
    ["vr", "vz", "eop", "depth", "muc_layers", "muc_hits", "tof", "has_tof", "has_muc", "dedx", "has_dedx", "chi2_track"]
)
_OF_SHOWERS = frozenset({"isolation"})


def check_detector(typer: Typer, name: str, typed: ir.Expr, span: Span) -> None:
    """A photon where the function speaks of a track, or the other way round."""
    kind = _list_kind(typed)
    if name in _OF_TRACKS and kind is ListKind.SHOWERS:
        help = "photons have `e`, `cos`, `time`, `isolation` and the shower shapes"
        typer.fail(physics.TRACK_NEEDED, f"`{name}` is a quantity of charged tracks, and this is a photon", span, help=help)
    if name in _OF_SHOWERS and kind is ListKind.TRACKS:
        message = f"`{name}` is a quantity of photons, and this is a charged track"
        typer.fail(codes.WRONG_KIND, message, span, help="it is the angle of a shower to the nearest track")


# --- makers ----------------------------------------------------------------------------------------------------------


def _of_p4(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: nodes.call(name, (p4_total(typer, value),), value.span)


def _of_particle(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        typed = particle(typer, argument)
        check_detector(typer, name, typed, argument.span)
        return nodes.call(name, (typed,), value.span)

    return make


def _of_pair(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        vectors = tuple(in_frame(typer, p4(typer, argument), value) for argument in plain(value))
        return nodes.call(name, vectors, value.span)

    return make


def _cos(typer: Typer, value: ast.Call) -> ir.Expr:
    """`cos` of particles is their polar angle's, of an angle the cosine."""
    first = plain(value)[0]
    if len(plain(value)) == 1 and keyed(value, "frame") is None:
        uses = dict(typer.uses)
        typed = typer.value(first)
        if typed.type.kind is Kind.NUMBER:
            return _trigonometric(typer, "cosine", typed, first, value)
        typer.uses = uses
    return _of_p4("cos")(typer, value)


def _trigonometric(typer: Typer, name: str, typed: ir.Expr, argument: ast.Expr, value: ast.Call) -> ir.Expr:
    if typed.type.dimension != ANGLE:
        if typer.is_bare(typed):
            help = f"write `{argument.span.text} deg` or `{argument.span.text} rad`"
            typer.fail(codes.ANGLE_WITHOUT_UNIT, "the angle has no unit", argument.span, help=help)
        message = f"`{value.function.name}` takes an angle or particles"
        typer.fail(codes.DIMENSION_MISMATCH, message, argument.span)
    return nodes.call(name, (typed,), value.span)


def _sine(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        return _trigonometric(typer, name, typer.number(argument), argument, value)

    return make


def _of_number(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        typed = typer.number(argument)
        wanted = TABLE[name].takes
        if wanted is not None:
            typed = typer.fitting(typed, wanted, argument.span, value.function.span)
            if typed.type.dimension != wanted:
                message = f"`{name}` takes a plain number, and `{argument.span.text}` has a unit"
                typer.fail(codes.DIMENSION_MISMATCH, message, argument.span, help="divide it by something of its kind")
        return nodes.call(name, (typed,), value.span)

    return make


def _two_numbers(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        left, right = plain(value)
        return _combined(typer, name, typer.number(left), left, right, value)

    return make


def _combined(typer: Typer, name: str, first: ir.Expr, left: ast.Expr, right: ast.Expr, value: ast.Call) -> ir.Expr:
    second = typer.number(right)
    second = typer.fitting(second, first.type.dimension, right.span, left.span)
    first = typer.fitting(first, second.type.dimension, left.span, right.span)
    return nodes.call(name, (first, second), value.span)


def _extreme(name: str, reduction: ir.Reduction) -> Callable[[Typer, ast.Call], ir.Expr]:
    """`min(a, b, ...)` of numbers, `min(list)` of a list."""

    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        arguments = plain(value)
        if len(arguments) == 1:
            return typer.reduced(reduction, arguments[0], value.span)
        result = typer.number(arguments[0])
        for argument in arguments[1:]:
            result = _combined(typer, name, result, arguments[0], argument, value)
        return result

    return make


def _reduction(reduction: ir.Reduction) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: typer.reduced(reduction, plain(value)[0], value.span)


def _count(typer: Typer, value: ast.Call) -> ir.Expr:
    argument = plain(value)[0]
    info = typer.builder.list_argument(argument, None)  # the list, even where its name stands for one entry
    if info is None:
        return typer.reduced(ir.Reduction.COUNT, argument, value.span)
    typer.builder.use(info)
    return list_size(info.symbol, value.span)


def list_size(symbol: ListSymbol, span: Span | None) -> ir.ListSize:
    """How many entries a list has."""
    return ir.ListSize(type=Type(Kind.NUMBER, origin=Origin.MEASURED), span=span, list=symbol)


def _mass(typer: Typer, value: ast.Call) -> ir.Expr:
    info = particle_named(typer, plain(value)[0])
    if info.mass is None:
        typer.fail(codes.UNKNOWN_PARTICLE, f"the mass of `{info.short}` is not in the table", value.span)
    return nodes.constant(info.mass, value.span, ENERGY)


def particle_named(typer: Typer, value: ast.Expr) -> ParticleInfo:
    """A particle of the PDG table by any of its names."""
    from dsl4bes.physics import particles

    text = value.value if isinstance(value, ast.String) else value.name if isinstance(value, (ast.Symbol, ast.Name)) else None
    if text is None:
        typer.fail(codes.WRONG_KIND, "the name of a particle is needed here", value.span, help='write `mass("pi0")`')
    info = particles.find(text)
    if info is None:
        help = did_you_mean(text, particles.nearest(text), "names are ours (`pip`), EvtGen's (`K_S0`), the PDG's or LaTeX")
        typer.fail(codes.UNKNOWN_PARTICLE, f"no particle is called `{text}`", value.span, help=help)
    return info


def _recoil_p4(typer: Typer, value: ast.Call) -> ir.Expr:
    total = nodes.p4_sum(tuple(p4(typer, argument) for argument in plain(value)), value.span)
    return nodes.minus_p4(typer.builder.beam(value.span), total, value.span)


def _recoil(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: nodes.call(name, (_recoil_p4(typer, value),), value.span)


def _missing_e(typer: Typer, value: ast.Call) -> ir.Expr:
    """The energy that is missing to (ecms, 0) in the centre of mass (SEMANTICS rule 18), not to the mass of the beam vector."""
    energy = nodes.call("e", (_named_in_cm(typer, value),), value.span)
    return nodes.arithmetic(ir.Arithmetic.SUB, typer.builder.ecms(value.span), energy, value.span)


def _missing_p(typer: Typer, value: ast.Call) -> ir.Expr:
    """The momentum that balances what is named in the centre of mass: of the same magnitude."""
    return nodes.call("p", (_named_in_cm(typer, value),), value.span)


def _named_in_cm(typer: Typer, value: ast.Call) -> ir.Expr:
    total = nodes.p4_sum(tuple(p4(typer, argument) for argument in plain(value)), value.span)
    return nodes.boost(total, typer.builder.beam(value.span), value.span)


def _boost(typer: Typer, value: ast.Call) -> ir.Expr:
    vector, frame = plain(value)
    if isinstance(frame, ast.Symbol) and frame.name == "cm":
        return nodes.boost(p4(typer, vector), typer.builder.beam(value.span), value.span)
    return nodes.boost(p4(typer, vector), p4(typer, frame), value.span)


def _helicity(typer: Typer, value: ast.Call) -> ir.Expr:
    mother = keyed(value, "of")
    if mother is None:
        help = "write `helicity(fit5c.gam1, of: fit5c.pi0)`"
        typer.fail(codes.WRONG_ARGUMENTS, "`helicity` needs `of:`, the particle that decays", value.span, help=help)
    daughter = p4(typer, plain(value)[0])
    parent = keyed(value, "parent")
    frame = typer.builder.beam(value.span) if parent is None else p4(typer, parent)
    return nodes.call("helicity", (daughter, p4(typer, mother), frame), value.span)


def _first(typer: Typer, value: ast.Call) -> ir.Expr:
    argument = plain(value)[0]
    info = typer.builder.list_argument(argument, typer)
    if info is None:
        typer.fail(codes.WRONG_KIND, "`first` takes a list", argument.span, help="write `first(gam)`")
    typer.builder.use(info)
    maybe = typer.builder.scope.count(info).low < 1
    return ir.Pick(type=Type(Kind.PARTICLE, origin=Origin.MEASURED, maybe=maybe), span=value.span, list=info.symbol, rank=0)


def _rest(typer: Typer, value: ast.Call) -> ir.Expr:
    info = typer.builder.list_argument(value, typer)
    assert info is not None
    return names.particle(typer, info, value.span)


def _passed(typer: Typer, value: ast.Call) -> ir.Expr:
    info = names.fit_argument(typer, plain(value)[0])
    typed = Type(Kind.FLAG, origin=Origin.FITTED)
    return ir.FitValue(type=typed, span=value.span, fit=info.symbol, quantity=ir.FitQuantity.PASSED)


def _property(typer: Typer, value: ast.Call) -> ir.Expr:
    return typer.builder.property(plain(value), value, typer)


def _chi(quantity: ir.PidQuantity) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        track, species = plain(value)
        info = particle_named(typer, _species_word(species))
        if info.species is None or info.species.index < 0:
            help = "one of `e`, `mu`, `pi`, `k`, `p`"
            typer.fail(codes.UNKNOWN_PARTICLE, f"`{info.short}` is no hypothesis", species.span, help=help)
        return pid_value(typer, particle(typer, track), quantity, info.species, value.span, track.span)

    return make


def _species_word(value: ast.Expr) -> ast.Expr:
    """`"pi"` means the charged pion here, `"k"` the kaon, `"p"` the proton, `"e"`, `"mu"` the leptons."""
    full = {"e": "ep", "mu": "mup", "pi": "pip", "k": "kp", "K": "kp", "p": "prp"}
    if isinstance(value, ast.String) and value.value in full:
        return ast.String(full[value.value], value.span)
    if isinstance(value, ast.Symbol) and value.name in full:
        return ast.Symbol(full[value.name], value.span)
    return value


def _prob(quantity: ir.PidQuantity, species: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        argument = plain(value)[0]
        return pid_value(typer, particle(typer, argument), quantity, SPECIES[species], value.span, argument.span)

    return make


def pid_value(typer: Typer, track: ir.Expr, quantity: ir.PidQuantity, species: Species, span: Span, where: Span) -> ir.Expr:
    """A quantity of the identification in scope for a track."""
    if _list_kind(track) is ListKind.SHOWERS:
        typer.fail(physics.TRACK_NEEDED, "particle identification is of charged tracks, and this is a photon", where)
    spec = typer.builder.pid_spec(track, span, typer)
    typed = Type(Kind.NUMBER, NUMBER, track.type.shape, Origin.MEASURED, True)
    return ir.PidValue(type=typed, span=span, spec=spec, particle=track, quantity=quantity, species=species)


# --- the subject of a block --------------------------------------------------------------------------------------------


def of_subject(typer: Typer, name: str, span: Span) -> ir.Expr:
    """`charge`, `p`, `prob_k` without an argument: of the particle the block speaks of."""
    assert typer.subject is not None
    if name in _PROBABILITIES:
        quantity, species = _PROBABILITIES[name]
        return pid_value(typer, typer.subject, quantity, SPECIES[species], span, span)
    check_detector(typer, name, typer.subject, span)
    if TABLE[name].arguments == (Kind.P4,):
        return nodes.call(name, (nodes.p4_of(typer.subject, span),), span)
    return nodes.call(name, (typer.subject,), span, View.KALMAN)


# --- the table ------------------------------------------------------------------------------------------------------------

SPECIES = {species.value: species for species in Species if species is not Species.GAMMA}

_PROBABILITIES = {
    **{f"prob_{s}": (ir.PidQuantity.PROBABILITY, s) for s in SPECIES},
    **{f"lhf_{s}": (ir.PidQuantity.FRACTION, s) for s in SPECIES},
}  # fmt: skip

_P4_NAMES = ["m", "m2", "e", "p", "pt", "px", "py", "pz", "theta", "phi"]
_PARTICLE_NAMES = ["charge", "vr", "vz", "emc_energy", "eop", "depth", "muc_layers", "muc_hits", "tof", "has_tof", "has_emc", "has_muc", "has_dedx", "dedx", "chi2_track", "time", "ticks", "module", "e3x3", "e5x5", "eseed", "second_moment", "lat_moment", "isolation", "index"]

OF_SUBJECT = frozenset([*_P4_NAMES, "cos", *_PARTICLE_NAMES, *_PROBABILITIES])


def _doc(name: str) -> str:
    return TABLE[name].doc


def _table() -> dict[str, Surface]:
    rows: list[Surface] = []
    for name in _P4_NAMES:
        rows.append(Surface(name, 1, None, _of_p4(name), f"{name}(a, ...)", _doc(name), ("frame",)))
    rows.append(Surface("cos", 1, None, _cos, "cos(a, ...)", "Cosine of the polar angle, or of an angle.", ("frame",)))
    for name in _PARTICLE_NAMES:
        rows.append(Surface(name, 1, 1, _of_particle(name), f"{name}(a)", _doc(name)))
    for name in ("angle", "dphi"):
        rows.append(Surface(name, 2, 2, _of_pair(name), f"{name}(a, b)", _doc(name), ("frame",)))
    for name in ("abs", "sqrt", "log", "exp", "acos", "asin"):
        rows.append(Surface(name, 1, 1, _of_number(name), f"{name}(x)", _doc(name)))
    for name in ("sin", "tan"):
        rows.append(Surface(name, 1, 1, _sine(name), f"{name}(x)", _doc(name)))
    for name in ("atan2", "mod"):
        rows.append(Surface(name, 2, 2, _two_numbers(name), f"{name}(a, b)", _doc(name)))
    for name, (quantity, species) in _PROBABILITIES.items():
        what = "Probability" if quantity is ir.PidQuantity.PROBABILITY else "Likelihood fraction"
        rows.append(Surface(name, 1, 1, _prob(quantity, species), f"{name}(a)", f"{what} of the {species} hypothesis."))
    for quantity in (ir.PidQuantity.CHI_DEDX, ir.PidQuantity.CHI_TOF1, ir.PidQuantity.CHI_TOF2, ir.PidQuantity.CHI_TOFE, ir.PidQuantity.CHI_TOF):
        name = f"chi_{quantity.value}"
        rows.append(Surface(name, 2, 2, _chi(quantity), f'{name}(a, "pi")', f"Deviation in sigma of {quantity.value} from a hypothesis."))
    rows += [
        Surface("min", 1, None, _extreme("min2", ir.Reduction.MIN), "min(a, b)", "Smallest of numbers, or of a list."),
        Surface("max", 1, None, _extreme("max2", ir.Reduction.MAX), "max(a, b)", "Largest of numbers, or of a list."),
        Surface("any", 1, 1, _reduction(ir.Reduction.ANY), "any(condition)", "Whether one entry of a list fulfils it."),
        Surface("all", 1, 1, _reduction(ir.Reduction.ALL), "all(condition)", "Whether every entry of a list fulfils it."),
        Surface("sum", 1, 1, _reduction(ir.Reduction.SUM), "sum(x)", "Sum over a list; absent entries are skipped."),
        Surface("count", 1, 1, _count, "count(gam)", "Number of entries, or of entries that fulfil a condition."),
        Surface("mass", 1, 1, _mass, 'mass("pi0")', "Nominal mass of a particle (PDG table)."),
        Surface("recoil", 1, None, _recoil("m"), "recoil(a, ...)", "Mass of the beam minus these particles."),
        Surface("recoil2", 1, None, _recoil("m2"), "recoil2(a, ...)", "Squared recoil mass, signed."),
        Surface("recoil_p4", 1, None, _recoil_p4, "recoil_p4(a, ...)", "Four-momentum of the beam minus these particles."),
        Surface("p4", 1, None, p4_total, "p4(a, ...)", "Four-momentum, the sum of several.", ("frame",)),
        Surface("boost", 2, 2, _boost, "boost(a, frame)", "Four-momentum as seen in the rest frame of the second."),
        Surface("helicity", 1, 1, _helicity, "helicity(a, of: b)", _doc("helicity"), ("of", "parent")),
        Surface("missing_e", 1, None, _missing_e, "missing_e(a, ...)", "Missing energy in the centre of mass: ecms minus the energies there."),
        Surface("missing_p", 1, None, _missing_p, "missing_p(a, ...)", "Missing momentum in the centre of mass."),
        Surface("first", 1, 1, _first, "first(gam)", "Entry of highest energy or momentum; absent of an empty list."),
        Surface("rest", 2, None, _rest, "rest(good, pip, pim)", "Entries of the first list that are in none of the others."),
        Surface("passed", 1, 1, _passed, "passed(fit)", "Whether an optional fit passed."),
        Surface("property", 2, 2, _property, 'property("Name", true)', "A property of the algorithm with its default."),
    ]
    return {surface.name: surface for surface in rows}


FUNCTIONS: dict[str, Surface] = _table()

def _of_event(name: str) -> Callable[[Typer, Span], ir.Expr]:
    return lambda typer, span: nodes.call(name, (), span)


#: Names without arguments.
EVENT: dict[str, Callable[[Typer, Span], ir.Expr]] = {
    "ecms": lambda typer, span: typer.builder.ecms(span),
    **{name: _of_event(name) for name in ("run", "event", "n_charged", "n_neutral")},
    "visible_energy": sums.visible_energy,
    "balance_z": sums.balance_z,
    "balance_t": sums.balance_t,
}
