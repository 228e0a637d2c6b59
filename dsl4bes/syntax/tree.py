"""The tree of grammar rules as text: what `dsl4bes dump --stage tree` shows.

In: a `SourceFile`. Out: one line per rule or token, indented by depth. The compiler itself never builds this tree
(`from_tree.py` makes nodes as rules are reduced); it serves those who read the grammar.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile
from dsl4bes.syntax.lexer import lex
from dsl4bes.syntax.parser import Parser
from dsl4bes.syntax.tables import RULES


@dataclass(frozen=True, slots=True)
class Node:
    """A rule of the grammar and what it was made of: nodes, tokens, and lists where the grammar repeats."""

    rule: str
    children: list[Any]


def tree_text(source: SourceFile, bag: Bag) -> str:
    """The tree of a text; what is wrong with it goes into `bag`, and broken statements are not in the tree."""
    tokens = lex(source, bag)
    if tokens.fatal:
        return ""
    root = Parser(source, tokens, bag, _actions()).run()
    lines: list[str] = []
    waiting: list[tuple[int, Any]] = [] if root is None else [(0, root)]
    while waiting:
        depth, item = waiting.pop()
        indent = "  " * depth
        if isinstance(item, Node):
            lines.append(indent + item.rule)
            waiting += [(depth + 1, child) for child in reversed(item.children)]
        elif isinstance(item, list):
            waiting += [(depth, child) for child in reversed(item)]
        else:
            kind, text, start, _ = item
            place = source.place(start)
            lines.append(f"{indent}{kind} {text!r} {place.line}:{place.column}")
    return "".join(line + "\n" for line in lines)


def _actions() -> dict[str, Callable[[list], Any]]:
    actions: dict[str, Callable[[list], Any]] = {
        name: _node(name) for _, _, name in RULES if name is not None
    }
    actions["first"] = list
    actions["more"] = lambda children: [*children[0], *children[1:]]
    return actions


def _node(name: str) -> Callable[[list], Node]:
    return lambda children: Node(name, children)
