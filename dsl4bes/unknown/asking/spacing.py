"""Puts blanks into a grammar: where two words would join there must be one, elsewhere there may be one.

In: rules without blanks, terminals. Out: the same rules with `BLANK`. No blank goes beside a line end, nor into what is glued.
Rules must not be recursive (they are not: depth is bounded before).
"""

from __future__ import annotations

from collections.abc import Mapping

from dsl4bes.unknown.asking.ebnf import Alt, Node, Ref, Rep, Seq, Terminal

BLANK = Ref("BLANK")
LINE_END = Ref("NL")
#: Signs that become another one with what is glued to them: `key :name` is a symbol, `= ==` three signs.
_LEADING = (":", "=")


def spaced(rules: Mapping[str, Node], terminals: Mapping[str, Terminal]) -> dict[str, Node]:
    """All rules with blanks."""
    edges = _Edges(rules, terminals)
    return {name: _node(node, edges) for name, node in rules.items()}


class _Edges:
    """What texts of a node begin and end with."""

    def __init__(self, rules: Mapping[str, Node], terminals: Mapping[str, Terminal]) -> None:
        self._rules, self._terminals = rules, terminals
        self._known: dict[str, tuple[bool, bool, bool]] = {}

    def of(self, node: Node) -> tuple[bool, bool, bool]:
        """Whether it may begin with a word, end with one, be empty."""
        if isinstance(node, str):
            return _begins(node), _wordish(node[-1:]) or node in _LEADING, not node
        if isinstance(node, Ref):
            if node.name not in self._known:
                terminal = self._terminals.get(node.name)
                self._known[node.name] = self.of(self._rules[node.name]) if terminal is None else _of_terminal(terminal)
            return self._known[node.name]
        if isinstance(node, Rep):
            starts, ends, empty = self.of(node.item)
            return starts, ends, empty or node.least == 0
        found = [self.of(item) for item in node.items]
        if isinstance(node, Alt):
            return any(each[0] for each in found), any(each[1] for each in found), any(each[2] for each in found)
        return _first(found, 0), _first(found[::-1], 1), all(each[2] for each in found)


def _of_terminal(terminal: Terminal) -> tuple[bool, bool, bool]:
    if terminal.words:
        return any(_begins(word) for word in terminal.words), any(_wordish(word[-1]) for word in terminal.words), False
    return terminal.starts, terminal.ends, False


def _first(found: list[tuple[bool, bool, bool]], side: int) -> bool:
    """Whether the first of these that is not empty may show a word on a side."""
    for each in found:
        if each[side]:
            return True
        if not each[2]:
            return False
    return False


def _begins(text: str) -> bool:
    """Whether a fixed text must not be glued to a word before it: a word, or a symbol with its colon."""
    return _wordish(text[:1]) or (text[:1] == ":" and _wordish(text[1:2]))


def _wordish(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _between(must: bool) -> Node:
    return BLANK if must else Rep(BLANK, 0, 1)


def _node(node: Node, edges: _Edges) -> Node:
    if isinstance(node, Rep):
        return Rep(_repeated(node, edges), node.least, node.most)
    if isinstance(node, Alt):
        return Alt(tuple(_node(item, edges) for item in node.items))
    if not isinstance(node, Seq) or node.glued:
        return node
    made: list[Node] = []
    before = False  # whether what stands so far may end with a word
    for index, item in enumerate(node.items):
        starts, ends, empty = edges.of(item)
        if index == 0 or item == LINE_END or _ends_line(node.items[index - 1]):
            made.append(_node(item, edges))
        elif isinstance(item, Rep) and item.least == 0:  # its blank goes with it
            must = starts and (before or (ends and item.most > 1))
            made.append(Rep(Seq((_between(must), _grouped(_node(item.item, edges)))), 0, item.most))
        else:
            assert not (empty and before), "a rule that may be empty stands behind a word"
            made += [_between(before and starts), _grouped(_node(item, edges))]
        before = ends or (empty and before)
    return Seq(tuple(made))


def _grouped(node: Node) -> Node:
    return Alt((node,)) if isinstance(node, Seq) else node


def _repeated(node: Rep, edges: _Edges) -> Node:
    """What is repeated, so that it does not join with itself."""
    starts, ends, _ = edges.of(node.item)
    item = _node(node.item, edges)
    if node.most == 1 or _ends_line(node.item):
        return item
    assert not (starts and ends), "words that follow each other need a comma"
    return item


def _ends_line(node: Node) -> bool:
    if isinstance(node, Rep):
        return _ends_line(node.item)
    return node == LINE_END or (isinstance(node, Seq) and node.items[-1:] == (LINE_END,))
