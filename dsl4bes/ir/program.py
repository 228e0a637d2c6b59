"""A whole selection as the back ends see it: configuration, methods in order, regions, outputs, expectations.

In: nothing. Out: `Program`, frozen. Every name is unique and resolved, every assumed block is present like a written one.
Nothing here says how a block was written, and nothing says how it will be printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Cut, Match, Primitive, Require
from dsl4bes.ir.types import Species
from dsl4bes.ir.variations import Variation
from dsl4bes.source import Span

if TYPE_CHECKING:  # imported only by programs that have one
    from dsl4bes.ir.fitting import Fit


@dataclass(frozen=True, slots=True)
class Analysis:
    """Names and job configuration. `ecms` None: the program never needs the beam, or (`measured_ecms`) takes its energy run by run from the
    data base of measured energies."""

    package: str
    algorithm: str
    profile: str  #: "7.0.x" or "8"
    ecms: Parameter | None
    crossing_angle: Parameter
    inputs: tuple[str, ...] = ()
    output: str = ""
    events: int = -1
    measured_ecms: bool = False


@dataclass(frozen=True, slots=True)
class HelixShift:
    """A parameter (its place in drho, phi0, kappa, dz, tanl) of simulated tracks of a species and charge moves by `mean` + sqrt(`width`^2 - 1) g
    errors, g a normal random number."""

    species: Species
    charge: int
    parameter: int
    mean: Parameter
    width: Parameter


@dataclass(frozen=True, slots=True)
class HelixBin:
    """The same from a table, for tracks in a bin: |run| within `runs` (both included), momentum (GeV) and cosine of the polar angle of the track as
    measured under the hypothesis within `p` and `cos` (the lower edge included, the upper one not). No two bins of a parameter meet."""

    species: Species
    charge: int
    parameter: int
    mean: float
    width: float
    runs: tuple[int, int]
    p: tuple[float, float]
    cos: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HelixCorrection:
    """How the helices of simulated tracks are changed before they enter fits; g depends on run, event, track, parameter and `seed` alone. A kind of
    track has shifts or bins; where no bin of a parameter holds a track, that parameter stays."""

    seed: Parameter
    shifts: tuple[HelixShift, ...]
    bins: tuple[HelixBin, ...] = ()
    table: str = ""  #: name of the file of the bins


@dataclass(frozen=True, slots=True)
class Block:
    """One private method of the algorithm. `name` is the cut-flow name and, made an identifier, the method's."""

    name: str
    construct: str  #: keyword of the construct it comes from, for comments
    steps: tuple[Primitive, ...]
    span: Span | None = field(default=None, compare=False, repr=False)
    assumed: bool = False  #: the collaboration's standard, not written by the user


@dataclass(frozen=True, slots=True)
class Region:
    """A further selection that goes on from `parent` (None: the baseline); a region that rejects leaves the others alone."""

    name: str
    parent: str | None
    blocks: tuple[Block, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """An `expect` block: cut-flow keys and event numbers for a named sample."""

    sample: str
    numbers: tuple[tuple[str, int, Span | None], ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Program:
    """`always` is done for every event, before the first cut and without reconstruction too. `outputs` fill after the last cut of the baseline. `cuts` lists the atomic cuts of the baseline and then of each region, in order."""

    analysis: Analysis
    blocks: tuple[Block, ...]
    outputs: tuple[Block, ...]
    regions: tuple[Region, ...]
    parameters: tuple[Parameter, ...]
    expectations: tuple[Expectation, ...] = ()
    source_name: str = ""
    always: tuple[Block, ...] = ()
    variations: tuple[Variation, ...] = ()
    helix: HelixCorrection | None = None
    fits: tuple[Fit, ...] = ()

    @property
    def selects(self) -> bool:
        """Whether there is a selection at all: a program may hold fits alone."""
        return bool(self.blocks or self.outputs or self.regions or self.always) or not self.fits


def cuts_of(blocks: tuple[Block, ...]) -> tuple[tuple[Block, Cut], ...]:
    """The atomic cuts of these blocks in the order they act. A `Combination` gives its `cut`, then those of its `after` cuts; `before` cuts give
    one line each, counted after the choice (events with a candidate left); an optional one gives none. A `Scope` gives those of its blocks."""

    found: list[tuple[Block, Cut]] = []
    for block in blocks:
        for step in block.steps:
            if isinstance(step, Scope):
                found += cuts_of(step.blocks)
            if isinstance(step, (Require, Custom)):
                found.append((block, step.cut))
            if isinstance(step, Match) and step.cut is not None:
                found.append((block, step.cut))
            if isinstance(step, Combination) and not step.symbol.optional:
                found.append((block, step.cut))
                found.extend((block, candidate.cut) for candidate in (*step.before, *step.after))
    return tuple(found)


def blocks_of(program: Program) -> tuple[Block, ...]:
    """Every block: of all events, baseline, regions, outputs; those inside a `Scope` are in its step."""
    regions = (block for region in program.regions for block in region.blocks)
    return (*program.always, *program.blocks, *regions, *program.outputs)


def steps_of(blocks: tuple[Block, ...]) -> Iterator[Primitive]:
    """Every step of these blocks in order; a `Scope` before the steps inside it."""
    for block in blocks:
        for step in block.steps:
            yield step
            if isinstance(step, Scope):
                yield from steps_of(step.blocks)
