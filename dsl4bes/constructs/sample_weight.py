"""`sample_weight`: what a simulated event counts in units of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import ANYWHERE, Block, Example, Instance, LabelKind, Measure
from dsl4bes.constructs.fields import Field, Number
from dsl4bes.constructs.runs import simulated
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Define
from dsl4bes.ir.types import Kind
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_PHOTONS = "event_selection do\n    photons do\n        ngam >= 2\n    end\nend\n\n"


class SampleWeight(Block):
    """A weight that scales simulation to the data: the events expected in the data over those generated; 1 for real events.

    What is expected is `cross_section` (pb, branching fractions included) times `luminosity` (1/pb), or written as `expected`. A job runs over one sample: the
    numbers are properties (`<name>_generated` ...), which the job options of each sample set. The name is a value for tuples and for the `weight` of
    histograms.
    """

    keyword = "sample_weight"
    quiet = True
    parents = ANYWHERE
    label = LabelKind.NAME
    label_required = True

    generated = Number(required=True, low=1, doc="number of events that were generated", usage="generated 1000000")
    cross_section = Number(low=0, doc="cross section of the process (pb)", usage="cross_section 3660")
    luminosity = Number(low=0, doc="integrated luminosity of the data (1/pb)", usage="luminosity 2931.8")
    expected = Number(low=0, doc="events expected in the data, in place of the two", usage="expected 12000")

    examples = (
        Example(
            "Simulation scaled to a luminosity of 2931.8 per picobarn, in a histogram and as a column.",
            f"{_PHOTONS}sample_weight(:w) do\n    generated     1000000\n    cross_section 3660\n    luminosity    2931.8\nend\n\n"
            'histogram("m_gg") do\n    fill   m(gam1, gam2)\n    bins   50, 0 GeV..1 GeV\n    weight w\nend\n\nntuple("gg") do\n    column m_gg: m(gam1, gam2), w: w\nend\n',
            "For another sample the job options set w_generated and w_cross_section.",
        ),
        Example(
            "A sample that stands for 12,000 events of the data.",
            f'{_PHOTONS}sample_weight(:scale) do\n    generated 500000\n    expected  12000\nend\n\nntuple("gg") do\n    column e1: e(gam1), scale: scale\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        assert here.label is not None
        word = ast.Word(here.label.name, here.label.span)
        generated, expected = _number(here, to, cls.generated), _number(here, to, cls.expected)
        factors = [_number(here, to, field) for field in (cls.cross_section, cls.luminosity)]
        if (expected is None) == (None in factors) or (expected is not None and factors != [None, None]) or generated is None:
            help = "write `cross_section` and `luminosity`, or `expected` alone"
            if generated is not None:
                message = "`sample_weight` needs what is expected in the data, said in one way"
                to.bag.add(codes.MISSING_FIELD, message, here.head, help=help)
            to.make_value(word, None)
            return
        if expected is None:
            cross_section, luminosity = (each for each in factors if each is not None)
            expected = nodes.arithmetic(ir.Arithmetic.MUL, cross_section, luminosity, here.span)
        weight = nodes.arithmetic(ir.Arithmetic.DIV, expected, generated, here.span)
        one = nodes.constant(1.0, here.span)
        made = simulated(here.span)
        typed = nodes.type_from((made, weight, one), Kind.NUMBER)
        value = ir.IfElse(type=typed, span=here.span, condition=made, then=weight, otherwise=one)
        define = Define(span=here.span, name=to.full_name(word.name), value=value)
        to.emit(define)
        to.make_value(word, ir.ValueRef(type=value.type, span=word.span, define=define))


def _number(here: Instance, to: Builder, field: Field) -> ir.Expr | None:
    """The number of a field as a property; None if it is not written."""
    written: Measure | None = here.get(field)
    if written is None:
        return None
    return nodes.parameter_ref(to.parameter(f"{here.name}.{field.name}", written.value, field.doc, span=written.span))
