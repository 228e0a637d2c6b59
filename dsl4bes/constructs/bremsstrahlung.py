"""`bremsstrahlung`: photons that electrons radiated, given back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Cut, Sources
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Define, Select
from dsl4bes.ir.types import ANGLE, ListKind
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, List

_START = (
    "event_selection do\n    charged_tracks do\n        ngood == 2\n        net_charge 0\n    end\n    photons do\n        energy > 25 MeV\n    end\n"
    "    leptons do\n        identify :ep, eop > 0.8\n        identify :em, eop > 0.8\n        nep == 1\n        nem == 1\n    end\n"
)


class Bremsstrahlung(Block):
    """Adds to the four-momentum of each electron the photons close to its direction: `ep_recovered` for `ep`, and so on.

    A photon goes to the electron it is nearest to, if the angle between shower and track passes the cut, and is used once. The recovered four-momenta are
    values for formulas (masses, recoils, boosts). A `kinematic_fit` that names them, `from ep_recovered, em_recovered`, takes the electron's track and each of its photons as
    a measured particle with its own errors, and no photon twice; other fits take tracks and showers as measured. With a label, the photons that were not used are a
    list of that name.
    """

    keyword = "bremsstrahlung"
    label = LabelKind.NAME

    from_ = Sources(required=True, doc="electrons, one or more single tracks", usage="from ep, em")
    photons = Sources(default="`gam`", doc="list of photons, `gam` if not said", many=False, usage="photons gam")
    angle = Cut(
        required=True, dimension=ANGLE, natural="<", low=0, high=3.1416, doc="angle between photon and track", usage="angle < 5 deg",
    )  # fmt: skip

    examples = (
        Example(
            "The mass of an electron pair with what it radiated within 5 degrees.",
            f"{_START}    bremsstrahlung do\n        from  ep, em\n        angle < 5 deg\n    end\nend\n\n"
            'ntuple("ee") do\n    column m_ee: m(ep, em), m_recovered: m(ep_recovered, em_recovered)\nend\n',
            "Without such a photon both masses are the same.",
        ),
        Example(
            "The photons that are left, for what else there is in the event.",
            f"{_START}    bremsstrahlung(:others) do\n        from    ep, em\n        photons gam\n        angle   < 5 deg\n    end\n"
            '    require "another photon", count(others) >= 1\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        entry, items = here.entry(cls.angle), here.get(cls.from_)
        electrons = [_electron(item.value, to) for item in items or ()]
        showers = _photons(here, to)
        if entry is None or showers is None or None in electrons:
            return
        tracks = [each for each in electrons if each is not None]
        for number, (word, track) in enumerate(tracks):
            binder = ir.Binder("x", showers.symbol)
            photon = nodes.p4_of(to.variable(binder, word.span), word.span)
            near = _near(here, to, entry, photon, [each for _, each in tracks], number)
            if near is None:
                return
            radiated = nodes.group(binder, photon, near, word.span)
            value = nodes.call("total", (nodes.momenta((track, radiated), here.span),), here.span)
            name = ast.Word(f"{word.name}_recovered", word.span)
            define = Define(span=here.span, name=to.full_name(name.name), value=value)
            to.emit(define)
            to.make_value(name, ir.ValueRef(type=value.type, span=word.span, define=define))
            if isinstance(track.particle, ir.Pick) and track.particle.rank is None:  # a fit takes the only track of a list
                to.recover(word.name, name.name, track.particle.list, showers, binder, near)
        if here.label is not None:
            _left(here, to, entry, showers, [each for _, each in tracks])


def _electron(value: ast.Expr, to: Builder) -> tuple[ast.Word, ir.P4Of] | None:
    """A single track by its name, as a four-momentum."""
    vector = to.vector(value)
    if vector is None:
        return None
    single = isinstance(vector, ir.P4Of) and isinstance(vector.particle, ir.Pick) and isinstance(value, ast.Name)
    if not single or not isinstance(vector, ir.P4Of) or not isinstance(value, ast.Name):
        help = "name lists with one entry (`ep` after `nep == 1`)"
        to.bag.add(names.WRONG_KIND, f"`{value.span.text}` is no single track", value.span, help=help)
        return None
    if isinstance(vector.particle, ir.Pick) and vector.particle.list.kind is not ListKind.TRACKS:
        to.bag.add(physics.TRACK_NEEDED, f"`{value.name}` is a photon, and electrons are needed", value.span)
        return None
    return ast.Word(value.name, value.span), vector


def _photons(here: Instance, to: Builder) -> List | None:
    named = here.get(Bremsstrahlung.photons)
    value = ast.Name("gam", here.head) if named is None else named[0].value
    showers = to.list_named(value)
    if showers is not None and showers.is_tracks:
        help = "name a list of photons, such as `gam`"
        to.bag.add(names.WRONG_KIND, f"`{value.span.text}` is a list of charged tracks, and photons are needed", value.span, help=help)
        return None
    return showers


def _near(
    here: Instance, to: Builder, entry: Entry, photon: ir.Expr, tracks: list[ir.P4Of], number: int
) -> ir.Expr | None:
    """Whether a photon belongs to one of the electrons: close enough, and to none closer (the first of equals)."""
    span = entry.key.span
    angles = [nodes.call("angle", (photon, track), span) for track in tracks]
    close = to.field_cut(here, entry, angles[number])
    if close is None:
        return None
    nearest = [
        nodes.compare(ir.Comparison.LT if other < number else ir.Comparison.LE, angles[number], angles[other], span)
        for other in range(len(tracks))
        if other != number
    ]
    return nodes.conjunction((close, *nearest), span)


def _left(here: Instance, to: Builder, entry: Entry, showers: List, tracks: list[ir.P4Of]) -> None:
    """The list of the photons that belong to no electron."""
    assert here.label is not None
    binder = ir.Binder("x", showers.symbol)
    photon = nodes.p4_of(to.variable(binder, here.label.span), here.label.span)
    span = entry.key.span
    close = [to.field_cut(here, entry, nodes.call("angle", (photon, track), span)) for track in tracks]
    if None in close:
        return
    target = to.make_list(here.label.name, ListKind.SHOWERS, here.label.span, parent=showers)
    used = nodes.disjunction(tuple(each for each in close if each is not None), span)
    step = Select(span=here.span, target=target.symbol, source=showers.symbol, binder=binder, condition=nodes.negate(used, span))
    to.emit(step)
