"""`pi0_veto`, `eta_veto`: photons of a candidate that make a pi0 or an eta with another photon of the event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from dsl4bes.constructs.base import Block, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Number, Sources
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import names
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ENERGY, ListKind, Species
from dsl4bes.physics.particles import find
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, List

__all__ = ["EtaVeto", "Pi0Veto"]
_PHOTONS = "event_selection do\n    photons do\n        energy > 25 MeV\n        ngam >= 2\n    end\n"


def _window(usage: str) -> Number:
    return Number(
        required=True, dimension=ENERGY, bare="GeV", low=0, high=1, doc="largest distance of the pair's mass from the nominal one", usage=usage,
    )  # fmt: skip


def _candidates() -> Sources:
    return Sources(required=True, doc="photons of the candidate", usage="photon gam1")


def _others() -> Sources:
    return Sources(doc="list of the photons they are paired with, `gam` if not said", many=False, usage="with gam")


class Pi0Veto(Block):
    """Rejects events in which a photon of the candidate makes a pi0 with another photon: the mass of a pair is within the window.

    Every photon of `photon` is paired with every photon of the list `with` that is not of the candidate itself; momenta are as measured, for products of
    a fit too. The mass is the nominal one (PDG).
    """

    keyword = "pi0_veto"
    label = LabelKind.TITLE
    particle: ClassVar[str] = "pi0"

    photon = _candidates()
    with_ = _others()
    mass_window = _window("mass_window 15 MeV")

    examples = (
        Example(
            "The hardest photon does not come from a pi0.",
            f"{_PHOTONS}    pi0_veto do\n        photon      gam1\n        mass_window 15 MeV\n    end\nend\n",
            "The line of the cut flow is pi0_veto, its number the property pi0_veto_mass_window.",
        ),
        Example(
            "Neither of the two photons of a candidate comes from a pi0 with one of a looser list.",
            f"{_PHOTONS}    photons(:soft) do\n        energy > 20 MeV\n    end\n"
            '    pi0_veto "no pi0" do\n        photon      gam1, gam2\n        with        soft\n        mass_window 0.02\n    end\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        items, window = here.get(cls.photon), here.get(cls.mass_window)
        showers = _list(here, to)
        photons = [photon for item in items or () if (photon := _photon(item.value, to)) is not None]
        if items is None or window is None or showers is None or len(photons) < len(items):
            return
        limit = to.parameter(
            f"{public_name(here.name)}.mass_window", window.value, cls.mass_window.doc, dimension=ENERGY, span=window.span
        )
        mass = nodes.constant(_nominal(cls.particle), here.head, ENERGY)
        pairs = [_pair(here, to, each, photons, showers, limit, mass) for each in photons]
        to.require(here.name, "", nodes.disjunction(tuple(pairs), here.span), here.span, veto=True)


class EtaVeto(Pi0Veto):
    """Rejects events in which a photon of the candidate makes an eta with another photon: as `pi0_veto`, with the mass of the eta."""

    keyword = "eta_veto"
    particle: ClassVar[str] = "eta"

    mass_window = _window("mass_window 30 MeV")

    examples = (
        Example(
            "The hardest photon does not come from an eta.",
            f"{_PHOTONS}    eta_veto do\n        photon      gam1\n        mass_window 30 MeV\n    end\nend\n",
        ),
        Example(
            "Neither a pi0 nor an eta with one of the two hardest photons.",
            f"{_PHOTONS}    pi0_veto do\n        photon      gam1, gam2\n        mass_window 15 MeV\n    end\n"
            "    eta_veto do\n        photon      gam1, gam2\n        mass_window 30 MeV\n    end\nend\n",
        ),
    )


def _nominal(name: str) -> float:
    info = find(name)
    if info is None or info.mass is None:
        raise LookupError(f"the particle table has no mass for {name}")
    return info.mass


def _list(here: Instance, to: Builder) -> List | None:
    """The list of the other photons."""
    named = here.get(Pi0Veto.with_)
    value = ast.Name("gam", here.head) if named is None else named[0].value
    showers = to.list_named(value)
    if showers is not None and showers.is_tracks:
        help = "name a list of photons, such as `gam`"
        to.bag.add(names.WRONG_KIND, f"`{value.span.text}` is a list of charged tracks, and photons are needed", value.span, help=help)
        return None
    return showers


def _photon(value: ast.Expr, to: Builder) -> ir.Expr | None:
    """A photon of the candidate, as measured."""
    vector = to.vector(value)
    if vector is None:
        return None
    photon = vector.particle if isinstance(vector, ir.P4Of) else None
    if isinstance(photon, ir.Pick) and photon.list.kind is ListKind.SHOWERS:
        return photon
    if isinstance(photon, ir.Product):
        role = next((each for each in photon.fit.roles if each.name == photon.role), None)
        if role is not None and role.species is Species.GAMMA:
            return replace(photon, fitted=False)
    help = "name photons: `gam1`, or products of a fit, `fit4c.gam1`"
    to.bag.add(names.WRONG_KIND, f"`{value.span.text}` is no photon", value.span, help=help)
    return None


def _pair(
    here: Instance, to: Builder, photon: ir.Expr, candidate: list[ir.Expr], showers: List, limit: Parameter, mass: ir.Expr
) -> ir.Expr:
    """Whether a photon and one of the list that is not of the candidate have the mass."""
    span = here.span
    binder = ir.Binder("x", showers.symbol)
    other = to.variable(binder, span)
    apart = [
        nodes.compare(ir.Comparison.NE, nodes.call("index", (other,), span), nodes.call("index", (own,), span), span)
        for own in candidate
    ]
    pair = nodes.p4_sum((nodes.p4_of(photon, span), nodes.p4_of(other, span)), span)
    distance = nodes.arithmetic(ir.Arithmetic.SUB, nodes.call("m", (pair,), span), mass, span)
    near = nodes.compare(ir.Comparison.LT, nodes.call("abs", (distance,), span), nodes.parameter_ref(limit), span)
    over = nodes.each((binder,), nodes.conjunction((*apart, near), span), span)
    return nodes.reduce(ir.Reduction.ANY, over, span)
