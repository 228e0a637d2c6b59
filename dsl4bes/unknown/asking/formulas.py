"""The rules of formulas for a decoder, from the grammar's own rules: fewer, and with bounded depth.

In: `Rules` as written. Out: rules `expression_0`, `expression_1`, ... : a copy of each rule per level. A rule that leads back to itself or to an earlier one goes one level deeper, and at
the last level that way is closed: brackets, calls, signs and powers end. Chains (`a + b + c`) and lists are loops without an end of their own: counting them costs the
decoder's parser more than it has (llguidance gives up at 50,000 items a token), and the longest answer bounds them. Which operator binds more does not matter for which texts there are, so
neighbouring levels of precedence become one: that parser pays for every rule at every token.
"""

from __future__ import annotations

from dsl4bes.unknown.asking.ebnf import MANY, Alt, Node, Ref, Rep, Seq, alt, optional, references, seq
from dsl4bes.unknown.asking.lark_reader import Rules

DEPTH = 6

#: Where a terminal of the grammar is narrower for a decoder: rule → terminal → what stands there.
_NARROWER: dict[str, dict[str, str]] = {
    "number": {"NUMBER": "number_text", "NAME": "UNIT"},
    "value": {"IN": "FIRST_IN"},
    "argument": {"NAME": "KEY"},
    "bracketed_argument": {"NAME": "KEY"},
}
ENTRY = "bracketed"


def formula_rules(grammar: Rules) -> dict[str, Node]:
    """All levels of all rules that a formula needs."""
    rules = {name: _factored(_looped(name, node)) for name, node in grammar.rules.items()}
    rules = {name: _joined(node, rules) for name, node in rules.items()}
    rules = _powers_without_units(rules)
    order = _order(rules)
    found: dict[str, Node] = {}
    for level in range(DEPTH + 1):
        for name in order:
            node = _Level(order, name, level).node(rules[name])
            if node is None:
                raise ValueError(f"the rule `{name}` cannot end at depth {level}")
            found[f"{name}_{level}"] = node
    return found


# --- the same texts by fewer rules ------------------------------------------------------------------------------------


def _looped(name: str, node: Node) -> Node:
    """`a: b | a X b` as `a: b (X b)*`."""
    items = node.items if isinstance(node, Alt) else (node,)
    chains = [item for item in items if isinstance(item, Seq) and item.items[:1] == (Ref(name),)]
    if not chains:
        return node
    plain = [item for item in items if item not in chains]
    tails = [seq(*item.items[1:]) for item in chains if isinstance(item, Seq)]
    return Seq((alt(*plain), Rep(alt(*tails), 0, MANY)))


def _factored(node: Node) -> Node:
    """`a | a X a | a Y a` as `a ((X | Y) a)?`, and alike behind the operators."""
    if isinstance(node, Rep):
        return Rep(_factored(node.item), node.least, node.most)
    if isinstance(node, Seq):
        return Seq(tuple(_factored(item) for item in node.items))
    if not isinstance(node, Alt):
        return node
    groups: dict[Node, list[tuple[Node, ...]]] = {}
    for item in node.items:
        parts = item.items if isinstance(item, Seq) else (item,)
        groups.setdefault(parts[0], []).append(parts[1:])
    made = [_with_tails(first, rests) for first, rests in groups.items()]
    return _same_last(made)


def _with_tails(first: Node, rests: list[tuple[Node, ...]]) -> Node:
    tails = [seq(*rest) for rest in rests if rest]
    if not tails:
        return first
    tail = _same_last(tails)
    return seq(first, tail if len(tails) == len(rests) else optional(tail))


def _same_last(items: list[Node]) -> Node:
    """`X a | Y a` as `(X | Y) a`."""
    pairs = [item.items for item in items if isinstance(item, Seq) and len(item.items) == 2]
    if len(items) > 1 and len(pairs) == len(items) and len({last for _, last in pairs}) == 1:
        return Seq((alt(*(first for first, _ in pairs)), pairs[0][1]))
    return alt(*items)


def _joined(node: Node, rules: dict[str, Node]) -> Node:
    """`a: b (X b)*` over `b: c (Y c)*` as `a: c ((X | Y) c)*`; a rule that is only another name becomes that one."""
    while isinstance(node, Ref) and node.name in rules and _chain(rules[node.name]) is not None:
        node = rules[node.name]
    own = _chain(node)
    if own is None:
        return node
    below = own[0]
    inner = _chain(rules[below.name]) if isinstance(below, Ref) and below.name in rules else None
    if inner is None:
        return node
    return Seq((inner[0], Rep(Seq((alt(*_choices(own[1]), *_choices(inner[1])), inner[0])), 0, MANY)))


def _chain(node: Node) -> tuple[Node, Node] | None:
    """Operand and operator of `a (X a)*`."""
    if isinstance(node, Seq) and len(node.items) == 2 and isinstance(node.items[1], Rep):
        operand, loop = node.items[0], node.items[1]
        if loop.most == MANY and isinstance(loop.item, Seq) and len(loop.item.items) == 2 and loop.item.items[1] == operand:
            return operand, loop.item.items[0]
    return None


def _choices(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Alt) else (node,)


def _powers_without_units(rules: dict[str, Node]) -> dict[str, Node]:
    """`10 cm ** 2` is an error behind the grammar: what carries an exponent has no unit, and what has one carries none."""
    number, atom, power = Ref("number"), rules["atom"], rules["power"]
    assert isinstance(atom, Alt) and number in atom.items and isinstance(power, Seq) and power.items[0] == Ref("atom")
    plain = Alt(tuple(Ref("NUMBER") if item == number else item for item in atom.items))
    measured = rules["number"]
    assert isinstance(measured, Seq) and isinstance(measured.items[1], Rep)  # a number, perhaps with its unit
    with_unit = Seq((measured.items[0], measured.items[1].item))
    return {**rules, "atom": plain, "number": with_unit, "power": alt(power, number)}


# --- levels -----------------------------------------------------------------------------------------------------------


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


class _Level:
    """One rule at one level."""

    def __init__(self, order: dict[str, int], name: str, level: int) -> None:
        self._order, self._name, self._level = order, name, level

    def node(self, node: Node) -> Node | None:
        """The node at this level; None if nothing is left of it."""
        if isinstance(node, Ref):
            return self._ref(node)
        if isinstance(node, Rep):
            item = self.node(node.item)
            if item is None:
                return Seq(()) if node.least == 0 else None
            return Rep(item, node.least, node.most)
        if isinstance(node, Alt):
            kept = [made for item in node.items if (made := self.node(item)) is not None]
            return alt(*kept) if kept else None
        if isinstance(node, Seq):
            parts = [self.node(item) for item in node.items]
            if any(item is None for item in parts):
                return None
            found = tuple(item for item in parts if item is not None and item != Seq(()))
            return seq(*found) if found else Seq(())
        return node

    def _ref(self, node: Ref) -> Node | None:
        if node.name not in self._order:
            name = "number_text" if node.name == "NUMBER" else node.name
            return Ref(_NARROWER.get(self._name, {}).get(node.name, name))
        level = self._level + (self._order[node.name] <= self._order[self._name])
        return Ref(f"{node.name}_{level}") if level <= DEPTH else None
