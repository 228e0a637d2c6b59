"""Cuts that both programs have, in another order.

In: pairs of cuts. Out: changes, as few as possible: those that do not stand in the longest row of cuts whose order is kept. The events at the end may be the same; the cut flow is not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from dsl4bes.reports.difference.changes import Change, Kind
from dsl4bes.reports.difference.facts import Fact, Part

Pair = tuple[Fact, Part]


def order_changes(matched: Sequence[tuple[Pair, Pair]]) -> list[Change]:
    """One change for each block of cuts that moved, within the baseline or its region."""
    found: list[Change] = []
    for place in dict.fromkeys(pair[0][0].place for pair in matched):
        own = [pair for pair in matched if pair[0][0].place == place]
        blocks: dict[tuple[int, int], tuple[Fact, Fact]] = {}
        for (first, _), (second, _) in sorted(own, key=lambda pair: (pair[0][0].position, pair[1][0].position)):
            blocks.setdefault((id(first.block), id(second.block)), (first, second))
        ordered = list(blocks.values())
        kept = _longest([second.position for _, second in ordered])
        found += [_moved(*row) for number, row in enumerate(ordered) if number not in kept]
    return found


def _longest(positions: Sequence[int]) -> set[int]:
    """The numbers of a longest row that does not fall."""
    ends: list[int] = []
    rows: list[list[int]] = []
    for number, position in enumerate(positions):
        at = bisect_right(ends, position)
        row = [*(rows[at - 1] if at else []), number]
        ends[at : at + 1] = [position]
        rows[at : at + 1] = [row]
    return set(rows[-1]) if rows else set()


def _moved(first: Fact, second: Fact) -> Change:
    return Change(Kind.ORDER, f"block {first.block.name}", "order of the cuts", f"line {first.line}", f"line {second.line}", lines=(first.line, second.line), region=first.region)
