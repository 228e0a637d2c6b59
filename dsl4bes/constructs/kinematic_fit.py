"""`kinematic_fit`: a decay under constraints of energy, momentum and mass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dsl4bes.constructs import decay_checks, earlier, fitting, undecided, windows
from dsl4bes.constructs.base import Block, Chosen, Example, Instance, LabelKind, Measure
from dsl4bes.constructs.conjugation import conjugate_roles, either_chain, own_conjugate
from dsl4bes.constructs.constraints import constraints
from dsl4bes.constructs.fields import Choice, Decay, Flag, Line, Number, Sources
from dsl4bes.constructs.missing import Unseen, recoiling, unmeasured, unseen_products
from dsl4bes.constructs.photon_limit import FIELD_DOC, FITS, photon_limit
from dsl4bes.constructs.role_groups import twins
from dsl4bes.constructs.roles import Roles, all_recovered, find_roles
from dsl4bes.constructs.tagged import Tagged, tagged_products
from dsl4bes.constructs.written_out import written_out
from dsl4bes.diagnostics.codes import physics
from dsl4bes.ir.candidates import Composite, FitKind, FitSymbol, FromVertex
from dsl4bes.ir.fits import Fitter, FourMomentum, KinematicFit
from dsl4bes.ir.freedom import degrees_of_freedom, equations
from dsl4bes.ir.types import ENERGY, Species

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.ir.candidates import Role
    from dsl4bes.ir.parameters import Parameter
    from dsl4bes.physics.decays import Decay as DecayTree
    from dsl4bes.source import Span


_PIONS = (
    'analysis "Example" do\n    ecms 3.097 GeV\nend\n\n'
    "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n        net_charge 0\n    end\n"
    "    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\n"
    "    pid do\n        prob_cut 0.001\n        identify :pip\n        identify :pim\n        npip == 1\n        npim == 1\n    end\n"
)


class KinematicFitBlock(Block):
    """Fits the particles of a decay under constraints, for all combinations of candidates, and keeps the one that `choose` says.

    `from` names where products come from, the first that offers one wins; unsaid, from the lists of their names. `kp: pip` takes a kaon
    from the list of pions, with the kaon's helix. `from pi0` takes candidates of an earlier `combine` for a product (`decay "J/psi -> pi+ pi- pi0"`), one or each of several
    in turn: the decay is then fitted as if theirs were written into it, `(pi0 -> gam gam)`, with their tracks and showers as measured, so that `constrain pi0` and
    `<name>.gam1` are known. `constrain` knows `:four_momentum`, `:three_momentum`, `:total_energy`, the name of a particle of the decay (its
    nominal mass), `pi0: 135 MeV` (that mass), `equal_mass: [a, b]` and `recoil: jpsi` (all products recoil against that mass; `<name>.recoil` is
    it). `missing nbar` is a product of which nothing but the mass is known, `direction_known kl` one whose shower gives the direction alone;
    their fitted momenta are `<name>.nbar`, `<name>.kl`. `from tag` (inside `for tag do ... end`, or of a `dtag` that keeps one) makes a D meson of the decay the tag: written without its decay
    it is the whole tag, every track and shower of it a particle of the fit as measured, and `constrain d0` holds its mass; written with the decay of the only mode
    its products are those of the tag. The charm of the tag says which chain it is. `from ep_recovered` takes an electron with the photons that `bremsstrahlung` gave back to it: track and photons
    enter as measured, each with its own errors, and `<name>.ep` is their sum. The charge-conjugate decay is tried as well, unless the decay is its own conjugate or
    `conjugate false` is written: products keep the names of the decay as written, and the better candidate of the two chains is kept. Cuts written before `choose` filter candidates, those after act on the chosen one. An event without a candidate is rejected (line
    `<name>.fit`), unless the block is `optional`: its chi2 is then infinite. `<name>.pip` is the fitted particle, `<name>.raw.pip` the measured one.
    """

    keyword = "kinematic_fit"
    label = LabelKind.NAME
    counts = True

    decay = Decay(required=True, doc="the decay that is fitted", usage='decay "J/psi -> pi+ pi- gam gam"')
    from_ = Sources(default="the lists that the products are called after", roles=True, doc="lists and vertex fits the products come from", usage="from vertex, gam")
    constrain = Line(
        required=True, repeats=True, doc="what is constrained", words=("four_momentum", "three_momentum", "total_energy"),
        usage="constrain :four_momentum, :pi0",
    )  # fmt: skip
    missing = Line(
        repeats=True, doc="products of which nothing is measured, with their nominal mass or `name: mass`", usage="missing nbar"
    )  # fmt: skip
    direction_known = Line(
        repeats=True, usage="direction_known kl",
        doc="neutral products whose shower gives the direction and not the energy, with their nominal mass or `name: mass`",
    )  # fmt: skip
    conjugate = Flag(doc="`false`: only the chain as written", usage="conjugate false")
    chi2 = fitting.CHI2
    choose = Line(
        keys=("min", "max", "per"), words=("min_chi2",), usage="choose :min_chi2",
        doc="which candidate is kept; cuts written before it filter candidates, those after act on what was chosen; `per: :charge_state`: one of each chain",
    )  # fmt: skip
    keep = fitting.KEEP_ALL
    require = fitting.REQUIRE
    mass = windows.MASS
    mass_window = windows.MASS_WINDOW
    fitter = Choice(
        default="`:kalman`", source="BOSS",
        options=("kalman", "classic"), doc="BOSS's KalmanKinematicFit or KinematicFit", usage="fitter :kalman"
    )
    energy_spread = Number(
        default="none",
        dimension=ENERGY, bare="GeV", low=0, high=0.1, usage="energy_spread 0.9 MeV",
        doc="spread of the energy of each beam in the four-momentum constraint; none if not said",
    )  # fmt: skip
    photon_errors = Choice(
        default="`:measured`", source="BOSS",
        options=("measured", "dynamic"), usage="photon_errors :dynamic",
        doc="energy errors of photons: of the showers, or following the fitted energies (BOSS's `setDynamicerror`)",
    )  # fmt: skip
    max_photons = Number(whole=True, low=1, high=200, default="20, or fewer", doc=FIELD_DOC, usage="max_photons 20")
    max_candidates = Number(
        whole=True, low=1, high=1000, usage="max_candidates 50", default="50",
        doc="candidates of an earlier block that are tried, those of highest energy as measured",
    )  # fmt: skip
    optional = fitting.OPTIONAL
    iterations = fitting.ITERATIONS
    tolerance = fitting.TOLERANCE

    examples = (
        Example(
            "Energy and momentum conserved, the best of all photon pairs.",
            f'{_PIONS}    kinematic_fit(:fit4c) do\n        decay     "J/psi -> pi+ pi- gam gam"\n        constrain :four_momentum\n'
            "        choose    :min_chi2\n        chi2      < 200\n    end\nend\n",
        ),
        Example(
            "As well with the mass of the pi0, from tracks of a common vertex.",
            f"{_PIONS}    vertex_fit(:vertex) do\n        from pip, pim\n    end\n    kinematic_fit(:fit5c) do\n"
            '        decay     "J/psi -> pi+ pi- (pi0 -> gam gam)"\n        from      vertex, gam\n        constrain :four_momentum, :pi0\n'
            "        choose    :min_chi2\n        chi2      < 200\n    end\nend\n",
        ),
        Example(
            "A competing hypothesis: the tracks as kaons must not fit better.",
            f'{_PIONS}    kinematic_fit(:pions) do\n        decay     "J/psi -> pi+ pi- gam gam"\n        constrain :four_momentum\n        choose    :min_chi2\n    end\n'
            '    kinematic_fit(:kaons) do\n        decay     "J/psi -> K+ K- gam gam"\n        from      kp: pip, km: pim, gam\n        constrain :four_momentum\n        choose    :min_chi2\n'
            '        optional\n    end\n    veto "kaons fit better", kaons.chi2 < pions.chi2\nend\n',
            "Where the optional fit fails its chi2 is infinite, and the event is kept.",
        ),
        Example(
            "A pi0 that was not seen: what the pions recoil against has its mass.",
            f'{_PIONS}    kinematic_fit(:seen) do\n        decay     "J/psi -> pi+ pi- pi0"\n        missing   pi0\n'
            "        constrain :four_momentum\n        chi2      < 10\n    end\nend\n"
            'ntuple("missing") do\n    column m_rho: m(seen.pip, seen.pi0), p_pi0: p(seen.pi0), prob: prob(seen)\nend\n',
            "Four equations and three unknowns leave one degree of freedom.",
        ),
        Example(
            "A D tag and a semileptonic decay with a neutrino: momentum and energy, and the mass of the tag.",
            'analysis "Tagged" do\n    ecms 3.773 GeV\nend\n\nevent_selection do\n    dtag(:tag) do\n        modes  "D0 -> K- pi+", "D0 -> K- pi+ pi0"\n        mbc    1.859 GeV..1.871 GeV\n'
            "        choose :min_abs_delta_e, per: :mode_and_charm\n    end\n    for tag do\n        charged_tracks(:side) do\n            from tag.other_tracks\n            nside == 2\n            net_charge 0\n        end\n"
            "        assign do\n            from side\n            identify :kp, charge > 0\n            identify :km, charge < 0\n            identify :ep, charge > 0\n            identify :em, charge < 0\n        end\n"
            '        kinematic_fit(:fit) do\n            decay     "psi(3770) -> D0 (anti-D0 -> K+ e- anti-nu_e)"\n            from      tag, kp, km, ep, em\n            missing   nuebar: 0 GeV\n            constrain :four_momentum, d0\n'
            '            choose    :min_chi2\n            chi2      < 50\n        end\n        ntuple("fits") do\n            column chi2: fit.chi2, q2: m2(fit.em, fit.nuebar), mode: tag.mode\n        end\n    end\nend\n',
            "The tag of a D0 and that of an anti-D0 are both fitted: in the second the names are those of the decay as written.",
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
        chains = here.get(cls.conjugate) is not False
        out = written_out(decay, span, here.get(cls.from_), to, chains=chains and not own_conjugate(decay))
        if out is None:
            return
        decay = out.decay
        unseen = unseen_products(here, here.all(cls.missing), here.all(cls.direction_known), decay, span, to)
        tagged = tagged_products(decay, span, here.get(cls.from_), to)
        if unseen is None or tagged is None or not _apart(unseen, tagged, decay, span, to):
            return
        found = _roles(here, decay, span, unseen, tagged, out.made, to)
        if found is None or not all_recovered(here.get(cls.from_), found.roles, to):
            return
        recoil = recoiling(here, here.all(cls.constrain), decay, to)
        symbol = _symbol(here, found.roles if recoil is None else (*found.roles, recoil[0]), decay, to)
        makers = {
            "mass": lambda entry: windows.cuts(here, symbol, to, decay, entry),
            "mass_window": lambda entry: windows.cuts(here, symbol, to, decay, entry),
        }
        made = constraints(here, list(here.all(cls.constrain)), decay, span, to, whole=tagged.whole)
        cuts = fitting.candidates(here, symbol, to, found.only_one, makers)
        fitter: Chosen | None = here.get(cls.fitter)
        errors: Chosen | None = here.get(cls.photon_errors)
        fitting.check_kept(here, symbol, cuts.choose.per_chain, to)
        photons: Measure | None = here.get(cls.max_photons)
        limit = photon_limit(here, symbol, photons, "kinematic_fit", fitting.own_name(here, "max_photons"), FITS, to)
        line = to.fit_line(here, symbol)
        step = KinematicFit(
            span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after,
            settings=fitting.settings(here, FitKind.KINEMATIC, to), constraints=made, max_photons=limit,
            fitter=Fitter.CLASSIC if fitter is not None and fitter.name == "classic" else Fitter.KALMAN,
            unmeasured=(*unmeasured(decay, unseen), *(() if recoil is None else (recoil[1],))),
            max_candidates=cls._most_candidates(here, symbol, to), energy_spread=cls._spread(here, to), follow_energies=errors is not None and errors.name == "dynamic",
        )  # fmt: skip
        if made:
            _freedom(here, step, to)
            undecided.check(here, decay, step, to)
            cls._useful(here, step, to)
        to.make_fit(here.name, symbol, here.label.span if here.label else here.head, step)
        to.count_candidates(here, symbol)

    @classmethod
    def _most_candidates(cls, here: Instance, symbol: FitSymbol, to: Builder) -> Parameter | None:
        most: Measure | None = here.get(cls.max_candidates)
        each = any(earlier.each_of(role) for role in symbol.roles)
        if most is not None and not each:
            message = "no product here is one of several candidates of an earlier block"
            to.bag.add(physics.WITHOUT_EFFECT, message, most.span, help="remove the line; `max_photons` is for photons of a list")
        if not each:
            return None
        doc = cls.max_candidates.doc.partition(";")[0]
        if most is None:
            return to.shared("kinematic_fit.max_candidates", earlier.MAX_CANDIDATES, doc)
        return to.parameter(fitting.own_name(here, "max_candidates"), int(most.value), doc, span=most.span)

    @classmethod
    def _spread(cls, here: Instance, to: Builder) -> Parameter | None:
        spread: Measure | None = here.get(cls.energy_spread)
        if spread is None:
            return None
        return to.parameter(
            fitting.own_name(here, "energy_spread"), spread.value, cls.energy_spread.doc, dimension=ENERGY, span=spread.span
        )

    @classmethod
    def _useful(cls, here: Instance, step: KinematicFit, to: Builder) -> None:
        """An error for settings that BOSS's fitter would not look at."""
        classic = step.fitter is Fitter.CLASSIC
        entry = here.entry(cls.energy_spread)
        if entry is not None and (classic or not any(isinstance(each, FourMomentum) for each in step.constraints)):
            message = "`energy_spread` is part of `:four_momentum` in the `:kalman` fitter, and nothing else knows it"
            to.bag.add(physics.WITHOUT_EFFECT, message, entry.key.span, help="remove it, or constrain `:four_momentum` with `fitter :kalman`")
        entry = here.entry(cls.direction_known)
        if entry is not None and classic:
            message = "the classic fitter has no coordinates in which a direction alone is known"
            to.bag.add(physics.WITHOUT_EFFECT, message, entry.key.span, help="write `fitter :kalman`, or nothing: it is the usual one")
        entry = here.entry(cls.photon_errors)
        unseen = {each.role for each in step.unmeasured}
        photons = any(role.species is Species.GAMMA and role.name not in unseen for role in step.symbol.roles)
        if step.follow_energies and entry is not None and not photons:
            to.bag.add(physics.WITHOUT_EFFECT, "this decay has no photon whose error could follow", entry.key.span, help="remove the line")


