"""The fitters' own chi2 ceilings (SEMANTICS rule 14).

In: a program whose fits have BOSS's ceilings. Out: the same with the larger of BOSS's value and twice the largest number that any
chi2 of that kind of fit is compared with: one parameter per kind of fit.
"""

from __future__ import annotations

from dataclasses import replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.nodes import known_value
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Fit, FitKind, Primitive
from dsl4bes.ir.program import Block, Program
from dsl4bes.ir.walk import objects


def with_ceilings(program: Program) -> Program:
    """The program with its ceilings set."""
    largest = _compared(program)
    changed: dict[str, Parameter] = {}

    def step_with(step: Primitive) -> Primitive:
        if not isinstance(step, Fit):
            return step
        known = step.settings.ceiling
        value = max(float(known.value), 2 * largest.get(step.symbol.kind, 0.0))
        ceiling = changed.setdefault(known.name, replace(known, value=value))
        return replace(step, settings=replace(step.settings, ceiling=ceiling))

    def blocks_with(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(replace(block, steps=tuple(step_with(step) for step in block.steps)) for block in blocks)

    return replace(
        program,
        blocks=blocks_with(program.blocks),
        outputs=blocks_with(program.outputs),
        regions=tuple(replace(region, blocks=blocks_with(region.blocks)) for region in program.regions),
    )


def _compared(program: Program) -> dict[FitKind, float]:
    """The largest number a chi2 is compared with, by kind of fit."""
    largest: dict[FitKind, float] = {}
    for node in objects((program.blocks, program.regions, program.outputs)):
        if not isinstance(node, ir.Compare):
            continue
        for one, other in ((node.left, node.right), (node.right, node.left)):
            number = known_value(other)
            if isinstance(one, ir.FitValue) and one.quantity is ir.FitQuantity.CHI2 and number is not None:
                largest[one.fit.kind] = max(largest.get(one.fit.kind, 0.0), number)
    return largest
