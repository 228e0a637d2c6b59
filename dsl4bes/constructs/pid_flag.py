"""`pid_flag`: whether a track is identified, as a value and not as a cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Chosen, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Choice, Cut, Sources
from dsl4bes.constructs.pid import DEFAULT_SYSTEMS, SYSTEMS, value
from dsl4bes.constructs.species import ORDER, SPECIES_WORDS
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Define, PidMethod, PidSpec, PidSystem
from dsl4bes.ir.types import Species
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

WORDS = tuple(word for word in SPECIES_WORDS if len(word) > 2)
_START = "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n        net_charge 0\n    end\n"


class PidFlag(Block):
    """A flag for tuples and formulas: whether a track is identified as `as` by the systems named.

    The hypothesis of that species must be the most probable of pi, K, p and the species itself, and above `prob_cut` if it is given. Without
    `as` the species is the word the block's name begins with: `proton_by_tof`. Of a list with several tracks the flag is true if one of them is identified;
    a track without information is not.
    """

    keyword = "pid_flag"
    label = LabelKind.NAME
    label_required = True

    from_ = Sources(required=True, doc="list with the track", many=False, usage="from probe")
    as_ = Choice(options=WORDS, doc="species that is asked for", usage="as :proton")
    method = Choice(
        default="`:probability`", source="BOSS",
        options=("probability", "likelihood"),
        doc="how the subsystems are combined",
        usage="method :probability",
    )
    systems = Choice(
        default="`:dedx, :tof1, :tof2, :tofe`", source="the collaboration",
        options=SYSTEMS,
        many=True,
        doc="subsystems used; dE/dx, TOF1, TOF2, TOFE if not said",
        usage="systems :dedx",
    )
    prob_cut = Cut(
        natural=">", low=0, high=1, doc="probability that must be exceeded", usage="prob_cut 0.001"
    )

    examples = (
        Example(
            "Whether the fastest good track is a proton, by dE/dx alone and by time of flight alone.",
            f"{_START}    pid_flag(:proton_by_dedx) do\n        from    good\n        systems :dedx\n    end\n"
            "    pid_flag(:proton_by_tof) do\n        from    good\n        systems :tof1, :tof2\n    end\nend\n\n"
            'ntuple("flags") do\n    column by_dedx: proton_by_dedx, by_tof: proton_by_tof\nend\n',
            "No event is rejected.",
        ),
        Example(
            "With the species said and a smallest probability.",
            f"{_START}    pid_flag(:heavy) do\n        from     good\n        as       :kaon\n        prob_cut 0.001\n    end\n"
            '    veto "kaon", heavy\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        items = here.get(cls.from_)
        species = cls._species(here, to)
        source = None if items is None else to.track_list(items[0].value)
        if source is None or species is None or here.label is None:
            return
        method: Chosen | None = here.get(cls.method)
        systems = tuple(dict.fromkeys(PidSystem(word.name) for word in here.get(cls.systems, ())))
        hypotheses = tuple(each for each in ORDER if each in (Species.PI, Species.K, Species.P, species))
        spec = PidSpec(
            PidMethod(method.name) if method else PidMethod.PROBABILITY,
            systems or DEFAULT_SYSTEMS,
            hypotheses,
        )
        to.identify(source, spec, here.head)
        span = here.label.span
        binder = ir.Binder("x", source.symbol)
        track = to.variable(binder, span)
        condition = nodes.conjunction(tuple(cls._tests(here, to, spec, track, species, span)), span)
        flag = nodes.reduce(ir.Reduction.ANY, nodes.each((binder,), condition, span), span)
        define = Define(span=here.span, name=to.full_name(here.name), value=flag)
        to.emit(define)
        to.make_value(ast.Word(here.label.name, span), ir.ValueRef(type=flag.type, span=span, define=define))

    @classmethod
    def _tests(
        cls, here: Instance, to: Builder, spec: PidSpec, track: ir.Expr, species: Species, span: Span
    ) -> list[ir.Expr]:
        own = value(spec, track, species, span)
        made: list[ir.Expr] = []
        for other in spec.hypotheses:
            if other is not species:
                operator = ir.Comparison.GE if ORDER.index(species) < ORDER.index(other) else ir.Comparison.GT
                made.append(nodes.compare(operator, own, value(spec, track, other, span), span))
        cut = here.entry(cls.prob_cut)
        passes = None if cut is None else to.field_cut(here, cut, own)
        return made if passes is None else [passes, *made]

    @classmethod
    def _species(cls, here: Instance, to: Builder) -> Species | None:
        """The species of `as`, or of the first word of the label."""
        chosen: Chosen | None = here.get(cls.as_)
        word = chosen.name if chosen else here.name.split("_")[0]
        if word in WORDS:
            return SPECIES_WORDS[word]
        help = f"write `as :proton`; the words are {listed(WORDS)}"
        to.bag.add(
            codes.MISSING_FIELD,
            f"`{here.name}` does not say which species is asked for",
            here.head,
            help=help,
        )
        return None
