"""What a body may change: local variables, and elements that are known to exist.

In: the node that is written to. Out: a `Write` of the variable's record, or findings. Reading past the end of a list gives a wrong number; writing past it
gives whatever the author of the body wants, so every written index is proved (`bounds.py`) or written `.at(i)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.context import IN, Change, Write, children, part
from dsl4bes.unknown.policy.finding import Fix
from dsl4bes.unknown.policy.rules import Rule

if TYPE_CHECKING:
    from tree_sitter import Node

    from dsl4bes.unknown.policy.expressions import Expressions


def path(expressions: Expressions, node: Node) -> tuple[Node, list[Node]]:
    """The root of `root.member[i].at(j)...`, and the steps from it, outermost last."""
    steps: list[Node] = []
    while True:
        if node.type in ("subscript_expression", "field_expression"):
            steps.append(node)
            node = part(node, "argument")
        elif node.type == "call_expression" and _element_method(expressions, node):
            steps.append(node)
            node = part(part(node, "function"), "argument")
        else:
            return node, steps[::-1]


def is_of_in(expressions: Expressions, node: Node) -> bool:
    """Whether the value is a part of `in`, and so outlives whatever refers to it in the body."""
    root, steps = path(expressions, node)
    local = expressions.context.lookup(root) if root.type == "identifier" else None
    return bool(steps) and expressions.context.text(root) == IN if local is None else local.of_in


def write(expressions: Expressions, target: Node, statement: Node, change: Change, operator: str = "", value: Node | None = None) -> None:
    """Records that `target` is changed, if it may be. Its type was inferred before, so every name in it is known."""
    context = expressions.context
    root, steps = path(expressions, target)
    if context.text(root) == IN:
        context.refuse(target, Rule.CONSTANT, "`in` is not changed", "copy the value to a local variable and change that")
        return
    local = context.lookup(root) if root.type == "identifier" else None
    if local is None:
        context.refuse(target, Rule.TYPE, f"`{expressions.short(target)}` is a value and cannot be changed", "change a local variable")
        return
    if local.loop is not None:
        context.refuse(target, Rule.LOOP_COUNTER, f"`{local.name}` counts a loop, and is changed in it", "only the loop's header changes its counter")
        return
    if local.constant:
        context.refuse(target, Rule.CONSTANT, f"`{local.name}` is const", "copy the value to a local variable and change that", Fix(local.name))
        return
    if steps:
        of = expressions.infer(target)
        inner = of is None or context.names.holds_list(of)
        change = Change.INNER if inner and change is not Change.ELEMENT else Change.ELEMENT
    local.writes.append(Write(change, statement, operator, value))
    for step in steps:
        _in_range(expressions, step)


def _in_range(expressions: Expressions, step: Node) -> None:
    context = expressions.context
    if step.type == "call_expression":
        name = context.text(part(part(step, "function"), "field"))
        if name != "at":
            context.refuse(step, Rule.INDEX, f"`.{name}()` of a list that may be empty is not written to", "write `.at(i) = ...`")
    elif step.type == "subscript_expression":
        index, container = children(part(step, "indices")), part(step, "argument")

        def ask() -> None:
            if not expressions.bounds.in_range(index[0], container):
                message = f"`{expressions.short(step)}` is written to, and the index is not known to be in range"
                at = f"{expressions.short(container)}.at({expressions.short(index[0])})"
                help_ = f"write `{at}` (of a std::vector), or loop to the length it was made with"
                context.refuse(step, Rule.INDEX, message, help_)

        context.later.append(ask)


def _element_method(expressions: Expressions, node: Node) -> bool:
    function = part(node, "function")
    return function.type == "field_expression" and expressions.context.text(part(function, "field")) in ("at", "front", "back")
