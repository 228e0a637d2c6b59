"""Names in formulas: lists, picks (`gam2`), products of fits, `let` values, and what to say about a name nobody knows.

In: a name or `owner.name` with the typer that met it. Out: a typed expression: a particle, a four-momentum, a number, a flag.
Blocks that were not written are assumed here, through the builder, when one of their lists is named.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from dsl4bes.constructs.fitting import significance_of, value_of
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromCandidate
from dsl4bes.ir.types import ENERGY, Kind, Origin, Shape, Type
from dsl4bes.ir.verify import unseen_in
from dsl4bes.resolve import truth
from dsl4bes.resolve.scope import FitInfo, ListInfo, ValueInfo
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


def name(typer: Typer, value: ast.Name) -> ir.Expr:
    """A bare name in a formula."""
    from dsl4bes.resolve import functions

    wanted, span, builder = value.name, value.span, typer.builder
    own = of_block(typer, wanted, span)
    if own is not None:
        return own
    known = builder.scope.values.get(wanted)
    if known is not None:
        return let_value(typer, known, span)
    info = builder.find_list(wanted, span)
    if info is not None:
        return particle(typer, info, span)
    fit = builder.scope.fits.get(wanted)
    if fit is not None and fit.symbol.particle:
        return decayed(typer, fit.symbol, span)
    pick = builder.scope.pick(wanted)
    if pick is not None:
        return _picked(typer, *pick, span)
    if typer.subject is not None and wanted in functions.OF_SUBJECT:
        return functions.of_subject(typer, wanted, span)
    if wanted in functions.EVENT:
        return functions.EVENT[wanted](typer, span)
    info = builder.assume_for(wanted, span)
    if info is not None:
        return particle(typer, info, span)
    _unknown(typer, value)


def of_block(typer: Typer, wanted: str, span: Span) -> ir.Expr | None:
    """What a name means in its own block before anything else: the track `x` of `identify`, a product of the block's fit."""
    if wanted in typer.locals:
        return typer.locals[wanted]
    return None if typer.own_fit is None else _of_fit(typer, typer.own_fit, wanted, span, fitted=True)


def particle(typer: Typer, info: ListInfo, span: Span) -> ir.Expr:
    """A list where a particle stands: its only entry, or the variable of a loop over it."""
    typer.builder.use(info)
    count = typer.builder.scope.count(info)
    if count.high == 1 and not typer.loop.forced:
        typer.loop.singles.add(info.symbol.name)
        maybe = count.low < 1
        return ir.Pick(
            type=Type(Kind.PARTICLE, origin=Origin.MEASURED, maybe=maybe),
            span=span,
            list=info.symbol,
            rank=None,
        )
    return typer.variable(info, span)


def particle_variable(binder: ir.Binder, span: Span | None) -> ir.Variable:
    """The variable of a loop as a particle."""
    typed = Type(Kind.PARTICLE, shape=Shape.CANDIDATE, origin=Origin.MEASURED)
    return ir.Variable(type=typed, span=span, binder=binder)


def _picked(typer: Typer, info: ListInfo, rank: int, span: Span) -> ir.Expr:
    count = typer.builder.scope.count(info)
    typer.builder.use(info)
    list_name = info.symbol.name
    if rank >= count.low:
        have = f"at least {count.low}" if count.low else "none for sure"
        typer.fail(
            codes.NOT_GUARANTEED,
            f"`{span.text}` may not exist: the counts guarantee {have} in `{list_name}`",
            span,
            help=f'ask `n{list_name} >= {rank + 1}` in its block, or `require "name", count({list_name}) >= {rank + 1}`',
        )
    return ir.Pick(type=Type(Kind.PARTICLE, origin=Origin.MEASURED), span=span, list=info.symbol, rank=rank)


def let_value(typer: Typer, known: ValueInfo, span: Span) -> ir.Expr:
    """What `let` named: a reference, or a list alias."""
    if span.position < known.span.position:
        help = "a constant is known from its line on: move it up"
        related = (Label(known.span, "made here"),)
        typer.fail(codes.USED_BEFORE_MADE, f"`{span.text}` is used before it is made", span, related=related, help=help)
    if known.list is not None:
        return particle(typer, known.list, span)
    if known.value is None:
        raise Wrong  # its formula was refused where it stands
    if isinstance(known.value, ir.Each):
        return _again(typer, known.value, span)
    return known.value


