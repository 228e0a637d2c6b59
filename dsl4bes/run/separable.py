"""Which cuts of a program can be taken out alone, and the program in which each of them has a switch.

In: a `Program`. Out: the `Separable` cuts (one number against limits), the reason for every other cut, and a variant of the program in which a
job option switches each separable cut off and a tuple stores its quantity. Nothing else of the program changes: with all switches on it
selects the same events. Cuts on the entries of lists (vr of a track, energy of a photon) are no cuts on events and not among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.nodes import known_value, parameter_ref
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import (
    CandidateCut,
    Choice,
    Column,
    Combination,
    Cut,
    FillTuple,
    Fit,
    Match,
    Merge,
    Primitive,
    Require,
    Scope,
    Select,
)
from dsl4bes.ir.program import Block, Program, cuts_of, steps_of
from dsl4bes.ir.types import Kind, ListSymbol, Type
from dsl4bes.ir.walk import objects
from dsl4bes.physics.units import base_word

_FLIPPED = {
    ir.Comparison.LT: ir.Comparison.GT, ir.Comparison.LE: ir.Comparison.GE, ir.Comparison.GT: ir.Comparison.LT,
    ir.Comparison.GE: ir.Comparison.LE, ir.Comparison.EQ: ir.Comparison.EQ, ir.Comparison.NE: ir.Comparison.NE,
}  # fmt: skip
_FLAG = Type(Kind.FLAG)


@dataclass(frozen=True, slots=True)
class Limit:
    """`quantity operator value`, in the unit of the quantity."""

    operator: str
    value: float


@dataclass(frozen=True, slots=True)
class Separable:
    """A cut on one number of the event: all `limits` hold (or, with `veto`, not all of them). `region` is empty for the baseline."""

    cut: Cut
    region: str
    value: ir.Expr
    limits: tuple[Limit, ...]
    label: str
    unit: str
    whole: bool = False  #: the quantity is a number of entries
    veto: bool = False


@dataclass(frozen=True, slots=True)
class Cuts:
    """Cuts that can be taken out, and why the others cannot (name of the cut → reason)."""

    separable: tuple[Separable, ...]
    others: dict[str, str]


@dataclass(frozen=True, slots=True)
class Variant:
    """The program with switches. `switches[i]` is the property that switches cut i off, `tables[i]` the tuple and `columns[i]` the column of its quantity."""

    program: Program
    switches: tuple[str, ...]
    tables: tuple[str, ...]
    columns: tuple[str, ...]


def separable(program: Program) -> Cuts:
    """Sort the cuts of a program into those that can be taken out alone and the others."""
    found: list[Separable] = []
    others: dict[str, str] = {}
    for region, blocks in _parts(program):
        for block in blocks:
            for step in block.steps:
                for cut, made in _of_step(program, region, step):
                    if isinstance(made, Separable):
                        found.append(made)
                    else:
                        others[cut.name] = made
    return Cuts(tuple(found), others)


def _parts(program: Program) -> Iterable[tuple[str, tuple[Block, ...]]]:
    yield "", program.blocks
    for region in program.regions:
        yield region.name, region.blocks


def _of_step(program: Program, region: str, step: Primitive) -> Iterable[tuple[Cut, Separable | str]]:
    if isinstance(step, Require):
        if step.when is not None and not _switched_on(step.when):
            yield step.cut, "it is applied only where its `when:` holds"
            return
        made = _separate(step.cut, region, step.condition, step.veto)
        needed = _needed_later(program, step)
        yield step.cut, needed if needed and isinstance(made, Separable) else made
    elif isinstance(step, Match) and step.cut is not None:
        yield step.cut, "without what it finds the rest has no meaning"
    elif isinstance(step, Scope):
        for _, cut in cuts_of(step.blocks):
            yield cut, "it rejects candidates, one by one"
    elif isinstance(step, Combination) and not step.symbol.optional:
        yield step.cut, f"without {'the fit' if isinstance(step, Fit) else 'a candidate'} the rest has no meaning"
        for each in step.before:
            yield each.cut, "it is before `choose`: without it another candidate may be chosen"
        for each in step.after:
            single = step.choose.choice is not Choice.ALL and not step.choose.per_chain
            made = _separate(each.cut, region, each.condition, False) if single else "it rejects candidates, one by one"
            yield each.cut, made


def _switched_on(when: ir.Expr) -> bool:
    """Whether a `when:` is a property that is true: the cut is then applied to every event."""
    return isinstance(when, ir.ParameterRef) and when.parameter.value is True


def _separate(cut: Cut, region: str, condition: ir.Expr, veto: bool) -> Separable | str:
    parts = condition.operands if isinstance(condition, ir.And) else (condition,)
    sides = [_sides(part) for part in parts]
    first = sides[0]
    if first is None or any(side is None or side[0] != first[0] for side in sides):
        return "it does not compare one number with limits"
    value = first[0]
    if value.type.kind is not Kind.NUMBER:
        return "it does not compare one number with limits"
    limits = tuple(side[1] for side in sides if side is not None)
    whole = isinstance(value, ir.ListSize) or (
        isinstance(value, ir.Reduce) and value.reduction is ir.Reduction.COUNT
    )
    written = "" if value.span is None else " ".join(value.span.text.split())
    label = written if cut.part == "" and written else cut.name
    return Separable(cut, region, value, limits, label, base_word(value.type.dimension), whole, veto)


def _sides(part: ir.Expr) -> tuple[ir.Expr, Limit] | None:
    """The quantity of a comparison and its limit; None if it is not one number against another that is known."""
    if not isinstance(part, ir.Compare):
        return None
    left, right = known_value(part.left), known_value(part.right)
    if left is None and right is not None:
        return part.left, Limit(part.operator.value, right)
    if left is not None and right is None:
        return part.right, Limit(_FLIPPED[part.operator].value, left)
    return None


# --- counts that later blocks rely on -------------------------------------------------------------------------------


def _needed_later(program: Program, step: Require) -> str:
    """Why a cut on the number of a list's entries cannot go: what follows takes the list for one particle."""
    sizes = [node.list for node in objects((step.condition,)) if isinstance(node, ir.ListSize)]
    for symbol in sizes:
        for user in _as_one(program, _with_derived(program, symbol)):
            return f"{user} takes `{symbol.name}` for one particle"
    return ""


