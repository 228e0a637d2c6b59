"""Puts blanks into a grammar: signs take the blanks around them along, between two words stands `BLANK`, and nowhere else is any.

In: rules without blanks, terminals. Out: the same rules with blanks, and the terminals of the signs. What is glued stays as it is. A decoder's parser works for every piece that may or may
not be there; a blank within a sign's pattern costs it nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dsl4bes.unknown.asking.ebnf import Alt, Node, Ref, Rep, Seq, Terminal

BLANK = Ref("BLANK")
LINE_END = Ref("NL")
_MOST = 4

#: Fixed signs: their terminal, the fewest blanks before and behind (None: none may be there). Behind `:` one must be, since `key :name` is a symbol, and behind `=`, since `===` is no sign.
_SIGNS: dict[str, tuple[str, int | None, int | None]] = {
    ",": ("COMMA", None, 0), ":": ("COLON", None, 1), "=": ("EQUALS", 0, 1), "(": ("OPEN", None, None), ")": ("CLOSE", None, None), "[": ("OPEN_LIST", None, None),
    "]": ("CLOSE_LIST", None, None), "-": ("MINUS", 0, 0), ".": ("POINT", None, None),
}  # fmt: skip
#: Terminals of the grammar that are signs, in the same way.
_OPERATORS: dict[str, tuple[int | None, int | None]] = {
    "COMPARATOR": (0, 0), "PLUS": (0, 0), "MINUS": (0, 0), "STAR": (0, 0), "SLASH": (0, 0), "POWER": (0, 0), "DOTS": (0, 0), "PERCENT": (0, None), "AND": (1, 1), "OR": (1, 1),
    "IN": (1, 1), "NOT": (None, 1), "DO": (1, None),
}  # fmt: skip


def spaced(rules: Mapping[str, Node], terminals: Mapping[str, Terminal]) -> tuple[dict[str, Node], dict[str, Terminal]]:
    """All rules with blanks, and all terminals."""
    edges = _Edges(rules, terminals)
    found = {name: _node(node, edges) for name, node in rules.items()}
    signs = {name: _sign(re.escape(text), before, behind) for text, (name, before, behind) in _SIGNS.items()}
    operators = {
        name: _sign(terminals[name].pattern or re.escape(terminals[name].words[0]), before, behind) for name, (before, behind) in _OPERATORS.items()
    }  # fmt: skip
    return found, {**terminals, **signs, **operators}


def _sign(pattern: str, before: int | None, behind: int | None) -> Terminal:
    front, back = ("" if least is None else f" {{{least},{_MOST}}}" for least in (before, behind))
    return Terminal(f"{front}({pattern}){back}" if "|" in pattern else f"{front}{pattern}{back}")


class _Edges:
    """Whether texts of a node may begin or end with what a blank must part from a word."""

    def __init__(self, rules: Mapping[str, Node], terminals: Mapping[str, Terminal]) -> None:
        self._rules, self._terminals = rules, terminals
        self._known: dict[str, tuple[bool, bool, bool]] = {}

    def of(self, node: Node) -> tuple[bool, bool, bool]:
        """May it begin with something else than a sign, end with a word, be empty?"""
        if isinstance(node, str):
            return node not in _SIGNS, _wordish(node[-1:]), not node
        if isinstance(node, Ref):
            if node.name not in self._known:
                terminal = self._terminals.get(node.name)
                self._known[node.name] = self.of(self._rules[node.name]) if terminal is None else _of_terminal(node.name, terminal)
            return self._known[node.name]
        if isinstance(node, Rep):
            begins, ends, empty = self.of(node.item)
            return begins, ends, empty or node.least == 0
        found = [self.of(item) for item in node.items]
        if isinstance(node, Alt):
            return any(each[0] for each in found), any(each[1] for each in found), any(each[2] for each in found)
        return _first(found, 0), _first(found[::-1], 1), all(each[2] for each in found)


def _of_terminal(name: str, terminal: Terminal) -> tuple[bool, bool, bool]:
    if name in _OPERATORS or name == LINE_END.name:
        return False, False, False
    return True, any(_wordish(word[-1]) for word in terminal.words) if terminal.words else terminal.ends, False


def _first(found: list[tuple[bool, bool, bool]], side: int) -> bool:
    """Whether the first of these that is not empty may show this on its side."""
    for each in found:
        if each[side]:
            return True
        if not each[2]:
            return False
    return False


def _wordish(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _node(node: Node, edges: _Edges) -> Node:
    if isinstance(node, str):
        return Ref(_SIGNS[node][0]) if node in _SIGNS else node
    if isinstance(node, Rep):
        return Rep(_node(node.item, edges), node.least, node.most)
    if isinstance(node, Alt):
        return Alt(tuple(_node(item, edges) for item in node.items))
    if not isinstance(node, Seq) or node.glued:
        return node
    made: list[Node] = []
    word = False  # whether what stands so far may end with a word
    for item in node.items:
        begins, ends, empty = edges.of(item)
        must = word and begins
        if must and isinstance(item, Rep) and item.least == 0 and item.most == 1:  # its blank goes with it
            made.append(Rep(Seq((BLANK, Alt((_node(item.item, edges),)))), 0, 1))
        else:
            assert not (must and empty), "what may be absent and repeats stands behind a word"
            made += [BLANK, _node(item, edges)] if must else [_node(item, edges)]
        word = ends or (empty and word)
    return Seq(tuple(made))
