"""The view of a custom block: what its code sees of the event, as typed values.

In: what the block takes `from` (or nothing: everything in scope), values of its own. Out: a `View` of numbers, flags and four-momenta. Names are those of the
program; quantities of tracks and showers are the functions of formulas, so that units and meanings are theirs. No C++ is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import SourceItem
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import FitKind, FitSymbol
from dsl4bes.ir.custom import Member, View, ViewGroup, ViewList
from dsl4bes.ir.functions import FUNCTIONS
from dsl4bes.ir.reserved import UNWRITABLE
from dsl4bes.ir.types import ENERGY, Kind, ListKind, Origin, Type
from dsl4bes.physics.units import with_unit
from dsl4bes.resolve import names
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.resolve.typer import Typer
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.builder import Builder

#: Quantities of an entry, by the names of their functions.
TRACK = ("charge", "vr", "vz", "tof", "has_tof", "emc_energy", "has_emc", "eop", "depth", "has_muc", "muc_layers", "muc_hits", "dedx", "has_dedx")
SHOWER = ("time", "ticks", "isolation", "module", "e3x3", "e5x5", "eseed", "second_moment", "lat_moment", "emc_hits")
EVENT = ("run", "event", "n_charged", "n_neutral")
#: Kinds of fits with a chi2.
_CHI2 = (FitKind.VERTEX, FitKind.KINEMATIC, FitKind.SECONDARY_VERTEX)


def view(builder: Builder, items: Sequence[SourceItem] | None, own: tuple[Member, ...], head: Span) -> View | None:
    """The view of a block, or None after a diagnostic."""
    chosen = _Chosen(builder)
    try:
        for item in items or ():
            chosen.named(item)
        if items is None:
            chosen.everything()
    except Wrong:
        return None
    made = View((*_of_event(builder, head), *chosen.members, *own), tuple(chosen.lists), tuple(chosen.groups))
    known = [*made.names(), *made.types()]
    twice = sorted({name for name in known if known.count(name) > 1})
    taken = sorted(name for name in made.names() if name in UNWRITABLE)
    if taken:
        builder.bag.add(codes.RESERVED_NAME, f"the code could not write {listed(taken)}: C++ means something else by it", head, help="give it another name, or name in `from` what the code needs")
        return None
    if twice:
        builder.bag.add(codes.LIST_DEFINED_TWICE, f"the code would see two things under {listed(twice)}", head, help="give the field of the block another name")
        return None
    return made


def _of_event(builder: Builder, span: Span) -> Iterator[Member]:
    for name in EVENT:
        yield _function(name, ())
    if builder.ecms_parameter is not None or builder.measured_ecms:
        yield Member("ecms", builder.ecms(span), "centre-of-mass energy (GeV)")
        yield Member("beam", builder.beam(span), "four-momentum of the beams in the laboratory (GeV)")


class _Chosen:
    """What the view holds so far."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self.members: list[Member] = []
        self.lists: list[ViewList] = []
        self.groups: list[ViewGroup] = []

    def named(self, item: SourceItem) -> None:
        """A list, fit or value by name."""
        builder, value = self._builder, item.value
        name = value.name if isinstance(value, (ast.Name, ast.Symbol)) else ""
        if not name or item.role is not None:
            builder.bag.add(codes.WRONG_KIND, f"`{value.span.text}` has no name that the code could use", value.span, help="name lists, fits or values of `let`")
            raise Wrong
        if name in builder.scope.fits:
            symbol = builder.scope.fits[name].symbol
            names.one_candidate(Typer(builder), symbol, value.span)
            self.groups.append(_fit(name, symbol))
        elif name in builder.scope.values and builder.scope.values[name].list is None:
            member = _value(name, builder.scope.values[name].value)
            if member is None:
                builder.bag.add(codes.WRONG_KIND, f"`{name}` is no number, condition or four-momentum", value.span)
                raise Wrong
            self.members.append(member)
        else:
            info = builder.list_named(value)
            if info is None:
                raise Wrong
            self.lists.append(_list(builder, name, info))

    def everything(self) -> None:
        """All that has a name here, and of which one is meant."""
        builder = self._builder
        for name, info in builder.scope.lists.items():
            if not info.hidden and info.symbol.kind is not ListKind.CANDIDATES:
                builder.use(info)
                self.lists.append(_list(builder, name, info))
        for name, fit in builder.scope.fits.items():
            if not fit.symbol.several or fit.symbol in builder.scope.inside:
                self.groups.append(_fit(name, fit.symbol))
        for name, known in builder.scope.values.items():
            if (member := _value(name, known.value)) is not None:
                self.members.append(member)


def _value(name: str, value: ir.Expr | None) -> Member | None:
    if value is None or value.type.kind not in (Kind.NUMBER, Kind.FLAG, Kind.P4) or isinstance(value, ir.Each):
        return None
    return Member(name, value, with_unit(f"`let {name}`", value.type.dimension))


def _function(name: str, arguments: tuple[ir.Expr, ...]) -> Member:
    """A quantity by the name of its function."""
    value = nodes.call(name, arguments, None)
    return Member(name, value, with_unit(FUNCTIONS[name].doc, value.type.dimension))


def _list(builder: Builder, name: str, info: ListInfo) -> ViewList:
    binder = ir.Binder(info.symbol.name, info.symbol)
    entry = names.particle_variable(binder, None)
    vector = nodes.p4_of(entry, None)
    shower = info.symbol.kind is ListKind.SHOWERS
    members = [Member("p4", vector, "four-momentum in the laboratory (GeV)")]
    if shower:
        members.append(Member("energy", nodes.call("e", (vector,), None), "energy (GeV)"))
    members += [_function(word, (entry,)) for word in (SHOWER if shower else TRACK)]
    return ViewList(name, info.symbol, binder, tuple(members))


def _fit(name: str, symbol: FitSymbol) -> ViewGroup:
    passed = ir.FitValue(type=Type(Kind.FLAG, origin=Origin.FITTED), span=None, fit=symbol, quantity=ir.FitQuantity.PASSED)
    members = [Member("passed", passed, "whether a candidate was found")]
    if symbol.kind in _CHI2:
        chi2 = ir.FitValue(type=Type(Kind.NUMBER, origin=Origin.FITTED), span=None, fit=symbol, quantity=ir.FitQuantity.CHI2)
        members.append(Member("chi2", chi2, "its chi2, infinite if it was not found"))
    typed = Type(Kind.P4, ENERGY, origin=Origin.FITTED, maybe=symbol.optional)
    known = [role.name for role in symbol.roles] + [composite.name for composite in symbol.composites]
    if symbol.particle:
        known.append(symbol.particle)
    measured = {role.name for role in symbol.roles if role.species is not None}
    for role in dict.fromkeys(known):
        kind = replace(typed, kind=Kind.PARTICLE) if role in measured else typed
        product = ir.Product(type=kind, span=None, fit=symbol, role=role, fitted=True)
        members.append(Member(role, nodes.p4_of(product, None), "four-momentum (GeV), as fitted where something is fitted"))
    return ViewGroup(name, tuple(members), symbol.kind.value)
