"""Makes one terminal of terminals that may stand in the same place: `PLUS | MINUS | STAR | SLASH` is one piece for the decoder's lexer and four for its parser, which pays more.

In: rules, terminals. Out: the same language. Terminals with words that they must not be (`NAME`) stay alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dsl4bes.unknown.asking.ebnf import Alt, Node, Ref, Rep, Seq, Terminal


def merged(rules: Mapping[str, Node], terminals: Mapping[str, Terminal]) -> tuple[dict[str, Node], dict[str, Terminal]]:
    """Rules and terminals with fewer alternatives."""
    made = dict(terminals)
    return {name: _node(node, made) for name, node in rules.items()}, made


def _node(node: Node, terminals: dict[str, Terminal]) -> Node:
    if isinstance(node, Rep):
        return Rep(_node(node.item, terminals), node.least, node.most)
    if isinstance(node, Seq):
        return Seq(tuple(_node(item, terminals) for item in node.items), node.glued)
    if not isinstance(node, Alt):
        return node
    items = [_node(item, terminals) for item in node.items]
    some = [item for item in items if isinstance(item, Ref) and item.name in terminals and not terminals[item.name].but_not]
    if len(some) < 2:
        return Alt(tuple(items))
    name = "_OR_".join(item.name for item in some)
    terminals[name] = Terminal("|".join(_pattern(terminals[item.name]) for item in some))
    rest = [item for item in items if item not in some]
    return Alt((*rest, Ref(name))) if rest else Ref(name)


def _pattern(terminal: Terminal) -> str:
    return "|".join(re.escape(word) for word in terminal.words) if terminal.words else terminal.pattern
