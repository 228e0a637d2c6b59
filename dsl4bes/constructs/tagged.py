"""D tags among the products of a kinematic fit: which particles of a decay are those of a tag that was made before.

In: a decay, the `from` of its block. Out: `Tagged`: a role for every final particle that a tag gives, by its place; None after a diagnostic. A meson written
without its decay is the whole tag, whatever its mode; one written with it is a tag of that one mode, product by product. Nothing else of `from` is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import SourceItem
from dsl4bes.constructs.decay_checks import place
from dsl4bes.constructs.roles import is_tag, usable
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromTagged, Role
from dsl4bes.ir.fits import Tags
from dsl4bes.physics import tag_modes
from dsl4bes.physics.particles import by_pdgid
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay, Node
    from dsl4bes.source import Span


@dataclass(frozen=True, slots=True)
class Tagged:
    """Roles by place among the final particles; names of those that are whole tags."""

    roles: Mapping[int, Role] = field(default_factory=dict)

    @property
    def whole(self) -> frozenset[str]:
        """Names of the products that are whole tags."""
        return frozenset(role.name for role in self.roles.values() if isinstance(role.source, FromTagged) and not role.source.part)

    def of_any_charm(self) -> Tagged:
        """The same where the charge-conjugate decay is no other one: a tag of either charm will do."""
        return Tagged({place: without_charm(role) for place, role in self.roles.items()})


def without_charm(role: Role) -> Role:
    """The role, of a tag of any charm."""
    return replace(role, source=replace(role.source, charm=0)) if isinstance(role.source, FromTagged) else role


def tagged_products(decay: Decay, span: Span, items: tuple[SourceItem, ...] | None, to: Builder) -> Tagged | None:
    """The products that the tags named in `from` give."""
    found: dict[int, Role] = {}
    used: dict[str, SourceItem] = {}
    taken: set[str] = set()
    for item in items or ():
        if not is_tag(item.value, to):
            continue
        assert isinstance(item.value, ast.Name)
        fit = to.scope.fits[item.value.name]
        if not _one(fit.symbol, item, used, to) or not usable(fit.symbol, item.value, to):
            return None
        meson = _meson(fit.symbol, fit.step, item, to)
        node = None if meson is None else _product(decay, meson, fit, item, taken, span, to)
        if node is None:
            return None
        taken.add(node.role)
        places = {final.role: number for number, final in enumerate(decay.finals)}
        charm = 1 if node.particle is not None and node.particle.pdgid > 0 else -1
        if not node.products:
            found[places[node.role]] = Role(node.role, None, node.charge or 0, FromTagged(fit.symbol, "", charm))
            continue
        parts = _parts(node, fit.symbol)
        assert parts is not None
        for final, part in parts:
            found[places[final.role]] = Role(final.role, part.species, final.charge or 0, FromTagged(fit.symbol, part.name, charm))
    return Tagged(found)


def _one(symbol: FitSymbol, item: SourceItem, used: dict[str, SourceItem], to: Builder) -> bool:
    """Whether a name is one tag, named once."""
    if symbol.kind is FitKind.DOUBLE_TAG:
        help = f"write `from {', '.join(side.name for side in symbol.sides)}` inside `for {symbol.name} do ... end`"
        to.bag.add(physics.SOURCE_NOT_USABLE, f"`{symbol.name}` is a pair of tags, and a product is one", item.value.span, help=help)
        return False
    if symbol.name in used:
        to.bag.add(physics.SOURCE_NOT_USABLE, f"`{symbol.name}` is named twice", item.value.span, help="a tag is one product of the decay")
        return False
    used[symbol.name] = item
    return True


def _meson(symbol: FitSymbol, step: object, item: SourceItem, to: Builder) -> int | None:
    """PDG number of the meson whose modes a tag has; None after a diagnostic."""
    modes = [tag_modes.by_code(mode.code) for mode in (step.modes if isinstance(step, Tags) else ())]
    known = [mode for mode in modes if mode is not None]
    flown = [mode.text for mode in known if "K_S0" in mode.products]
    if flown:
        message = f"`{symbol.name}` may have a K_S0, whose pions begin away from where the beams meet: their helices do not say what its momentum is"
        help = f"make a `dtag` block without {listed(f'`{text}`' for text in flown[:2])}{' and others' * (len(flown) > 2)} for this fit"
        to.bag.add(physics.SOURCE_NOT_USABLE, message, item.value.span, help=help)
        return None
    mesons = {mode.pdgid: mode.meson for mode in known}
    if len(mesons) > 1:
        help = "make a `dtag` block for each meson"
        to.bag.add(physics.SOURCE_NOT_USABLE, f"`{symbol.name}` may be a {' or a '.join(mesons.values())}", item.value.span, help=help)
        return None
    return next(iter(mesons))


def _product(decay: Decay, meson: int, fit: object, item: SourceItem, taken: set[str], span: Span, to: Builder) -> Node | None:
    """The particle of the decay that a tag is; None after a diagnostic."""
    symbol: FitSymbol = fit.symbol  # type: ignore[attr-defined]
    nodes = [
        node for node in decay.mother.walk()
        if node is not decay.mother and node.particle is not None and abs(node.particle.pdgid) == meson and node.role not in taken
    ]  # fmt: skip
    if item.role is not None:
        nodes = [node for node in nodes if item.role.name in (node.role, node.short)]
    fitting = [node for node in nodes if not node.products or _parts(node, symbol) is not None]
    if fitting:
        return fitting[0]
    particle = by_pdgid(meson)
    word = "" if particle is None else particle.evtgen_name
    if nodes:
        modes = fit.step.modes  # type: ignore[attr-defined]
        message = f"the tags of `{symbol.name}` are not products of this decay of the {nodes[0].written}"
        help = f"write `{nodes[0].written}` without its decay: it is the whole tag, whatever its mode" if len(modes) > 1 else f"its mode is `{modes[0].text}`, with pi0 and eta written with their decays; or write `{nodes[0].written}` without its decay"
        to.bag.add(physics.SOURCE_NOT_USABLE, message, place(nodes[0], span), help=help)
        return None
    message = f"this decay has no {word} that `{symbol.name}` could be" if item.role is None else f"`{item.role.name}` is no {word} of this decay, which `{symbol.name}` could be"
    to.bag.add(physics.SOURCE_NOT_USABLE, message, item.value.span, help=f"name the {word} or its antiparticle as a product of `decay`")
    return None


# --- product by product ----------------------------------------------------------------------------------------------------


def _parts(node: Node, symbol: FitSymbol) -> list[tuple[Node, Role]] | None:
    """Every final particle of a meson written with its decay, and the part of the tag it is; None if the tag's products are others, or not always the same."""
    if symbol.lacking:
        return None
    for sign in (1, -1):  # as the tag's modes are written, or the conjugate
        found = _matched(node, symbol, sign)
        if found is not None:
            return found
    return None


