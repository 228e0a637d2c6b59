"""The constraints of a kinematic fit, from its `constrain` lines.

In: the entries, the decay. Out: constraints in the order written, with masses as parameters. What the decay does not have is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Entry, Instance
from dsl4bes.constructs.fields import Number
from dsl4bes.constructs.measures import measure
from dsl4bes.constructs.missing import RECOIL
from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir.fits import Constraint, EqualMass, FourMomentum, Mass, ThreeMomentum, TotalEnergy
from dsl4bes.ir.types import ENERGY
from dsl4bes.source import Span
from dsl4bes.syntax import ast, foreign

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay

BEAM = ("four_momentum", "three_momentum", "total_energy")
_MASS = Number(
    dimension=ENERGY,
    bare="GeV",
    low=0,
    high=20,
    doc="mass that is constrained",
    name="constrain",
    usage="constrain pi0: 135 MeV",
)


def constraints(
    here: Instance, entries: list[Entry], decay: Decay, span: Span, to: Builder, whole: frozenset[str] = frozenset()
) -> tuple[Constraint, ...]:
    """All constraints of a block; `whole`: products written without their decay that have a mass to be constrained, as they are made of several particles."""
    found: list[Constraint] = []
    for entry in entries:
        for argument in entry.value:
            found += _constraint(here, argument, decay, to, whole)
    if any(isinstance(each, (FourMomentum, ThreeMomentum, TotalEnergy)) for each in found):
        to.beam(entries[0].key.span)
        if not any(argument.key is not None and argument.key.name == RECOIL for entry in entries for argument in entry.value):
            _beam_energy(decay, span, found, to)
    _repeated(found, tuple(node.role for node in decay.finals), entries[0].key.span, to)
    return tuple(found)


def masses(here: Instance, entries: list[Entry], decay: Decay, to: Builder) -> tuple[Constraint, ...]:
    """Constraints on masses alone: `:mass` of what decays, `mass: 1.02 GeV`, products that decay."""
    found: list[Constraint] = []
    for entry in entries:
        for argument in entry.value:
            word = argument.key or argument.value
            name = word.name if isinstance(word, (ast.Word, ast.Symbol, ast.Name)) else argument.span.text
            given = None if argument.key is None else measure(_MASS, argument.value, to.bag)
            if argument.key is None or given is not None:
                value = None if given is None else (given.value, given.span)
                found += _masses(here, decay.mother.role if name == "mass" else name, word.span, decay, to, value)
    return tuple(found)


def _repeated(found: list[Constraint], everything: tuple[str, ...], span: Span, to: Builder) -> None:
    """Constraints that say the same twice: the fitter cannot solve such a system and refuses every event."""
    seen: set[object] = set()
    for each in found:
        for said in _said(each, everything):
            if said in seen or said == "nothing":
                help = "keep one of them: the fitter cannot solve such a system, and would refuse every event"
                to.bag.add(physics.REPEATED_CONSTRAINT, "these constraints say the same twice", span, help=help)
                return
            seen.add(said)
    for each in found:  # two masses that are given need not be said to be equal
        if isinstance(each, EqualMass) and {("mass", frozenset(each.first)), ("mass", frozenset(each.second))} <= seen:
            help = "both masses are constrained already: leave out `equal_mass:`"
            to.bag.add(physics.REPEATED_CONSTRAINT, "these constraints say the same twice", span, help=help)
            return


def _said(each: Constraint, everything: tuple[str, ...]) -> list[object]:
    """What a constraint fixes, in words that can be compared."""
    match each:
        case FourMomentum():
            return ["momentum", ("energy", frozenset(everything))]
        case ThreeMomentum():
            return ["momentum"]
        case TotalEnergy(roles=roles):
            return [("energy", frozenset(roles))]
        case Mass(roles=roles):
            return [("mass", frozenset(roles))]
        case EqualMass(first=first, second=second):
            same = frozenset(first) == frozenset(second)
            return ["nothing" if same else ("equal", frozenset((frozenset(first), frozenset(second))))]


def _constraint(here: Instance, argument: ast.Argument, decay: Decay, to: Builder, whole: frozenset[str]) -> list[Constraint]:
    value = argument.value
    if argument.key is not None:
        return _keyed(here, argument.key, value, decay, to, whole)
    name = (
        value.name
        if isinstance(value, (ast.Symbol, ast.Name))
        else value.value
        if isinstance(value, ast.String)
        else None
    )
    if name is None:
        to.bag.add(
            codes.BAD_VALUE,
            "`constrain` takes words",
            value.span,
            help="write `constrain :four_momentum`, and particles of the decay behind it with a comma",
        )
        return []
    everything = tuple(node.role for node in decay.finals)
    if name == "four_momentum":
        return [FourMomentum()]
    if name == "three_momentum":
        return [ThreeMomentum()]
    if name == "total_energy":
        return [TotalEnergy(everything)]
    return _masses(here, name, value.span, decay, to, None, whole)


def _keyed(here: Instance, key: ast.Word, value: ast.Expr, decay: Decay, to: Builder, whole: frozenset[str]) -> list[Constraint]:
    """`pi0: 135 MeV`, `total_energy: [pip, pim]`, `equal_mass: [a, b]`, `recoil: jpsi`."""
    if key.name == RECOIL:
        return [FourMomentum()]  # of the products and of what recoils, which `missing.recoiling` adds to them
    if key.name == "total_energy":
        roles = _roles(value, decay, to)
        return [] if roles is None else [TotalEnergy(tuple(name for part in roles for name in part))]
    if key.name == "equal_mass":
        roles = _roles(value, decay, to)
        if roles is None:
            return []
        if len(roles) != 2:
            to.bag.add(
                codes.BAD_VALUE,
                "`equal_mass:` takes two particles",
                value.span,
                help="write `equal_mass: [pi0_1, pi0_2]`",
            )
            return []
        return [EqualMass(roles[0], roles[1])]
    mass = measure(_MASS, value, to.bag)
    return [] if mass is None else _masses(here, key.name, key.span, decay, to, (mass.value, mass.span), whole)


def _roles(value: ast.Expr, decay: Decay, to: Builder) -> list[tuple[str, ...]] | None:
    """Particles of the decay in a list, each as its final particles."""
    items = value.items if isinstance(value, ast.ListOf) else (value,)
    found: list[tuple[str, ...]] = []
    for item in items:
        name = item.name if isinstance(item, (ast.Name, ast.Symbol)) else ""
        nodes = [node for node in decay.mother.walk() if name == node.role]
        if not nodes:
            _unknown(name or item.span.text, item.span, decay, to)
            return None
        found.append(tuple(final.role for final in nodes[0].finals))
    return found


def _masses(
    here: Instance, name: str, span: Span, decay: Decay, to: Builder, given: tuple[float, Span] | None, whole: frozenset[str] = frozenset()
) -> list[Constraint]:
    """A mass constraint for every particle of the decay with this name."""
    from dsl4bes.physics.particles import find

    other = find(name)
    short = other.short if other is not None else name
    nodes = [
        node for node in decay.mother.walk() if (node.products or node.role in whole) and (name == node.role or short == node.short)
    ]
    if not nodes:
        _unknown(name, span, decay, to)
        return []
    found: list[Constraint] = []
    for node in nodes:
        nominal = None if node.particle is None else node.particle.mass
        if given is None and nominal is None:
            help = f"write it: `constrain {node.role}: 1.0 GeV`"
            to.bag.add(physics.UNKNOWN_CONSTRAINT, f"`{node.short}` has no nominal mass", span, help=help)
            continue
        value, place = given or (float(nominal or 0.0), span)
        doc = f"mass of {node.short} in the constraint"
        parameter = to.parameter(f"{here.name}.{node.role}.mass", value, doc, dimension=ENERGY, span=place)
        found.append(Mass(tuple(final.role for final in node.finals), parameter))
    return found


def _unknown(name: str, span: Span, decay: Decay, to: Builder) -> None:
    known = [*BEAM, *dict.fromkeys(node.short for node in decay.mother.walk() if node.products)]
    help = foreign.constraint(name) or did_you_mean(
        name,
        known,
        f"it can be {listed(known)}; a particle needs its decay in the string, `(pi0 -> gam gam)`",
    )
    to.bag.add(
        physics.UNKNOWN_CONSTRAINT, f"the decay has nothing called `{name}` to constrain", span, help=help
    )


def _beam_energy(decay: Decay, span: Span, found: list[Constraint], to: Builder) -> None:
    """A warning if what decays is narrow and far from the energy of the beams."""
    from dsl4bes.constructs.decay_checks import place

    energy = to.ecms_parameter
    particle = decay.mother.particle
    if energy is None or particle is None or particle.mass is None:
        return
    if not any(isinstance(each, (FourMomentum, TotalEnergy)) for each in found):
        return
    distance = abs(particle.mass - float(energy.value))
    if distance > max(0.05, 5 * (particle.width or 0.0)):
        message = f"the beams have {float(energy.value):.4g} GeV, and `{decay.mother.written}` weighs {particle.mass:.4g} GeV"
        help = "all of the beams' energy goes into this decay: check `ecms` and the decay"
        to.bag.add(physics.BEAM_MISMATCH, message, place(decay.mother, span), help=help)
