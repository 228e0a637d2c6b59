"""Sentences on variations: what is changed for a systematic uncertainty.

In: a teller and a `Variation`. Out: one sentence with the changed numbers. A cut that is switched off is a property of its own, which is on then.
"""

from __future__ import annotations

from dsl4bes.ir.variations import Override, Variation
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.numbers import Quantity
from dsl4bes.reports.said import Said, math
from dsl4bes.reports.teller import Teller


def variation_sentence(teller: Teller, variation: Variation) -> Said:
    """What the variation changes."""
    return teller.say("variation.one", name=teller.name(variation.name), changes=teller.all_of([_change(teller, each) for each in variation.overrides]))


def _change(teller: Teller, override: Override) -> Said:
    parameter, value = override.parameter, override.value
    name = math(symbols.name(parameter.name))
    if isinstance(value, bool):
        return teller.say("variation.change", name=name, value=teller.say("variation.on" if value else "variation.off"))
    if isinstance(value, str):
        return teller.say("variation.change", name=name, value=teller.name(value))
    return teller.say("variation.change", name=name, value=math(numbers.latex(Quantity(float(value), parameter.dimension, parameter.unit))))
