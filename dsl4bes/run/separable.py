"""Which cuts of a program can be taken out alone, of events and of candidates.

In: a `Program`. Out: the `Separable` cuts (one number against limits), and the reason for every other cut. A cut is taken out as if its line were
deleted: where several candidates may be left it is one of candidates, and its distribution has an entry for each that passes all other cuts; before
`choose` another candidate may be chosen without it. Cuts on the entries of lists (vr of a track, energy of a photon) reject neither and are not among
them. The program with the switches is made in `switched.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import Choice, FitSymbol
from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import Combination, Fit, Pairs, Scope, Tags
from dsl4bes.ir.nodes import known_value
from dsl4bes.ir.primitives import Cut, FillHistogram, FillTuple, Match, Merge, Primitive, Require, Select
from dsl4bes.ir.program import Block, Program, blocks_of, cuts_of, steps_of
from dsl4bes.ir.types import Kind, ListSymbol
from dsl4bes.ir.walk import objects
from dsl4bes.physics.units import base_word

_FLIPPED = {
    ir.Comparison.LT: ir.Comparison.GT, ir.Comparison.LE: ir.Comparison.GE, ir.Comparison.GT: ir.Comparison.LT,
    ir.Comparison.GE: ir.Comparison.LE, ir.Comparison.EQ: ir.Comparison.EQ, ir.Comparison.NE: ir.Comparison.NE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """`quantity operator value`, in the unit of the quantity."""

    operator: str
    value: float


class Agreement(Enum):
    """How many entries on the accepted side are what the program selects: EQUAL: all; FEWER: those in which no other candidate is chosen without the
    cut; OPEN: no rule, the candidates of an event are counted or combined elsewhere."""

    EQUAL = "equal"
    FEWER = "fewer"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Separable:
    """A cut on one number: all `limits` hold (or, with `veto`, not all of them). `region` is empty for the baseline. `per`: whose candidates it is about
    (None: the event); `inside`: the quantity is known within the `for` over them only."""

    cut: Cut
    region: str
    value: ir.Expr
    limits: tuple[Limit, ...]
    label: str
    unit: str
    whole: bool = False  #: the quantity is a number of entries
    veto: bool = False
    per: FitSymbol | None = None
    inside: Scope | None = None
    agreement: Agreement = Agreement.EQUAL


@dataclass(frozen=True, slots=True)
class Cuts:
    """Cuts that can be taken out, and why the others cannot (name of the cut → reason)."""

    separable: tuple[Separable, ...]
    others: dict[str, str]


def separable(program: Program) -> Cuts:
    """Sort the cuts of a program into those that can be taken out alone and the others."""
    found: list[Separable] = []
    others: dict[str, str] = {}
    for region, blocks in parts_of(program):
        for cut, made in _of_blocks(program, region, blocks, None):
            if isinstance(made, Separable):
                found.append(made)
            else:
                others[cut.name] = made
    return Cuts(tuple(found), others)


def parts_of(program: Program) -> Iterable[tuple[str, tuple[Block, ...]]]:
    """The baseline (with an empty name) and the regions."""
    yield "", program.blocks
    for region in program.regions:
        yield region.name, region.blocks


def _of_blocks(
    program: Program, region: str, blocks: tuple[Block, ...], inside: Scope | None
) -> Iterable[tuple[Cut, Separable | str]]:
    """The cuts of these blocks; `inside`: the `for` they are in."""
    for step in (step for block in blocks for step in block.steps):
        if isinstance(step, Scope) and inside is None:
            yield from _of_blocks(program, region, step.blocks, step)
        elif isinstance(step, Scope):
            for _, cut in cuts_of(step.blocks):
                yield cut, "it is in a `for` within a `for`"
        else:
            for cut, made in _of_step(program, region, step, inside):
                if isinstance(made, Separable) and inside is not None:
                    made = replace(made, per=inside.symbol, inside=inside, agreement=_coupled(program, inside.symbol, made.agreement))
                yield cut, made


def _of_step(program: Program, region: str, step: Primitive, inside: Scope | None) -> Iterable[tuple[Cut, Separable | str]]:
    if isinstance(step, Require):
        if step.when is not None and not _switched_on(step.when):
            yield step.cut, "it is applied only where its `when:` holds"
            return
        made = _separate(step.cut, region, step.condition, step.veto)
        needed = _needed_later(program, step)
        yield step.cut, needed if needed and isinstance(made, Separable) else made
    elif isinstance(step, Custom):
        yield step.cut, "its code answers yes or no"
    elif isinstance(step, Match) and step.cut is not None:
        yield step.cut, "without what it finds the rest has no meaning"
    elif isinstance(step, Combination) and not step.symbol.optional:
        yield step.cut, f"without {'the fit' if isinstance(step, Fit) else 'a candidate'} the rest has no meaning"
        for each in (*step.before, *step.after):
            made = _separate(each.cut, region, each.condition, False)
            if isinstance(made, Separable):
                made = _of_candidates(program, step, made, chosen=each in step.before and _chooses(step), nested=inside is not None)
            yield each.cut, made


def _of_candidates(program: Program, step: Combination, made: Separable, chosen: bool, nested: bool) -> Separable | str:
    """A cut on the candidates of a combination. `chosen`: one is chosen from those that pass it; `nested`: the combination is inside a `for`."""
    agreement = Agreement.FEWER if chosen else Agreement.EQUAL
    if not step.symbol.several:
        return replace(made, agreement=agreement)
    if nested:
        return "it rejects candidates that are made for each candidate anew"
    return replace(made, per=step.symbol, agreement=_coupled(program, step.symbol, agreement))


def _chooses(step: Combination) -> bool:
    """Whether the best of several is kept, so that another may be best without a cut before."""
    kept = step.choose.choice in (Choice.ALL, Choice.ONLY)
    return not kept or step.choose.per_chain or (isinstance(step, (Tags, Pairs)) and bool(step.groups))


def _coupled(program: Program, symbol: FitSymbol, otherwise: Agreement) -> Agreement:
    """OPEN if something depends on which other candidates of `symbol` there are in an event: their number, or pairs of tags."""
    for _, step in _steps(program):
        counted = not isinstance(step, (Scope, FillTuple, FillHistogram)) and any(
            isinstance(node, ir.FitValue) and node.fit is symbol and node.quantity is ir.FitQuantity.CANDIDATES
            for node in objects((step,))
        )
        if counted or (isinstance(step, Pairs) and symbol in step.symbol.sides):
            return Agreement.OPEN
    return otherwise


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
    return [(block, step) for block in blocks_of(program) for step in steps_of((block,))]


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
