"""`kinematic_fit`: a decay under constraints of energy, momentum and mass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs import decay_checks, fitting, windows
from dsl4bes.constructs.base import Block, Chosen, Example, Instance, LabelKind, Measure
from dsl4bes.constructs.constraints import constraints
from dsl4bes.constructs.fields import Choice, Decay, Flag, Line, Number, Sources
from dsl4bes.constructs.roles import find_roles, twins
from dsl4bes.ir.primitives import Composite, FitKind, FitSymbol, Fitter, KinematicFit

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

MAX_PHOTONS = 20  #: photons of a list that take part in combinations (SEMANTICS rule 17)

_PIONS = (
    'analysis "Example" do\n    ecms 3.097 GeV\nend\n\n'
    "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n        net_charge 0\n    end\n"
    "    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\n"
    "    pid do\n        prob_cut 0.001\n        identify :pip\n        identify :pim\n        npip == 1\n        npim == 1\n    end\n"
)


class KinematicFitBlock(Block):
    """Fits the particles of a decay under constraints, for all combinations of candidates, and keeps the one that `choose` says.

    `from` names where products come from, the first that offers one wins; unsaid, from the lists of their names. `kp: pip` takes a kaon
    from the list of pions, with the kaon's helix. `constrain` knows `:four_momentum`, `:three_momentum`, `:total_energy`, the name of a particle of the decay (its
    nominal mass), `pi0: 135 MeV` (that mass) and `equal_mass: [a, b]`. Cuts written before `choose` filter candidates, those after act on the chosen one. An event without a candidate is rejected (line
    `<name>.fit`), unless the block is `optional`: its chi2 is then infinite. `<name>.pip` is the fitted particle, `<name>.raw.pip` the measured one.
    """

    keyword = "kinematic_fit"
    label = LabelKind.NAME

    decay = Decay(required=True, doc="the decay that is fitted", usage='decay "J/psi -> pi+ pi- gam gam"')
    from_ = Sources(roles=True, doc="lists and vertex fits the products come from", usage="from vertex, gam")
    constrain = Line(
        required=True, repeats=True, doc="what is constrained", words=("four_momentum", "three_momentum", "total_energy"),
        usage="constrain :four_momentum, :pi0",
    )  # fmt: skip
    conjugate = Flag(
        doc="`false`: only the chain as written; needed where the decay is not its own conjugate",
        usage="conjugate false",
    )
    chi2 = fitting.CHI2
    choose = fitting.CHOOSE
    require = fitting.REQUIRE
    mass = windows.MASS
    mass_window = windows.MASS_WINDOW
    fitter = Choice(
        options=("kalman", "classic"), doc="BOSS's KalmanKinematicFit or KinematicFit", usage="fitter :kalman"
    )
    max_photons = Number(
        whole=True,
        low=1,
        high=200,
        doc="photons of a list that are combined, the most energetic ones",
        usage="max_photons 20",
    )
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
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        written = here.get(cls.decay)
        if written is None:
            return
        decay, span = written
        decay_checks.charges(decay, span, to.bag)
        decay_checks.masses(decay, span, to.bag)
        decay_checks.conjugate(decay, span, here.entry(cls.conjugate), to.bag)
        found = find_roles(decay, span, here, here.get(cls.from_), to)
        if found is None:
            return
        composites = tuple(
            Composite(node.role, tuple(final.role for final in node.finals)) for node in decay.composites
        )
        optional = bool(here.get(cls.optional))
        symbol = FitSymbol(
            to.full_name(here.name),
            FitKind.KINEMATIC,
            found.roles,
            composites,
            optional,
            twins(decay, found.roles, composites),
        )
        makers = {
            "mass": lambda entry: windows.cuts(here, symbol, to, decay, entry),
            "mass_window": lambda entry: windows.cuts(here, symbol, to, decay, entry),
        }
        made = constraints(here, list(here.all(cls.constrain)), decay, span, to)
        cuts = fitting.candidates(here, symbol, to, found.only_one, makers)
        fitter: Chosen | None = here.get(cls.fitter)
        photons: Measure | None = here.get(cls.max_photons)
        limit = (
            to.shared("kinematic_fit.max_photons", MAX_PHOTONS, cls.max_photons.doc)
            if photons is None
            else to.parameter(
                fitting.own_name(here, "max_photons"), int(photons.value), cls.max_photons.doc, span=photons.span
            )
        )
        line = to.fit_line(here, symbol)
        step = KinematicFit(
            span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after,
            settings=fitting.settings(here, FitKind.KINEMATIC, to), constraints=made, max_photons=limit,
            fitter=Fitter.CLASSIC if fitter is not None and fitter.name == "classic" else Fitter.KALMAN,
        )  # fmt: skip
        to.make_fit(here.name, symbol, here.label.span if here.label else here.head, step)
