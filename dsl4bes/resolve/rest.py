"""`rest(...)`: what a list has besides other lists, particles of fits, or whole candidates.

In: the call and the scope it stands in. Out: the list of what is left, and the steps that fill it: the particles of fits become lists of the compiler's
own, a D tag leaves out everything it uses. A fit that did not pass uses nothing. Nothing is left out that is not named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitSymbol, FromTagged, Role
from dsl4bes.ir.fits import Others
from dsl4bes.ir.primitives import Products, Select
from dsl4bes.ir.types import Kind, ListKind, ListSymbol, Origin, Species, Type, own_name
from dsl4bes.ir.uses import entries_of
from dsl4bes.resolve import names
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.resolve.typer import Typer
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.builder import Builder
    from dsl4bes.resolve.lists import Lists

#: Lists of a D tag: the tracks and showers it does not use.
OTHERS = ("other_tracks", "other_showers")
_HELP = "write `rest(good, pip, pim)`, or with particles of a fit `rest(good, ks.pip, ks.pim)`, or `rest(good, ks)`"
_WHAT = {ListKind.TRACKS: "charged tracks", ListKind.SHOWERS: "showers"}


def rest(lists: Lists, value: ast.Call) -> ListInfo:
    """The entries of the first argument that are in none of the others; raises `Wrong` after a diagnostic."""
    builder = cast("Builder", lists)
    arguments = [argument.value for argument in value.arguments]
    if len(arguments) < 2:
        builder.bag.add(codes.WRONG_ARGUMENTS, "`rest` takes a list and what to leave out of it", value.span, help=_HELP)
        raise Wrong
    source = builder.list_named(arguments[0])
    if source is None:
        raise Wrong
    left_out: list[ListSymbol] = []
    for argument in arguments[1:]:
        symbol = _fit(builder, argument)
        if symbol is not None and symbol.kind in names.TAGS:
            source = _without_tag(builder, source, symbol, argument.span)
        elif symbol is not None:
            left_out += _whole(builder, source, symbol, argument.span)
        else:
            left_out += _named(builder, source, argument)
    return _selected(builder, source, tuple(left_out), value.span) if left_out else source


def _selected(builder: Builder, source: ListInfo, left_out: tuple[ListSymbol, ...], span: Span) -> ListInfo:
    target = builder.hidden_list(source.symbol.kind, source, "rest")
    binder = ir.Binder("x", source.symbol)
    member = ir.Among(type=Type(Kind.FLAG, origin=Origin.MEASURED), span=span, particle=names.particle_variable(binder, span), lists=left_out)
    condition = nodes.negate(member, span)
    builder.emit(Select(span=span, target=target.symbol, source=source.symbol, binder=binder, condition=condition))
    return target


def _fit(builder: Builder, value: ast.Expr) -> FitSymbol | None:
    """The fit or candidate that is named as a whole."""
    if not isinstance(value, (ast.Name, ast.Symbol)) or value.name in builder.scope.lists or value.name in builder.scope.values:
        return None
    info = builder.scope.fits.get(value.name)
    return None if info is None else info.symbol


def _without_tag(builder: Builder, source: ListInfo, symbol: FitSymbol, span: Span) -> ListInfo:
    """A D tag uses more than the products that have a name: all its tracks and showers are left out."""
    names.one_candidate(Typer(builder), symbol, span)
    target = builder.hidden_list(source.symbol.kind, source, "rest")
    builder.emit(Others(span=span, target=target.symbol, source=source.symbol, fit=symbol))
    return target


def _whole(builder: Builder, source: ListInfo, symbol: FitSymbol, span: Span) -> list[ListSymbol]:
    """What a candidate uses, the products of its products included."""
    names.one_candidate(Typer(builder), symbol, span)
    _countable(builder, symbol, tuple(role.name for role in symbol.roles), span)
    return _entries(builder, source, entries_of(symbol), span)


def _named(builder: Builder, source: ListInfo, value: ast.Expr) -> list[ListSymbol]:
    """A list, or a particle of a fit: `ks.pip`, `fit.gam1`, `fit.pi0` (both its photons), `fit.gam` (all of them)."""
    symbol = _fit(builder, value.owner) if isinstance(value, ast.Attribute) else None
    if isinstance(value, ast.Attribute) and symbol is not None and value.name.name not in OTHERS:
        return _particle(builder, source, symbol, value)
    info = builder.list_named(value)
    if info is None:
        raise Wrong
    if info.symbol.kind is not source.symbol.kind:
        _nothing(builder, source, value.span)
    return [info.symbol]


def _particle(builder: Builder, source: ListInfo, symbol: FitSymbol, value: ast.Attribute) -> list[ListSymbol]:
    typer, wanted = Typer(builder), value.name.name
    known = {role.name for role in symbol.roles} | {composite.name for composite in symbol.composites} | {symbol.particle}
    members = (wanted,) if wanted in known else names.family(symbol, wanted)
    if wanted in names.numbers(symbol):
        builder.bag.add(codes.WRONG_KIND, f"`{value.span.text}` is a number, and `rest` leaves out tracks and showers", value.span, help=_HELP)
        raise Wrong
    if not members:
        names.unknown_member(typer, symbol, value.name)
    names.one_candidate(typer, symbol, value.span)
    _countable(builder, symbol, _parts_of(symbol, members), value.span)
    used = tuple(entry for member in members for entry in entries_of(symbol, member))
    return _entries(builder, source, used, value.span)


def _parts_of(symbol: FitSymbol, members: tuple[str, ...]) -> tuple[str, ...]:
    """The roles behind these products; behind the particle that decays all of them."""
    sums = {composite.name: composite.roles for composite in symbol.composites} | {symbol.particle: tuple(role.name for role in symbol.roles)}
    return tuple(role for member in members for role in sums.get(member, (member,)))


def _countable(builder: Builder, symbol: FitSymbol, members: tuple[str, ...], span: Span) -> None:
    """A whole D tag, or an electron with its photons, is more than one entry of the event: it has a name of its own to be left out by. What changes places
    with another product in the charge-conjugate decay is of other tracks there: only both of them can be left out."""
    changing = [role.name for role in symbol.roles if role.exchanged is not None]
    inside = [name for name in changing if name in members]
    if inside and len(inside) < len(changing):
        fit = symbol.name.rpartition(".")[2]
        message = f"`{inside[0]}` of `{symbol.name}` is of other tracks in the charge-conjugate decay: there it changes places with another product"
        help = f"leave all of the fit out, `rest(..., {fit})`, or write `conjugate false` in its block"
        builder.bag.add(codes.WRONG_KIND, message, span, help=help)
        raise Wrong
    for role in symbol.roles:
        if role.name not in members:
            continue
        if isinstance(role.source, FromTagged):
            tag = role.source.fit.name.rpartition(".")[2]
            others = ", ".join(f"{symbol.name.rpartition('.')[2]}.{each.name}" for each in symbol.roles if each.species is not None and not isinstance(each.source, FromTagged))
            help = f"leave the tag out by its name: `rest(..., {tag}{f', {others}' if others else ''})`"
            builder.bag.add(codes.WRONG_KIND, f"`{role.name}` of `{symbol.name}` is the D tag `{tag}`, which uses more than this name says", span, help=help)
            raise Wrong
        if role.radiated is not None:
            help = "a label of the `bremsstrahlung` block is the list of the photons that were not given back"
            builder.bag.add(codes.WRONG_KIND, f"`{role.name}` of `{symbol.name}` is an electron with photons, how many the event says", span, help=help)
            raise Wrong


def _entries(builder: Builder, source: ListInfo, used: tuple[tuple[FitSymbol, str, Role], ...], span: Span) -> list[ListSymbol]:
    """The used entries that are of the source's kind, as one list for each fit."""
    kind = source.symbol.kind
    by_fit: dict[FitSymbol, list[str]] = {}
    for fit, path, role in used:
        if (role.species is Species.GAMMA) == (kind is ListKind.SHOWERS):
            by_fit.setdefault(fit, []).append(path)
    if not by_fit:
        _nothing(builder, source, span)
    return [_products(builder, kind, fit, tuple(roles), span) for fit, roles in by_fit.items()]


def _products(builder: Builder, kind: ListKind, fit: FitSymbol, roles: tuple[str, ...], span: Span) -> ListSymbol:
    word = own_name(fit.name, *roles)
    known = builder.scope.lists.get(word)
    if known is None:
        known = builder.make_list(word, kind, None, hidden=True)
        builder.emit(Products(span=span, target=known.symbol, fit=fit, roles=roles))
    return known.symbol


def _nothing(builder: Builder, source: ListInfo, span: Span) -> NoReturn:
    message = f"`{span.text}` has none of the {_WHAT[source.symbol.kind]} of `{source.symbol.name}`: it would leave nothing out"
    builder.bag.add(codes.WRONG_KIND, message, span, help=_HELP)
    raise Wrong