def _again(typer: Typer, value: ir.Each, span: Span) -> ir.Expr:
    """A list of values named by `let`: its loops join those of the formula."""
    for binder in value.binders:
        typer.loop.binders.setdefault(binder.list.name, [])
        if binder not in typer.loop.binders[binder.list.name]:
            typer.loop.binders[binder.list.name].append(binder)
        typer.loop.spans.setdefault(binder.list.name, span)
    return value.body


# --- fits --------------------------------------------------------------------------------------------------------------


def attribute(typer: Typer, value: ast.Attribute) -> ir.Expr:
    """`fit4c.chi2`, `fit4c.pip`, `fit4c.raw.pip`, `omega.pi0.gam1`."""
    known = typer.locals.get(dotted(value))
    if known is not None:
        return known
    owner = value.owner
    raw = isinstance(owner, ast.Attribute) and owner.name.name == "raw"
    if isinstance(owner, ast.Attribute) and raw:
        owner = owner.owner
    inner = _inner(typer, owner)
    if inner is not None:
        found = _of_fit(typer, inner[0], value.name.name, value.span, fitted=not raw, within=inner[1])
        if found is None:
            unknown_member(typer, inner[0], value.name)
        return found
    if not isinstance(owner, ast.Name):
        typer.fail(codes.UNKNOWN_MEMBER, f"`{value.owner.span.text}` has no members", value.owner.span)
    if owner.name == "raw" and typer.own_fit is not None:
        found = _of_fit(typer, typer.own_fit, value.name.name, value.span, fitted=False)
        if found is None:
            unknown_member(typer, typer.own_fit, value.name)
        return found
    if not raw and (generated := truth.process_role(typer, owner, value.name, value.span)) is not None:
        return generated
    info = None if raw else typer.builder.list_of_tag(value, typer)
    if info is not None:
        return particle(typer, info, value.span)
    symbol = _fit_named(typer, owner)
    if raw and symbol.kind in TAGS:
        help = f"write `{symbol.particle}.{value.name.name}`"
        typer.fail(codes.UNKNOWN_MEMBER, "a D tag is as measured, and has no `raw`", value.span, help=help)
    found = _of_fit(typer, symbol, value.name.name, value.span, fitted=not raw)
    if found is None:
        unknown_member(typer, symbol, value.name)
    return found


def dotted(value: ast.Attribute) -> str:
    """`fit.raw.gam` as it is written."""
    owner = value.owner
    before = dotted(owner) if isinstance(owner, ast.Attribute) else owner.name if isinstance(owner, (ast.Name, ast.Symbol)) else ""
    return f"{before}.{value.name.name}"


def owner(typer: Typer, value: ast.Attribute) -> tuple[FitSymbol | None, str, bool]:
    """The fit that is named before the point (None if it is no fit), the member, and whether it is meant as fitted."""
    owner, fitted = value.owner, True
    if isinstance(owner, ast.Attribute) and owner.name.name == "raw":
        owner, fitted = owner.owner, False
    elif isinstance(owner, ast.Name) and owner.name == "raw" and typer.own_fit is not None:
        return typer.own_fit, value.name.name, False
    info = typer.builder.scope.fits.get(owner.name) if isinstance(owner, (ast.Name, ast.Symbol)) else None
    return (None if info is None else info.symbol), value.name.name, fitted


