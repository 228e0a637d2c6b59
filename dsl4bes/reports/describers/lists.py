"""Sentences on lists of tracks and showers, their identification, and values that have a name.

In: a teller and a step. Out: sentences; none of these steps rejects anything, but a `Match` that is required.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsl4bes.ir.fits import Others
from dsl4bes.ir.primitives import (
    Collection,
    Define,
    Identify,
    Match,
    Merge,
    PidSystem,
    Primitive,
    Products,
    Select,
    Source,
)
from dsl4bes.ir.types import Kind
from dsl4bes.reports import symbols
from dsl4bes.reports.formula import Formula
from dsl4bes.reports.said import Words, joined, math
from dsl4bes.reports.teller import Teller, Told

#: How a paper writes the subsystems.
SYSTEMS = {PidSystem.DEDX: "dE/dx", PidSystem.TOF: "TOF", PidSystem.EMC: "EMC", PidSystem.MUC: "MUC"}


def collection(teller: Teller, step: Collection) -> list[Told]:
    return [Told(teller.say("step.charged" if step.source is Source.CHARGED else "step.neutral"), once=True)]


def select(teller: Teller, step: Select) -> list[Told]:
    target, source = teller.entries(step.target), teller.entries(step.source)
    conditions = teller.conditions(step.condition, Formula(about=step.binder))
    if not conditions:
        return [Told(teller.say("step.select_all", target=target, source=source))]
    return [Told(teller.say("step.select", target=target, source=source, conditions=conditions))]


def merge(teller: Teller, step: Merge) -> list[Told]:
    return [Told(teller.say("step.merge", target=teller.entries(step.target), sources=teller.all_of([teller.entries(each) for each in step.sources])))]


def products(teller: Teller, step: Products) -> list[Told]:
    return [Told(teller.say("step.products", target=teller.entries(step.target), roles=teller.symbols(step.roles), fit=teller.name(step.fit.name)))]


def others(teller: Teller, step: Others) -> list[Told]:
    return [Told(teller.say("step.others", target=teller.entries(step.target), source=teller.entries(step.source), fit=teller.name(step.fit.name)))]


def identify(teller: Teller, step: Identify) -> list[Told]:
    spec = step.spec
    systems = teller.all_of([(Words(SYSTEMS.get(each, each.value.upper())),) for each in spec.systems])
    hypotheses = joined([math(symbols.species(each)) for each in spec.hypotheses], ", " if not teller.phrases.chinese else "、")
    method = teller.phrases.text(f"step.{spec.method.value}")
    return [Told(teller.say("step.identify", source=teller.entries(step.source), systems=systems, method=method, hypotheses=hypotheses))]


def define(teller: Teller, step: Define) -> list[Told]:
    formula = Formula()
    value = teller.conditions(step.value, formula) if step.value.type.kind is Kind.FLAG else teller.value(step.value, formula)
    return [Told(teller.say("step.define", name=math(symbols.name(step.name)), value=value or math(symbols.name("true"))))]


def match(teller: Teller, step: Match) -> list[Told]:
    conditions = teller.conditions(step.condition, Formula(about=step.binder)) or teller.say("cut.nothing")
    said = teller.say("step.match", target=teller.entries(step.target), source=teller.entries(step.source), to=teller.value(step.to), conditions=conditions)
    return [Told(teller.further(said, teller.say("step.match_free" if step.cut is None else "step.match_required")), step.cut)]


DESCRIBERS: dict[type[Primitive], Callable[[Teller, Any], list[Told]]] = {Collection: collection, Select: select, Merge: merge, Products: products, Others: others, Identify: identify, Define: define, Match: match}
