"""Variations: the same program with other values of its parameters.

In: nothing. Out: `Variation`, frozen: which parameters have which other values. A variation is a further instance of the algorithm in the
package and an evaluation with overrides for the judge; the steps of the program are the same for all. Nothing is rendered here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dsl4bes.ir.parameters import Parameter, Value
from dsl4bes.source import Span

#: End of the name of a property that switches a cut off: `fit5c.chi2.off`.
OFF = ".off"


@dataclass(frozen=True, slots=True)
class Override:
    """A parameter and its value in a variation; `text` as the user wrote the value."""

    parameter: Parameter
    value: Value
    text: str = ""


@dataclass(frozen=True, slots=True)
class Variation:
    """One variation. `name` as written; `key` with `_` for other characters than letters and digits, numbered among the values of the name."""

    name: str
    key: str
    text: str  #: what it changes, for people: `30 MeV`, `without fit5c.chi2`
    overrides: tuple[Override, ...]
    outputs: bool = False  #: whether it fills tuples and histograms
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def values(self) -> Mapping[str, Value]:
        """Public name of each changed parameter → its value."""
        return {override.parameter.name: override.value for override in self.overrides}

    def instance(self, algorithm: str) -> str:
        """Name of the algorithm's instance in a job."""
        return f"{algorithm}_{self.key}"
