"""`combine`: candidates by a decay string, from lists, vertices or the particles of a kinematic fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dsl4bes.constructs import boss_lists, decay_checks, earlier, fitting, two_photons, undecided, windows
from dsl4bes.constructs.base import ANYWHERE, Block, Entry, Example, Instance, LabelKind, Measure
from dsl4bes.constructs.conjugation import conjugate_roles
from dsl4bes.constructs.constraints import masses
from dsl4bes.constructs.fields import Cut, Decay, Flag, Line, Number, Sources
from dsl4bes.constructs.photon_limit import FIELD_DOC, FITS, SUMS, photon_limit
from dsl4bes.constructs.role_groups import twins
from dsl4bes.constructs.roles import Roles
from dsl4bes.constructs.written_out import written_out
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.candidates import Composite, FitKind, FitSymbol, Role
from dsl4bes.ir.fits import Combine as CombineStep
from dsl4bes.ir.fits import Constraint, Fitter, KinematicFit
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ENERGY, Kind, Origin, Type
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.physics.decays import Decay as DecayTree

_TRACKS = (
    "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood >= 2\n    end\n"
    "    pid do\n        prob_cut 0.001\n"
)
_KAONS = f'{_TRACKS}        identify :kp, "from_pion"\n        identify :km, "from_pion"\n        identify :pip, "from_kaon"\n        identify :pim, "from_kaon"\n    end\n'
_PIONS = f"{_TRACKS}        identify :pip\n        identify :pim\n    end\n"
_HEAD = 'analysis "Pairs" do\n    ecms 3.686 GeV\nend\n\n'


class Combine(Block):
    """Puts particles together: every combination of the products that uses no track or shower twice is a candidate.

    Without `from` the products come from the lists of their names; `from six` takes the particles of the kinematic fit `six`, with the momenta it
    gave them. `from pi0` takes what an earlier `combine` or `secondary_vertex` makes as a product (`decay "omega(782) -> pi+ pi- pi0"`), with the momentum it
    has there (the fitted one, if it was fitted): the one candidate that `choose` left, or of several each in turn, in the order in which they were kept; inside
    `for pi0 do` the one at hand. `omega.pi0` is that product, `omega.pi0.gam1` and `omega.pi0.chi2` are members of its candidate. Several of one block
    (`eta -> pi0 pi0 pi0`) are tried as sets, each once, and numbered by falling energy as measured. A candidate of either chain is taken in its own; an event in which
    the earlier block found none has no candidate here. No track or shower is used twice, whatever depth it is at.
    A decay within the decay (`(pi0 -> gam gam)`) is put together as well.
    `from EvtRecPi0Col`, `EvtRecEtaToGGCol` and `EvtRecVeeVertexCol` take the candidates of BOSS's own lists (`"pi0 -> gam gam"`, `"eta -> gam gam"`,
    `"K_S0 -> pi+ pi-"`, `"Lambda0 -> p+ pi-"`), which their producers make before (the run options have them, with their cuts); `from EvtRecPi0Col, gam` only those whose photons
    are in `gam`. What BOSS says is taken: `chi2` of its fit, `mass` (of photons before the fit; `pi0.mass` in formulas), the momenta of the particle and of its photons; tracks
    have theirs as measured. Events in which the list is absent are counted. A repeated entry counts once: the producers append to what the file had. The conjugate chain is included, as a whole, unless the decay is
    its own conjugate or `conjugate false` is written; products keep the names of the written decay. `choose` keeps one candidate, `choose ..., per: :charge_state` one
    of the decay as written and one of its conjugate, `keep :all` every one. Cuts before `choose` filter candidates, those after act on what was chosen.
    Candidates that may be several are gone through by `for dipion do ... end`, `ntuple("pairs", per: dipion)` and `histogram("m", per: dipion)`; `ndipion` counts
    them. `dipion` alone is the particle, `dipion.pip` a product. `constrain :mass` (or the name of a product that decays) fits the masses to their nominal values: then
    there is a `chi2`, and momenta are the fitted ones; candidates of an earlier block are then fitted again from what was measured, as in `kinematic_fit`. A block that finds no candidate rejects the event unless it is `optional`.
    """

    keyword = "combine"
    parents = ANYWHERE
    selects = True
    label = LabelKind.NAME
    label_required = True
    counts = True

    decay = Decay(required=True, doc="what decays, and into what", usage='decay "K*(892)0 -> K+ pi-"')
    from_ = Sources(default="the lists that the products are called after", roles=True, doc="lists or fits the products come from", usage="from kp, pim")
    conjugate = Flag(doc="`false`: only the chain as written", usage="conjugate false")
    constrain = Line(
        repeats=True, words=("mass",), usage="constrain :mass",
        doc="masses that are fitted to their nominal values: `:mass` of the particle itself, or products that decay",
    )  # fmt: skip
    mass = windows.MASS
    mass_window = windows.MASS_WINDOW
    recoil = Cut(
        dimension=ENERGY, bare="GeV", natural="<", usage="recoil 3.0 GeV..3.2 GeV",
        doc="mass of what recoils against the particle, from the beams",
    )  # fmt: skip
    p = Cut(dimension=ENERGY, bare="GeV", natural="<", low=0, doc="momentum in the laboratory", usage="p > 0.2 GeV")
    cos_decay = two_photons.COS_DECAY
    reject_both_endcap = two_photons.REJECT_BOTH_ENDCAP
    chi2 = Cut(natural="<", low=0, doc="chi2 of the fit that `constrain` makes", usage="chi2 < 20", name="chi2", backwards="the candidates that fit badly")
    choose = Line(
        keys=("min", "max", "per"), words=("nearest_mass", "min_chi2"), usage="choose :nearest_mass",
        doc="which candidate is kept: of the mass nearest to the nominal one, of the smallest `chi2`, or by a formula; `per: :charge_state`: one of each chain",
    )  # fmt: skip
    keep = fitting.KEEP_ALL
    require = fitting.REQUIRE
    max_photons = Number(whole=True, low=1, high=200, default="20, or fewer", doc=FIELD_DOC, usage="max_photons 20")
    max_candidates = Number(
        whole=True, low=1, high=1000, usage="max_candidates 50", default="50",
        doc="candidates of an earlier block that are combined, those of highest energy as measured",
    )  # fmt: skip
    optional = Flag(doc="an event without candidate is not rejected", usage="optional")
    iterations = fitting.ITERATIONS
    tolerance = fitting.TOLERANCE

    examples = (
        Example(
            "K*(892)0 and its antiparticle, of each the kaon and pion nearest to its mass.",
            f'{_KAONS}    combine(:kst) do\n        decay  "K*(892)0 -> K+ pi-"\n        mass   0.7 GeV..1.1 GeV\n'
            "        choose :nearest_mass, per: :charge_state\n    end\nend\n"
            'histogram("m_kpi", per: kst) do\n    fill m(kst)\n    bins 100, 0.7 GeV..1.1 GeV\nend\n',
            "In the conjugate `kst.kp` is the K-.",
        ),
        Example(
            "All pion pairs that recoil against a J/psi, one row each.",
            f'{_HEAD}{_PIONS}    combine(:dipion) do\n        decay  "dipion -> pi+ pi-"\n        recoil 3.0 GeV..3.2 GeV\n'
            '        keep   :all\n    end\nend\nntuple("pairs", per: dipion) do\n    column m_rec: recoil(dipion), m_pp: m(dipion)\nend\n',
            "`dipion` is a name of the program's own: it has no mass or charge in the table.",
        ),
        Example(
            "The photon pair nearest to a pi0, with its mass fitted.",
            "event_selection do\n    photons do\n        energy > 25 MeV\n        ngam >= 2\n    end\n    combine(:pi0) do\n"
            '        decay       "pi0 -> gam gam"\n        mass        0.115 GeV..0.150 GeV\n        constrain   :mass\n        choose      :min_chi2\n'
            '        chi2        < 20\n    end\nend\nntuple("pi0") do\n    column p: p(pi0), m_gg: m(pi0.raw.gam1, pi0.raw.gam2), chi2: pi0.chi2\nend\n',
        ),
        Example(
            "Every pi0 with a good mass, not both photons in the end-caps, and the omega made of one of them and two pions.",
            f"{_PIONS}"
            "    photons do\n        energy > 25 MeV\n    end\n    combine(:pi0) do\n"
            '        decay     "pi0 -> gam gam"\n        mass      0.115 GeV..0.150 GeV\n        cos_decay < 0.95\n        reject_both_endcap\n'
            "        constrain :mass\n        keep      :all\n    end\n    combine(:omega) do\n"
            '        decay  "omega(782) -> pi+ pi- pi0"\n        from   pip, pim, pi0\n        mass   0.7 GeV..0.9 GeV\n        keep   :all\n    end\nend\n'
            'ntuple("omega", per: omega) do\n    column m: m(omega), p_pi0: p(omega.pi0), e_gam: e(omega.pi0.gam1), chi2: omega.pi0.chi2\nend\n',
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
        boss = boss_lists.named(here.get(cls.from_), to)
        if boss is not None:
            if isinstance(boss, boss_lists.Wanted):
                boss_lists.desugar(here, boss, decay, span, lambda symbol: _makers(here, symbol, decay, to), to)
            return
        wanted = here.get(cls.conjugate) is not False and not decay_checks.same_products(decay)
        made: Mapping[int, Role] = {}
        if here.entry(cls.constrain) is not None:  # what is fitted starts as measured
            out = written_out(decay, span, here.get(cls.from_), to, chains=wanted)
            if out is None:
                return
            decay, made = out.decay, out.made
        found = conjugate_roles(decay, span, here, here.get(cls.from_), to, wanted=wanted, fitted=True, made=made)
        if found is None or not _free_name(here, found, decay, to):
            return
        symbol = _symbol(here, decay, found, to)
        to_fit = [entry for entry in here.all(cls.constrain)]
        makers = _makers(here, symbol, decay, to)
        choices: dict[str, Callable[[Span], ir.Expr | None]] = {
            "nearest_mass": lambda place: windows.distance(symbol, decay.mother, symbol.particle, place, to)
        }
        constraints = masses(here, to_fit, decay, to) if to_fit else ()
        if constraints:
            makers["chi2"] = lambda entry: [("chi2", to.field_cut(here, entry, fitting.chi2_of(symbol, entry.key.span)))]
            choices["min_chi2"] = lambda place: fitting.chi2_of(symbol, place)
        elif (cut := here.entry(cls.chi2)) is not None:
            help = "add `constrain :mass`"
            to.bag.add(names.UNKNOWN_MEMBER, "nothing is fitted here, and there is no chi2", cut.key.span, help=help)
            return
        cuts = fitting.candidates(here, symbol, to, found.only_one, makers, choices)
        fitting.check_kept(here, symbol, cuts.choose.per_chain, to)
        step = _step(here, symbol, cuts, constraints, to)
        if isinstance(step, KinematicFit):
            undecided.check(here, decay, step, to)
        where = here.label.span if here.label else here.head
        to.make_fit(here.name, symbol, where, step, decay.mother.particle, decay)
        to.count_candidates(here, symbol)


def _symbol(here: Instance, decay: DecayTree, found: Roles, to: Builder) -> FitSymbol:
    """The combination; its products that decay are sums."""
    composites = tuple(Composite(node.role, tuple(final.role for final in node.finals)) for node in decay.composites)
    fits = here.entry(Combine.constrain) is not None
    return FitSymbol(
        to.full_name(here.name),
        FitKind.KINEMATIC if fits else FitKind.COMBINATION,
        found.roles,
        composites,
        bool(here.get(Combine.optional)),
        twins(decay, found.roles, composites),
        particle=here.name,
        several=fitting.several(here),
    )


def _step(
    here: Instance, symbol: FitSymbol, cuts: fitting.Candidates, constraints: tuple[Constraint, ...], to: Builder
) -> CombineStep | KinematicFit:
    photons: Measure | None = here.get(Combine.max_photons)
    limit = photon_limit(here, symbol, photons, "combine", f"{here.name}.max_photons", FITS if constraints else SUMS, to)
    most: Measure | None = here.get(Combine.max_candidates)
    each: Parameter | None = None
    if most is not None and not any(earlier.each_of(role) for role in symbol.roles):
        message = "no product here is one of several candidates of an earlier block"
        to.bag.add(physics.WITHOUT_EFFECT, message, most.span, help="remove the line; `max_photons` is for photons of a list")
    if any(earlier.each_of(role) for role in symbol.roles):
        doc = Combine.max_candidates.doc.partition(";")[0]
        each = (
            to.shared("combine.max_candidates", earlier.MAX_CANDIDATES, doc)
            if most is None
            else to.parameter(f"{here.name}.max_candidates", int(most.value), doc, span=most.span)
        )
    part = "fit" if constraints else "found"
    line = to.fit_line(here, symbol, part)
    if not constraints:
        return CombineStep(
            span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after, max_photons=limit,
            max_candidates=each,
        )  # fmt: skip
    return KinematicFit(
        span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after, max_photons=limit,
        settings=fitting.settings(here, FitKind.KINEMATIC, to), constraints=constraints, fitter=Fitter.KALMAN, max_candidates=each,
    )  # fmt: skip


def _free_name(here: Instance, found: Roles, decay: DecayTree, to: Builder) -> bool:
    """Whether the block's name is none of its products'."""
    taken = {role.name for role in found.roles} | {node.role for node in decay.composites}
    if here.name not in taken:
        return True
    message = f"`{here.name}` names this block and one of its products"
    to.bag.add(names.LIST_DEFINED_TWICE, message, here.label.span if here.label else here.head)
    return False


def _makers(
    here: Instance, symbol: FitSymbol, decay: DecayTree, to: Builder
) -> dict[str, Callable[[Entry], list[tuple[str, ir.Expr | None]]]]:
    """The cut fields that are not those of every fit."""

    def particle(span: Span) -> ir.Expr:
        typed = Type(Kind.P4, ENERGY, origin=Origin.MEASURED)
        return ir.Product(type=typed, span=span, fit=symbol, role=symbol.particle, fitted=True)

    def mass(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        return windows.cuts(here, symbol, to, decay, entry, own=symbol.particle)

    def momentum(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        return [("p", to.field_cut(here, entry, nodes.call("p", (particle(entry.key.span),), entry.key.span)))]

    def recoil(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        span = entry.key.span
        left = nodes.minus_p4(to.beam(span), particle(span), span)
        return [("recoil", to.field_cut(here, entry, nodes.call("m", (left,), span)))]

    def photons(entry: Entry) -> list[tuple[str, ir.Expr | None]]:
        return two_photons.cuts(here, symbol, entry, to)

    return {"mass": mass, "mass_window": mass, "p": momentum, "recoil": recoil, "cos_decay": photons, "reject_both_endcap": photons}


