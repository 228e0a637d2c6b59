"""The core of turning expressions into closures: the dispatch over nodes, and what every node may need.

In: an `ir.expr` node and a `Context` (configuration, options). Out: `compile_node(node, context)`, a callable of an event's state. The nodes
themselves are in `expressions.py` (leaves, arithmetic, logic), `calls.py` (functions, four-momenta, identification) and `loops.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import singledispatch
from math import isnan, nan
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.program import Program
from dsl4bes.ir.types import ListKind, ListSymbol, Species
from dsl4bes.semantics.detector import P4
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.state import PHOTON, PION, EventState

Value = Any
Closure = Callable[[EventState], Value]


@dataclass(frozen=True)
class Context:
    """What expressions need beside the event: the program's configuration and the options of this evaluation."""

    program: Program
    options: Options
    energy: float | None = None  #: measured energy of the run, where what is computed is for one run

    @property
    def ecms(self) -> float:
        if self.energy is not None:
            return self.energy
        parameter = self.program.analysis.ecms
        return nan if parameter is None else float(self.options.value(parameter))

    @property
    def beam(self) -> P4:
        """P = ecms (crossing_angle / 2, 0, 0, 1)."""
        angle = float(self.options.value(self.program.analysis.crossing_angle))
        return (self.ecms * angle / 2, 0.0, 0.0, self.ecms)

    def of_run(self, state: EventState) -> Context:
        """The context in which the beams are those of the event's run."""
        if not self.program.analysis.measured_ecms:
            return self
        return replace(self, energy=self.options.energy(int(state.detector.batch["event.run"][state.event])))


def absent(value: Value) -> bool:
    """Whether a number is absent; flags and texts never are."""
    return isinstance(value, float) and isnan(value)


def species_of(symbol: ListSymbol) -> int:
    """The hypothesis under which entries of a list are seen: its species, else a pion; -1 for showers."""
    if symbol.kind is ListKind.SHOWERS:
        return PHOTON
    if symbol.kind is ListKind.CANDIDATES:
        raise Unsupported(f"list of candidates {symbol.name}")
    return PION if symbol.species is None or symbol.species is Species.GAMMA else symbol.species.index


@singledispatch
def compile_node(node: ir.Expr, context: Context) -> Closure:
    """The closure of one node; raises `Unsupported` for a node the judge does not know."""
    raise Unsupported(f"expression {type(node).__name__}")
