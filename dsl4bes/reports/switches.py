"""A program without the properties by which its variations switch cuts off.

In: a `Program`. Out: the same program with every cut as it was written; its variations are still there, and are said where variations are. Nothing else changes, and names of the user's
own that end in the same way stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import CandidateCut
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.primitives import Match, Primitive, Require, Select
from dsl4bes.ir.program import Block, Program
from dsl4bes.ir.variations import OFF


def without_switches(program: Program) -> Program:
    """The program in which no cut asks whether a variation has switched it off."""
    names = frozenset(each.parameter.name for variation in program.variations for each in variation.overrides if each.value is True and each.parameter.name.endswith(OFF))
    if not names:
        return program
    regions = tuple(replace(region, blocks=_blocks(region.blocks, names)) for region in program.regions)
    return replace(program, blocks=_blocks(program.blocks, names), outputs=_blocks(program.outputs, names), regions=regions)


def _blocks(blocks: Iterable[Block], names: frozenset[str]) -> tuple[Block, ...]:
    return tuple(replace(block, steps=tuple(_step(step, names) for step in block.steps)) for block in blocks)


def _step(step: Primitive, names: frozenset[str]) -> Primitive:
    if isinstance(step, Scope):
        return replace(step, blocks=_blocks(step.blocks, names))
    if isinstance(step, Require):
        return replace(step, when=None if step.when is None else _plain(step.when, names))
    if isinstance(step, Combination):
        return replace(step, before=_cuts(step.before, names), after=_cuts(step.after, names))
    if isinstance(step, (Select, Match)):
        return replace(step, condition=_condition(step.condition, names))
    return step


def _cuts(cuts: Iterable[CandidateCut], names: frozenset[str]) -> tuple[CandidateCut, ...]:
    return tuple(replace(cut, condition=_condition(cut.condition, names)) for cut in cuts)


def _condition(condition: ir.Expr, names: frozenset[str]) -> ir.Expr:
    found = _plain(condition, names)
    assert found is not None  # a switch stands beside what it switches off
    return found


def _plain(node: ir.Expr, names: frozenset[str]) -> ir.Expr | None:
    """A condition without its switches; None if it is nothing else."""
    if isinstance(node, ir.ParameterRef):
        return None if node.parameter.name in names else node
    if isinstance(node, ir.Not):
        return None if _plain(node.operand, names) is None else node
    if not isinstance(node, (ir.And, ir.Or)):
        return node
    rest = tuple(found for each in node.operands if (found := _plain(each, names)) is not None)
    if not rest and node.operands:
        return None
    return rest[0] if len(rest) == 1 else replace(node, operands=rest)
