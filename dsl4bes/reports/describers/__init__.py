"""One describer for each primitive: the sentences that say what the step does.

In: a teller and a step. Out: sentences, each with the cut that it says. A primitive without a describer is an error of ours (a test fails). Nothing of the blocks is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsl4bes.ir.primitives import Primitive
from dsl4bes.reports.describers import combinations, cuts, lists, outputs
from dsl4bes.reports.teller import Teller, Told

#: Primitive → its describer. `Scope` is none of them: its blocks are described one by one, with a teller of their own.
DESCRIBERS: dict[type[Primitive], Callable[[Teller, Any], list[Told]]] = {**lists.DESCRIBERS, **cuts.DESCRIBERS, **combinations.DESCRIBERS, **outputs.DESCRIBERS}


def told(teller: Teller, step: Primitive) -> list[Told]:
    """The sentences of one step."""
    return DESCRIBERS[type(step)](teller, step)
