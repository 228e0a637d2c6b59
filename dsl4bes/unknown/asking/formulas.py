"""The rules of formulas with bounded depth, from the grammar's own rules.

In: `Rules` as written. Out: rules `expression_0`, `expression_1`, ... : a copy of each rule per level. A rule that leads back to itself or to an
earlier one goes one level deeper, and at the last level that way is closed: brackets, calls, signs and powers end. Chains (`a + b + c`) are loops with an
end. So a model cannot open brackets for ever, and the parser's limits are out of reach.
"""

from __future__ import annotations

from dsl4bes.unknown.asking.ebnf import Alt, Node, Ref, Rep, Seq, alt, references, seq
from dsl4bes.unknown.asking.lark_reader import MANY, Rules

DEPTH = 6
CHAIN = 7  #: operands that may follow the first one
ITEMS = 11  #: items that may follow the first one, in lists and calls

#: Where a terminal of the grammar is narrower for a decoder: rule → terminal → what stands there.
_NARROWER: dict[str, dict[str, str]] = {
    "number": {"NUMBER": "number_text", "NAME": "UNIT"},
    "argument": {"NAME": "KEY"},
    "bracketed_argument": {"NAME": "KEY"},
}
ENTRY = "bracketed"


def formula_rules(grammar: Rules) -> dict[str, Node]:
    """All levels of all rules that a formula needs."""
    order = _order(grammar.rules)
    found: dict[str, Node] = {}
    for level in range(DEPTH + 1):
        for name in order:
            node = _Level(order, name, level).rule(grammar.rules[name])
            if node is None:
                raise ValueError(f"the rule `{name}` cannot end at depth {level}")
            found[f"{name}_{level}"] = node
        found[f"base_{level}"] = _without_unit(found[f"atom_{level}"], level)
    return found


def _order(rules: dict[str, Node]) -> dict[str, int]:
    """Rules in the order in which they are met from the outermost one."""
    found: dict[str, int] = {}

    def visit(name: str) -> None:
        if name in rules and name not in found:
            found[name] = len(found)
            for other in references(rules[name]):
                visit(other)

    visit(ENTRY)
    return found


def _without_unit(atom: Node, level: int) -> Node:
    """What may carry an exponent: `10 cm ** 2` is an error behind the grammar."""
    assert isinstance(atom, Alt)
    return Alt(tuple(Ref("number_text") if item == Ref(f"number_{level}") else item for item in atom.items))


class _Level:
    """One rule at one level."""

    def __init__(self, order: dict[str, int], name: str, level: int) -> None:
        self._order, self._name, self._level = order, name, level

    def rule(self, node: Node) -> Node | None:
        """The rule; None if nothing is left of it."""
        items = node.items if isinstance(node, Alt) else (node,)
        chains = [item for item in items if isinstance(item, Seq) and item.items[:1] == (Ref(self._name),)]
        plain = [made for item in items if item not in chains and (made := self._node(item)) is not None]
        if not plain:
            return None
        tails = [made for item in chains if (made := self._node(Seq(item.items[1:]))) is not None]
        return Seq((alt(*plain), Rep(alt(*tails), 0, CHAIN))) if tails else alt(*plain)

    def _node(self, node: Node) -> Node | None:
        if isinstance(node, Ref):
            return self._ref(node)
        if isinstance(node, Rep):
            item = self._node(node.item)
            if item is None:
                return Seq(()) if node.least == 0 else None
            return Rep(item, node.least, ITEMS if node.most == MANY else node.most)
        if isinstance(node, Alt):
            kept = [made for item in node.items if (made := self._node(item)) is not None]
            return alt(*kept) if kept else None
        if isinstance(node, Seq):
            parts = [self._node(item) for item in node.items]
            if any(item is None for item in parts):
                return None
            found = tuple(item for item in parts if item is not None and item != Seq(()))
            if Ref("POWER") in found:  # the first of `atom POWER factor`
                found = (Ref(f"base_{self._level}"), *found[1:])
            return seq(*found) if found else Seq(())
        return node

    def _ref(self, node: Ref) -> Node | None:
        if node.name not in self._order:
            return Ref(_NARROWER.get(self._name, {}).get(node.name, node.name))
        level = self._level + (self._order[node.name] <= self._order[self._name])
        return Ref(f"{node.name}_{level}") if level <= DEPTH else None
