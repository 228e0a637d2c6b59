"""A program in which every separable cut has a switch, and tuples that store the quantities they cut on.

In: a `Program` and its `Separable` cuts. Out: a `Variant`: the program with a job option per cut, on, and where to read each quantity. Nothing else
of the program changes: with all switches on it selects the same. A quantity of the event is stored once an accepted event; one of candidates once
for each that is left of an accepted event. What is known within a `for` only is stored there, for candidates that pass its cuts, and
the rows of those that are left at the end are the ones that count. Nothing is run here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import CandidateCut, FitSymbol
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.nodes import parameter_ref
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Column, FillTuple, Primitive, Require
from dsl4bes.ir.program import Block, Program, blocks_of, steps_of
from dsl4bes.ir.types import Kind, Type
from dsl4bes.run.separable import Separable, parts_of

_FLAG = Type(Kind.FLAG)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the quantity of a cut is: `table` and `column`. `switch` is the property that switches the cut off. `left`: the tuple with a row for every
    entry that is left at the end; it is `table` itself, or says which rows of it count (those with the same run, event and candidate)."""

    switch: str
    table: str
    column: str
    left: str


@dataclass(frozen=True, slots=True)
class Variant:
    """The program with switches, and the place of each cut, in their order."""

    program: Program
    places: tuple[Place, ...]


def with_switches(program: Program, cuts: tuple[Separable, ...]) -> Variant:
    """The program in which every one of `cuts` has a switch (a job option, on) and its quantity a column of a tuple."""
    made = _Maker(program, cuts)
    regions = tuple(
        replace(region, blocks=(*made.blocks(region.blocks), *made.at_end(region.name))) for region in program.regions
    )
    variant = replace(
        program,
        blocks=made.blocks(program.blocks),
        outputs=(*program.outputs, *made.at_end("")),
        regions=regions,
        parameters=(*program.parameters, *made.switches.values()),
        variations=(),
    )
    return Variant(variant, tuple(made.place(each) for each in cuts))


class _Maker:
    """Names of switches, tuples and columns; the steps with them."""

    def __init__(self, program: Program, cuts: tuple[Separable, ...]) -> None:
        self._cuts = cuts
        prefix = _free_prefix(program)
        self.switches = {
            each.cut: Parameter(f"{prefix}.{each.cut.key}", True, doc=f"false: the cut {each.cut.name} is not applied")
            for each in cuts
        }
        self._columns = {each.cut: f"c{i}" for i, each in enumerate(cuts)}
        regions = [name for name, _ in parts_of(program)]
        self._ends: dict[tuple[str, FitSymbol | None], str] = {}
        self._inner: dict[int, str] = {}
        for each in cuts:
            number = regions.index(each.region)
            self._ends.setdefault((each.region, each.per), f"{prefix}_{number}" + f"_{len(self._ends)}" * (each.per is not None))
            if each.inside is not None:
                self._inner.setdefault(id(each.inside), f"{prefix}_{number}_for_{len(self._inner)}")

    def place(self, cut: Separable) -> Place:
        left = self._ends[cut.region, cut.per]
        table = left if cut.inside is None else self._inner[id(cut.inside)]
        return Place(self.switches[cut.cut].property_name, table, self._columns[cut.cut], left)

    def at_end(self, region: str) -> tuple[Block, ...]:
        """What is stored of accepted events, in the baseline (empty name) or a region."""
        found: list[Block] = []
        for (where, symbol), table in self._ends.items():
            if where == region:
                cuts = [each for each in self._cuts if (each.region, each.per) == (region, symbol) and each.inside is None]
                fill = self._fill(table, cuts, symbol is not None)
                scope = None if symbol is None else Scope(symbol=symbol, blocks=(fill,))
                found.append(fill if scope is None else Block(f"candidates {table}", "for", (scope,)))
        return tuple(found)

    def _fill(self, table: str, cuts: list[Separable], candidate: bool) -> Block:
        columns = tuple(Column(self._columns[each.cut], each.value) for each in cuts)
        return Block(f"ntuple {table}", "ntuple", (FillTuple(name=table, columns=columns, candidate=candidate),))

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(replace(block, steps=tuple(self._step(step) for step in block.steps)) for block in blocks)

    def _step(self, step: Primitive) -> Primitive:
        if isinstance(step, Require) and step.cut in self.switches:
            switch: ir.Expr = parameter_ref(self.switches[step.cut])
            return replace(
                step, when=switch if step.when is None else ir.And(type=_FLAG, operands=(step.when, switch))
            )
        if isinstance(step, Combination):
            before, after = (tuple(self._candidate(each) for each in group) for group in (step.before, step.after))
            return replace(step, before=before, after=after)
        if isinstance(step, Scope):
            table = self._inner.get(id(step))
            inside = [each for each in self._cuts if each.inside is step]
            fill = () if table is None else (self._fill(table, inside, True),)
            return replace(step, blocks=(*self.blocks(step.blocks), *fill))
        return step

    def _candidate(self, each: CandidateCut) -> CandidateCut:
        switch = self.switches.get(each.cut)
        if switch is None:
            return each
        off = ir.Not(type=_FLAG, operand=parameter_ref(switch))
        return replace(each, condition=ir.Or(type=_FLAG, operands=(off, each.condition)))


def _free_prefix(program: Program) -> str:
    """A word that no property and no tuple of the program begins with."""
    taken = [parameter.property_name for parameter in program.parameters]
    taken += [step.name for step in steps_of(blocks_of(program)) if isinstance(step, FillTuple)]
    prefix = "n_minus_1"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return prefix
