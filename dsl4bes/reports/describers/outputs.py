"""Sentences on tuples, histograms and what is read of generated particles.

In: a teller and a step. Out: one or two sentences a step. Nothing here selects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.primitives import FillHistogram, FillTruth, FillTuple, Primitive, ReadTruth
from dsl4bes.ir.truth import Process, Written
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.formula import Formula
from dsl4bes.reports.numbers import Quantity
from dsl4bes.reports.said import Said, joined, math
from dsl4bes.reports.teller import Teller, Told


def fill_tuple(teller: Teller, step: FillTuple) -> list[Told]:
    formula = Formula(about=None if step.per is None else step.per)
    columns = [_column(teller, each.name, each.value, formula) for each in step.columns]
    columns += [
        teller.say("step.array", name=math(symbols.name(each.name)), value=_value(each.values, formula), number=teller.number(each.maximum)) for each in step.arrays
    ]
    named, listed = teller.name(step.name), joined(columns, teller.phrases.text("join.comma"))
    if step.per is not None:
        return [Told(teller.say("step.per", name=named, list=teller.entries(step.per.list), columns=listed))]
    return [Told(teller.say("step.fill_tuple", name=named, columns=listed) if columns else teller.say("step.fill_tuple_empty", name=named))]


def _column(teller: Teller, name: str, value: ir.Expr, formula: Formula) -> Said:
    return teller.say("step.column", name=math(symbols.name(name)), value=_value(value, formula))


def _value(value: ir.Expr, formula: Formula) -> Said:
    return math(formula.write(value, 1) or symbols.name("it"))


def fill_histogram(teller: Teller, step: FillHistogram) -> list[Told]:
    formula = Formula()
    values = teller.all_of([teller.value(each, formula) for each in step.values])
    axes = teller.all_of([_axis(teller, axis.bins, axis.low, axis.high, value) for axis, value in zip(step.axes, step.values, strict=False)])
    said = teller.say("step.histogram", name=teller.name(step.name), values=values, axes=axes)
    weight = () if step.weight is None else teller.say("step.weight", weight=teller.value(step.weight, formula))
    return [Told(teller.further(said, weight))]


def _axis(teller: Teller, bins: int, low: float, high: float, value: ir.Expr) -> Said:
    inner = Formula().for_sides(value)
    dimension = value.body.type.dimension if isinstance(value, ir.Each) else value.type.dimension
    limits = [math(numbers.together(*each)) for each in numbers.written([Quantity(low, dimension), Quantity(high, dimension)], inner.flavour)]
    return teller.say("step.axis", bins=math(str(bins)), low=limits[0], high=limits[1])


def read_truth(teller: Teller, step: ReadTruth) -> list[Told]:
    if not step.processes:
        return [Told(teller.say("step.read_truth_only"))]
    return [Told(teller.say("step.read_truth", processes=teller.all_of([_process(teller, each) for each in step.processes])))]


def _process(teller: Teller, process: Process) -> Said:
    return teller.say("join.named", sentence=math(decay(process.decay)), name=teller.name(process.name))


def decay(written: Written) -> str:
    """A decay as a formula."""
    products = [rf"({decay(each)})" if each.products else symbols.pdg(each.pdgid) for each in written.products]
    mother = symbols.pdg(written.pdgid)
    return mother + r" \to " + r"\,".join(products) if products else mother


def fill_truth(teller: Teller, step: FillTruth) -> list[Told]:
    named = teller.name(step.name)
    said = teller.say("step.fill_truth", root=math(symbols.pdg(step.root)), name=named) if step.root else teller.say("step.fill_truth_flat", name=named)
    most = () if step.maximum is None else teller.say("step.truth_maximum", number=teller.number(step.maximum))
    columns = joined([_column(teller, each.name, each.value, Formula()) for each in step.columns], teller.phrases.text("join.comma"))
    return [Told(teller.further(said, most, columns))]


DESCRIBERS: dict[type[Primitive], Callable[[Teller, Any], list[Told]]] = {FillTuple: fill_tuple, FillHistogram: fill_histogram, ReadTruth: read_truth, FillTruth: fill_truth}
