"""Products of a decay that are not fully measured: missing particles, and showers of which the direction alone is known.

In: the `missing` and `direction_known` lines of a kinematic fit, `constrain recoil: mass`. Out: `Unseen` by the product's place among the final
particles. A mass that no table has must be written. Where showers come from is found in `roles.py`; nothing is fitted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Entry, Instance
from dsl4bes.constructs.fields import Number
from dsl4bes.constructs.measures import measure
from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir.candidates import Missing, Role
from dsl4bes.ir.fits import Unmeasured
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ENERGY
from dsl4bes.physics.particles import find
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay, Node

RECOIL = "recoil"  #: name of what recoils against the products of a decay
_MASS = Number(dimension=ENERGY, bare="GeV", low=0, high=20, doc="mass of what is missing", name="missing", usage="missing nu: 0 GeV")


@dataclass(frozen=True, slots=True)
class Unseen:
    """What is known of a product: its mass and, with `direction`, the direction of its shower."""

    mass: Parameter
    direction: bool


def unseen_products(
    here: Instance, missing: Iterable[Entry], pointing: Iterable[Entry], decay: Decay, span: Span, to: Builder
) -> dict[int, Unseen] | None:
    """The products that are not fully measured, by their place in `decay.finals`; None after a diagnostic."""
    found: dict[int, Unseen] = {}
    fine = True
    for entry, direction in (*((entry, False) for entry in missing), *((entry, True) for entry in pointing)):
        for argument in entry.value:
            fine = _product(here, argument, direction, decay, found, to) and fine
    return found if fine else None


def _product(
    here: Instance, argument: ast.Argument, direction: bool, decay: Decay, found: dict[int, Unseen], to: Builder
) -> bool:
    """One product of such a line into `found`; False after a diagnostic."""
    word = argument.key.name if argument.key is not None else _word(argument.value)
    place = argument.key.span if argument.key is not None else argument.value.span
    nodes = [(index, node) for index, node in enumerate(decay.finals) if _called(node, word)]
    if not nodes:
        _unknown(word, place, decay, to)
        return False
    for index, node in nodes:
        charge = node.charge or 0
        if index in found:
            to.bag.add(codes.BAD_VALUE, f"`{node.role}` is named twice", place, help="what is missing has no direction: keep one of the two")
            return False
        if direction and charge:
            help = "a charged particle has a track; without one it is `missing`"
            to.bag.add(physics.CHARGE_MISMATCH, f"`{node.written}` is charged, and its direction would be that of a shower", place, help=help)
            return False
        mass = _mass(here, node, argument, to)
        if mass is None:
            return False
        found[index] = Unseen(mass, direction)
    return True


def _word(value: ast.Expr) -> str:
    if isinstance(value, (ast.Name, ast.Symbol)):
        return value.name
    return value.value if isinstance(value, ast.String) else ""


def _called(node: Node, word: str) -> bool:
    """Whether a product goes by this name: its own, or any name of its particle."""
    if word in (node.role, node.short):
        return True
    particle = find(word) if word else None
    return particle is not None and node.particle == particle


def _unknown(word: str, place: Span, decay: Decay, to: Builder) -> None:
    if any(_called(node, word) for node in decay.composites):
        help = "write it without its decay: of a missing particle no product is seen"
        to.bag.add(names.UNKNOWN_MEMBER, f"`{word}` decays further in the string, so it is not missing", place, help=help)
        return
    known = [node.role for node in decay.finals]
    help = did_you_mean(word, known, f"its products are {listed(known)}")
    to.bag.add(names.UNKNOWN_MEMBER, f"the decay has no product `{word or place.text}`", place, help=help)


def _mass(here: Instance, node: Node, argument: ast.Argument, to: Builder) -> Parameter | None:
    """The mass as a parameter: the one written, else the nominal one; None after a diagnostic."""
    doc = f"mass of {node.short}, which is not measured"
    name = f"{here.name}.{node.role}.mass"
    if argument.key is not None:
        written = measure(_MASS, argument.value, to.bag)
        return None if written is None else to.parameter(name, written.value, doc, dimension=ENERGY, span=written.span)
    if node.particle is None or node.particle.mass is None:
        help = f"write it: `missing {node.role}: 0 GeV`"
        to.bag.add(codes.BAD_VALUE, f"`{node.short}` has no nominal mass", argument.span, help=help)
        return None
    return to.parameter(name, node.particle.mass, doc, dimension=ENERGY, span=argument.span)


# --- constrain recoil: mass ------------------------------------------------------------------------------------------------


def recoiling(here: Instance, entries: Iterable[Entry], decay: Decay, to: Builder) -> tuple[Role, Unmeasured] | None:
    """What recoils against all products, if `constrain recoil: mass` is written: a missing particle with that mass."""
    keyed = [argument for entry in entries for argument in entry.value if argument.key is not None and argument.key.name == RECOIL]
    if not keyed:
        return None
    argument = keyed[0]
    assert argument.key is not None
    if any(node.role == RECOIL for node in decay.mother.walk()):
        to.bag.add(codes.BAD_VALUE, f"`{RECOIL}` is a product of this decay", argument.key.span, help="give the product another name")
        return None
    value, mass = argument.value, None
    particle = find(_word(value)) if _word(value) else None
    if particle is not None:
        mass = particle.mass
        if mass is None:
            to.bag.add(codes.BAD_VALUE, f"`{particle.short}` has no nominal mass", value.span, help="write a mass: `recoil: 3.1 GeV`")
            return None
    elif _word(value):
        help = "write a mass or a particle: `constrain recoil: 3.0969 GeV`, `constrain recoil: jpsi`"
        to.bag.add(names.UNKNOWN_PARTICLE, f"no particle is called `{_word(value)}`", value.span, help=help)
        return None
    else:
        written = measure(_MASS, value, to.bag)
        mass = None if written is None else written.value
    if mass is None:
        return None
    parameter = to.parameter(f"{here.name}.{RECOIL}.mass", mass, "mass that the products recoil against", dimension=ENERGY, span=value.span)
    return Role(RECOIL, None, 0, Missing()), Unmeasured(RECOIL, parameter)


def unmeasured(decay: Decay, unseen: Mapping[int, Unseen]) -> tuple[Unmeasured, ...]:
    """The same for the fit's step, by role."""
    return tuple(Unmeasured(node.role, unseen[i].mass, unseen[i].direction) for i, node in enumerate(decay.finals) if i in unseen)
