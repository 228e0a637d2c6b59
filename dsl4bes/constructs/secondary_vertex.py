"""`secondary_vertex`: a particle that flies before it decays (K_S, Lambda)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.constructs import decay_checks, fitting
from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind, SourceItem
from dsl4bes.constructs.conjugation import conjugate_roles
from dsl4bes.constructs.fields import Cut, Decay, Flag, Line, Number, Sources
from dsl4bes.constructs.roles import usable
from dsl4bes.constructs.vertex_fit import FREE_VERTEX
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import Composite, FitKind, FitSymbol, FromSecondary, Role
from dsl4bes.ir.fits import FittedVertex, InteractionPoint, Production, SecondaryVertexFit
from dsl4bes.ir.types import ENERGY, LENGTH, Kind, ListSymbol, Origin, Species, Type
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay as DecayTree

POINT = "interaction_point"
#: Below this width (GeV) a particle leaves its vertex before it decays: K_S, Lambda, Xi, charm; pi0 and eta do not.
_FLIES = 1e-10

_TRACKS = (
    "event_selection do\n    charged_tracks(:loose) do\n        vr < 10 cm\n        vz < 50 cm\n        nloose >= 2\n    end\n"
    "    pid do\n        from     loose\n        prob_cut 0.001\n"
)
_PIONS = f'{_TRACKS}        identify :pip, "from_kaon"\n        identify :pim, "from_kaon"\n    end\n'
_PROTONS = f"{_TRACKS}        identify :prp, :prm, as: :most_probable\n        identify :pip, :pim, as: :most_probable\n    end\n"


class SecondaryVertex(Block):
    """Fits tracks to a common vertex and the flight of their sum to it from the production vertex; all combinations are tried.

    Without `from` the products come from the lists of their names. `production` is the interaction point with its errors, or the vertex that a
    `vertex_fit` found. The conjugate chain is included, as a whole and from the lists of the antiparticles, unless the decay is its own conjugate or
    `conjugate false` is written; products keep the names of the written decay. Cuts before `choose` filter candidates, those after act on the chosen one. `vertex_chi2` is the
    chi2 of the products' vertex, `chi2` that of the flight; `ks.length`, `ks.length_sigma`, `ks.significance`, `ks.ctau`. `ks` alone is the particle after the second
    fit: `m(ks)`, and `from ks` in a fit of a decay that has it as a product, another `secondary_vertex` included (`decay "Xi- -> Lambda0 pi-"`, `from lam, pim`). `ks.pip` is the product at the vertex, `ks.raw.pip` as measured.
    """

    keyword = "secondary_vertex"
    label = LabelKind.NAME
    counts = True

    decay = Decay(required=True, doc="the decay at the vertex", usage='decay "K_S0 -> pi+ pi-"')
    from_ = Sources(default="the lists that the products are called after", roles=True, doc="lists of the products", usage="from pip, pim")
    production = Sources(
        default="`:interaction_point`",
        many=False, doc="where it was made: `:interaction_point` (if not said) or a `vertex_fit`", usage="production :interaction_point"
    )  # fmt: skip
    conjugate = Flag(doc="`false`: only the chain as written", usage="conjugate false")
    vertex_chi2 = Cut(
        natural="<", low=0, doc="chi2 of the vertex of the products", usage="vertex_chi2 < 100", backwards="the candidates without a good vertex"
    )  # fmt: skip
    chi2 = Cut(
        natural="<", low=0, doc="chi2 of the flight from the production vertex", usage="chi2 < 20",
        backwards="the candidates that do not come from the production vertex",
    )  # fmt: skip
    length = Cut(
        dimension=LENGTH, bare="cm", natural=">", usage="length > 0.4 cm",
        doc="decay length, negative if the particle seems to fly backwards",
    )  # fmt: skip
    length_sigma = Cut(
        dimension=LENGTH, bare="cm", natural="<", low=0, doc="error of the decay length", usage="length_sigma < 1 cm",
        backwards="the candidates whose decay length is not known well; the length in units of its error is `significance`",
    )  # fmt: skip
    significance = Cut(
        natural=">", usage="significance > 2", doc="decay length in units of its error, negative if the particle seems to fly backwards",
        backwards="the candidates without a flight",
    )  # fmt: skip
    ctau = Cut(dimension=LENGTH, bare="cm", natural=">", doc="decay length in the particle's rest frame", usage="ctau > 0.2 cm")
    mass = Cut(
        dimension=ENERGY, bare="GeV", natural="<", low=0, doc="mass after the second fit", usage="mass 0.487 GeV..0.511 GeV"
    )  # fmt: skip
    mass_window = Cut(
        dimension=ENERGY, bare="GeV", natural="<", low=0, doc="largest difference of that mass to the nominal one",
        usage="mass_window 12 MeV",
    )  # fmt: skip
    choose = Line(
        keys=("min", "max", "per"), words=("min_chi2", "nearest_mass"), usage="choose :min_chi2",
        doc="which candidate is kept: of the smallest `chi2`, of the mass nearest to the nominal one, or by a formula; `per: :charge_state`: one of each chain",
    )  # fmt: skip
    keep = fitting.KEEP_ALL
    require = fitting.REQUIRE
    optional = fitting.OPTIONAL
    iterations = fitting.ITERATIONS
    tolerance = fitting.TOLERANCE
    error = Number(
        default="the vertex is free (1e6 cm)", source="BOSS",
        dimension=LENGTH, bare="cm", low=0, usage="error 1 cm",
        doc="error of the starting vertex of the products in x, y and z; without it that vertex is free",
    )  # fmt: skip

    examples = (
        Example(
            "K_S that decay away from the interaction point, the pair of the smallest chi2.",
            f'{_PIONS}    secondary_vertex(:ks) do\n        decay      "K_S0 -> pi+ pi-"\n        production :interaction_point\n'
            "        choose     :min_chi2\n        length     > 0.4 cm\n        chi2       < 20\n    end\nend\n",
        ),
        Example(
            "Lambda and anti-Lambda, the candidate nearest to the nominal mass of all with a significant flight.",
            f'{_PROTONS}    secondary_vertex(:lam) do\n        decay       "Lambda0 -> p+ pi-"\n        vertex_chi2 < 100\n'
            "        significance > 2\n        choose      :nearest_mass\n        mass_window 10 MeV\n    end\nend\n"
            'histogram("m_lambda") do\n    fill m(lam)\n    bins 100, 1.10 GeV..1.13 GeV\nend\n',
            "In the conjugate `lam.prp` is the antiproton; `charge(lam.prp)` says so.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        written = here.get(cls.decay)
        if written is None:
            return
        decay, span = written
        kept = decay_checks.charges(decay, span, to.bag)
        decay_checks.masses(decay, span, to.bag)
        if not kept:  # what else is wrong with the products follows from it
            return
        production = cls._production(here, to)
        found = conjugate_roles(decay, span, here, here.get(cls.from_), to, wanted=here.get(cls.conjugate) is not False)
        if found is None or production is None or not _tracks(found.roles, decay, span, to):
            return
        if any(role.name == here.name for role in found.roles):
            message = f"`{here.name}` names this block and one of its products"
            to.bag.add(names.LIST_DEFINED_TWICE, message, here.label.span if here.label else here.head)
            return
        composites = tuple(
            Composite(node.role, tuple(final.role for final in node.finals)) for node in decay.composites
        )
        symbol = FitSymbol(
            to.full_name(here.name), FitKind.SECONDARY_VERTEX, found.roles, composites, bool(here.get(cls.optional)),
            particle=here.name, several=fitting.several(here),
        )  # fmt: skip
        nominal = None if decay.mother.particle is None else decay.mother.particle.mass
        cuts = fitting.candidates(
            here, symbol, to, found.only_one, _makers(here, symbol, decay, to),
            {
                "min_chi2": lambda place: fitting.chi2_of(symbol, place),
                "nearest_mass": lambda place: _distance(symbol, nominal, decay, place, to),
            },
        )  # fmt: skip
        fitting.check_kept(here, symbol, cuts.choose.per_chain, to)
        error = here.get(cls.error)
        size = (
            to.shared("vertex_fit.error", FREE_VERTEX, cls.error.doc, dimension=LENGTH)
            if error is None
            else to.parameter(fitting.own_name(here, "error"), error.value, cls.error.doc, dimension=LENGTH, span=error.span)
        )
        line = to.fit_line(here, symbol)
        step = SecondaryVertexFit(
            span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after,
            settings=fitting.settings(here, FitKind.SECONDARY_VERTEX, to), production=production, error=size,
            vertex=fitting.shared_settings(FitKind.VERTEX, to),
        )  # fmt: skip
        to.make_fit(
            here.name, symbol, here.label.span if here.label else here.head, step, decay.mother.particle
        )
        to.count_candidates(here, symbol)

    @classmethod
    def _production(cls, here: Instance, to: Builder) -> Production | None:
        """The production vertex; None after a diagnostic."""
        items: tuple[SourceItem, ...] = here.get(cls.production, ())
        if not items:
            return InteractionPoint()
        value = items[0].value
        name = value.name if isinstance(value, ast.Name) else ""
        if name == POINT:
            return InteractionPoint()
        known = to.scope.fits.get(name)
        if known is None or known.symbol.kind is not FitKind.VERTEX:
            help = f"write `production :{POINT}`, or the name of a `vertex_fit` above"
            to.bag.add(
                physics.SOURCE_NOT_USABLE, f"`{value.span.text}` is no production vertex", value.span, help=help
            )
            return None
        return FittedVertex(known.symbol) if usable(known.symbol, value, to) else None


def _tracks(roles: tuple[Role, ...], decay: DecayTree, span: Span, to: Builder) -> bool:
    """The products are tracks of lists, and all of them start at the vertex."""
    for role, node in zip(roles, decay.finals, strict=True):
        if role.species is Species.GAMMA:
            message = f"`{node.written}` is a photon, and a vertex is made of tracks"
            to.bag.add(physics.TRACK_NEEDED, message, decay_checks.place(node, span))
            return False
        if not isinstance(role.source, (ListSymbol, FromSecondary)):
            message = f"`{node.written}` comes from another fit, and this one starts from tracks as measured"
            help = "name the lists in `from`"
            to.bag.add(physics.SOURCE_NOT_USABLE, message, decay_checks.place(node, span), help=help)
            return False
    if not any(isinstance(role.source, ListSymbol) for role in roles):
        help = "a particle that flew does not say where it was made well enough; name a track as well"
        to.bag.add(physics.TOO_FEW_ENTRIES, "a vertex needs a track", span, help=help)
        return False
    for node in decay.composites:
        if node.particle is not None and 0 < (node.particle.width or 0.0) < _FLIES and node.charge == 0:
            message = f"`{node.written}` flies before it decays: its products do not come from this vertex"
            help = "give it a `secondary_vertex` of its own"
            to.bag.add(physics.SOURCE_NOT_USABLE, message, decay_checks.place(node, span), help=help)
            return False
    if len(roles) < 2:
        help = "name all charged products of the decay"
        to.bag.add(physics.TOO_FEW_ENTRIES, "a vertex needs two tracks", span, help=help)
        return False
    return True


def _makers(
    here: Instance, symbol: FitSymbol, decay: DecayTree, to: Builder
) -> dict[str, Callable[[Entry], list[tuple[str, ir.Expr | None]]]]:
    """The cut fields that are not those of every fit."""
    nominal = None if decay.mother.particle is None else decay.mother.particle.mass

    def number(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        quantity = ir.FitQuantity(entry.field.name)
        value = fitting.value_of(symbol, quantity, entry.key.span)
        return [(entry.field.name, to.field_cut(here, entry, value))]

    def mass(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        assert isinstance(entry.field, Cut)
        decay_checks.window(entry.value, entry.field, decay.mother, to.bag)
        return [("mass", to.field_cut(here, entry, _mass(symbol, entry.key.span)))]

    def window(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        value = _distance(symbol, nominal, decay, entry.key.span, to)
        return [("mass_window", None if value is None else to.field_cut(here, entry, value))]

    def significance(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        return [("significance", to.field_cut(here, entry, fitting.significance_of(symbol, entry.key.span)))]

    numbers = (ir.FitQuantity.CHI2, ir.FitQuantity.VERTEX_CHI2, ir.FitQuantity.LENGTH, ir.FitQuantity.LENGTH_SIGMA, ir.FitQuantity.CTAU)
    return {"mass": mass, "mass_window": window, "significance": significance, **{quantity.value: number for quantity in numbers}}


def _mass(symbol: FitSymbol, span: Span) -> ir.Expr:
    typed = Type(Kind.P4, ENERGY, origin=Origin.FITTED)
    particle = ir.Product(type=typed, span=span, fit=symbol, role=symbol.particle, fitted=True)
    return nodes.call("m", (particle,), span)


def _distance(
    symbol: FitSymbol, nominal: float | None, decay: DecayTree, span: Span, to: Builder
) -> ir.Expr | None:
    """How far the mass is from the nominal one; None after a diagnostic."""
    if nominal is None:
        help = "write `mass` with a range, or `choose min: formula`"
        to.bag.add(codes.BAD_VALUE, f"`{decay.mother.short}` has no nominal mass", span, help=help)
        return None
    constant = nodes.constant(nominal, span, ENERGY)
    difference = nodes.arithmetic(ir.Arithmetic.SUB, _mass(symbol, span), constant, span)
    return nodes.call("abs", (difference,), span)
