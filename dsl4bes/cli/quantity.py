"""A number with a unit on the command line: `22 mrad`, `0.9MeV`, or a bare number in the base unit.

In: the text and the dimension. Out: the value in base units (GeV, rad, ...). Nothing is printed; what cannot be read raises `ValueError` with words.
"""

from __future__ import annotations

import re
from math import isfinite

from dsl4bes.ir.types import Dimension
from dsl4bes.physics.units import base_word, dimension_name, find_unit, unit_hint

_WRITTEN = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*\Z")


def quantity(text: str, dimension: Dimension, option: str) -> float:
    """The value of `text` in the base unit of `dimension`; a bare number is in it. `option` is named in the `ValueError` of a bad text.

    >>> from dsl4bes.ir.types import ANGLE
    >>> quantity("22 mrad", ANGLE, "--crossing-angle"), quantity("0.022", ANGLE, "--crossing-angle")
    (0.022, 0.022)
    """
    found = _WRITTEN.match(text)
    if found is None or not isfinite(float(found[1])):
        raise ValueError(f"{option} is a number with a unit ({base_word(dimension)} if it has none), not {text!r}")
    if not found[2]:
        return float(found[1])
    unit = find_unit(found[2])
    if unit is None:
        raise ValueError(f"{option}: {found[2]} is not a unit; {unit_hint(found[2])}")
    if unit.dimension != dimension:
        raise ValueError(f"{option} is {dimension_name(dimension)}, and {found[2]} is not a unit of it")
    return float(found[1]) * unit.factor
