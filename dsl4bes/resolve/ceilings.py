"""The fitters' own chi2 ceilings (SEMANTICS rule 14).

In: a program whose fits have BOSS's ceilings. Out: the same with the larger of BOSS's value and twice the largest number that any
chi2 of that kind of fit is compared with, in the program or its variations: one parameter per kind of fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import isnan

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitKind, FitSettings, FitSymbol
from dsl4bes.ir.fits import Fit, Scope, SecondaryVertexFit
from dsl4bes.ir.freedom import chi2_with_probability, degrees_of_freedom
from dsl4bes.ir.nodes import known_value
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Primitive
from dsl4bes.ir.program import Block, Program, steps_of
from dsl4bes.ir.walk import objects

#: Lets that are followed behind one comparison; nobody hides a chi2 deeper.
MAX_LETS = 100
HIGHEST = 1e100  #: ceiling above which nothing is ever refused; it stays a number in C++


def with_ceilings(program: Program) -> Program:
    """The program with its ceilings set."""
    largest = _compared(program)

    def value(kind: FitKind, known: Parameter) -> float:
        return min(max(float(known.value), 2 * largest.get(kind, 0.0)), HIGHEST)

    return _with(program, value)


def with_ceilings_of(program: Program, variations: Iterable[Program]) -> Program:
    """The program with the largest of its own ceilings and those of its variations, each written as a program."""
    largest: dict[str, float] = {}
    for each in (program, *variations):
        for settings in (found for found in objects((each.blocks, each.regions, each.outputs)) if isinstance(found, FitSettings)):
            name = settings.ceiling.name
            largest[name] = max(largest.get(name, 0.0), float(settings.ceiling.value))
    return _with(program, lambda kind, known: largest[known.name])


def _with(program: Program, value: Callable[[FitKind, Parameter], float]) -> Program:
    """The program with the ceiling that `value` gives for each kind of fit."""
    changed: dict[str, Parameter] = {}

    def step_with(step: Primitive) -> Primitive:
        if isinstance(step, Scope):
            return replace(step, blocks=blocks_with(step.blocks))
        if not isinstance(step, Fit):
            return step
        step = replace(step, settings=settings_with(step.settings, step.symbol.kind))
        if isinstance(step, SecondaryVertexFit):
            return replace(step, vertex=settings_with(step.vertex, FitKind.VERTEX))
        return step

    def settings_with(settings: FitSettings, kind: FitKind) -> FitSettings:
        known = settings.ceiling
        if known.name not in changed:
            changed[known.name] = replace(known, value=value(kind, known))
        return replace(settings, ceiling=changed[known.name])

    def blocks_with(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(replace(block, steps=tuple(map(step_with, block.steps))) if any(isinstance(step, (Scope, Fit)) for step in block.steps) else block for block in blocks)

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
        node.symbol: degrees_of_freedom(node)
        for node in steps_of((*program.blocks, *(block for region in program.regions for block in region.blocks)))
        if isinstance(node, Fit)
    }
    known = _Known(freedom)
    for node in objects((program.blocks, program.regions, program.outputs)):
        if not isinstance(node, ir.Compare):
            continue
        for one, other in ((node.left, node.right), (node.right, node.left)):
            number = known.constant(other)
            if number is not None:
                for kind, reached in known.reached(one, number, set()):
                    largest[kind] = max(largest.get(kind, 0.0), reached)
    return largest


@dataclass
class _Known:
    """What formulas are worth whatever the event is. A `let` is followed once, and chains of them to `MAX_LETS`."""

    freedom: dict[FitSymbol, int]
    depth: int = 0
    constants: dict[int, float | None] = field(default_factory=dict)

    def reached(self, node: ir.Expr, number: float, seen: set[tuple[int, float]]) -> Iterator[tuple[FitKind, float]]:
        """The chi2 at which `node` has the value `number`, for each chi2 in it."""
        if isinstance(node, ir.FitValue):
            if node.quantity is ir.FitQuantity.CHI2:
                yield node.fit.kind, number
            elif node.quantity is ir.FitQuantity.VERTEX_CHI2:
                yield FitKind.VERTEX, number
        elif isinstance(node, ir.Minus):
            yield from self.reached(node.operand, -number, seen)
        elif isinstance(node, ir.ValueRef):
            key = (id(node.define), number)
            if key not in seen and len(seen) < MAX_LETS:
                seen.add(key)
                yield from self.reached(node.define.value, number, seen)
        elif isinstance(node, ir.IfElse):
            yield from self.reached(node.then, number, seen)
            yield from self.reached(node.otherwise, number, seen)
        elif isinstance(node, ir.Call) and node.function.name in ("abs", "sqrt"):
            inside = number * number if node.function.name == "sqrt" else number
            yield from self.reached(node.arguments[0], inside, seen)
        elif isinstance(node, ir.Call) and node.function.name == "chi2_probability":
            ndf = self.constant(node.arguments[1])
            if ndf is not None and 0 < number < 1:
                yield from self.reached(node.arguments[0], chi2_with_probability(number, ndf), seen)
        elif isinstance(node, ir.Binary):
            left, right = self.constant(node.left), self.constant(node.right)
            if right is not None:
                yield from self.reached(node.left, _undone(node.operator, number, right), seen)
            elif left is not None and node.operator in (ir.Arithmetic.ADD, ir.Arithmetic.MUL):
                yield from self.reached(node.right, _undone(node.operator, number, left), seen)
            else:  # two things that an event decides: what one of them may be is not known better than the number
                yield from self.reached(node.left, number, seen)
                yield from self.reached(node.right, number, seen)

    def constant(self, node: ir.Expr) -> float | None:
        """The value of a formula that no event changes, degrees of freedom included."""
        if isinstance(node, ir.FitValue) and node.quantity is ir.FitQuantity.NDF:
            return float(self.freedom[node.fit])
        if isinstance(node, ir.ValueRef):
            return self._named(node)
        if isinstance(node, ir.IfElse):  # the largest of what it may be (a number by run)
            parts = (self.constant(node.then), self.constant(node.otherwise))
            return max((value for value in parts if value is not None and not isnan(value)), default=None)
        if not isinstance(node, ir.Binary):
            return known_value(node)
        left, right = self.constant(node.left), self.constant(node.right)
        if left is None or right is None or (node.operator is ir.Arithmetic.DIV and right == 0):
            return None
        if node.operator is ir.Arithmetic.ADD:
            return left + right
        if node.operator is ir.Arithmetic.SUB:
            return left - right
        if node.operator is ir.Arithmetic.MUL:
            return left * right
        return left / right if node.operator is ir.Arithmetic.DIV else None

    def _named(self, node: ir.ValueRef) -> float | None:
        key = id(node.define)
        if key not in self.constants and self.depth < MAX_LETS:
            self.depth += 1
            self.constants[key] = self.constant(node.define.value)
            self.depth -= 1
        return self.constants.get(key)


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
    try:
        return number ** (1 / constant) if constant and number > 0 else number
    except OverflowError:
        return number
