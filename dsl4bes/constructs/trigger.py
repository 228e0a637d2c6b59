"""`trigger`: events that the trigger took for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Choice, Flag, Line
from dsl4bes.constructs.runs import simulated
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

#: Channels and conditions of the trigger word (BOSS 7.0.4, TrigData): field, function, number of them.
_KINDS = {"channel": ("trigger_channel", 16), "condition": ("trigger_condition", 48)}


class Trigger(Block):
    """A cut on the trigger: events in which one of the channels named fired (with `need: :all`, every one), and the same of conditions.

    Channels are 0..15, conditions 0..47, as BOSS numbers them. Simulation has no trigger data and would be rejected: with `data_only` the cut
    is not applied to it. In formulas `trigger_channel(2)`, `trigger_condition(7)` and `has_trigger` ask the same.
    """

    keyword = "trigger"
    label = LabelKind.TITLE
    body = False

    channel = Line(doc="trigger channel or list of channels, 0..15", usage="channel: [2, 5]")
    condition = Line(doc="trigger condition or list of conditions, 0..47", usage="condition: 7")
    need = Choice(default="`:any`", options=("any", "all"), doc="whether one of those named is enough (`:any`, if not said)", usage="need: :all")
    data_only = Flag(doc="simulated events pass without being asked", usage="data_only: true")

    examples = (
        Example(
            "Real data that trigger channel 2 took; simulation has no trigger data and passes.",
            "event_selection do\n    trigger channel: 2, data_only: true\n    photons do\n        ngam >= 2\n    end\nend\n",
            "The channel is the property trigger_channel.",
        ),
        Example(
            "One of two channels, and in a formula a condition of the trigger as a column.",
            'event_selection do\n    trigger "neutral", channel: [9, 11], need: :any\n    photons do\n        ngam >= 2\n    end\nend\n\n'
            'ntuple("gg") do\n    column e1: e(gam1), two_clusters: trigger_condition(1)\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        asked = [here.entry(cls.channel), here.entry(cls.condition)]
        if asked == [None, None]:
            help = "write `trigger channel: 2`, and `data_only: true` for simulation to pass"
            to.bag.add(codes.MISSING_FIELD, "`trigger` needs a `channel` or a `condition`", here.head, help=help)
            return
        need = here.get(cls.need)
        every = need is not None and need.name == "all"
        parts = [_fired(here, to, entry, every) for entry in asked if entry is not None]
        if None in parts:
            return
        condition = nodes.conjunction(tuple(part for part in parts if part is not None), here.span)
        when = nodes.negate(simulated(here.span), here.span) if here.get(cls.data_only) else None
        to.require(here.name, "", condition, here.span, when=when)


def _fired(here: Instance, to: Builder, entry: Entry, every: bool) -> ir.Expr | None:
    """Whether what a field names fired; each number is a property."""
    name = entry.field.name
    function, count = _KINDS[name]
    numbers = [_number(argument, name, count, to) for argument in entry.value]
    if None in numbers:
        return None
    doc = f"trigger {name} of the cut {here.name}"
    flags: list[ir.Expr] = []
    for place, argument in enumerate(entry.value, 1):
        own = f"{public_name(here.name)}.{name}" + (f"_{place}" if len(numbers) > 1 else "")
        parameter = to.parameter(own, numbers[place - 1] or 0, doc, span=argument.span)
        flags.append(nodes.call(function, (nodes.parameter_ref(parameter),), argument.span))
    join = nodes.conjunction if every else nodes.disjunction
    return join(tuple(flags), entry.statement.span)


def _number(argument: ast.Argument, name: str, count: int, to: Builder) -> int | None:
    value = argument.value
    if argument.key is not None or not isinstance(value, ast.Number) or value.unit is not None:
        help = f"write `{name}: 2`, or `{name}: [2, 5]` for several"
        to.bag.add(codes.BAD_VALUE, f"`{name}` takes whole numbers from 0 to {count - 1}", argument.span, help=help)
        return None
    if value.value != int(value.value):
        to.bag.add(codes.NOT_WHOLE, f"`{name}` takes whole numbers, and `{value.text}` is not whole", value.span)
        return None
    if not 0 <= value.value < count:
        help = f"the trigger has {count} {name}s, 0 to {count - 1}"
        to.bag.add(codes.VALUE_OUT_OF_RANGE, f"there is no trigger {name} {value.text}", value.span, help=help)
        return None
    return int(value.value)
