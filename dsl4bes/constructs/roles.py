"""Where the products of a decay come from: lists, vertex fits, secondary vertices, earlier candidates, lists given to a product by name.

In: a decay, the `from` of its block, the scope. Out: `Roles`, or None after a diagnostic that names the product.
Which of them are alike is found in `role_groups.py`. The first source that offers a product wins (PROGRAMS, `from`); without `from` the lists of the products' names are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsl4bes.constructs import earlier
from dsl4bes.constructs.base import Instance, SourceItem
from dsl4bes.constructs.decay_checks import place
from dsl4bes.constructs.role_groups import enough, grouped, single
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir.candidates import (
    FitKind,
    FitSymbol,
    FromCandidate,
    FromPart,
    FromSecondary,
    FromVertex,
    Missing,
    Role,
)
from dsl4bes.ir.types import ListKind, ListSymbol, Species
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, Fit, List
    from dsl4bes.constructs.missing import Unseen
    from dsl4bes.constructs.tagged import Tagged
    from dsl4bes.physics.decays import Decay, Node
    from dsl4bes.physics.particles import ParticleInfo

Source = ListSymbol | FromVertex | FromSecondary


@dataclass(frozen=True, slots=True)
class Roles:
    """The products of a fit; `only_one`: the counts leave a single combination."""

    roles: tuple[Role, ...]
    only_one: bool


@dataclass(frozen=True, slots=True)
class _Sources:
    given: dict[str, SourceItem]
    offers: tuple[Source | FitSymbol, ...]
    flown: tuple[Fit, ...]  #: secondary vertices, and earlier candidates
    span: Span | None
    chain: bool = False  #: the charge-conjugate decay is tried as well
    taken: frozenset[Source | FromCandidate] = frozenset()  #: tracks and particles of earlier fits that are products already
    fitted: bool = False  #: earlier candidates may be taken, with the momenta they have
    tagged: bool = False  #: it names a D tag, whose particles are products
    radiated: Mapping[ListSymbol, ListSymbol] = field(default_factory=dict)  #: of electrons that got their photons back, these photons

    @property
    def named(self) -> bool:
        """Whether `from` was written."""
        return bool(self.given or self.offers or self.flown or self.tagged)

    @property
    def without(self) -> str:
        """What else helps where the charge-conjugate decay is tried and lacks a list."""
        return "; `conjugate false` leaves out the charge-conjugate decay" if self.chain else ""


def find_roles(
    decay: Decay, span: Span, here: Instance, items: tuple[SourceItem, ...] | None, to: Builder, *, others: tuple[str, ...] = (),
    fitted: bool = False, unseen: Mapping[int, Unseen] = MappingProxyType({}), made: Mapping[int, Role] = MappingProxyType({}),
    tagged: Tagged | None = None,
) -> Roles | None:  # fmt: skip
    """The roles of all final particles of `decay`; `others`: names that `from` may use although this decay lacks them; `fitted`: the particles of a
    kinematic fit and earlier candidates may be taken, with the momenta they have there; `unseen`: products, by their place, that are not fully measured;
    `made`: those that are known already, parts of earlier candidates; `tagged`: those that D tags give (None: this block takes neither tags nor electrons with the photons they
    radiated)."""
    sources = _sources(items, decay, to, others, fitted, {role.source.fit for role in made.values() if isinstance(role.source, FromPart)}, tagged is not None)
    if sources is None or not _known_roles(decay, sources, to, (*others, *(name for node in decay.composites if made for name in (node.role, node.short)))):
        return None
    sources = replace(sources, chain=bool(others))
    roles: list[Role] = []
    for index, node in enumerate(decay.finals):
        known = unseen.get(index)
        role: Role | None
        if index in made:
            role = made[index]
        elif tagged is not None and index in tagged.roles:
            role = tagged.roles[index]
        elif known is None:
            role = _role(node, span, here, sources, to)
        else:
            role = _pointing(node, span, here, sources, to) if known.direction else Role(node.role, None, node.charge or 0, Missing())
        if role is None:
            return None
        roles.append(role)
        if isinstance(role.source, (FromVertex, FromSecondary)) or (isinstance(role.source, FromCandidate) and not role.source.each):
            sources = replace(sources, taken=sources.taken | {role.source})
    alike = grouped(decay, roles, {decay.finals[index].role for index in unseen})
    if not enough(alike, span, here, to):
        return None
    return Roles(tuple(alike), single(alike, to))


def _sources(items: tuple[SourceItem, ...] | None, decay: Decay, to: Builder, others: tuple[str, ...], fitted: bool, made: set[FitSymbol], kinematic: bool) -> _Sources | None:
    """`from` as lists given to products and sources that offer any, those of `made` set aside; None after a diagnostic."""
    given: dict[str, SourceItem] = {}
    offers: list[Source | FitSymbol] = []
    flown: list[Fit] = []
    radiated: dict[ListSymbol, ListSymbol] = {}
    tags = False
    for item in items or ():
        if kinematic and is_tag(item.value, to):
            tags = True
            continue
        recovered = to.recovered(item.value) if kinematic else None
        if recovered is not None:
            word, track, photons = recovered
            radiated[track] = photons
            item = replace(item, value=ast.Name(word, item.value.span))
        if item.role is not None:
            given[item.role.name] = item
            continue
        fit = to.scope.fits.get(item.value.name) if isinstance(item.value, ast.Name) else None
        if fit is not None:
            if fit.symbol in made:
                flown.append(fit)
                continue
            if fitted and earlier.offered(fit, decay, others):
                if not earlier.gone_through(fit.symbol, to) and not usable(fit.symbol, item.value, to):
                    return None
                flown.append(fit)
                continue
            if fitted and fit.symbol.kind is FitKind.KINEMATIC and not fit.symbol.several:
                if not usable(fit.symbol, item.value, to):
                    return None
                offers += to.products(fit.symbol, item.value.span)
                continue
            if fit.symbol.kind not in (FitKind.VERTEX, FitKind.SECONDARY_VERTEX):
                earlier.refuse(fit, decay, item.value, to, fitted)
                return None
            if not usable(fit.symbol, item.value, to):
                return None
            if fit.symbol.kind is FitKind.SECONDARY_VERTEX:
                flown.append(fit)
            else:
                offers.append(fit.symbol)
            continue
        info = to.list_named(item.value)
        if info is None:
            return None
        offers.append(info.symbol)
    span = None if not items else items[0].value.span.to(items[-1].value.span)
    return _Sources(given, tuple(offers), tuple(flown), span, fitted=fitted, tagged=tags, radiated=radiated)


def all_recovered(items: tuple[SourceItem, ...] | None, roles: tuple[Role, ...], to: Builder) -> bool:
    """Whether every electron that is named with its photons is a product; else a diagnostic, since the photons would be forgotten."""
    for item in items or ():
        recovered = to.recovered(item.value)
        if recovered is not None and not any(recovered[1] in (role.source, role.conjugate) for role in roles):
            message = f"`{recovered[0]}` and what it radiated give no product of this decay"
            help = "an electron with its photons is taken from its list, not from a vertex fit"
            to.bag.add(physics.SOURCE_NOT_USABLE, message, item.value.span, help=help)
            return False
    return True


def is_tag(value: ast.Expr, to: Builder) -> bool:
    """Whether a name in `from` speaks of a D tag, or of a pair of them."""
    known = to.scope.fits.get(value.name) if isinstance(value, ast.Name) else None
    return known is not None and known.symbol.kind in (FitKind.DTAG, FitKind.DOUBLE_TAG)


def usable(symbol: FitSymbol, value: ast.Expr, to: Builder) -> bool:
    """Whether another fit may start from this one: an optional one must have passed, of several candidates one must be meant; else a diagnostic."""
    if symbol.several and symbol not in to.scope.inside:
        name = symbol.name.rpartition(".")[2]
        message = f"several candidates of `{name}` may be left, and this starts from one"
        help = f"write it inside `for {name} do ... end`, or let `choose` keep one"
        to.bag.add(physics.SEVERAL_CANDIDATES, message, value.span, help=help)
        return False
    if not symbol.optional or symbol in to.scope.passed or symbol in to.scope.inside:
        return True
    help = f'write `require "vertex", passed({symbol.name})` before'
    message = f"`{symbol.name}` is optional, and this fit starts from it without asking whether it passed"
    to.bag.add(names.OPTIONAL_NOT_ASKED, message, value.span, help=help)
    return False


def _known_roles(decay: Decay, sources: _Sources, to: Builder, others: tuple[str, ...]) -> bool:
    """Every `role:` of `from` is a product."""
    known = {name for node in decay.finals for name in (node.role, node.short)} | set(others)
    fine = True
    for name, item in sources.given.items():
        if name not in known and item.role is not None:
            help = f"its products are {listed(sorted(known))}"
            to.bag.add(names.UNKNOWN_MEMBER, f"the decay has no product `{name}`", item.role.span, help=help)
            fine = False
    return fine


def _role(node: Node, span: Span, here: Instance, sources: _Sources, to: Builder) -> Role | None:
    particle = node.particle
    species = None if particle is None else particle.species
    flown = _flown(node, span, sources, to)
    if flown is not None:
        return None if isinstance(flown, bool) else flown
    if particle is None or species is None:
        help = (
            f"write its decay, `({node.written} -> ...)`, or name its `secondary_vertex`{' or `combine`' if sources.fitted else ''} in `from`"
            if particle is None or particle.charge == 0
            else ""
        )
        message = f"`{node.written}` leaves no track or shower that could be fitted"
        to.bag.add(names.NO_SOURCE, message, place(node, span), help=help)
        return None
    source = _given(node, particle, sources, to)
    if source is None:
        source = _offered(node, species, particle.charge, sources, to)
    if source is None and not sources.named:
        source = _by_name(node, species, span, here, to, sources.without)
        if source is None:
            return None
    if source is None:
        help = f"add a list to `from`, or give one to it: `{node.role}: list`{sources.without}"
        related = (Label(sources.span, "what is offered"),) if sources.span else ()
        to.bag.add(
            names.NO_SOURCE, f"`from` offers no `{node.short}`", place(node, span), related=related, help=help
        )
        return None
    if isinstance(source, bool):
        return None
    momenta = to.momenta_of(source) if isinstance(source, ListSymbol) else None
    radiated = sources.radiated.get(source) if isinstance(source, ListSymbol) else None
    return Role(node.role, species, particle.charge, source, momenta=momenta, radiated=radiated)


def _flown(node: Node, span: Span, sources: _Sources, to: Builder) -> Role | bool | None:
    """The product as what a secondary vertex or combination of `from` makes; False after a diagnostic, None if there is none."""
    item = sources.given.get(node.role) or sources.given.get(node.short)
    if item is None:
        makers = [fit for fit in sources.flown if earlier.makes(fit, node)]
        free = (fit for fit in makers if earlier.source_of(fit.symbol, sources.fitted, to) not in sources.taken)
        known = next(free, makers[0] if makers and sources.fitted else None)  # what is told of one that is taken
    else:
        known = to.scope.fits.get(item.value.name) if isinstance(item.value, ast.Name) else None
    if known is None or (known.symbol.kind is not FitKind.SECONDARY_VERTEX and not (sources.fitted and known.symbol.particle)):
        return None
    each = sources.fitted and earlier.gone_through(known.symbol, to)
    if item is not None and not each and not usable(known.symbol, item.value, to):
        return False
    if not earlier.makes(known, node):
        message = f"`{known.symbol.name}` is no `{node.written}`"
        help = f"name the `secondary_vertex`{' or `combine`' if sources.fitted else ''} whose `decay` begins with it"
        to.bag.add(physics.SOURCE_NOT_USABLE, message, place(node, span), help=help)
        return False
    source = earlier.source_of(known.symbol, sources.fitted, to)
    if source in sources.taken:
        message = f"`{known.symbol.name}` is a product of this decay already"
        what = "`secondary_vertex`, or write `keep :all` in it and take it outside of its `for`" if sources.fitted else "`secondary_vertex`"
        to.bag.add(physics.SOURCE_NOT_USABLE, message, place(node, span), help=f"nothing is used twice: name another {what}")
        return False
    if known.symbol.both_chains and not sources.chain and not each:
        message = f"`{known.symbol.name}` may be the antiparticle of `{node.written}`, and this decay has it as written"
        help = f"write `conjugate false` in `{known.symbol.name}`"
        to.bag.add(physics.CONJUGATE_UNSAID, message, place(node, span), help=help)
        return False
    return Role(node.role, None, earlier.charge_of(known, node), source, opposite=known.particle != node.particle)


def _given(node: Node, particle: ParticleInfo, sources: _Sources, to: Builder) -> Source | bool | None:
    """The source that `kp: pip` gives to a product; False after a diagnostic, None if none is given."""
    item = sources.given.get(node.role) or sources.given.get(node.short)
    if item is None:
        return None
    if isinstance(item.value, ast.Attribute) and isinstance(item.value.owner, ast.Name):
        fit = to.scope.fits.get(item.value.owner.name)
        role = (
            None
            if fit is None
            else next((r for r in fit.symbol.roles if r.name == item.value.name.name), None)
        )
        if fit is None or role is None or fit.symbol.kind is not FitKind.VERTEX:
            help = "name a list, or a track of a vertex fit: `kp: vertex.pip`"
            to.bag.add(
                physics.SOURCE_NOT_USABLE,
                f"`{item.value.span.text}` is no track of a vertex fit",
                item.value.span,
                help=help,
            )
            return False
        source = FromVertex(fit.symbol, role.name)
        if source in sources.taken:
            message = f"`{item.value.span.text}` is a product of this decay already"
            to.bag.add(physics.SOURCE_NOT_USABLE, message, item.value.span, help="no track is used twice: name another one")
            return False
        fine = usable(fit.symbol, item.value, to) and _fits_charge(role.charge, particle, item, to)
        return source if fine else False
    info = to.list_named(item.value)
    if info is None or not _fits_kind(info, particle, item, to):
        return False
    if not _fits_charge(info.symbol.charge, particle, item, to):
        return False
    for offer in sources.offers:  # a vertex fit that is named as well takes the track through its vertex
        if isinstance(offer, FitSymbol):
            for role in offer.roles:
                if role.source == info.symbol and FromVertex(offer, role.name) not in sources.taken:
                    return FromVertex(offer, role.name)
    return info.symbol


def _fits_kind(info: List, particle: ParticleInfo, item: SourceItem, to: Builder) -> bool:
    wants_tracks = particle.charge != 0
    if info.is_tracks == wants_tracks:
        return True
    code = physics.TRACK_NEEDED if wants_tracks else names.WRONG_KIND
    what = (
        "photons, and a charged track is needed" if wants_tracks else "charged tracks, and a photon is needed"
    )
    to.bag.add(code, f"`{info.symbol.name}` is a list of {what}", item.value.span)
    return False


def _fits_charge(charge: int, particle: ParticleInfo, item: SourceItem, to: Builder) -> bool:
    if charge * particle.charge >= 0:
        return True
    message = f"`{particle.short}` has charge {particle.charge:+d}, and `{item.value.span.text}` {charge:+d}"
    to.bag.add(physics.CHARGE_MISMATCH, message, item.value.span, help="name the list of the other charge")
    return False


def _offered(node: Node, species: Species, charge: int, sources: _Sources, to: Builder) -> Source | None:
    """The first source of `from` that has this product; one of its species and charge before one that has both charges, and that before tracks that
    nobody identified."""
    for offer in sources.offers:
        if isinstance(offer, FitSymbol):
            for role in offer.roles:
                same = role.species is species and role.charge == charge and role.name == node.short
                if (role.name == node.role or same) and FromVertex(offer, role.name) not in sources.taken:
                    return FromVertex(offer, role.name)
        elif isinstance(offer, ListSymbol) and _has(offer, species, charge):
            return offer
    lists = [offer for offer in sources.offers if isinstance(offer, ListSymbol)]
    broad = next((offer for kind in (species, None) for offer in lists if charge and _has(offer, kind, 0)), None)
    return None if broad is None else to.of_charge(broad, charge)


def _has(symbol: ListSymbol, species: Species | None, charge: int) -> bool:
    """Whether a list is one of this particle; `species` None: of tracks that nobody identified."""
    if species is Species.GAMMA:
        return symbol.kind is ListKind.SHOWERS
    return symbol.kind is ListKind.TRACKS and symbol.species is species and symbol.charge == charge


def _pointing(node: Node, span: Span, here: Instance, sources: _Sources, to: Builder) -> Role | None:
    """A product whose shower gives its direction: from the list given to it, else a list of showers; None after a diagnostic."""
    item = sources.given.get(node.role) or sources.given.get(node.short)
    if item is not None:
        info = to.list_named(item.value)
        if info is None:
            return None
        if info.is_tracks:
            message = f"`{info.symbol.name}` is a list of charged tracks, and a shower gives the direction of `{node.written}`"
            to.bag.add(names.WRONG_KIND, message, item.value.span, help="name a list of `photons`")
            return None
        return Role(node.role, Species.GAMMA, 0, info.symbol)
    offered = next((offer for offer in sources.offers if isinstance(offer, ListSymbol) and _has(offer, Species.GAMMA, 0)), None)
    source = offered if sources.named else _by_name(node, Species.GAMMA, span, here, to)
    if source is None:
        if sources.named:
            help = f"give it a list of showers: `from {node.role}: list`"
            to.bag.add(names.NO_SOURCE, f"`from` offers no shower for `{node.written}`", place(node, span), help=help)
        return None
    assert isinstance(source, ListSymbol)
    return Role(node.role, Species.GAMMA, 0, source)


def _by_name(node: Node, species: Species, span: Span, here: Instance, to: Builder, otherwise: str = "") -> Source | None:
    """Without `from`: the list of the product's name, or the only list that has it; `otherwise` ends the help if there is none."""
    charge = node.charge or 0
    info = to.find_list(node.short, here.head)
    if info is not None and _has(info.symbol, species, charge):
        to.use(info)
        return info.symbol
    fitting = [
        each for each in to.scope.lists.values() if not each.hidden and _has(each.symbol, species, charge)
    ]
    if len(fitting) > 1:
        related = tuple(Label(each.span, f"`{each.symbol.name}`") for each in fitting if each.span)
        message = f"`{node.short}` can come from {listed(each.symbol.name for each in fitting)}, and `from` does not say which"
        help = f"write `from {node.role}: {fitting[0].symbol.name}`"
        to.bag.add(names.TWO_SOURCES, message, place(node, span), related=related, help=help)
        return None
    info = fitting[0] if fitting else to.assume_for(node.short, place(node, span))
    if info is None:
        help = f"make a list of them before, or name one: `from {node.role}: list`{otherwise}"
        to.bag.add(names.NO_SOURCE, f"no list offers `{node.short}`", place(node, span), help=help)
        return None
    to.use(info)
    return info.symbol