def _matched(node: Node, symbol: FitSymbol, sign: int) -> list[tuple[Node, Role]] | None:
    roles = {role.name: role for role in symbol.roles if role.species is not None}
    inner = {name for composite in symbol.composites for name in composite.roles}
    left: list[tuple[str, list[Role]]] = [(_base(each.name), [roles[name] for name in each.roles]) for each in symbol.composites]
    left += [("", [role]) for name, role in roles.items() if name not in inner]
    found: list[tuple[Node, Role]] = []
    for product in node.products:
        word = product.short if product.products else ""
        finals = list(product.finals)
        for number, (name, parts) in enumerate(left):
            pairs = _paired(finals, parts, sign) if name == word else None
            if pairs is not None:
                found += pairs
                del left[number]
                break
        else:
            return None
    return found if not left else None


def _paired(finals: list[Node], parts: list[Role], sign: int) -> list[tuple[Node, Role]] | None:
    """Final particles and parts of the same species and charge, in order."""
    if len(finals) != len(parts):
        return None
    rest, found = list(parts), []
    for final in finals:
        species = None if final.particle is None else final.particle.species
        part = next((each for each in rest if each.species is species and each.charge * sign == final.charge), None)
        if part is None:
            return None
        rest.remove(part)
        found.append((final, part))
    return found


def _base(name: str) -> str:
    """`pi0` of `pi0_2`, `eta` of `eta1`."""
    return name if name == "pi0" else re.sub(r"(?<=[0-9])_[0-9]+\Z|(?<=[a-z])[0-9]+\Z", "", name)
