"""Sentences on cuts: counts, net charges, formulas, vetoes, and code that the compiler did not write.

In: a teller and a step. Out: one sentence a cut. Where candidates are gone through, they are what is rejected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.custom import Author, Custom
from dsl4bes.ir.primitives import Primitive, Require
from dsl4bes.ir.types import ListSymbol
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.formula import Formula, quantity_of
from dsl4bes.reports.numbers import Quantity
from dsl4bes.reports.said import Said, joined, math
from dsl4bes.reports.teller import Teller, Told

_COUNTS = {
    ir.Comparison.EQ: "cut.exactly", ir.Comparison.GE: "cut.at_least", ir.Comparison.LE: "cut.at_most", ir.Comparison.GT: "cut.more", ir.Comparison.LT: "cut.fewer",
    ir.Comparison.NE: "cut.not_equal",
}  # fmt: skip


def require(teller: Teller, step: Require) -> list[Told]:
    said = None if step.veto else _count(teller, step.condition) or _net_charge(teller, step.condition)
    if said is None:
        conditions = teller.conditions(step.condition, Formula()) or teller.say("cut.nothing")
        what = "candidates" if teller.scope is not None else "events"
        said = teller.say(f"cut.veto_{what}" if step.veto else f"cut.{what}", conditions=conditions)
    if not step.cut.part and step.cut.block not in ("trigger", "run_range"):
        said = teller.cut_named(said, step.cut.block)
    return [Told(teller.further(said, *([] if step.when is None else [_when(teller, step.when)])), step.cut)]


def _when(teller: Teller, when: ir.Expr) -> Said:
    """What a cut depends on: a flag of the job options, or a condition."""
    if isinstance(when, ir.ParameterRef) and isinstance(when.parameter.value, bool):
        return teller.say("cut.switch_on" if when.parameter.value else "cut.switch_off", name=teller.name(when.parameter.name))
    return teller.say("cut.where", condition=teller.conditions(when, Formula()))


def _count(teller: Teller, node: ir.Expr) -> Said | None:
    """A condition on the number of entries of one list."""
    if isinstance(node, ir.Compare) and isinstance(node.left, ir.ListSize):
        value = quantity_of(node.right)
        return None if value is None else _counted(teller, _COUNTS[node.operator], value, node.left.list)
    if not isinstance(node, ir.And) or len(node.operands) != 2:
        return None
    low, high = node.operands
    if not isinstance(low, ir.Compare) or not isinstance(high, ir.Compare) or not isinstance(low.left, ir.ListSize) or not isinstance(high.left, ir.ListSize):
        return None
    limits = quantity_of(low.right), quantity_of(high.right)
    if low.left.list is not high.left.list or (low.operator, high.operator) != (ir.Comparison.GE, ir.Comparison.LE) or limits[0] is None or limits[1] is None:
        return None
    first, last = (math(numbers.latex(each)) for each in limits if each is not None)
    return teller.say("cut.between", low=first, high=last, list=teller.entries(low.left.list))


def _counted(teller: Teller, phrase: str, value: Quantity, of: ListSymbol) -> Said:
    one = value.value == 1 and phrase in ("cut.exactly", "cut.at_least")
    return teller.say(f"{phrase}_one" if one else phrase, number=math(numbers.latex(value)), list=teller.entries(of, one))


def _net_charge(teller: Teller, node: ir.Expr) -> Said | None:
    if not isinstance(node, ir.Compare) or node.operator is not ir.Comparison.EQ or not isinstance(node.left, ir.Reduce):
        return None
    over, value = node.left.over, quantity_of(node.right)
    charge = isinstance(over.body, ir.Call) and over.body.function.name == "charge" and isinstance(over.body.arguments[0], ir.Variable)
    if node.left.reduction is not ir.Reduction.SUM or not charge or len(over.binders) != 1 or value is None:
        return None
    return teller.say("cut.net_charge", list=teller.entries(over.binders[0].list), number=math(numbers.latex(replace(value, dimension=over.body.type.dimension))))


def custom(teller: Teller, step: Custom) -> list[Told]:
    own = [member for member in step.view.members if isinstance(member.value, (ir.ParameterRef, ir.Constant))]
    settings = [teller.say("step.setting", name=math(symbols.name(member.name)), value=teller.value(member.value)) for member in own]
    added = teller.say("step.custom_settings", settings=joined(settings, teller.phrases.text("join.comma"))) if settings else ()
    author = "hand" if step.body.author is Author.HAND else "model"
    return [Told(teller.say(f"step.custom_{author}", name=teller.name(step.cut.name), settings=added), step.cut)]


DESCRIBERS: dict[type[Primitive], Callable[[Teller, Any], list[Told]]] = {Require: require, Custom: custom}