def _inner(typer: Typer, owner: ast.Expr) -> tuple[FitSymbol, ir.Product] | None:
    """The earlier candidate that is a product of a combination: `omega.pi0`, in the block of `omega` also `pi0`; None if it is none."""
    within: ir.Product | None = None
    if isinstance(owner, ast.Name):
        symbol, wanted = typer.own_fit, owner.name
    elif isinstance(owner, ast.Attribute):
        outer = _inner(typer, owner.owner)
        if outer is not None:
            symbol, within = outer
        else:
            known = typer.builder.scope.fits.get(owner.owner.name) if isinstance(owner.owner, ast.Name) else None
            own = typer.own_fit is not None and isinstance(owner.owner, ast.Name) and owner.owner.name == typer.own_fit.particle
            symbol = typer.own_fit if own else None if known is None else known.symbol
        wanted = owner.name.name
        if symbol is not None and symbol.kind not in TAGS and wanted not in ("raw", *_products_of(symbol)):
            unknown_member(typer, symbol, owner.name)
    else:
        return None
    role = None if symbol is None else next((each for each in symbol.roles if each.name == wanted), None)
    if symbol is None or role is None or not isinstance(role.source, FromCandidate):
        return None
    typed = Type(Kind.P4, ENERGY, origin=Origin.FITTED)
    return role.source.fit, ir.Product(type=typed, span=owner.span, fit=symbol, role=wanted, fitted=True, within=within)


def _products_of(symbol: FitSymbol) -> tuple[str, ...]:
    """Names of the particle itself and of all its products."""
    return (symbol.particle, *(role.name for role in symbol.roles), *(composite.name for composite in symbol.composites))


def _outermost(symbol: FitSymbol, within: ir.Product | None) -> FitSymbol:
    """The combination in scope whose candidate holds the others."""
    return symbol if within is None else _outermost(within.fit, within.within)


def _fit_named(typer: Typer, owner: ast.Name) -> FitSymbol:
    if typer.own_fit is not None and owner.name == typer.own_fit.name.rpartition(".")[2]:
        return typer.own_fit
    info = typer.builder.scope.fits.get(owner.name)
    if info is not None:
        return info.symbol
    builder = typer.builder
    if owner.name in builder.scope.lists or owner.name in builder.scope.values:
        help = f"quantities of a particle are functions: `e({owner.name})`"
        typer.fail(
            codes.UNKNOWN_MEMBER, f"`{owner.name}` is no fit and has no members", owner.span, help=help
        )
    _unknown(typer, owner, fits=True)


def _of_fit(
    typer: Typer, symbol: FitSymbol, wanted: str, span: Span, *, fitted: bool, within: ir.Product | None = None
) -> ir.Expr | None:  # fmt: skip
    """A number or particle of a fit; None if it has none of this name. `within`: its candidate is this product of another."""
    home = _outermost(symbol, within)
    if fitted and wanted == "ndf" and wanted in numbers(symbol):
        return value_of(symbol, ir.FitQuantity.NDF, span)
    if fitted and wanted in numbers(symbol):
        one_candidate(typer, home, span)
        absent = (wanted in (*LENGTHS, "mass") or symbol.kind in TAGS) and may_be_absent(typer, home, span)
        if wanted == "significance":
            return significance_of(symbol, span, maybe=absent, within=within)
        return replace(value_of(symbol, ir.FitQuantity(wanted), span, maybe=absent), within=within)
    if wanted and wanted == symbol.particle and (fitted or symbol.kind is not FitKind.SECONDARY_VERTEX):
        return replace(decayed(typer, symbol, span, fitted=fitted, home=home), within=within)
    roles = {role.name: role for role in symbol.roles}
    composites = {composite.name for composite in symbol.composites}
    if wanted not in roles and wanted not in composites:
        return None
    one_candidate(typer, home, span)
    if not fitted and unseen_in(symbol, wanted):
        help = f"`{symbol.name}.{wanted}` is the fitted one"
        typer.fail(physics.NOT_MEASURED, f"`{wanted}` is missing, or a part of it: it has nothing as measured", span, help=help)
    origin = Origin.FITTED if fitted else Origin.MEASURED
    maybe = may_be_absent(typer, home, span)
    if wanted in composites or roles[wanted].species is None:
        typed = Type(Kind.P4, ENERGY, origin=origin, maybe=maybe)
    else:
        typed = Type(Kind.PARTICLE, origin=origin, maybe=maybe)
    return ir.Product(type=typed, span=span, fit=symbol, role=wanted, fitted=fitted, within=within)


