"""The vote among drafts that ran: by the numbers that they print, not by their texts.

In: what each draft printed. Out: which is taken. Two drafts agree if most numbers of the one that prints less are also printed by the other, to a part in five hundred; the draft with which most others agree wins, and the first
drawn of equals. Small whole numbers, which every program prints, do not count. Which numbers are right is not known here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from dsl4bes.fitting.asked.macros.printed import numbers

_CLOSE = 2e-3
_SHARE = 0.6
_LEAST = 3  #: numbers, below which agreement means nothing


def winner(printed: Sequence[str]) -> int:
    """The index of the draft that is taken; `printed` is not empty.

    >>> winner(["a 1.51 b 2.52 c 3.53", "x 7.71 8.82 9.93", "1.51(2) 2.52 3.53"])
    0
    """
    results = [_results(text) for text in printed]
    friends = [sum(agree(one, other) for other in results) for one in results]
    return max(range(len(printed)), key=lambda at: (friends[at], len(results[at]) >= _LEAST, -at))


def friends(printed: Sequence[str], at: int) -> int:
    """How many drafts print what the one at this index prints, itself among them.

    >>> friends(["a 1.51 b 2.52 c 3.53", "x 7.71 8.82 9.93", "1.51(2) 2.52 3.53"], 2)
    2
    """
    own = _results(printed[at])
    return 1 + sum(agree(own, _results(text)) for index, text in enumerate(printed) if index != at)


def agree(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two programs print the same results."""
    fewer, more = sorted((one, other), key=len)
    if len(fewer) < _LEAST:
        return False
    return sum(_among(value, more) for value in fewer) >= _SHARE * len(fewer)


def _results(text: str) -> list[float]:
    """What is printed with a fraction, each once, sorted."""
    return sorted({number.value for number in numbers(text) if number.value != int(number.value) or abs(number.value) > 1000})


def _among(value: float, sorted_values: Sequence[float]) -> bool:
    room = _CLOSE * abs(value)
    at = bisect_left(sorted_values, value - room)
    return at < len(sorted_values) and sorted_values[at] <= value + room
