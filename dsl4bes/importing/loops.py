"""Loops over tracks, showers and lists: what they go over, what is known behind them, which lists they made.

In: a loop, the state before and after its body. Out: the state behind it, with lists as facts. The body itself is gone through in `walk.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dsl4bes.importing import nodes as cpp
from dsl4bes.importing.evaluate import evaluate, name_of
from dsl4bes.importing.logic import All, Any, Compared, Formula, lines_of, together, unclear
from dsl4bes.importing.meaning import (
    ALL_SHOWERS,
    ALL_TRACKS,
    Chi2,
    Counter,
    Fitter,
    Fixed,
    Meaning,
    Measured,
    NetCharge,
    Place,
    Quantity,
    Size,
    Thing,
    Vertex,
)
from dsl4bes.importing.state import ListFact, State


def over(statement: cpp.Loop, state: State) -> tuple[str, Place | Counter] | None:
    """The variable of a loop and what it goes over."""
    start, asked = statement.start, statement.condition
    name = start.name if isinstance(start, cpp.Declare) else name_of(start.target) if isinstance(start, cpp.Assign) else ""
    first = start.value if isinstance(start, (cpp.Declare, cpp.Assign)) else None
    up = isinstance(statement.step, cpp.Unary) and statement.step.operator == "++"
    if not (name and first is not None and up and isinstance(asked, cpp.Binary) and asked.operator in ("<", "!=") and asked.left == cpp.Name(name)):
        return None
    begin, end = evaluate(first, state), evaluate(asked.right, state)
    state.number += 1
    if begin == Size(ALL_TRACKS) and end == Thing("total"):
        return name, Place(ALL_SHOWERS, state.number)
    if begin == Fixed(0) and end == Size(ALL_TRACKS):
        return name, Place(ALL_TRACKS, state.number)
    if not isinstance(end, Size) or end.list not in state.lists or end.less > 1:
        return None
    if begin == Fixed(0):
        return name, Counter(end.list, state.number)
    before = evaluate(first.left, state) if isinstance(first, cpp.Binary) and first.operator == "+" and first.right == cpp.Number(1.0) else None
    return (name, Counter(end.list, state.number, before.loop)) if isinstance(before, Counter) and before.list == end.list and not end.less else None


def after(before: Mapping[str, Meaning | None], state: State) -> None:
    """Behind a loop: what it changed is known only if it is the least of something, or where that was, or the same as before."""
    for name, value in list(state.values.items()):
        if name not in before or (value != before[name] and not _lasts(value)):
            state.values[name] = None


def _lasts(value: Meaning | None) -> bool:
    """Whether a value that a loop gave is one of the whole loop, and not of its last round."""
    if isinstance(value, Chi2):
        return value.best
    if isinstance(value, Place):
        return bool(value.best)
    return isinstance(value, (Vertex, Fitter)) or (isinstance(value, Measured) and value.quantity is Quantity.ISOLATION)


def lists(statement: cpp.Loop, state: State, loops: Mapping[int, tuple[str, int]]) -> None:
    """What a loop pushed becomes lists; sums and counters under the same conditions belong to them."""
    pushed = state.pushed
    state.pushed = []
    for each in pushed:
        if each.name in state.lists or sum(other.name == each.name for other in pushed) > 1:
            state.lists.pop(each.name, None)
            state.values[each.name] = None
            state.hole(each.lines, "entries come into this list in several places")
            continue
        clear = tuple(part for part in each.passes if not unclear(part) and _of(part, each.place))
        for part in each.passes:
            if not unclear(part) and part not in clear:
                state.hole(lines_of(part)[0], "a condition on another track than the one that is kept", each.name)
        for part in each.passes:
            for doubt in unclear(part):
                state.hole(doubt.lines, doubt.why, each.name)
        of_pid = any(quantity in str(part) for part in clear for quantity in ("PROB_",))
        state.lists[each.name] = ListFact(each.name, each.place.list, tuple(inner for part in clear for inner in together(part)), statement.lines, state.pid if of_pid else None)
        state.facts.append(state.lists[each.name])
    alone = {each.name: each for each in pushed if each.name in state.lists}
    for name, (place, passes) in state.sums.items():
        owner = [each.name for each in alone.values() if each.place == place and each.passes == passes]
        if not owner and not passes and place.loop in loops and place.list == loops[place.loop][0] and place.list in state.lists:
            owner = [place.list]  # a loop over the whole list
        state.values[name] = NetCharge(owner[0]) if len(owner) == 1 else None
    for name, passes in state.counted.items():
        owner = [each.name for each in alone.values() if each.passes == passes]
        state.values[name] = Size(owner[0]) if len(owner) == 1 else None
    state.sums, state.counted = {}, {}

def _of(formula: Formula, place: Place) -> bool:
    """Whether a condition is on nothing but the track or shower at this place."""
    if isinstance(formula, Compared):
        return all(each.place == place if isinstance(each, Measured) else isinstance(each, Fixed) for each in (formula.left, formula.right))
    return all(_of(part, place) for part in formula.parts) if isinstance(formula, (All, Any)) else False