#: Numbers of a secondary vertex that do not exist where its fit failed (its chi2 and vertex_chi2 are infinite).
LENGTHS = ("length", "length_sigma", "significance", "ctau")
TAGS = (FitKind.DTAG, FitKind.DOUBLE_TAG)
TAG_NUMBERS = ("mbc", "delta_e", "mode", "charm", "charge")


def numbers(symbol: FitSymbol) -> tuple[str, ...]:
    """The numbers that a fit has."""
    if symbol.kind is FitKind.COMBINATION:
        return ()
    if symbol.kind is FitKind.DTAG:
        return TAG_NUMBERS
    if symbol.kind is FitKind.DOUBLE_TAG:
        return ("mbc",)
    if symbol.kind is FitKind.LISTED:
        return ("chi2", "mass")
    flown = symbol.kind is FitKind.SECONDARY_VERTEX
    return ("chi2", "ndf", "vertex_chi2", *LENGTHS) if flown else ("chi2", "ndf")


def decayed(typer: Typer, symbol: FitSymbol, span: Span, *, fitted: bool = True, home: FitSymbol | None = None) -> ir.Product:
    """The four-momentum of the particle that decays (SEMANTICS rule 15: at a secondary vertex that of the second fit); `home`: the combination in scope
    that the candidate is a product of."""
    one_candidate(typer, home or symbol, span)
    maybe = may_be_absent(typer, home or symbol, span)
    typed = Type(Kind.P4, ENERGY, origin=Origin.FITTED if fitted else Origin.MEASURED, maybe=maybe)
    return ir.Product(type=typed, span=span, fit=symbol, role=symbol.particle, fitted=fitted)


def one_candidate(typer: Typer, symbol: FitSymbol, span: Span) -> None:
    """One candidate must be meant here (SEMANTICS rule 2)."""
    own = () if typer.own_fit is None else (typer.own_fit, *typer.own_fit.sides)
    if not symbol.several or symbol in own or symbol in typer.builder.scope.inside:
        return
    name = symbol.particle or symbol.name.rpartition(".")[2]
    message = f"several candidates of `{name}` may be left, and one is needed here"
    help = f"write it inside `for {name} do ... end`, with `per: {name}`, or let `choose` keep one"
    typer.fail(physics.SEVERAL_CANDIDATES, message, span, help=help)


def family(symbol: FitSymbol, name: str) -> tuple[str, ...]:
    """The roles behind a plain name: `gam` for `gam1`, `gam2`, `pi0` for `pi0_1`, `pi0_2`."""
    known = [*(role.name for role in symbol.roles), *(composite.name for composite in symbol.composites)]
    if name in known:
        return ()
    numbered = re.compile(rf"{re.escape(name)}_?[1-9][0-9]*\Z")
    return tuple(each for each in known if numbered.match(each))


def member(typer: Typer, symbol: FitSymbol, role: str, span: Span, *, fitted: bool = True) -> ir.Expr:
    """A product of a fit that is known to have it."""
    found = _of_fit(typer, symbol, role, span, fitted=fitted)
    assert found is not None
    return found


def may_be_absent(typer: Typer, symbol: FitSymbol, span: Span) -> bool:
    """Whether a fit may have failed here; using its particles then without asking is an error (or, in a column, a warning)."""
    own = () if typer.own_fit is None else (typer.own_fit, *typer.own_fit.sides)
    if not symbol.optional or symbol in own or symbol in typer.builder.scope.inside:
        return False
    if symbol in typer.asked or symbol in typer.builder.scope.passed:
        return True
    message = f"`{symbol.name}` is optional, and its particles are used without asking whether it passed"
    help = f'write `passed({symbol.name}) and ...`, or `require "name", passed({symbol.name})` before'
    if typer.when_absent is codes.OPTIONAL_NOT_ASKED:
        typer.fail(typer.when_absent, message, span, help=help)
    message = (
        f"this branch comes from `{symbol.name}`, which is optional: it holds -999 where the fit did not pass"
    )
    help = f"add a branch `{symbol.name}_passed: passed({symbol.name})`, or require it before"
    typer.builder.bag.add(typer.when_absent, message, span, help=help)
    typer.asked = typer.asked | {symbol}
    return True


