"""Ranges of an observable: what is fitted, what is left out, side bands.

In: lines of ranges, the dimension of the observable. Out: sorted pairs of numbers in base units, or None after a diagnostic. Ranges that meet are errors, since entries would count twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dsl4bes.constructs.fields import Field, Number
from dsl4bes.constructs.measures import factor_of, measure
from dsl4bes.constructs.ranges import lone_unit
from dsl4bes.diagnostics.codes import fits
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics.units import base_word, find_unit
from dsl4bes.source import Span
from dsl4bes.syntax import ast

Interval = tuple[float, float]


def dimension_of(arguments: Sequence[ast.Argument]) -> Dimension:
    """The dimension of the first number of a line that has a unit."""
    for argument in arguments:
        for end in ast.children(argument.value):
            number = end.operand if isinstance(end, ast.Negative) else end
            unit = find_unit(number.unit.name) if isinstance(number, ast.Number) and number.unit else None
            if unit is not None:
                return unit.dimension
    return NUMBER


def intervals(field: Field, arguments: Sequence[ast.Argument], dimension: Dimension, bag: Bag, place: Span) -> tuple[Interval, ...] | None:
    """The ranges of a line, which must not meet."""
    number = Number(dimension=dimension, bare=base_word(dimension), doc=field.doc, name=field.name, usage=field.usage)
    found: list[tuple[Interval, Span]] = []
    for argument in arguments:
        if argument.key is not None:
            continue
        interval = _interval(number, argument.value, bag)
        if interval is None:
            return None
        found.append((interval, argument.value.span))
    if not found:
        bag.add(codes.BAD_VALUE, f"`{field.name}` takes one or more ranges", arguments[0].span if arguments else place, help=f"write `{field.usage}`")
        return None
    found.sort(key=lambda item: item[0])
    for (before, _), (after, span) in itertools.pairwise(found):
        if after[0] < before[1]:
            bag.add(fits.RANGES_MEET, f"two ranges of `{field.name}` have a part in common", span, help="entries there would count twice")
            return None
    return tuple(interval for interval, _ in found)


def _interval(number: Number, value: ast.Expr, bag: Bag) -> Interval | None:
    if not isinstance(value, ast.Range):
        bag.add(codes.BAD_VALUE, f"`{number.name}` takes ranges, `a..b`", value.span, help=f"write `{number.usage}`")
        return None
    low, high = measure(number, value.low, bag), measure(number, value.high, bag)
    if low is None or high is None:
        return None
    both = lone_unit(value, lambda end: factor_of(number, end, bag))
    if both is not None:
        bag.add(codes.UNIT_AT_ONE_END, f"the range of `{number.name}` has its unit at one end only", value.span, help=f"write `{both}`")
        return None
    if low.value >= high.value:
        help = f"write `{high.text}..{low.text}`" if low.value > high.value else "the ends of a range differ"
        bag.add(codes.REVERSED_RANGE, f"the range begins at {low.text} and ends at {high.text}", value.span, help=help)
        return None
    return low.value, high.value


def without(ranges: Sequence[Interval], windows: Sequence[Interval]) -> tuple[Interval, ...]:
    """The ranges without the windows, in order.

    >>> without([(0, 10)], [(2, 3), (9, 12)])
    ((0, 2), (3, 9))
    """
    left = list(ranges)
    for low, high in windows:
        pieces: list[Interval] = []
        for begin, end in left:
            pieces += [piece for piece in ((begin, min(end, low)), (max(begin, high), end)) if piece[0] < piece[1]]
        left = pieces
    return tuple(sorted(set(left)))


def inside(part: Sequence[Interval], whole: Interval) -> bool:
    """Whether all of these lie in a range."""
    return all(whole[0] <= low and high <= whole[1] for low, high in part)