def _symbol(here: Instance, roles: tuple[Role, ...], decay: DecayTree, to: Builder) -> FitSymbol:
    composites = tuple(Composite(node.role, tuple(final.role for final in node.finals)) for node in decay.composites)
    optional = bool(here.get(KinematicFitBlock.optional))
    return FitSymbol(
        to.full_name(here.name), FitKind.KINEMATIC, roles, composites, optional, twins(decay, roles, composites),
        several=fitting.several(here),
    )  # fmt: skip


def _apart(unseen: dict[int, Unseen], tagged: Tagged, decay: DecayTree, span: Span, to: Builder) -> bool:
    """Whether nothing that is missing is a D tag's."""
    for number in unseen:
        if number in tagged.roles:
            node = decay.finals[number]
            message = f"`{node.written}` is said to be missing, and a D tag gives it"
            to.bag.add(physics.SOURCE_NOT_USABLE, message, decay_checks.place(node, span), help="leave the tag out of `from`, or the particle out of `missing`")
            return False
    return True


def _roles(here: Instance, decay: DecayTree, span: Span, unseen: dict[int, Unseen], tagged: Tagged, made: Mapping[int, Role], to: Builder) -> Roles | None:
    """The roles of the decay, with its conjugate chain if that is another one and not switched off."""
    items = here.get(KinematicFitBlock.from_)
    wanted = here.get(KinematicFitBlock.conjugate) is not False
    if wanted and not own_conjugate(decay, tagged):
        return conjugate_roles(decay, span, here, items, to, wanted=True, unseen=unseen, tagged=tagged, made=made)
    found = find_roles(decay, span, here, items, to, unseen=unseen, tagged=tagged.of_any_charm() if wanted else tagged, made=made)
    for role in () if found is None else found.roles:
        if isinstance(role.source, FromVertex) and either_chain(role.source.fit):
            name = role.source.fit.name
            message = f"the tracks of `{name}` may be those of the charge-conjugate chain, and this decay has them as written"
            to.bag.add(physics.CONJUGATE_UNSAID, message, span, help=f"leave `conjugate` out of `{name}`")
            return None
    return found


def _freedom(here: Instance, step: KinematicFit, to: Builder) -> None:
    """More equations than unknowns, or there is nothing to fit."""
    left = degrees_of_freedom(step)
    if left > 0:
        return
    count = equations(step)
    message = f"the constraints are {count} equation{'s' * (count != 1)}, and {count - left} numbers of the missing particles are unknown"
    help = "constrain more, or leave less unmeasured: a missing particle has three unknowns, one whose direction is known has one"
    entry = here.entry(KinematicFitBlock.missing) or here.entry(KinematicFitBlock.direction_known)
    to.bag.add(physics.NO_FREEDOM, message, here.head if entry is None else entry.key.span, help=help)
