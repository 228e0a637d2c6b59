"""Pass `check`: rules across blocks, one function per code.

In: a finished `Program`. Out: diagnostics BES04xx. Nothing is changed. Cuts with `when:`, vetoes and alternatives (`or`) are left out of the
reasoning: what they reject depends on more than one comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dsl4bes.diagnostics.codes import physics
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir.dump import expression
from dsl4bes.ir.fits import Combination, Scope
from dsl4bes.ir.nodes import known_value
from dsl4bes.ir.primitives import Identify, PidMethod, PidSystem, Require, Select
from dsl4bes.ir.program import Block, Program, steps_of
from dsl4bes.resolve.intervals import ALL, Interval, allowed, possible
from dsl4bes.source import Span

_MIRROR = {
    ir.Comparison.LT: ir.Comparison.GT, ir.Comparison.LE: ir.Comparison.GE, ir.Comparison.GT: ir.Comparison.LT,
    ir.Comparison.GE: ir.Comparison.LE, ir.Comparison.EQ: ir.Comparison.EQ, ir.Comparison.NE: ir.Comparison.NE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """A comparison of a value with a number: what it lets pass."""

    value: ir.Expr
    allowed: Interval
    span: Span | None


def check(program: Program, bag: Bag) -> None:
    """All cross-block rules."""
    for blocks in _groups(program):
        for block in blocks:
            for condition in _conditions(block):
                for atom in atoms(condition):
                    domain = possible(atom.value)
                    impossible_value(atom, domain, bag)
                    cut_always_passes(atom, domain, bag)
    cut_never_passes(program, bag)
    likelihood_is_spoiled(program, bag)


def likelihood_is_spoiled(program: Program, bag: Bag) -> None:
    """ParticleID of BOSS 7.0.4 multiplies every likelihood by a density of TofQ that is 0, once TofQ was valid for any track of the job."""
    steps = [step for blocks in _groups(program) for step in steps_of(blocks) if isinstance(step, Identify)]
    users = [step for step in steps if PidSystem.TOFQ in step.spec.systems]
    for step in steps:
        if users and step.spec.method is PidMethod.LIKELIHOOD:
            others = tuple(
                Label(user.span, "`:tofq` is used here") for user in users if user is not step and user.span
            )
            message = "the likelihood would be zero for every track with a pulse height in the TOF"
            help = 'leave `:tofq` out of the program, or take `method: "probability"`'
            bag.add(physics.SPOILED_LIKELIHOOD, message, step.span, related=others, help=help)


def _groups(program: Program) -> list[tuple[Block, ...]]:
    return [program.blocks, *(region.blocks for region in program.regions), program.outputs]


def _conditions(block: Block) -> Iterator[ir.Expr]:
    for step in steps_of((block,)):
        if isinstance(step, Require) and not step.veto or isinstance(step, Select):
            yield step.condition
        elif isinstance(step, Combination):
            yield from (cut.condition for cut in (*step.before, *step.after))


def atoms(condition: ir.Expr) -> Iterator[Atom]:
    """The comparisons with numbers that all must hold."""
    todo = [condition]
    while todo:
        node = todo.pop(0)
        if isinstance(node, ir.And):
            todo = [*node.operands, *todo]
        elif isinstance(node, ir.Compare):
            left, right = known_value(node.left), known_value(node.right)
            if right is not None and left is None:
                yield Atom(node.left, allowed(node.operator, right), node.span)
            elif left is not None and right is None:
                yield Atom(node.right, allowed(_MIRROR[node.operator], left), node.span)


def impossible_value(atom: Atom, domain: Interval, bag: Bag) -> None:
    """A comparison that no value of the quantity can fulfil: `cos(gam1) > 1`."""
    if not domain.cut(atom.allowed).empty:
        return
    message = f"`{_text(atom)}` can never be true"
    bag.add(
        physics.IMPOSSIBLE_VALUE, message, atom.span, help=f"the quantity is {_range(domain)}"
    )


def cut_always_passes(atom: Atom, domain: Interval, bag: Bag) -> None:
    """A comparison that every value fulfils: `angle(a, b) < 360 deg`."""
    if atom.value.type.maybe or domain == ALL or atom.allowed == ALL or not atom.allowed.holds(domain):
        return
    message = f"`{_text(atom)}` is always true"
    bag.add(
        physics.CUT_ALWAYS_PASSES,
        message,
        atom.span,
        help=f"the quantity is {_range(domain)}: change the number or remove the cut",
    )


def cut_never_passes(program: Program, bag: Bag) -> None:
    """Cuts on the same quantity that leave nothing: `ngood == 2`, later `count(good) > 3`."""
    baseline = _chain(program.blocks, {}, bag)
    scopes: dict[str | None, dict[str, tuple[Interval, Span | None]]] = {None: baseline}
    for region in program.regions:
        scopes[region.name] = _chain(region.blocks, dict(scopes[region.parent]), bag)
    for blocks in _groups(program):
        for step in steps_of(blocks):
            if isinstance(step, Select):
                _narrow(step.condition, {}, bag)


def _chain(
    blocks: tuple[Block, ...], known: dict[str, tuple[Interval, Span | None]], bag: Bag
) -> dict[str, tuple[Interval, Span | None]]:
    """Follow the event's cuts in order."""
    for block in blocks:
        for step in block.steps:
            if isinstance(step, Require) and not step.veto and step.when is None:
                _narrow(step.condition, known, bag)
            elif isinstance(step, Scope):  # what holds for one candidate need not hold for the event
                _chain(step.blocks, dict(known), bag)
            elif isinstance(step, Combination) and not step.symbol.optional:
                for cut in (*step.before, *step.after):
                    _narrow(cut.condition, known, bag)
    return known


def _narrow(condition: ir.Expr, known: dict[str, tuple[Interval, Span | None]], bag: Bag) -> None:
    for atom in atoms(condition):
        key = expression(atom.value)
        before, span = known.get(key, (ALL, None))
        after = before.cut(atom.allowed)
        if after.empty and not atom.allowed.empty and span is not None:
            related = (Label(span, "the other cut"),)
            bag.add(
                physics.CUT_NEVER_PASSES,
                f"`{_text(atom)}` contradicts an earlier cut: nothing passes both",
                atom.span,
                related=related,
                help="change one of the two, or join them with `or`",
            )
            continue
        if after != before:
            known[key] = (after, atom.span)


def _text(atom: Atom) -> str:
    """The cut as written."""
    text = "" if atom.span is None else " ".join(atom.span.text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _range(interval: Interval) -> str:
    if interval.high == float("inf"):
        return f"never below {interval.low:g}"
    return f"between {interval.low:g} and {interval.high:g}"
