"""Texts drawn from a grammar of the dialect that `unknown/writing/lark_text.py` writes, without any part of it: its text is read here anew.

In: the text of a grammar, a seed. Out: derivations. Rules and regular expressions are read by one reader, since both have alternatives, sequences, brackets and
repetitions; deep down the shortest way to an end is taken.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<regex>~?/(?:[^/\\]|\\.)*/)|(?P<name>[A-Za-z_]\w*)|(?P<times>\{\d+,\d+\}|[?*])|(?P<sign>[|()&]))')
_OF_REGEX = re.compile(r"(?P<set>\[(?:[^\]\\]|\\.)*\])|(?P<times>\{\d+(?:,\d+)?\}|[?*+])|(?P<sign>[|()])|(?P<char>\\.|.)")
_ESCAPED = {"n": "\n", "t": "\t"}


@dataclass
class Node:
    """`kind`: one (of parts), all (parts), times (part, least, most), name, text, set."""

    kind: str
    parts: list
    least: int = 1
    most: int = 1


class Reader:
    """Reads alternatives from a list of tokens: (kind, text)."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def choice(self) -> Node:
        found = [self.sequence()]
        while self.tokens and self.tokens[0][1] == "|":
            self.tokens.pop(0)
            found.append(self.sequence())
        return Node("one", found)

    def sequence(self) -> Node:
        found: list[Node] = []
        while self.tokens and self.tokens[0] not in (("sign", "|"), ("sign", ")")):
            kind, text = self.tokens.pop(0)
            if kind == "times":
                least, most = {"?": (0, 1), "*": (0, 6), "+": (1, 6)}.get(text) or (int(text[1:-1].split(",")[0]), int(text[1:-1].split(",")[-1]))
                found.append(Node("times", [found.pop()], least, most))
            elif text == "(" and kind == "sign":
                found.append(self.choice())
                assert self.tokens.pop(0)[1] == ")"
            else:
                found.append(Node(kind, [text]))
        return Node("all", found)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPED.get(match[1], match[1]), text, flags=re.DOTALL)


def read_regex(text: str) -> Node:
    tokens = [(str(match.lastgroup), match[0]) for match in _OF_REGEX.finditer(text)]
    return Reader([("text", _unescaped(piece)) if kind == "char" else (kind, piece) for kind, piece in tokens]).choice()


def characters(text: str) -> list[str]:
    """The characters of `[a-z_]`."""
    units = [_unescaped(each) for each in re.findall(r"\\.|.", text[1:-1])]
    assert units[0] != "^"
    found: list[str] = []
    while units:
        first = units.pop(0)
        if len(units) > 1 and units[0] == "-":
            found += [chr(code) for code in range(ord(first), ord(units[1]) + 1)]
            units = units[2:]
        else:
            found.append(first)
    return found


class Sampler:
    """Derivations of one grammar; `without` are rules that none of them uses."""

    def __init__(self, text: str, without: tuple[str, ...] = ()) -> None:
        self.rules: dict[str, Node] = {}
        self.terminals: dict[str, tuple[Node, list[str]]] = {}
        for name, definition in re.findall(r"^(\w+): (.*(?:\n  \|.*)*)", text, re.MULTILINE):
            if name.isupper():
                first, *besides = [match["regex"] for match in _TOKEN.finditer(definition) if match["regex"]]
                self.terminals[name] = read_regex(first[1:-1]), [each[2:-1] for each in besides]
            else:
                tokens = [(str(match.lastgroup), match[match.lastgroup]) for match in _TOKEN.finditer(definition)]
                self.rules[name] = Reader([(kind, _unescaped(piece[1:-1])) if kind == "text" else (kind, piece) for kind, piece in tokens]).choice()
        self.heights = dict.fromkeys(self.terminals, 0) | dict.fromkeys(self.rules, 10_000)
        while True:
            heights = {name: 10_000 if name in without else min(10_000, 1 + self.height(node)) for name, node in self.rules.items()}
            if all(self.heights[name] == height for name, height in heights.items()):
                break
            self.heights.update(heights)

    def height(self, node: Node) -> int:
        """How deep the shallowest derivation is."""
        if node.kind == "name":
            return self.heights[node.parts[0]]
        if node.kind == "times" and node.least == 0:
            return 0
        below = [self.height(part) for part in node.parts if isinstance(part, Node)]
        return (min if node.kind == "one" else max)(below, default=0)

    def draw(self, rng: random.Random, depth: int = 24, start: str = "start") -> str:
        return self._draw(self.rules[start], rng, depth)

    def _draw(self, node: Node, rng: random.Random, left: int) -> str:
        if node.kind == "text":
            return node.parts[0]
        if node.kind == "set":
            return rng.choice(characters(node.parts[0]))
        if node.kind == "name":
            return self._named(node.parts[0], rng, left)
        if node.kind == "one":
            fitting = [part for part in node.parts if self.height(part) < left]
            return self._draw(rng.choice(fitting or [min(node.parts, key=self.height)]), rng, left)
        if node.kind == "times":
            most = min(node.most, node.least + 3) if self.height(node.parts[0]) < left else node.least
            return "".join(self._draw(node.parts[0], rng, left) for _ in range(rng.randint(node.least, most)))
        assert node.kind == "all"
        return "".join(self._draw(part, rng, left) for part in node.parts)

    def _named(self, name: str, rng: random.Random, left: int) -> str:
        if name in self.rules:
            return self._draw(self.rules[name], rng, left - 1)
        node, besides = self.terminals[name]
        while True:
            text = self._draw(node, rng, 1)
            if not any(re.fullmatch(each, text) for each in besides):
                return text
