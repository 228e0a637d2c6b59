"""Every path returns, and nothing stands where no path leads.

In: the statements of a body. Out: findings. Conditions are not evaluated: a loop may run zero times, and an `if` without `else` may do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from dsl4bes.unknown.policy.context import children, first, part
from dsl4bes.unknown.policy.finding import Finding
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tree import Tree

if TYPE_CHECKING:
    from tree_sitter import Node

_LEAVES = ("return_statement", "break_statement", "continue_statement")


def flow(tree: Tree, body: Node) -> list[Finding]:
    """Findings about paths."""
    found: list[Finding] = []
    for node in tree.walk():
        if node.type == "compound_statement":
            statements = children(node)
            dead = next((after for before, after in pairwise(statements) if _leaves(before)), None)
            if dead is not None:
                found.append(tree.finding(dead, Rule.UNREACHABLE, "no path leads to this statement", "remove it"))
    if not _returns(body):
        lines = tree.text(body).count("\n")
        found.append(Finding(Rule.RETURN, max(lines - 1, 1), 1, "the end is reached without a return", "end with `return true;` or `return false;`"))
    return found


def _leaves(node: Node) -> bool:
    """Whether what follows in the same block is never reached."""
    return node.type in _LEAVES or _always(node, _leaves)


def _returns(node: Node) -> bool:
    return node.type == "return_statement" or _always(node, _returns)


def _always(node: Node, does: Callable[[Node], bool]) -> bool:
    if node.type == "compound_statement":
        return any(does(each) for each in children(node))
    if node.type == "if_statement":
        otherwise = node.child_by_field_name("alternative")
        return otherwise is not None and does(part(node, "consequence")) and does(first(otherwise))
    return False
