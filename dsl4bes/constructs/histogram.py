"""`histogram`: one or two quantities in bins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs import candidates
from dsl4bes.constructs.base import ANYWHERE, Block, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Formula, Line, Number, Sources, Text
from dsl4bes.constructs.measures import factor_of, measure
from dsl4bes.constructs.ranges import lone_unit
from dsl4bes.diagnostics.codes import names
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir.primitives import Axis, FillHistogram
from dsl4bes.ir.types import Kind
from dsl4bes.physics.units import base_word
from dsl4bes.syntax import ast
from dsl4bes.syntax.rewrite import written

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_BINS = Number(
    doc="number of bins", low=1, high=100000, whole=True, name="bins", usage="bins 60, 0.1 GeV..0.2 GeV"
)


class Histogram(Block):
    """A histogram of one formula, or of two against each other; of a list, every entry is filled.

    `bins 60, 0.105 GeV..0.165 GeV` gives number and range; for two formulas number and range stand twice. What cannot be computed
    is not filled. At the top level it is filled after the last cut, inside `event_selection` or a region where it stands.
    """

    keyword = "histogram"
    quiet = True
    parents = ANYWHERE
    label = LabelKind.NAME
    label_required = True

    per = Sources(doc="combination whose candidates fill one after the other", many=False, usage="per: dipion")
    fill = Line(required=True, doc="one or two formulas", usage="fill m(gam1, gam2)")
    bins = Line(required=True, doc="number of bins and range, of two formulas one after the other on one line (`bins 60, 0.1 GeV..0.2 GeV, 20, -1..1`)", usage="bins 60, 0.1 GeV..0.2 GeV")
    title = Text(doc="title of the plot", usage='title "two photons"')
    weight = Formula(doc="weight of an entry", usage="weight 0.5")

    examples = (
        Example(
            "The mass of the two most energetic photons.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\nend\n\n"
            'histogram("m_gg") do\n    fill m(gam1, gam2)\n    bins 60, 0.105 GeV..0.165 GeV\nend\n',
        ),
        Example(
            "Energy against polar angle of all photons.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n    end\nend\n\n"
            'histogram("photons") do\n    title "photons"\n    fill  e(gam), cos(gam)\n    bins  50, 0 GeV..2 GeV, 20, -1..1\nend\n',
            "A list fills once per entry.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        per = here.entry(cls.per)
        if per is None:
            cls._fill(here, to)
        elif not candidates.per(per.value[0].value, here, to, lambda: cls._fill(here, to)):
            help = "a list in `fill` fills once per entry by itself"
            to.bag.add(names.UNKNOWN_NAME, f"no combination is called `{per.value[0].value.span.text}`", per.value[0].value.span, help=help)

    @classmethod
    def _fill(cls, here: Instance, to: Builder) -> None:
        fill, bins = here.entry(cls.fill), here.entry(cls.bins)
        if fill is None or bins is None:
            return
        written = [argument.value for argument in fill.value]
        values = to.together(written)
        axes = _axes(bins, values, written, to) if values is not None else None
        weight = here.entry(cls.weight)
        factor = None if weight is None else to.branch(weight.value, {}, frozenset())
        if values is None or axes is None or (weight is not None and not _number(factor, weight.value, to)):
            return
        title = here.get(cls.title)
        to.emit(
            FillHistogram(
                span=here.span,
                name=to.output_name(here, "histogram"),
                title=title.name if title else here.name,
                axes=tuple(axes),
                values=values,
                weight=factor,
            )
        )


def _number(value: ir.Expr | None, written: ast.Expr, to: Builder) -> bool:
    if value is not None and value.type.kind is not Kind.NUMBER:
        message = f"`{written.span.text}` is a {value.type.kind.value}, and a weight is a number"
        to.bag.add(names.WRONG_KIND, message, written.span, help="take a function of it, such as `e(gam1)`")
        return False
    return value is not None


def _axes(
    bins: Entry, values: tuple[ir.Expr, ...], written: list[ast.Expr], to: Builder
) -> list[Axis] | None:
    arguments = [argument.value for argument in bins.value]
    if len(arguments) != 2 * len(values) or len(values) > 2:
        help = "write `bins 60, 0.1 GeV..0.2 GeV`, for two formulas a number and a range for each"
        message = f"{len(values)} formula{'s' * (len(values) > 1)} and {len(arguments)} values in `bins`"
        to.bag.add(codes.BAD_VALUE, message, bins.statement.span, help=help)
        return None
    axes: list[Axis] = []
    for value, formula, number, limits in zip(values, written, arguments[::2], arguments[1::2], strict=True):
        axis = _axis(value, formula, number, limits, to)
        if axis is None:
            return None
        axes.append(axis)
    return axes


def _axis(value: ir.Expr, formula: ast.Expr, number: ast.Expr, limits: ast.Expr, to: Builder) -> Axis | None:
    if value.type.kind is not Kind.NUMBER:
        message = f"`{formula.span.text}` is a {value.type.kind.value}, and a histogram holds numbers"
        to.bag.add(names.WRONG_KIND, message, formula.span)
        return None
    count = measure(_BINS, number, to.bag)
    if not isinstance(limits, ast.Range):
        to.bag.add(
            codes.BAD_VALUE, "`bins` takes a number and a range", limits.span, help=f"write `{_BINS.usage}`"
        )
        return None
    unit = base_word(value.type.dimension)
    edge = Number(
        dimension=value.type.dimension, bare=unit, doc="edge of the range", name="bins", usage=_BINS.usage
    )
    low, high = measure(edge, limits.low, to.bag), measure(edge, limits.high, to.bag)
    if count is None or low is None or high is None:
        return None
    both = lone_unit(limits, lambda end: factor_of(edge, end, to.bag))
    if both is not None:
        message = "the range of the axis has its unit at one end only"
        to.bag.add(codes.UNIT_AT_ONE_END, message, limits.span, help=f"write `{both}`")
        return None
    if low.value >= high.value:
        message = f"the axis begins at {low.text} and ends at {high.text}"
        help = f"write `{high.text}..{low.text}`" if low.value > high.value else "the ends of a range differ"
        to.bag.add(codes.REVERSED_RANGE, message, limits.span, help=help)
        return None
    return Axis(int(count.value), low.value, high.value, written(formula) + (f" ({unit})" if unit else ""))
