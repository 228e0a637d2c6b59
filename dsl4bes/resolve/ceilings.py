"""The fitters' own chi2 ceilings (SEMANTICS rule 14).

In: a program whose fits have BOSS's ceilings. Out: the same with the larger of BOSS's value and twice the largest number that any
chi2 of that kind of fit is compared with: one parameter per kind of fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.nodes import known_value
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import (
    Fit,
    FitKind,
    FitSymbol,
    FourMomentum,
    KinematicFit,
    Primitive,
    ThreeMomentum,
)
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
    """The largest number a chi2 is compared with, by kind of fit; `chi2 / 4 < 100` lets a chi2 of 400 pass."""
    largest: dict[FitKind, float] = {}
    freedom = {
        node.symbol: _degrees(node)
        for node in objects((program.blocks, program.regions))
        if isinstance(node, Fit)
    }
    for node in objects((program.blocks, program.regions, program.outputs)):
        if not isinstance(node, ir.Compare):
            continue
        for one, other in ((node.left, node.right), (node.right, node.left)):
            number = _constant(other, freedom)
            if number is not None:
                for kind, reached in _reached(one, number, freedom):
                    largest[kind] = max(largest.get(kind, 0.0), reached)
    return largest


def _reached(node: ir.Expr, number: float, freedom: dict[FitSymbol, int]) -> Iterator[tuple[FitKind, float]]:
    """The chi2 at which `node` has the value `number`, for each chi2 in it."""
    if isinstance(node, ir.FitValue):
        if node.quantity is ir.FitQuantity.CHI2:
            yield node.fit.kind, number
    elif isinstance(node, ir.Minus):
        yield from _reached(node.operand, -number, freedom)
    elif isinstance(node, ir.ValueRef):
        yield from _reached(node.define.value, number, freedom)
    elif isinstance(node, ir.Call) and node.function.name in ("abs", "sqrt"):
        yield from _reached(node.arguments[0], number**2 if node.function.name == "sqrt" else number, freedom)
    elif isinstance(node, ir.Binary):
        left, right = _constant(node.left, freedom), _constant(node.right, freedom)
        if right is not None:
            yield from _reached(node.left, _undone(node.operator, number, right), freedom)
        elif left is not None and node.operator in (ir.Arithmetic.ADD, ir.Arithmetic.MUL):
            yield from _reached(node.right, _undone(node.operator, number, left), freedom)
        else:  # two things that an event decides: what one of them may be is not known better than the number
            yield from _reached(node.left, number, freedom)
            yield from _reached(node.right, number, freedom)


def _undone(operator: ir.Arithmetic, number: float, constant: float) -> float:
    """x for which `x operator constant` is the number; the number itself where there is none."""
    if operator is ir.Arithmetic.ADD:
        return number - constant
    if operator is ir.Arithmetic.SUB:
        return number + constant
    if operator is ir.Arithmetic.MUL:
        return number / constant if constant else number
    if operator is ir.Arithmetic.DIV:
        return number * constant
    return number ** (1 / constant) if constant and number > 0 else number


def _constant(node: ir.Expr, freedom: dict[FitSymbol, int]) -> float | None:
    """The value of a formula that no event changes, degrees of freedom included."""
    if isinstance(node, ir.FitValue) and node.quantity is ir.FitQuantity.NDF:
        return float(freedom[node.fit])
    if isinstance(node, ir.ValueRef):
        return _constant(node.define.value, freedom)
    if not isinstance(node, ir.Binary):
        return known_value(node)
    left, right = _constant(node.left, freedom), _constant(node.right, freedom)
    if left is None or right is None or (node.operator is ir.Arithmetic.DIV and right == 0):
        return None
    if node.operator is ir.Arithmetic.ADD:
        return left + right
    if node.operator is ir.Arithmetic.SUB:
        return left - right
    if node.operator is ir.Arithmetic.MUL:
        return left * right
    return left / right if node.operator is ir.Arithmetic.DIV else None


def _degrees(step: Fit) -> int:
    """Degrees of freedom of a fit (boss/API.md section 5)."""
    if isinstance(step, KinematicFit):
        each = {FourMomentum: 4, ThreeMomentum: 3}
        return sum(each.get(type(constraint), 1) for constraint in step.constraints)
    return 2 * len(step.symbol.roles) - 3
