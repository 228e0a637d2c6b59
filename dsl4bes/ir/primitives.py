"""The primitives: the few things a selection can do. Blocks are many and desugar into these; both back ends know only these.

In: nothing. Out: frozen steps with resolved references. Each has one template (templates/primitives/<stem>.cxx.j2), one
lowering in `cpp/` and one evaluator in `semantics/`, matched by name in a test. Those that make candidates are in `fits.py`. Steps run in order within the method of their
block; a step with a `cut` can reject the event (inside a region: the region). Nothing of the surface language is left here.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.ir.expr import Binder, Expr
from dsl4bes.ir.node import keyword_node, node
from dsl4bes.ir.parameters import Parameter, words_joined
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.ir.candidates import FitSymbol


@node
class Cut:
    """One atomic line of the cut flow: `block` alone, or `block.part` (`pid.npip`, `fit4c.fit`)."""

    block: str
    part: str = ""

    @property
    def name(self) -> str:
        return f"{self.block}.{self.part}" if self.part else self.block

    @property
    def key(self) -> str:
        """The name in `expect` and `vary`: every other character than letters and digits becomes `_`, the dot stays."""
        words = (self.block, self.part) if self.part else (self.block,)
        return ".".join(words_joined(word) for word in words)


@keyword_node
class Primitive:
    """Base of all steps."""

    span: Span | None = field(default=None, compare=False, repr=False)


# --- lists ---------------------------------------------------------------------------------------------------------


class Source(Enum):
    """What a collection reads: CHARGED = the event's charged tracks with a valid MDC and a valid Kalman track (SEMANTICS
    rule 5); NEUTRAL = the entries behind the charged ones with a valid shower."""

    CHARGED = "charged"
    NEUTRAL = "neutral"


@keyword_node
class Collection(Primitive):
    """Fill `target` with every entry of the source, in the event's order."""

    target: ListSymbol
    source: Source


@keyword_node
class Select(Primitive):
    """Fill `target` with the entries of `source` for which `condition` (over `binder`) is true; order kept. Never rejects.
    The species of `target` may differ from that of `source` (identification); charge of `target` is documentation."""

    target: ListSymbol
    source: ListSymbol
    binder: Binder
    condition: Expr


@keyword_node
class Merge(Primitive):
    """Fill `target` with the entries of all `sources`, in the event's order, each once (`good` of either charge, `rest`)."""

    target: ListSymbol
    sources: tuple[ListSymbol, ...]


@keyword_node
class Products(Primitive):
    """Fill `target` with the tracks or showers that are these roles of a fit, or of candidates it is made of (`pi0.gam1`), in the event's order; with none if
    the fit is absent."""

    target: ListSymbol
    fit: FitSymbol
    roles: tuple[str, ...]


# --- identification ------------------------------------------------------------------------------------------------


class PidMethod(Enum):
    PROBABILITY = "probability"
    LIKELIHOOD = "likelihood"


class PidSystem(Enum):
    """Subsystems of ParticleID by their `use...()` call (BOSS 7.0.4)."""

    DEDX, TOF1, TOF2, TOFE, TOFQ, TOFC, TOFCORR, TOF, EMC, MUC = (
        "dedx", "tof1", "tof2", "tofe", "tofq", "tofc", "tofcorr", "tof", "emc", "muc",
    )  # fmt: skip


@node
class PidSpec:
    """How ParticleID is run: compared by its settings, so that equal settings share one calculation per track."""

    method: PidMethod
    systems: tuple[PidSystem, ...]
    hypotheses: tuple[Species, ...]


@keyword_node
class Identify(Primitive):
    """Run ParticleID with `spec` for every track of `source`; `PidValue` expressions of that spec may follow for them."""

    source: ListSymbol
    spec: PidSpec


# --- values and cuts -----------------------------------------------------------------------------------------------


@keyword_node
class Define(Primitive):
    """Name a value (`let`): computed once where it stands. NUMBER, FLAG, P4 or VECTOR of event shape."""

    name: str
    value: Expr


@keyword_node
class Require(Primitive):
    """Reject unless `condition` is true; with `veto`, reject if it is true. `when` (a flag parameter or condition): the cut is
    applied only where it is true."""

    cut: Cut
    condition: Expr
    veto: bool = False
    when: Expr | None = None


# --- probes --------------------------------------------------------------------------------------------------------


@keyword_node
class Match(Primitive):
    """Fill `target` with at most one entry: the one of `source` whose direction (pion hypothesis, or its species) is nearest to
    the P4 `to`, if `condition` (over `binder`) holds for it. Never rejects unless `cut` is given (`required`, SEMANTICS rule 19)."""

    target: ListSymbol
    source: ListSymbol
    to: Expr
    binder: Binder
    condition: Expr
    cut: Cut | None = None


# --- truth ---------------------------------------------------------------------------------------------------------


@keyword_node
class ReadTruth(Primitive):
    """Read the generated particles of the event and look for the processes. On real data (run > 0) the steps of the block end here. Stands in
    `Program.always` only: it is done for every event, before the first cut."""

    processes: tuple[Process, ...]


@keyword_node
class FillTruth(Primitive):
    """Write one row of the tuple `name` per simulated event: run, event, `n_generated`, a flag per process, `columns` (generated quantities only)
    and, with `root`, the arrays `pdgid` and `motheridx` over `indexmc`: the first particle of that PDG number from the generator that is no primary
    one (if there is none, the first primary one), and all that came of it in the generator, in the order of the event; `motheridx` is the place of the nearest mother in the array, -1 for
    the first. Above `maximum` the rest is left out and counted."""

    name: str
    root: int
    maximum: Parameter | None
    processes: tuple[Process, ...]
    columns: tuple[Column, ...] = ()


# --- output --------------------------------------------------------------------------------------------------------


@node
class Column:
    """One branch. Numbers as double (absent: -999, +infinity: 9999), flags as 0/1; `unit` of the values for the title."""

    name: str
    value: Expr
    unit: str = ""


@node
class ArrayColumn:
    """A branch with one entry per element of `values` (an `Each`), with its own index item `n_<name>`; above `maximum` the entries of
    highest energy are kept, in list order, and the truncation is counted."""

    name: str
    values: Expr
    maximum: Parameter
    unit: str = ""


@keyword_node
class FillTuple(Primitive):
    """Write one row: per event, or one per entry of `per.list`. run, event are added to every row, and `candidate` with `per` and in a
    `Scope` (`candidate`: number of the scope's candidate among those that its combination kept)."""

    name: str
    columns: tuple[Column, ...]
    arrays: tuple[ArrayColumn, ...] = ()
    per: Binder | None = None
    candidate: bool = False


@node
class Axis:
    bins: int
    low: float
    high: float
    title: str = ""


@keyword_node
class FillHistogram(Primitive):
    """Fill a histogram with `values` (one number, or every element of an `Each`), one expression per axis; absent is not filled."""

    name: str
    title: str
    axes: tuple[Axis, ...]
    values: tuple[Expr, ...]
    weight: Expr | None = None
