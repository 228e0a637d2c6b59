"""The numbers of a program's output, with what stands before them.

In: the text that a program printed. Out: `Number`s in their order: value, the half unit of its last digit, its line, the words before it on that line. Read are `1.2`, `-3e-5`, `1.234(56)` (the bracket
is an error in the last digits), numbers after Chinese words and before units; the digits of names (`p0`, `h2`) are none. Nothing is compared here.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[-+]?(?P<digits>\d+\.?\d*|\.\d+)(?P<power>[eE][-+]?\d+)?(?![0-9])(?P<bracket>\(\d+(?:\.\d+)?\))?")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LABEL = 300  #: characters before a number that may name it
_MOST = 10000  #: numbers that are kept, the last ones: results come at the end


@dataclass(frozen=True, slots=True)
class Number:
    """`resolution` is half a unit of the last printed digit; `label` is what stands before it on its line, at most its last 300 characters."""

    value: float
    resolution: float
    line: int
    label: str


def numbers(text: str) -> list[Number]:
    """All numbers of a text.

    >>> [(each.value, each.label) for each in numbers("mean = 5.01 +/- 0.02")]
    [(5.01, 'mean = '), (0.02, 'mean = 5.01 +/- ')]
    >>> [each.value for each in numbers("均值5.012(34) p0 -3.e-2GeV [4.9,5.1]")]
    [5.012, 0.034, -0.03, 4.9, 5.1]
    """
    found: deque[Number] = deque(maxlen=_MOST)
    for row, line in enumerate(_COLOUR.sub("", text).splitlines()):
        for match in _NUMBER.finditer(line):
            label = line[max(0, match.start() - _LABEL) : match.start()]
            value = float(match[0].partition("(")[0])
            unit = _unit(match["digits"], match["power"])
            found.append(Number(value, unit / 2, row, label))
            if match["bracket"]:
                inside = match["bracket"][1:-1]
                scale = 1.0 if "." in inside else unit
                found.append(Number(float(inside) * scale, scale / 2 * 10 ** -len(inside.partition(".")[2]), row, label))
    return list(found)


def _unit(digits: str, power: str | None) -> float:
    """One unit of the last digit."""
    return float(10 ** (int(power[1:]) if power else 0)) * 10.0 ** -len(digits.partition(".")[2])
