"""`pid`: particle identification by ParticleID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs import identification
from dsl4bes.constructs.base import Block, Chosen, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Choice, Cut, Line, Sources
from dsl4bes.constructs.identification import Identified, Target
from dsl4bes.constructs.species import ORDER, SPECIES_WORDS
from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import PidMethod, PidSpec, PidSystem, Select
from dsl4bes.ir.types import NUMBER, Kind, Origin, Species, Type
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, List

SYSTEMS = tuple(system.value for system in PidSystem)
DEFAULT_SYSTEMS = (PidSystem.DEDX, PidSystem.TOF1, PidSystem.TOF2, PidSystem.TOFE)


class Pid(Block):
    """Identifies tracks with ParticleID and sorts them into lists by species and charge.

    `identify :pip` takes tracks of charge +1 whose pion probability is above `prob_cut`; `"from_kaon"` asks that it is also larger
    than the kaon's; `as: :most_probable` that it is the largest of all hypotheses that are compared. Formulas may follow:
    `identify :ep, prob_e(x) / (prob_e(x) + prob_pi(x) + prob_k(x)) > 0.8`. `pi ka el mu pr` are lists of both charges.
    Hypotheses are those named, those in `from_...`, and pi and K. A track without identification information is in no list.
    With `method :likelihood` the numbers are likelihood fractions.
    """

    keyword = "pid"
    label = LabelKind.NAME
    counts = True
    standard = "event_selection.pid do\n    prob_cut 0.001\n    identify <species>\nend\n"
    instead = ("assign", "leptons")

    method = Choice(
        default="`:probability`", source="BOSS",
        options=("probability", "likelihood"),
        doc="how the subsystems are combined",
        usage="method :probability",
    )
    from_ = Sources(doc="list of tracks to identify", many=False, usage="from good")
    systems = Choice(
        default="`:dedx, :tof1, :tof2, :tofe`", source="the collaboration",
        options=SYSTEMS,
        many=True,
        doc="subsystems used; dE/dx, TOF1, TOF2, TOFE if not said",
        usage="systems :dedx, :tof1",
    )
    prob_cut = Cut(
        natural=">",
        low=0,
        high=1,
        doc="probability that every identified track must exceed",
        usage="prob_cut 0.001",
    )
    identify = Line(
        required=True, repeats=True, keys=("as",), words=(identification.MOST_PROBABLE,),
        doc="lists to make, and how their tracks are told from others", usage='identify :kp, "from_pion"',
    )  # fmt: skip

    examples = (
        Example(
            "At least one proton and one antiproton, told from kaons and pions.",
            'event_selection.pid(method="probability") do\n    prob_cut 0.001\n    identify :prp, "from_kaon_and_pion"\n'
            '    identify :prm, "from_kaon_and_pion"\n    nprp ">=1"\n    nprm ">=1"\nend\n',
            "No list of tracks is made before: the standard one is assumed.",
        ),
        Example(
            "One pion of each charge, by dE/dx and time of flight.",
            "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n    end\n    pid do\n"
            "        systems  :dedx, :tof1, :tof2\n        prob_cut 0.001\n        identify :pip\n        identify :pim\n        npip == 1\n"
            "        npim == 1\n    end\nend\n",
        ),
        Example(
            "Electrons of either charge by the share of their probability.",
            "event_selection.pid do\n    identify :el, prob_e(x) / (prob_e(x) + prob_pi(x) + prob_k(x)) > 0.8\n    nel >= 1\nend\n",
            "`x` is the track in question.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        source = to.track_source(here, here.get(cls.from_))
        lines = [
            line for entry in here.all(cls.identify) if (line := identification.read(entry, to)) is not None
        ]
        if source is None:
            return
        spec = cls.spec(here, lines)
        to.scope.pid = spec
        to.identify(source, spec, here.head)
        for line in lines:
            for target in line.targets:
                cls._make(here, to, line, target, source, spec)
        _overlaps(lines, to)
        to.count_cuts(here)

    @classmethod
    def spec(cls, here: Instance, lines: list[Identified]) -> PidSpec:
        """How ParticleID is run (SEMANTICS rule 7)."""
        method: Chosen | None = here.get(cls.method)
        systems: tuple[Chosen, ...] = here.get(cls.systems, ())
        named = {Species.PI, Species.K}
        for line in lines:
            named |= {target.species for target in line.targets} | set(line.beaten)
            for test in line.tests:
                named |= species_in(test)
        return PidSpec(
            PidMethod(method.name) if method else PidMethod.PROBABILITY,
            tuple(dict.fromkeys(PidSystem(system.name) for system in systems)) or DEFAULT_SYSTEMS,
            tuple(species for species in ORDER if species in named),
        )

    @classmethod
    def _make(
        cls, here: Instance, to: Builder, line: Identified, target: Target, source: List, spec: PidSpec
    ) -> None:
        binder = ir.Binder("x", source.symbol)
        track = to.variable(binder, target.span)
        made = identification.conditions(line, target, here, to, track, source.symbol.name)
        info = identification.make_target(target, source, to)
        if made is None:
            return
        cut = here.entry(cls.prob_cut)
        own = value(spec, track, target.species, target.span)
        if cut is not None:
            passes = to.field_cut(here, cut, own)
            made += [] if passes is None else [passes]
        made += comparisons(line, target, spec, track)
        if cut is None and not line.beaten and not line.tests and not line.most_probable:
            made.append(nodes.compare(ir.Comparison.GE, own, nodes.constant(0.0, target.span), target.span))
            help = 'add `prob_cut 0.001`, `"from_..."`, a formula or `as: :most_probable`'
            message = f"every track with identification information becomes a `{target.name}`"
            to.bag.add(physics.NO_TEST, message, target.span, help=help)
        condition = nodes.conjunction(tuple(made), target.span)
        to.emit(
            Select(
                span=line.entry.statement.span,
                target=info.symbol,
                source=source.symbol,
                binder=binder,
                condition=condition,
            )
        )


def value(spec: PidSpec, track: ir.Expr, species: Species, span: Span) -> ir.PidValue:
    """The probability of a hypothesis, or its likelihood fraction."""
    likelihood = spec.method is PidMethod.LIKELIHOOD
    quantity = ir.PidQuantity.FRACTION if likelihood else ir.PidQuantity.PROBABILITY
    typed = Type(Kind.NUMBER, NUMBER, track.type.shape, Origin.MEASURED, True)
    return ir.PidValue(type=typed, span=span, spec=spec, particle=track, quantity=quantity, species=species)


def comparisons(line: Identified, target: Target, spec: PidSpec, track: ir.Expr) -> list[ir.Expr]:
    """That the target's hypothesis beats those it is told from."""
    span = target.span
    own = value(spec, track, target.species, span)
    others = [species for species in ORDER if species in line.beaten and species is not target.species]
    if line.most_probable:
        others = [species for species in spec.hypotheses if species is not target.species]
    made: list[ir.Expr] = []
    for species in others:
        # Of equal probabilities the first hypothesis in BOSS's order wins, so that the lists are exclusive.
        first = line.most_probable and ORDER.index(target.species) < ORDER.index(species)
        operator = ir.Comparison.GE if first else ir.Comparison.GT
        made.append(nodes.compare(operator, own, value(spec, track, species, span), span))
    return made


