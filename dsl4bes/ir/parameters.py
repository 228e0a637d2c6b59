"""Parameters: every number a user might vary, under its public name.

In: nothing. Out: `Parameter`, referenced from expressions and fits; declared as job-option properties by the C++ back end.
A parameter's name is `block.field` in `.bes` and, with every dot and blank as `_`, the property's name in C++ and job
options (Gaudi splits an option at the dot). No value is ever copied into an expression: both back ends look it up here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.source import Span

Value = bool | int | float | str


_NO_WORD = re.compile("[^A-Za-z0-9]")


@lru_cache(maxsize=4096)
def words_joined(name: str) -> str:
    """A name with every other character than letters and digits of ASCII as `_`.

    >>> words_joined("fit4c.chi2")
    'fit4c_chi2'
    """
    return _NO_WORD.sub("_", name)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number, flag or text. `value` is in BESIII base units (GeV, cm, ns, rad)."""

    name: str  #: public name, for example `photons.barrel.energy`
    value: Value
    dimension: Dimension = NUMBER
    unit: str = ""  #: unit of `value` as words for people: GeV, cm, ns, rad, "ticks of 50 ns"
    doc: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def property_name(self) -> str:
        """Name of the C++ property: letters, digits and `_` only."""
        return words_joined(self.name)
