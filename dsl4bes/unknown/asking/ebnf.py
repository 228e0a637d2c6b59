"""A grammar as data, and its text in the Lark-like dialect that decoders read (llguidance).

In: rules of literals, references, sequences, choices and bounded repetitions; terminals of patterns or words. Out: text, the same for the same grammar.
A plain `str` is a literal. Rule names are lower case, terminals upper case. Nothing of the language is known here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Ref:
    """A rule or a terminal, by name."""

    name: str

    @property
    def terminal(self) -> bool:
        return self.name.isupper()


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other. `glued`: no blank may stand between them."""

    items: tuple[Node, ...]
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several."""

    items: tuple[Node, ...]


#: Stands for "as often as wanted".
MANY = -1
_HEADER = "%llguidance {}"  #: keeps vLLM from giving the text to another engine


@dataclass(frozen=True, slots=True)
class Rep:
    """Between `least` and `most` times."""

    item: Node
    least: int
    most: int


Node = Union["str", "Ref", "Seq", "Alt", "Rep"]


@dataclass(frozen=True, slots=True)
class Terminal:
    """A piece of text: `words`, or a regular expression without look-around, but none of `but_not`.

    `ends`: its last character may be one of a word, so that a blank must part it from another word.
    """

    pattern: str = ""
    words: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules and terminals by name; `start` is where a text begins."""

    rules: Mapping[str, Node]
    terminals: Mapping[str, Terminal]
    start: str = "start"

    def text(self) -> str:
        """The grammar as the decoder reads it: the start rule first, then what is reached from it, in the order met."""
        names = reached(self.rules, self.start)
        lines = [_HEADER, *(f"{name}: {_choice(self.rules[name])}" for name in names if name in self.rules)]
        lines += [f"{name}: {_terminal(self.terminals[name])}" for name in names if name in self.terminals]
        return "\n".join(lines) + "\n"


def seq(*items: Node) -> Node:
    return items[0] if len(items) == 1 else Seq(items)


def glued(*items: Node) -> Seq:
    return Seq(items, glued=True)


def alt(*items: Node) -> Node:
    return items[0] if len(items) == 1 else Alt(items)


def optional(item: Node) -> Rep:
    return Rep(item, 0, 1)


def listed(item: Node, many: bool = True) -> Node:
    """One or more of an item, between commas."""
    return Seq((item, Rep(Seq((",", item)), 0, MANY))) if many else item


def reached(rules: Mapping[str, Node], start: str) -> list[str]:
    """The names that a text can need, in the order in which they are met."""
    found: dict[str, None] = {start: None}
    todo = [start]
    while todo:
        for name in references(rules[todo.pop(0)]):
            if name not in found:
                found[name] = None
                if name in rules:
                    todo.append(name)
    return list(found)


def references(node: Node) -> list[str]:
    """All names in a node, in the order written."""
    if isinstance(node, Ref):
        return [node.name]
    if isinstance(node, Rep):
        return references(node.item)
    if isinstance(node, Seq | Alt):
        return [name for item in node.items for name in references(item)]
    return []


# --- text ------------------------------------------------------------------------------------------------------------


def _choice(node: Node) -> str:
    return " | ".join(_sequence(item) for item in node.items) if isinstance(node, Alt) else _sequence(node)


def _sequence(node: Node) -> str:
    return " ".join(_single(item) for item in node.items) if isinstance(node, Seq) else _single(node)


def _single(node: Node) -> str:
    if isinstance(node, str):
        return json.dumps(node, ensure_ascii=False)
    if isinstance(node, Ref):
        return node.name
    if isinstance(node, Rep):
        inner = _single(node.item)
        if node.most == MANY:
            return f"{inner}{'+' if node.least else '*'}"
        return f"{inner}?" if (node.least, node.most) == (0, 1) else f"{inner}{{{node.least},{node.most}}}"
    return f"({_choice(node)})"


def _terminal(terminal: Terminal) -> str:
    if terminal.words:
        return " | ".join(json.dumps(word, ensure_ascii=False) for word in terminal.words)
    pattern = "/" + terminal.pattern.replace("/", "\\/") + "/"
    return f"{pattern} & ~/{'|'.join(terminal.but_not)}/" if terminal.but_not else pattern
