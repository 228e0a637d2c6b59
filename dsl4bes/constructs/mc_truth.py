"""`mc_truth`: what the generator made: decay trees, processes, and which particle a track or shower comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs import decay_checks
from dsl4bes.constructs.base import TOP, Block, Chosen, Entry, Example, Instance
from dsl4bes.constructs.builder import Truth, Window
from dsl4bes.constructs.fields import Cut, Decay, Formulas, Group, Line, Number, Sources
from dsl4bes.constructs.measures import bad_value, measure
from dsl4bes.constructs.truth_names import named_particle, process_name, written
from dsl4bes.constructs.values import read
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Column, FillTruth, FillTuple, ReadTruth
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import ANGLE, Kind
from dsl4bes.physics.units import base_word
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.source import Span

#: Largest angle between a measured and a generated direction if the block does not say: about three times what multiple scattering and the
#: bending before the first layer do to soft tracks; far below the distance of two photons of one pi0.
NEAR = 10 * 3.141592653589793 / 180
MOST = 100  #: particles of one decay tree; J/psi and D events have 10 to 40
_BRANCHES = ("run", "event", "n_generated", "indexmc", "pdgid", "motheridx")
TREE = "truth"  #: name of the tuple of all generated events
_MAX = Number(doc="most particles that are kept", low=1, high=10000, whole=True, name="max", usage="max: 100")
_DECAY = Decay(doc="the decay, as in a fit", name="process", usage='process :signal, "J/psi -> pi+ pi- pi0"')


def _window(quantity: str, what: str) -> tuple[Cut, ...]:
    angle = Cut(dimension=ANGLE, natural="<", low=0, high=3.1416, doc="largest angle to the generated direction, 10 degrees if not said", name="angle", usage="angle < 10 deg")
    return angle, Cut(natural="<", low=0, doc=f"largest difference in {what}, relative to the generated one; any if not said", name=quantity, usage=f"{quantity} < 0.2")


class McTruth(Block):
    """The truth of simulated events: decay trees for TopoAna, names for processes, matching of tracks and showers.

    The block makes a tree `truth` with one row for *every* simulated event, filled before the first cut and also for events without
    reconstruction: the denominator of an efficiency. Nothing here rejects an event. On data (run > 0) there is no truth: the tree gets no row, all
    that is asked of the truth is absent (-999 in a tuple, flags are 0), and the log and the report of a run say so once.

    `topology` adds the arrays `pdgid` and `motheridx` over `indexmc`, as TopoAna reads them: the named particle (the first that is not primary, if
    there is none the first) and all that came of it in the generator (`decayFromGenerator()`), in the order of the event; `motheridx` counts within the array from 0 and is
    -1 for the named particle. `dsl4bes run` prints the most frequent decay trees with their efficiency. Photons of final-state radiation have the number
    -22; they are in the arrays and left out of the printed trees.

    `process` names a decay: the name is a flag (1 in the tree, yes or no in formulas) that is true where a particle decays in the generator exactly as
    written. A product without a decay of its own may decay in any way; with `through: :resonances` a generated product that is not written stands for
    what it decayed into, so that `"J/psi -> pi+ pi- pi0", through: :resonances` holds rho pi too; radiation (-22) is ignored; the charge-conjugate chain counts unless
    `conjugate: false`. The generated particles have the names of the roles: `p(signal.pi0)`, `m(signal.pip, signal.pim)`; identical ones are numbered by
    falling generated energy. In the conjugate chain `signal.kp` is the K-. `column` adds such quantities to the tree.

    Matching (`truth(x)`, `matched(x)`, `match`): to a track belongs the generated e, mu, pi, K or p of its charge, to a shower the generated
    photon, whose direction is nearest, if it is within `angle` (and `momentum` or `energy`, as a difference relative to the generated value). The
    track is that of the Kalman fit of its own species at its closest approach to the origin (so the daughters of a K_S that flew far need a wider window), the
    shower is seen from the origin. Two tracks may have the same match; in `matched(fit)` all are different. A pion that decays in flight keeps the pion as the
    match of its track. Common hits (EventNavigator) are not asked for: a job need not have run that package.
    `match pip, fit4c, dipion` makes tuples: `match_pip` with one row per entry of the list, `match_fit4c` with one per event, `match_dipion` with one per
    candidate of the combination, filled after the last cut.
    """

    keyword = "mc_truth"
    parents = (TOP,)

    topology = Line(keys=("max",), doc="particle at the head of the decay trees; `max:` entries of the arrays, 100 if not said", usage='topology "psi(2S)"')
    process = Line(keys=("conjugate", "through"), words=("resonances",), repeats=True, doc="a name for a decay", usage='process :signal, "J/psi -> (rho0 -> pi+ pi-) (pi0 -> gam gam)"')
    column = Formulas(repeats=True, doc="generated quantities for the tree", usage="column p_pi0: p(signal.pi0)")
    match = Sources(repeats=True, doc="lists, fits and combinations whose matches are stored", usage="match fit4c, pip, dipion")
    tracks = Group(fields=_window("momentum", "momentum"), doc="how near the match of a track must be", usage="tracks angle < 10 deg, momentum < 0.2")
    showers = Group(fields=_window("energy", "energy"), doc="how near the match of a shower must be", usage="showers angle < 5 deg, energy < 0.5")

    examples = (
        Example(
            "Decay trees of all events, and how often two photons are what they are taken for.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\nend\n\n"
            'mc_truth do\n    topology "J/psi"\n    match    gam\nend\n\n'
            'ntuple("photons") do\n    column m_gg: m(gam1, gam2), mother: pdgid(mother(truth(gam1))), right: matched(gam1, gam2)\nend\n',
            "`match_gam` has a row per photon.",
        ),
        Example(
            "Efficiency of one process as a function of a generated momentum.",
            "event_selection.charged_tracks do\n    ngood == 2\n    net_charge 0\nend\n\n"
            'mc_truth do\n    process  :signal, "J/psi -> (rho0 -> pi+ pi-) (pi0 -> gam gam)"\n    column   p_pi0: p(signal.pi0), m_pipi: m(signal.pip, signal.pim)\n'
            "    tracks   angle < 5 deg, momentum < 0.1\nend\n\n"
            'ntuple("selected") do\n    column signal: signal, p_pi0: p(signal.pi0)\nend\n',
            "The tree `truth` has every event, `selected` those that are left.",
        ),
    )  # fmt: skip

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """What is done for every event; processes are known from here on."""
        to.truth = Truth(cls._limits(here, cls.tracks, to), cls._limits(here, cls.showers, to), {})
        for entry in here.all(cls.process):
            _process(entry, to)
        processes = tuple(to.truth.processes.values())
        to.emit(ReadTruth(span=here.span, processes=processes))
        root, most = cls._topology(here, to)
        if to.claim_tuple(TREE, here.head):
            columns = _columns(here, to)
            to.emit(FillTruth(span=here.span, name=TREE, root=root, maximum=most, processes=processes, columns=columns))

    @classmethod
    def closing(cls, here: Instance, to: Builder) -> None:
        """The tuples of `match`, when all lists and fits are known."""
        seen: dict[str, Span] = {}
        for entry in here.all(cls.match):
            for item in entry.value:
                made = to.matches(item.value)
                if made is None:
                    continue
                name, binder, columns = made
                if name in seen:
                    related = (Label(seen[name], "first here"),)
                    to.bag.add(codes.DUPLICATE_FIELD, f"`{name}` is matched twice", item.value.span, related=related, help="remove one of the two")
                elif to.claim_tuple(f"match_{name}", item.value.span):
                    fit = None if binder is not None else to.scope.fits[name].symbol
                    several = fit is not None and fit.several
                    row = FillTuple(span=entry.statement.span, name=f"match_{name}", columns=columns, per=binder, candidate=several)
                    if fit is not None and several:
                        with to.each(fit, here.span), to.block(here, name):
                            to.emit(row)
                    else:
                        to.emit(row)
                seen.setdefault(name, item.value.span)

    @staticmethod
    def ending(here: Instance) -> Instance:
        """The same block as its second part: its tuples are a block of their own, after the last cut."""
        return replace(here, label=Chosen("mc_truth match", here.head))

    @classmethod
    def _limits(cls, here: Instance, group: Group, to: Builder) -> Window:
        written_ = here.entry(group)
        found: dict[str, Parameter] = {}
        for entry in written_.value if written_ is not None else ():
            cut = entry.value
            if cut.operator is not ast.Operator.LT:
                bad_value(entry.field, cut.span, "`<` and a number", to.bag)
                continue
            limit = measure(entry.field, cut.right, to.bag)
            if limit is None:
                continue
            dimension = entry.field.dimension
            name = f"{here.name}.{group.name}.{entry.field.name}"
            found[entry.field.name] = to.parameter(name, limit.value, entry.field.doc, dimension=dimension, span=limit.span)
        angle = found.pop("angle", None)
        if angle is None:
            angle = to.parameter(f"{here.name}.{group.name}.angle", NEAR, group.fields[0].doc, dimension=ANGLE)
        return Window(angle, next(iter(found.values()), None))

    @classmethod
    def _topology(cls, here: Instance, to: Builder) -> tuple[int, Parameter | None]:
        """The head of the decay trees and the length of the arrays."""
        entry = here.entry(cls.topology)
        if entry is None:
            return 0, None
        plain = [argument.value for argument in entry.value if argument.key is None]
        if len(plain) != 1:
            bad_value(cls.topology, entry.key.span, "the name of one particle", to.bag)
            return 0, None
        root = named_particle(plain[0], to.bag)
        most = next((argument.value for argument in entry.value if argument.key is not None), None)
        limit = None if most is None else measure(_MAX, most, to.bag)
        value, span = (MOST, None) if limit is None else (int(limit.value), limit.span)
        parameter = to.parameter(f"{here.name}.topology.max", value, _MAX.doc, span=span)
        return (0, None) if root is None else (root, parameter)


def _process(entry: Entry, to: Builder) -> None:
    """`process :signal, "J/psi -> ..."`."""
    assert to.truth is not None
    arguments: tuple[ast.Argument, ...] = entry.value
    plain = [argument for argument in arguments if argument.key is None]
    keys = {argument.key.name: argument.value for argument in arguments if argument.key is not None}
    keyed, through = keys.get("conjugate"), keys.get("through")
    if len(plain) != 2:
        bad_value(McTruth.process, entry.key.span, "a name and a decay", to.bag)
        return
    name = process_name(plain[0].value, to.bag)
    if name is not None and name.name in _BRANCHES:
        help = "choose another name"
        to.bag.add(physics.RESERVED_BRANCH, f"`{name.name}` is a branch of the tree already", name.span, help=help)
        return
    decay = read(_DECAY, entry.key, (plain[1],), to.bag)
    if keyed is not None and not isinstance(keyed, ast.Boolean):
        bad_value(McTruth.process, keyed.span, "`conjugate: true` or `false`", to.bag)
        return
    if through is not None and not (isinstance(through, ast.Symbol) and through.name == "resonances"):
        bad_value(McTruth.process, through.span, "`through: :resonances`", to.bag)
        return
    if name is None or decay is None:
        return
    parsed, span = decay
    decay_checks.charges(parsed, span, to.bag)
    decay_checks.masses(parsed, span, to.bag)
    tree = written(parsed, span, to.bag)
    if tree is None:
        return
    both = (keyed is None or keyed.value) and not parsed.self_conjugate
    process = Process(name.name, tree, both, through is not None)
    to.make_value(name, to.in_process(process, name.span))
    to.truth.processes.setdefault(name.name, process)


def _columns(here: Instance, to: Builder) -> tuple[Column, ...]:
    """The generated quantities of the tree."""
    assert to.truth is not None
    places: dict[str, Span] = {}
    made: list[Column] = []
    for entry in here.all(McTruth.column):
        for named in entry.value:
            name = named.name.name
            if name in _BRANCHES or name in to.truth.processes:
                help = "choose another name"
                to.bag.add(physics.RESERVED_BRANCH, f"`{name}` is a branch of the tree already", named.name.span, help=help)
                continue
            if name in places:
                related = (Label(places[name], "the first one"),)
                to.bag.add(physics.DUPLICATE_BRANCH, f"two branches are called `{name}`", named.name.span, related=related)
                continue
            places[name] = named.name.span
            value = to.of_truth(named.value)
            if value is not None and _is_number(value, named.value, to):
                made.append(Column(name, value, base_word(value.type.dimension)))
    return tuple(made)


def _is_number(value: ir.Expr, formula: ast.Expr, to: Builder) -> bool:
    if value.type.kind in (Kind.NUMBER, Kind.FLAG):
        return True
    help = f"store a quantity of it: `p({formula.span.text})`, `pdgid({formula.span.text})`"
    message = f"`{formula.span.text}` is a {value.type.kind.value}, and a branch holds a number"
    to.bag.add(codes.BAD_VALUE, message, formula.span, help=help)
    return False