def asked_in(typer: Typer, parts: list[ast.Expr]) -> set[FitSymbol]:
    """The fits for which one of these conditions asks `passed(...)`."""
    found: set[FitSymbol] = set()
    for part in parts:
        if isinstance(part, ast.Call) and part.function.name == "passed" and len(part.arguments) == 1:
            fit = part.arguments[0].value
            if isinstance(fit, (ast.Name, ast.Symbol)) and fit.name in typer.builder.scope.fits:
                found.add(typer.builder.scope.fits[fit.name].symbol)
    return found


def fit_argument(typer: Typer, value: ast.Expr) -> FitInfo:
    """A fit as an argument (`passed(six)`)."""
    if not isinstance(value, (ast.Name, ast.Symbol)):
        typer.fail(codes.WRONG_KIND, "the name of a fit is needed here", value.span)
    info = typer.builder.scope.fits.get(value.name)
    if info is None:
        _unknown(typer, ast.Name(value.name, value.span), fits=True)
    return info


def unknown_member(typer: Typer, symbol: FitSymbol, member: ast.Word) -> NoReturn:
    lacking = dict(symbol.lacking)
    if member.name in lacking:
        message = f"`{member.name}` is no product of `{lacking[member.name]}`, a mode of `{symbol.particle}`"
        help = "name what all modes have, or make a `dtag` block of the modes that have it"
        typer.fail(physics.PRODUCT_LACKING, message, member.span, help=help)
    several = family(symbol, member.name)
    if several:
        fit = symbol.name.rpartition(".")[2]
        help = f"name one of {listed(several)}, or make one value of them: `sum(e({fit}.{member.name}))`"
        typer.fail(codes.WRONG_KIND, f"`{member.name}` is a list here: {len(several)} products have this name", member.span, help=help)
    known = [
        *(role.name for role in symbol.roles),
        *(composite.name for composite in symbol.composites),
        *numbers(symbol),
    ]
    otherwise = f"`{symbol.name}` has {listed(known)}"
    if symbol.kind in TAGS:
        known += ("other_tracks", "other_showers")
    if symbol.kind in (FitKind.KINEMATIC, FitKind.LISTED):
        otherwise += "; as measured: `raw`"
    typer.fail(
        codes.UNKNOWN_MEMBER,
        f"`{symbol.name}` has no `{member.name}`",
        member.span,
        help=did_you_mean(member.name, known, otherwise),
        fixes=respelled(member.name, member.span, known),
    )


# --- unknown ------------------------------------------------------------------------------------------------------------


def _unknown(typer: Typer, value: ast.Name, *, fits: bool = False) -> NoReturn:
    from dsl4bes.resolve import functions

    builder, wanted = typer.builder, value.name
    later = builder.made_later(wanted)
    if later is not None:
        related = (Label(later, "made here"),)
        message = f"`{wanted}` is used before it is made"
        typer.fail(
            codes.USED_BEFORE_MADE,
            message,
            value.span,
            related=related,
            help="blocks run as written: move it up",
        )
    if not fits and wanted in builder.scope.fits:
        help = f"name what you want of it: `{wanted}.chi2`, `passed({wanted})`"
        typer.fail(
            codes.WRONG_KIND, f"`{wanted}` is a fit and has no value of its own", value.span, help=help
        )
    if wanted in functions.FUNCTIONS:
        help = f"write `{wanted}(...)`"
        typer.fail(
            codes.WRONG_ARGUMENTS, f"`{wanted}` is a function and needs its arguments", value.span, help=help
        )
    known = list(builder.scope.fits) if fits else [*builder.scope.names(), *functions.EVENT]
    kind = "fit" if fits else "name"
    otherwise = f"in scope: {listed(known)}" if known else "nothing is in scope yet"
    message = f"no {kind} `{wanted}` is in scope" if not fits else f"no fit is called `{wanted}` here"
    help = did_you_mean(wanted, known, otherwise)
    typer.fail(codes.UNKNOWN_NAME, message, value.span, help=help, fixes=respelled(wanted, value.span, known))
