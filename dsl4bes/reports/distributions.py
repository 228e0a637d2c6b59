"""One sentence on each fit of ROOT: what is fitted, where, how and with which shapes.

In: a teller and an `ir.fitting.Fit`. Out: a sentence. Start values and limits of the parameters are not in it: they are no part of what a paper says of a fit.
"""

from __future__ import annotations

from dsl4bes.ir import fitting as ir
from dsl4bes.physics.units import find_unit
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.numbers import Quantity
from dsl4bes.reports.said import Said, math
from dsl4bes.reports.teller import Teller


def fit_sentence(teller: Teller, fit: ir.Fit) -> Said:
    """The fit in one sentence."""
    ranges = teller.all_of([_range(teller, axis, low, high) for axis in fit.axes for low, high in axis.ranges])
    data = teller.all_of([_data(teller, sample.data) for sample in fit.samples])
    terms = teller.all_of([teller.say(f"root.{term.role.value}", shape=teller.name(_shape(term.density))) for term in fit.terms])
    return teller.say("root.fit", name=teller.name(fit.name), method=teller.say(f"root.{fit.method.value}"), data=data, range=ranges, terms=terms)


def _shape(density: ir.Density) -> str:
    word = density.shape.replace("_", " ")
    return word if density.resolution is None else f"{word} * {_shape(density.resolution)}"


def _range(teller: Teller, axis: ir.Axis, low: float, high: float) -> Said:
    unit = find_unit(axis.unit) if axis.unit else None
    if unit is None:
        parts = [numbers.together(numbers.digits(each), symbols.name(axis.unit) if axis.unit else "") for each in (low, high)]
    else:
        parts = [numbers.together(*each) for each in numbers.written([Quantity(low, unit.dimension), Quantity(high, unit.dimension)])]
    return teller.say("root.between", low=math(parts[0]), high=math(parts[1]))


def _data(teller: Teller, data: ir.Data) -> Said:
    name = teller.name
    if isinstance(data, ir.TreeData):
        said = teller.say("root.branch", branch=name(data.branch), tree=name(data.tree), file=name(data.file))
        return teller.say("root.cut", data=said, cut=name(data.cut)) if data.cut else said
    if isinstance(data, ir.HistogramData):
        return teller.say("root.histogram", histogram=name(data.histogram), file=name(data.file))
    if isinstance(data, ir.GraphData):
        return teller.say("root.graph", graph=name(data.graph), file=name(data.file))
    if isinstance(data, ir.ColumnData):
        return teller.say("root.column", column=name(data.column), file=name(data.file))
    if isinstance(data, ir.PointsData):
        return teller.say("root.points", x=name(data.x), y=name(data.y), file=name(data.file))
    return teller.say("root.generated", events=math(str(data.events)))