def species_in(formula: ast.Expr) -> set[Species]:
    """The hypotheses a formula names: `prob_e(x)`, `chi_dedx(x, "mu")`."""
    found: set[Species] = set()
    todo: list[object] = [formula]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call):
            todo += [argument.value for argument in node.arguments]
            found |= _species_of(node.function.name)
            if node.function.name.startswith("chi_"):
                texts = (
                    argument.value.value
                    for argument in node.arguments
                    if isinstance(argument.value, ast.String)
                )
                found |= {SPECIES_WORDS[text] for text in texts if text in SPECIES_WORDS}
        elif isinstance(node, ast.Name):
            found |= _species_of(node.name)
        else:
            todo += [
                getattr(node, part)
                for part in ("left", "right", "operand", "low", "high")
                if hasattr(node, part)
            ]
    return found


def _species_of(name: str) -> set[Species]:
    head, _, tail = name.partition("_")
    return {SPECIES_WORDS[tail]} if head in ("prob", "lhf") and tail in SPECIES_WORDS else set()


def _overlaps(lines: list[Identified], to: Builder) -> None:
    """A warning for two lists that can have the same track."""
    targets = [(line, target) for line in lines for target in line.targets]
    for number, (line, target) in enumerate(targets):
        for other_line, other in targets[:number]:
            apart = target.charge * other.charge < 0 or target.species is other.species
            if apart or line.tests or other_line.tests or (line.most_probable and other_line.most_probable):
                continue
            if other.species in line.beaten and target.species in other_line.beaten:
                continue
            message = f"one track can be in `{target.name}` and in `{other.name}`"
            help = 'compare the hypotheses on both lines (`"from_..."`), or write `as: :most_probable`'
            related = (Label(other.span, f"`{other.name}`"),)
            to.bag.add(physics.OVERLAPPING_LISTS, message, target.span, related=related, help=help)
