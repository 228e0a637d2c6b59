"""`combine` from BOSS's own lists of candidates: pi0 and eta from two photons, K_S and Lambda from two tracks.

In: the `combine` block whose `from` names a list of BOSS, and lists of the program its photons or tracks must be in. Out: a `Listed` step. The producers of
the lists run before; what they keep and fit is theirs, and nothing is put together or fitted here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.constructs import fitting, windows
from dsl4bes.constructs.base import Entry, Instance, SourceItem
from dsl4bes.constructs.conjugation import conjugate_roles, own_conjugate
from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromList, Role
from dsl4bes.ir.fits import BossList, Listed
from dsl4bes.ir.types import ListSymbol
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay

Makers = dict[str, Callable[[Entry], "list[tuple[str, ir.Expr | None]]"]]

#: Absolute PDG number of the mother, absolute ones of the products: where BOSS has candidates of this decay.
_DECAYS: dict[tuple[int, tuple[int, ...]], BossList] = {
    (111, (22, 22)): BossList.PI0, (221, (22, 22)): BossList.ETA, (310, (211, 211)): BossList.VEES, (3122, (211, 2212)): BossList.VEES,
}  # fmt: skip
_WRITTEN = {
    BossList.PI0: '"pi0 -> gam gam"', BossList.ETA: '"eta -> gam gam"', BossList.VEES: '"K_S0 -> pi+ pi-"` or `"Lambda0 -> p+ pi-"',
}  # fmt: skip
_NAMES = tuple(each.value for each in BossList)
#: Fields of `combine` that are for what is put together or fitted here.
_USELESS = ("constrain", "max_photons", "max_candidates", "iterations", "tolerance")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The list of BOSS that `from` names, and what else it names."""

    list: BossList
    span: Span
    others: tuple[SourceItem, ...]


def named(items: tuple[SourceItem, ...] | None, to: Builder) -> Wanted | bool | None:
    """The list of BOSS in `from`; None if there is none, False after a diagnostic."""
    found: list[tuple[SourceItem, str]] = []
    for item in items or ():
        name = item.value.name if isinstance(item.value, (ast.Name, ast.Symbol)) else ""
        if name.lower().startswith("evtrec") and name not in to.scope.fits and name not in to.scope.lists:
            found.append((item, name))
    if not found:
        return None
    item, name = found[0]
    if name not in _NAMES:
        help = did_you_mean(name, _NAMES, f"the lists of BOSS are {listed(_NAMES)}")
        to.bag.add(names.UNKNOWN_NAME, f"BOSS has no list `{name}` of candidates", item.value.span, help=help, fixes=respelled(name, item.value.span, _NAMES))
        return False
    if len(found) > 1:
        to.bag.add(names.TWO_SOURCES, "one candidate is an entry of one list of BOSS", found[1][0].value.span, help="make a block of each")
        return False
    if item.role is not None:
        message = f"`{name}` holds candidates, and no `{item.role.name}`"
        to.bag.add(physics.SOURCE_NOT_USABLE, message, item.value.span, help=f"write `from {name}`; lists its products must be in may follow")
        return False
    return Wanted(BossList(name), item.value.span, tuple(other for other in items or () if other is not item))


def desugar(here: Instance, wanted: Wanted, decay: Decay, span: Span, makers: Callable[[FitSymbol], Makers], to: Builder) -> None:
    """The block's step, with the cuts of `combine`."""
    if not _kept_there(wanted, decay, to):
        return
    for entry in here.entries:
        if entry.field.name in _USELESS:
            message = f"BOSS made and fitted these candidates: `{entry.key.name}` does nothing here"
            to.bag.add(physics.WITHOUT_EFFECT, message, entry.key.span, help="remove the line, or name lists in `from` instead of BOSS's candidates")
            return
    roles = _roles(here, wanted, decay, span, to)
    if roles is None or decay.mother.particle is None:
        return
    if any(role.name == here.name for role in roles):
        message = f"`{here.name}` names this block and one of its products"
        to.bag.add(names.LIST_DEFINED_TWICE, message, here.label.span if here.label else here.head)
        return
    optional = next((entry.value is not False for entry in here.entries if entry.field.name == "optional"), False)
    symbol = FitSymbol(
        to.full_name(here.name), FitKind.LISTED, roles, optional=optional, particle=here.name, several=fitting.several(here)
    )

    def chi2(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        return [("chi2", to.field_cut(here, entry, fitting.chi2_of(symbol, entry.key.span)))]

    cuts = fitting.candidates(
        here, symbol, to, False, {**makers(symbol), "chi2": chi2},
        {
            "nearest_mass": lambda place: windows.distance(symbol, decay.mother, symbol.particle, place, to),
            "min_chi2": lambda place: fitting.chi2_of(symbol, place),
        },
    )  # fmt: skip
    fitting.check_kept(here, symbol, cuts.choose.per_chain, to)
    step = Listed(
        span=here.span, symbol=symbol, cut=to.fit_line(here, symbol, "found"), before=cuts.before, choose=cuts.choose, after=cuts.after,
        entries=wanted.list, pdgid=decay.mother.particle.pdgid,
    )  # fmt: skip
    to.make_fit(here.name, symbol, here.label.span if here.label else here.head, step, decay.mother.particle, decay)
    to.count_candidates(here, symbol)


def _kept_there(wanted: Wanted, decay: Decay, to: Builder) -> bool:
    """Whether the list has candidates of this decay."""
    mother, products = decay.mother.particle, decay.mother.products
    known = mother is not None and all(node.particle is not None and not node.products for node in products)
    numbers = tuple(sorted(abs(node.particle.pdgid) for node in products if node.particle is not None))
    if known and mother is not None and _DECAYS.get((abs(mother.pdgid), numbers)) is wanted.list:
        return True
    message = f"`{wanted.list.value}` has no candidates of this decay"
    to.bag.add(physics.SOURCE_NOT_USABLE, message, wanted.span, help=f"it has those of `{_WRITTEN[wanted.list]}`")
    return False


def _roles(here: Instance, wanted: Wanted, decay: Decay, span: Span, to: Builder) -> tuple[Role, ...] | None:
    """The two products, and the lists they must be in; None after a diagnostic."""
    conjugate = not own_conjugate(decay) and next((entry.value for entry in here.entries if entry.field.name == "conjugate"), True) is not False
    if not wanted.others:
        return tuple(
            Role(node.role, node.particle.species, node.particle.charge, FromList(), follows=conjugate)
            for node in decay.finals
            if node.particle is not None
        )
    found = conjugate_roles(decay, span, here, wanted.others, to, wanted=conjugate)
    if found is None:
        return None
    roles = []
    for role in found.roles:
        if not isinstance(role.source, ListSymbol):
            help = "name lists of tracks or photons"
            to.bag.add(physics.SOURCE_NOT_USABLE, f"BOSS's candidates are made of what was measured, and `{role.name}` is not", wanted.span, help=help)
            return None
        roles.append(Role(role.name, role.species, role.charge, FromList(role.source, role.conjugate), follows=conjugate))
    return tuple(roles)
