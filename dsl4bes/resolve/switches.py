"""Cuts that a variation switches off (`vary ..., without: fit5c.chi2`).

In: a finished program and the name of a cut. Out: where it cuts (`Target`); the program with a property `fit5c.chi2.off` beside it, under which the cut
holds for everything; the steps as text without it, for a comparison with the program from which the line was deleted. A cut of the event
(`require`, `veto`, a count) is not asked; of a candidate, track or shower its comparison holds. Nothing is reported here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from dsl4bes.ir import dump, nodes
from dsl4bes.ir import expr as ir
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Collection, Identify, Match, Merge, Primitive, Products, Require, Select
from dsl4bes.ir.program import Block, Program, blocks_of
from dsl4bes.ir.variations import OFF
from dsl4bes.ir.walk import objects
from dsl4bes.source import Span

#: Lists of the compiler's own, which a line may need and take along when it goes.
_HIDDEN = re.compile(r"\b(?:rest|tracks)~\d+\b")


@dataclass(frozen=True, slots=True)
class Target:
    """A cut that can be switched off: its public name, the numbers of lists whose comparisons are meant, and its place in the program."""

    name: str
    parameters: frozenset[str] = frozenset()  #: of a field of a list; empty: the line `name` of the cut flow
    places: tuple[Span, ...] = ()
    assumed: bool = False  #: in a block that nobody wrote

    def is_cut(self, cut_name: str) -> bool:
        return not self.parameters and public(cut_name) == self.name


def public(name: str) -> str:
    """A name as `vary` has it: dots stay, other characters than letters and digits become `_`."""
    return "".join(c if (c.isascii() and c.isalnum()) or c == "." else "_" for c in name)


def all_blocks(program: Program) -> Iterator[Block]:
    """Every block: of all events, baseline, regions, outputs; those inside a `for` after it."""
    todo = list(blocks_of(program))
    while todo:
        block = todo.pop(0)
        yield block
        todo = [inner for step in block.steps if isinstance(step, Scope) for inner in step.blocks] + todo


def targets(program: Program) -> dict[str, Target]:
    """All cuts that can be switched off, by name: lines of the cut flow, and fields that select entries of lists."""
    found: dict[str, Target] = {}
    for block in all_blocks(program):
        for step in block.steps:
            if isinstance(step, Require):
                _add(found, Target(public(step.cut.name), places=_places(step.span), assumed=block.assumed))
            elif isinstance(step, Combination):
                for cut in (*step.before, *step.after):
                    _add(found, Target(public(cut.cut.name), places=_places(cut.condition.span), assumed=block.assumed))
            elif isinstance(step, (Select, Match)):
                for number in _references(step.condition):
                    name = public(number.parameter.name)
                    base, _, end = name.rpartition(".")
                    _add_field(found, base if end in ("low", "high") else name, number, block.assumed)
    return found


def _places(span: Span | None) -> tuple[Span, ...]:
    return () if span is None else (span,)


def _add(found: dict[str, Target], target: Target) -> None:
    known = found.get(target.name)
    places = target.places if known is None else (*known.places, *target.places)
    found[target.name] = replace(target, places=places)


def _add_field(found: dict[str, Target], name: str, number: ir.ParameterRef, assumed: bool) -> None:
    known = found.get(name, Target(name))
    if not known.parameters and known.places:
        return  # a line of the cut flow has this name
    places = tuple(dict.fromkeys((*known.places, *_places(number.span))))  # where it is used, not where `let` makes it
    found[name] = Target(name, known.parameters | {number.parameter.name}, places, assumed)


def _references(condition: ir.Expr) -> list[ir.ParameterRef]:
    return [node for node in objects(condition) if isinstance(node, ir.ParameterRef)]


def _numbers(condition: ir.Expr) -> list[Parameter]:
    return [node for node in objects(condition) if isinstance(node, Parameter)]


# --- the program with its switches -----------------------------------------------------------------------------------------


def switch_of(target: Target, span: Span | None) -> Parameter:
    """The property that switches a cut off."""
    return Parameter(f"{target.name}{OFF}", False, doc=f"true: the cut {target.name} is left out", span=span)


def with_switches(program: Program, switches: dict[Target, Parameter]) -> Program:
    """The program in which each of these cuts holds for everything where its property is true."""
    for target, parameter in switches.items():
        off = nodes.parameter_ref(parameter)
        off = replace(off, span=None)
        program = _mapped(program, partial(_switched, target=target, off=off))
    return program


def _switched(step: Primitive, target: Target, off: ir.Expr) -> Primitive:
    if isinstance(step, Require) and target.is_cut(step.cut.name):
        on = nodes.negate(off, None)
        return replace(step, when=on if step.when is None else nodes.conjunction((on, step.when), None))
    if isinstance(step, Combination) and not target.parameters:
        before, after = (
            tuple(replace(cut, condition=_or(off, cut.condition)) if target.is_cut(cut.cut.name) else cut for cut in cuts)
            for cuts in (step.before, step.after)
        )
        return replace(step, before=before, after=after)
    if isinstance(step, (Select, Match)) and target.parameters:
        return replace(step, condition=_atoms(step.condition, target, lambda atom: _or(off, atom)))
    return step


def _or(off: ir.Expr, condition: ir.Expr) -> ir.Expr:
    return nodes.disjunction((off, condition), condition.span)


def _atoms(condition: ir.Expr, target: Target, change: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
    """The condition with its comparisons changed that hold one of the target's numbers: what is below `and` and `or` stands for itself."""
    if isinstance(condition, (ir.And, ir.Or)):
        return replace(condition, operands=tuple(_atoms(operand, target, change) for operand in condition.operands))
    meant = any(parameter.name in target.parameters for parameter in _numbers(condition))
    return change(condition) if meant else condition


