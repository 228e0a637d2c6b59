"""The modes of a `dtag` block: from decay strings and numbers to modes of BOSS's list, and the products all of them have.

In: the `modes` lines of a block. Out: `Written` modes with their roles, the roles that a tag has whatever its mode is; diagnostics for what is no mode.
Windows are not read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from dsl4bes.constructs import decay_checks, values
from dsl4bes.constructs.base import Entry, Instance
from dsl4bes.constructs.fields import Decay
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir.candidates import Composite, FromTag, Role
from dsl4bes.ir.fits import TagMode, TagPart
from dsl4bes.ir.types import Species
from dsl4bes.physics import tag_modes
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_SPECIES = {"K+": Species.K, "K-": Species.K, "pi+": Species.PI, "pi-": Species.PI}
_DECAY = Decay(doc="a decay of the D-tag list", usage='modes "D0 -> K- pi+"', name="modes")


@dataclass(frozen=True, slots=True)
class Written:
    """A mode as a program names it: `number` of its line, what it is for the back ends, its products as name and word of the table."""

    entry: Entry
    tag: TagMode
    products: tuple[tuple[str, str], ...]
    meson: str
    span: Span


def read_modes(here: Instance, lines: list[Entry], to: Builder, *, either: bool = True) -> list[Written]:
    """Every mode of the block, once; `either`: tags of its charge conjugate as well."""
    found: dict[int, Written] = {}
    for entry in lines:
        plain = [argument for argument in entry.value if argument.key is None]
        if not plain:
            to.bag.add(codes.BAD_VALUE, "`modes` names no mode", entry.key.span, help=f"write `{entry.field.usage}`")
        for argument in plain:
            made = _mode(entry, argument, to, either)
            if made is None:
                continue
            listed_mode = tag_modes.by_code(made.tag.code)
            if not either and listed_mode is not None and not listed_mode.flavoured:
                message = f"BOSS does not know the charm of `{made.tag.text}`, which a D0 and an anti-D0 both have"
                to.bag.add(physics.CONJUGATE_UNSAID, message, argument.span, help="leave `conjugate false` out, or name this mode in a `dtag` block of its own")
                continue
            known = found.get(made.tag.code)
            if known is not None:
                message = f"`{argument.span.text}` is mode {made.tag.code}, which is named already"
                help = "a mode stands for its charge conjugate and for every order of its products"
                to.bag.add(physics.TAG_MODE_TWICE, message, argument.span, related=(Label(known.span, "the first one"),), help=help)
                continue
            found[made.tag.code] = made
    return list(found.values())


def _mode(entry: Entry, argument: ast.Argument, to: Builder, either: bool) -> Written | None:
    if isinstance(argument.value, ast.Number):
        number = argument.value
        mode = tag_modes.by_code(int(number.value)) if number.unit is None and number.value == int(number.value) else None
        if mode is None:
            help = "the numbers are those of `EvtRecDTag::DecayMode`; a decay says it better: `modes \"D0 -> K- pi+\"`"
            to.bag.add(physics.UNKNOWN_TAG_MODE, f"BOSS's D-tag list has no mode {number.span.text}", number.span, help=help)
        return None if mode is None else _written(entry, mode, False, number.span, either)
    read = values.read(_DECAY, entry.key, (argument,), to.bag)
    if read is None:
        return None
    decay, span = read
    decay_checks.charges(decay, span, to.bag)
    mode = tag_modes.by_decay(decay)
    if mode is None:
        near = tag_modes.near_modes(decay)
        help = f"modes like it: {listed(each.text for each in near)}" if near else "it has decays of D0, D+ and D_s+ into kaons, pions, pi0, K_S0, eta and eta'"
        to.bag.add(physics.UNKNOWN_TAG_MODE, f"BOSS's D-tag list has no mode {argument.span.text}", span, help=help)
        return None
    return _written(entry, mode, decay.mother.particle.pdgid < 0, span, either)


def _written(entry: Entry, mode: tag_modes.TagMode, conjugate: bool, span: Span, either: bool) -> Written:
    names = tag_modes.roles(mode, conjugate=conjugate)
    products = tuple(zip(names, mode.products, strict=True))
    groups = tuple(tuple(_parts(name, word) for name, word in group) for _, group in groupby(products, key=lambda each: each[1]))
    charm = 0 if either else -1 if conjugate else 1
    return Written(entry, TagMode(mode.code, mode.text, mode.mass, groups, charm), products, mode.meson, span)


def _parts(name: str, word: str) -> tuple[TagPart, ...]:
    """The tracks and showers of a product, tracks first."""
    if word in _SPECIES:
        return (TagPart(name, _SPECIES[word]),)
    tracks, showers = tag_modes.PARTS[word]
    return (*(TagPart(f"{name}_{part}", Species.PI) for part in tracks), *(TagPart(f"{name}_{part}", Species.GAMMA) for part in showers))


def common_roles(modes: list[Written]) -> tuple[tuple[Role, ...], tuple[Composite, ...], tuple[tuple[str, str], ...]]:
    """Roles of tracks and showers and composite products that every mode has; the other products, each with a mode that lacks it."""
    parts = [{name: _parts(name, word) for name, word in mode.products} for mode in modes]
    everywhere = {name: own for name, own in parts[0].items() if all(each.get(name) == own for each in parts)}
    roles = tuple(
        Role(part.role, part.species, _charge(part.role) if part.species is not Species.GAMMA else 0, FromTag())
        for own in everywhere.values() for part in own
    )  # fmt: skip
    composites = tuple(
        Composite(name, tuple(part.role for part in own)) for name, own in everywhere.items() if own[0].role != name
    )
    lacking = {}
    for each in parts:
        for name, own in each.items():
            if name not in everywhere:
                without = next(mode for mode, known in zip(modes, parts) if known.get(name) != own)
                lacking[name] = without.tag.text
                lacking.update({part.role: without.tag.text for part in own})
    return roles, composites, tuple(lacking.items())


def _charge(role: str) -> int:
    """Charge of a track in the decay as written, by its short name (`km`, `pip2`, `ks_pim`)."""
    return -1 if role.rstrip("0123456789").endswith("m") else 1
