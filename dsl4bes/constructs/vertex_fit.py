"""`vertex_fit`: tracks from one point."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs import fitting
from dsl4bes.constructs.base import Block, Example, Instance, LabelKind, SourceItem
from dsl4bes.constructs.fields import Flag, Line, Number, Sources
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.ir.candidates import FitKind, FitSymbol, FromSecondary, Role
from dsl4bes.ir.fits import VertexFit
from dsl4bes.ir.types import LENGTH, ListSymbol, Species
from dsl4bes.physics.particles import find
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

FREE_VERTEX = 1e6  #: error of the starting vertex (cm) that leaves it free (BOSS 7.0.4)

_PIONS = (
    "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n        net_charge 0\n    end\n"
    "    pid do\n        prob_cut 0.001\n        identify :pip\n        identify :pim\n        npip == 1\n        npim == 1\n    end\n"
)


class VertexFitBlock(Block):
    """Fits tracks to a common vertex; an event in which the fit fails is rejected.

    `from` names the lists, one track of each. Later fits that name this one take its fitted tracks. `vertex.pip` is the fitted pion,
    `vertex.chi2` the chi2. `keep :all` keeps every combination that was fitted and passes the cuts, `choose ..., per: :charge_state` one of each chain: go
    through them with `for vertex do ... end`, in which later fits start from the vertex at hand, with `ntuple("t", per: vertex)` or `histogram`; `nvertex` counts them.
    """

    keyword = "vertex_fit"
    label = LabelKind.NAME
    counts = True

    from_ = Sources(required=True, doc="lists of the tracks, one track of each", usage="from pip, pim")
    conjugate = Flag(
        doc="the tracks of the charge-conjugate chain are tried as well, from the lists of the antiparticles; products keep their names",
        usage="conjugate",
    )
    chi2 = fitting.CHI2
    choose = Line(
        keys=("min", "max", "per"), words=("min_chi2",), usage="choose :min_chi2",
        doc="which candidate is kept; cuts written before it filter candidates, those after act on what was chosen; `per: :charge_state`: one of each chain",
    )  # fmt: skip
    keep = fitting.KEEP_ALL
    require = fitting.REQUIRE
    optional = fitting.OPTIONAL
    iterations = fitting.ITERATIONS
    tolerance = fitting.TOLERANCE
    error = Number(
        default="the vertex is free (1e6 cm)", source="BOSS",
        dimension=LENGTH, bare="cm", low=0, usage="error 1 cm",
        doc="error of the starting vertex in x, y and z; without it the vertex is free",
    )  # fmt: skip

    examples = (
        Example(
            "Two pions from a common vertex.",
            f"{_PIONS}    vertex_fit(:vertex) do\n        from pip, pim\n    end\nend\n",
        ),
        Example(
            "The same with a limit on chi2.",
            f"{_PIONS}    vertex_fit(:vertex) do\n        from pip, pim\n        chi2 < 20\n    end\nend\n",
        ),
        Example(
            "Every pair of pions with a common vertex, one row each.",
            f"{_PIONS.replace(' == 2', ' >= 2').replace(' == 1', ' >= 1')}    vertex_fit(:pair) do\n        from  pip, pim\n        chi2  < 20\n        keep  :all\n        npair >= 1\n    end\nend\n"
            'ntuple("pairs", per: pair) do\n    column m: m(pair.pip, pair.pim), chi2: pair.chi2\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        roles, only_one = cls._roles(here, to)
        if here.get(cls.conjugate):
            roles, only_one = _either_chain(roles, here.get(cls.from_, ()), to), False
        symbol = FitSymbol(
            to.full_name(here.name), FitKind.VERTEX, roles, optional=bool(here.get(cls.optional)), several=fitting.several(here)
        )
        if len(roles) < 2:
            if roles:
                to.bag.add(
                    physics.TOO_FEW_ENTRIES,
                    "a vertex needs two tracks",
                    here.head,
                    help="name another list in `from`",
                )
            return
        cuts = fitting.candidates(here, symbol, to, only_one)
        fitting.check_kept(here, symbol, cuts.choose.per_chain, to)
        error = here.get(cls.error)
        size = (
            to.shared("vertex_fit.error", FREE_VERTEX, cls.error.doc, dimension=LENGTH)
            if error is None
            else to.parameter(
                f"{here.name}.error", error.value, cls.error.doc, dimension=LENGTH, span=error.span
            )
        )
        line = to.fit_line(here, symbol)
        step = VertexFit(
            span=here.span, symbol=symbol, cut=line, before=cuts.before, choose=cuts.choose, after=cuts.after,
            settings=fitting.settings(here, FitKind.VERTEX, to), error=size,
        )  # fmt: skip
        to.make_fit(here.name, symbol, here.label.span if here.label else here.head, step)
        to.count_candidates(here, symbol)

    @classmethod
    def _roles(cls, here: Instance, to: Builder) -> tuple[tuple[Role, ...], bool]:
        """One role per list; of a list with a fixed number of tracks, that many."""
        roles: list[Role] = []
        only_one = True
        items: tuple[SourceItem, ...] = here.get(cls.from_, ())
        for item in items:
            flown = flown_particle(item.value, to)
            if flown is not None:
                roles.append(Role(flown.particle, None, sum(role.charge for role in flown.roles), FromSecondary(flown)))
                continue
            info = to.track_list(item.value)
            if info is None:
                return (), True
            name, count = info.symbol.name, to.scope.count(info)
            species = info.symbol.species or Species.PI
            if any(role.source == info.symbol for role in roles):
                help = f"a list with two tracks (`n{name} == 2`) is named once"
                to.bag.add(names.WRONG_KIND, f"`{name}` is named twice", item.value.span, help=help)
                return (), True
            number = count.high if count.high is not None and count.low == count.high else 1
            only_one = only_one and count.high is not None and count.high <= number
            group = len(roles) if number > 1 else -1
            for index in range(number):
                role = name if number == 1 else f"{name}{index + 1}"
                roles.append(Role(role, species, info.symbol.charge, info.symbol, group))
        return tuple(roles), only_one


def flown_particle(value: ast.Expr, to: Builder) -> FitSymbol | None:
    """The secondary vertex that a name in `from` speaks of; None if it is none."""
    known = to.scope.fits.get(value.name) if isinstance(value, (ast.Name, ast.Symbol)) else None
    usable = known is not None and known.symbol.kind is FitKind.SECONDARY_VERTEX and not known.symbol.optional
    if known is not None and known.symbol.several and known.symbol not in to.scope.inside:
        return None
    return known.symbol if known is not None and usable else None


def _either_chain(roles: tuple[Role, ...], items: tuple[SourceItem, ...], to: Builder) -> tuple[Role, ...]:
    """The roles with the lists of their antiparticles; none after a diagnostic."""
    found: list[Role] = []
    for role in roles:
        if not isinstance(role.source, ListSymbol):
            found.append(replace(role, follows=isinstance(role.source, FromSecondary) and role.source.fit.both_chains))
            continue
        span = next((item.value.span for item in items if item.value.span.text.lstrip(":") == role.source.name), items[0].value.span)
        particle = find(role.source.name)
        if particle is None or particle.species is None or role.source.charge == 0:
            help = "name lists such as `kp` and `pim`, or leave out `conjugate`"
            message = f"`{role.source.name}` has no list of antiparticles that its name would say"
            to.bag.add(physics.CHARGE_MISMATCH, message, span, help=help)
            return ()
        info = to.find_list(particle.antiparticle.short, span) or to.assume_for(particle.antiparticle.short, span)
        if info is None:
            help = f"make a list `{particle.antiparticle.short}` before, or leave out `conjugate`"
            to.bag.add(names.NO_SOURCE, f"no list offers `{particle.antiparticle.short}`", span, help=help)
            return ()
        to.use(info)
        found.append(replace(role, conjugate=info.symbol))
    return tuple(found)