def _mapped(program: Program, change: Callable[[Primitive], Primitive]) -> Program:
    def blocks(group: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(replace(block, steps=tuple(deep(step) for step in block.steps)) for block in group)

    def deep(step: Primitive) -> Primitive:
        return replace(step, blocks=blocks(step.blocks)) if isinstance(step, Scope) else change(step)

    regions = tuple(replace(region, blocks=blocks(region.blocks)) for region in program.regions)
    return replace(program, blocks=blocks(program.blocks), outputs=blocks(program.outputs), regions=regions)


# --- what the program is without a cut --------------------------------------------------------------------------------------


def texts(program: Program, left_out: Iterable[Target] = ()) -> list[str]:
    """The steps that select and fill, as text without values of numbers, without these cuts: equal for programs that differ in numbers only."""
    gone = tuple(left_out)
    found: list[str] = []
    for block in all_blocks(program):
        for step in block.steps:
            kept: Primitive | None = replace(step, blocks=()) if isinstance(step, Scope) else step
            for target in gone:
                kept = None if kept is None else _left_out(kept, target)
            if kept is not None and not isinstance(kept, (Collection, Identify, Merge, Products)) and not _is_hidden(kept):
                found.append(_HIDDEN.sub("hidden", dump.step(kept)))
    return found


def _is_hidden(step: Primitive) -> bool:
    return isinstance(step, Select) and bool(_HIDDEN.fullmatch(step.target.name))


def _left_out(step: Primitive, target: Target) -> Primitive | None:
    """A step without a cut; None if nothing is left of it."""
    if isinstance(step, Require) and target.is_cut(step.cut.name):
        return None
    if isinstance(step, Combination) and not target.parameters:
        before, after = (tuple(cut for cut in cuts if not target.is_cut(cut.cut.name)) for cuts in (step.before, step.after))
        return replace(step, before=before, after=after)
    if isinstance(step, (Select, Match)) and target.parameters:
        return replace(step, condition=_pruned(step.condition, target))
    return step


def _pruned(condition: ir.Expr, target: Target) -> ir.Expr:
    """The condition without these comparisons; what is left of an `and` by itself is simplified as `nodes` makes it."""
    if isinstance(condition, ir.And):
        return nodes.conjunction(tuple(_pruned(operand, target) for operand in condition.operands if not _meant(operand, target)), None)
    if isinstance(condition, ir.Or):
        return nodes.disjunction(tuple(_pruned(operand, target) for operand in condition.operands), None)
    return nodes.constant(True, None) if _meant(condition, target) else condition


def _meant(condition: ir.Expr, target: Target) -> bool:
    """Whether this is a comparison (no `and`, no `or`) that holds one of the target's numbers."""
    if isinstance(condition, (ir.And, ir.Or)):
        return False
    return any(parameter.name in target.parameters for parameter in _numbers(condition))

