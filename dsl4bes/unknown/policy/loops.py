"""Loops that end: `for (T i = start; i < bound; ++i)`.

In: the node of a `for` whose variables were declared. Out: a `Loop`, or findings. That the bound is bounded, that the counter stays within its type, and that nothing in the
loop changes the bound is asked when all of the body was read. Loops over a list therefore end after its size, and none runs longer than the sizes of the event and small numbers say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.bounds import MAX_LITERAL, literal
from dsl4bes.unknown.policy.context import Change, Context, Local, Loop, part, plain
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.types import INTEGERS

if TYPE_CHECKING:
    from tree_sitter import Node

    from dsl4bes.unknown.policy.expressions import Expressions

_FORM = "write `for (int i = 0; i < n; ++i)`"


def understand(expressions: Expressions, node: Node) -> Loop | None:
    """The loop that the header of a `for` makes; None after a finding."""
    context = expressions.context
    condition, update = node.child_by_field_name("condition"), node.child_by_field_name("update")
    if condition is None or update is None or context.is_refused(condition) or context.is_refused(update):
        context.refuse(node, Rule.LOOP, "a loop has a condition and a step", _FORM)
        return None
    found = _counter(expressions, update)
    if found is None:
        return None
    counter, step = found
    expressions.condition(condition)
    limits = [limit for each in _conjuncts(context, condition) if (limit := _bound(context, each, counter)) is not None]
    if not limits:
        message = f"the condition does not say how far `{counter.name}` runs"
        context.refuse(condition, Rule.LOOP, message, f"write `{counter.name} < n`, perhaps with `&& ...`")
        return None
    bound, inclusive = limits[0]
    start = next((write.value for write in counter.writes if write.change is Change.START), None)
    loop = Loop(part(node, "body"), counter, start or update, bound, inclusive, step)
    counter.loop = loop
    context.later.append(lambda: _ask(expressions, loop))
    return loop


def _counter(expressions: Expressions, update: Node) -> tuple[Local, int] | None:
    """The variable that the step raises, and by how much; it was declared in the same header."""
    context = expressions.context
    operator = context.text(update.child_by_field_name("operator"))
    step = literal(context.text(update.child_by_field_name("right"))) if operator == "+=" else None
    if step is not None and step > MAX_LITERAL:
        context.refuse(update, Rule.LOOP, f"the step `{expressions.short(update)}` is larger than {MAX_LITERAL}", _FORM)
        return None
    if not (update.type == "update_expression" and operator == "++") and not (update.type == "assignment_expression" and step):
        context.refuse(update, Rule.LOOP, f"the step `{expressions.short(update)}` does not count up", f"{_FORM}; count down with `n - 1 - i`")
        return None
    named = part(update, "argument" if update.type == "update_expression" else "left")
    local = context.scopes[-1].get(context.text(named)) if named.type == "identifier" else None
    if local is None:
        message = f"`{expressions.short(named)}` is not declared in the loop's header"
        context.refuse(named, Rule.LOOP_COUNTER, message, _FORM)
        return None
    if local.type is None:
        return None
    if local.type not in INTEGERS or local.constant:
        context.refuse(named, Rule.LOOP_COUNTER, f"`{local.name}` is {local.type}, and a counter is an integer", _FORM)
        return None
    context.lookup(named)
    return local, step or 1


def _conjuncts(context: Context, node: Node) -> list[Node]:
    node = plain(node)
    if node.type == "binary_expression" and context.text(part(node, "operator")) == "&&":
        return [*_conjuncts(context, part(node, "left")), *_conjuncts(context, part(node, "right"))]
    return [node]


def _bound(context: Context, node: Node, counter: Local) -> tuple[Node, bool] | None:
    """The bound, and whether it is reached: of `i < b`, `i <= b`, `i + 1 < b`, `b > i`, `b >= i`."""
    if node.type != "binary_expression":
        return None
    operator = context.text(part(node, "operator"))
    left, right = plain(part(node, "left")), plain(part(node, "right"))
    if operator in (">", ">="):
        left, right, operator = right, left, operator.replace(">", "<")
    if operator not in ("<", "<="):
        return None
    if left.type == "binary_expression" and context.text(part(left, "operator")) == "+":
        more = literal(context.text(plain(part(left, "right"))))
        left = plain(part(left, "left")) if more is not None and more <= MAX_LITERAL else left
    return (right, operator == "<=") if context.local(left) is counter else None


def _ask(expressions: Expressions, loop: Loop) -> None:
    context, bounds, greatest = expressions.context, expressions.bounds, expressions.greatest
    if not (bounds.bounded(loop.start) and bounds.not_negative(loop.start) and greatest.start_fits(loop)):
        message = f"`{expressions.short(loop.start)}` is no start that is known not to be negative"
        context.refuse(loop.start, Rule.LOOP_COUNTER, message, "start at 0 or at another counter plus one")
    if not bounds.bounded(loop.bound):
        message = f"`{expressions.short(loop.bound)}` does not bound the loop"
        context.refuse(loop.bound, Rule.LOOP_BOUND, message, f"use the size of a list, or a number up to {MAX_LITERAL}")
    elif not greatest.counter_fits(loop):
        message = f"`{loop.counter.name}` may pass the greatest {loop.counter.type} before it reaches `{expressions.short(loop.bound)}`"
        context.refuse(loop.bound, Rule.LOOP_BOUND, message, f"{_FORM} with the size of a list, or with `{loop.counter.name}` of the type of the bound")
    if loop.inclusive and context.text(plain(loop.bound)).endswith(".size()"):
        context.refuse(loop.bound, Rule.LOOP_BOUND, "`<=` goes one past the last element", "write `<`")
    for node in _identifiers(loop.bound):
        local = context.local(node)
        if local is None:
            continue
        if local is loop.counter:
            context.refuse(node, Rule.LOOP_BOUND, f"the bound moves with `{local.name}`", _FORM)
        change = next((write for write in local.writes if write.change is not Change.ELEMENT and loop.holds(write.node)), None)
        if change is not None:
            message = f"`{local.name}` bounds the loop and is changed in it, in line {change.node.start_point[0]}"
            context.refuse(node, Rule.LOOP_BOUND, message, f"loop to a copy made before: `const int n = {expressions.short(loop.bound)};`")


def _identifiers(node: Node) -> list[Node]:
    if node.type == "identifier":
        return [node]
    return [found for child in node.named_children for found in _identifiers(child)]