def _steps(program: Program) -> list[tuple[Block, Primitive]]:
    blocks = (*program.blocks, *(b for region in program.regions for b in region.blocks), *program.outputs)
    return [(block, step) for block in blocks for step in steps_of((block,))]


def _with_derived(program: Program, symbol: ListSymbol) -> set[ListSymbol]:
    """The list and those made from it that have no `==` count of their own."""
    steps = [step for _, step in _steps(program)]
    counted = {
        step.condition.left.list
        for step in steps
        if isinstance(step, Require) and isinstance(step.condition, ir.Compare) and isinstance(step.condition.left, ir.ListSize)
        and step.condition.operator is ir.Comparison.EQ
    }  # fmt: skip
    found = {symbol}
    for step in steps:
        sources = (
            step.sources
            if isinstance(step, Merge)
            else (step.source,)
            if isinstance(step, (Select, Match))
            else ()
        )
        if (
            isinstance(step, (Select, Match, Merge))
            and found.intersection(sources)
            and step.target not in counted
        ):
            found.add(step.target)
    return found


def _as_one(program: Program, lists: set[ListSymbol]) -> Iterable[str]:
    """Blocks that take one of the lists for a single particle."""
    for block, step in _steps(program):
        if any(
            isinstance(node, ir.Pick) and node.rank is None and node.list in lists
            for node in objects((step,))
        ):
            yield f"`{block.name}`"
        elif isinstance(step, Combination) and step.choose.choice is Choice.ONLY:
            used = {role.source for role in step.symbol.roles} | {
                role.conjugate for role in step.symbol.roles
            }
            if used & lists:
                yield f"`{block.name}`"


# --- the program with switches --------------------------------------------------------------------------------------


def with_switches(program: Program, cuts: tuple[Separable, ...]) -> Variant:
    """The program in which every one of `cuts` has a switch (a job option, on) and its quantity a column of a tuple."""
    prefix = _free_prefix(program)
    switches = {
        each.cut: Parameter(
            f"{prefix}.{each.cut.key}", True, doc=f"false: the cut {each.cut.name} is not applied"
        )
        for each in cuts
    }
    tables = {region: f"{prefix}_{i}" for i, (region, _) in enumerate(_parts(program))}
    columns = {each.cut: f"c{i}" for i, each in enumerate(cuts)}
    fills: dict[str, tuple[Block, ...]] = {}
    for region, table in tables.items():
        row = tuple(Column(columns[each.cut], each.value) for each in cuts if each.region == region)
        if row:
            fills[region] = (Block(f"ntuple {table}", "ntuple", (FillTuple(name=table, columns=row),)),)
    regions = tuple(
        replace(region, blocks=(*_switched(region.blocks, switches), *fills.get(region.name, ())))
        for region in program.regions
    )
    made = replace(
        program,
        blocks=_switched(program.blocks, switches),
        outputs=(*program.outputs, *fills.get("", ())),
        regions=regions,
        parameters=(*program.parameters, *switches.values()),
        variations=(),
    )
    names = tuple(switches[each.cut].property_name for each in cuts)
    return Variant(
        made, names, tuple(tables[each.region] for each in cuts), tuple(columns[each.cut] for each in cuts)
    )


def _free_prefix(program: Program) -> str:
    """A word that no property and no tuple of the program begins with."""
    taken = [parameter.property_name for parameter in program.parameters]
    taken += [step.name for _, step in _steps(program) if isinstance(step, FillTuple)]
    prefix = "n_minus_1"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return prefix


def _switched(blocks: tuple[Block, ...], switches: dict[Cut, Parameter]) -> tuple[Block, ...]:
    return tuple(
        replace(block, steps=tuple(_step(step, switches) for step in block.steps)) for block in blocks
    )


def _step(step: Primitive, switches: dict[Cut, Parameter]) -> Primitive:
    if isinstance(step, Require) and step.cut in switches:
        switch: ir.Expr = parameter_ref(switches[step.cut])
        return replace(
            step, when=switch if step.when is None else ir.And(type=_FLAG, operands=(step.when, switch))
        )
    if isinstance(step, Combination):
        return replace(step, after=tuple(_candidate(each, switches) for each in step.after))
    return step


def _candidate(each: CandidateCut, switches: dict[Cut, Parameter]) -> CandidateCut:
    switch = switches.get(each.cut)
    if switch is None:
        return each
    off = ir.Not(type=_FLAG, operand=parameter_ref(switch))
    return replace(each, condition=ir.Or(type=_FLAG, operands=(off, each.condition)))
