"""Gives a name to what stands in a grammar more than once, so that its text stays small enough to go with a request.

In: rules. Out: the same language in fewer characters: `same_1`, `same_2`, ... in the order met. Nothing else changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dsl4bes.unknown.asking.ebnf import Alt, Node, Ref, Rep, Seq

_WORTH = 5  #: references and literals from which a name is shorter than the thing


def shared(rules: Mapping[str, Node]) -> dict[str, Node]:
    """The rules, with rules for what repeats."""
    counts: Counter[Node] = Counter()
    for node in rules.values():
        _count(node, counts)
    repeated = {node for node, count in counts.items() if count > 1 and _may_be_named(node) and _size(node) >= _WORTH}
    return _Sharing(repeated).rules(rules)


def _may_be_named(node: Node) -> bool:
    """Blanks are put in later, beside what is no line and not empty; so lines and what may be absent stay where they are."""
    if isinstance(node, Seq):
        return node.items[-1:] != (Ref("NL"),) and any(not isinstance(item, Rep) for item in node.items)
    return isinstance(node, Alt)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Rep):
        return (node.item,)
    return node.items if isinstance(node, Seq | Alt) else ()


def _count(node: Node, counts: Counter[Node]) -> None:
    counts[node] += 1
    if counts[node] == 1:
        for part in _parts(node):
            _count(part, counts)


def _size(node: Node) -> int:
    return sum(_size(part) for part in _parts(node)) or 1


class _Sharing:
    """Rules made so far."""

    def __init__(self, repeated: set[Node]) -> None:
        self._repeated = repeated
        self._names: dict[Node, str] = {}
        self._made: dict[str, Node] = {}

    def rules(self, rules: Mapping[str, Node]) -> dict[str, Node]:
        found = {name: self._parts_of(node) for name, node in rules.items()}
        return {**found, **self._made}

    def _node(self, node: Node) -> Node:
        if node not in self._repeated:
            return self._parts_of(node)
        if node not in self._names:
            name = self._names[node] = f"same_{len(self._names) + 1}"
            self._made[name] = self._parts_of(node)
        return Ref(self._names[node])

    def _parts_of(self, node: Node) -> Node:
        if isinstance(node, Rep):
            return Rep(self._node(node.item), node.least, node.most)
        if isinstance(node, Seq):
            return Seq(tuple(self._node(item) for item in node.items), node.glued)
        return Alt(tuple(self._node(item) for item in node.items)) if isinstance(node, Alt) else node
