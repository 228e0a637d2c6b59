"""Options of an evaluation: what a job would take from the data base and from its job options.

In: nothing. Out: `Options` (interaction point, parameter overrides) and the masses of the hypotheses.
Nothing is looked up on disk; the masses are those of the committed particle table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import nan

from dsl4bes.ir.parameters import Parameter, Value
from dsl4bes.physics.particles import by_pdgid


@dataclass(frozen=True, slots=True)
class Options:
    """`vertex` (cm) is the interaction point of every run that `vertices` (by |run|) lacks; None: such a run has no valid one.

    `sigma`, `sigmas` are its errors. `energies` (GeV, by |run|) are the measured ones of `ecms :database`. `overrides` are values of parameters by public or property name.
    """

    vertex: tuple[float, float, float] | None = (0.0, 0.0, 0.0)
    vertices: Mapping[int, tuple[float, float, float]] = field(default_factory=dict)
    overrides: Mapping[str, Value] = field(default_factory=dict)
    sigma: tuple[float, float, float] = (0.0, 0.0, 0.0)
    sigmas: Mapping[int, tuple[float, float, float]] = field(default_factory=dict)
    energies: Mapping[int, float] = field(default_factory=dict)

    def point(self, run: int) -> tuple[float, float, float]:
        """The interaction point of a run, NaN if it has none: everything that depends on it is then absent."""
        return self.vertices.get(abs(run), self.vertex) or (nan, nan, nan)

    def spread(self, run: int) -> tuple[float, float, float]:
        """The errors (cm) of the interaction point of a run."""
        return self.sigmas.get(abs(run), self.sigma)

    def energy(self, run: int) -> float:
        """The measured centre-of-mass energy of a run, NaN if it has none."""
        return self.energies.get(abs(run), nan)

    def value(self, parameter: Parameter) -> Value:
        """The value of a parameter in this evaluation."""
        for name in (parameter.name, parameter.property_name):
            if name in self.overrides:
                return self.overrides[name]
        return parameter.value


@lru_cache(maxsize=1)
def masses() -> tuple[float, ...]:
    """Masses in GeV of e, mu, pi, K, p from the committed table."""
    found = []
    for pdgid in (11, 13, 211, 321, 2212):
        info = by_pdgid(pdgid)
        if info is None or info.mass is None:
            raise LookupError(f"the particle table has no mass for {pdgid}")
        found.append(info.mass)
    return tuple(found)
