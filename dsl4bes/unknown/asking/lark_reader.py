"""Reads the project's own grammar files: rules as nodes, terminals as patterns. Lark itself is not needed to ask.

In: the texts of `grammar/*.lark`. Out: `Rules`: what is written there, without aliases, priorities and imports. Only what those files use is
understood; anything else is a `ValueError`, which the tests of the grammar would meet first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from dsl4bes.unknown.asking.ebnf import MANY, Node, Ref, Rep, Seq, alt, seq

_RULE = re.compile(r"\??([a-z_]+)\s*:\s*(.*)")
_TERMINAL = re.compile(r"([A-Z_]+)(?:\.\d+)?\s*:\s*(.*)")
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(->\s*\w+)|([A-Za-z_]+)|([()\[\]|*+?]))')


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in the order written; terminals by name: a pattern (`/.../`), or fixed text."""

    rules: dict[str, Node] = field(default_factory=dict)
    patterns: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def read_grammar(texts: Iterable[str]) -> Rules:
    """The rules of all files together."""
    found = Rules()
    bodies: dict[str, str] = {}
    name = ""
    for line in (line for text in texts for line in text.splitlines()):
        stripped = line.strip()
        if not stripped or stripped.startswith(("//", "%")):
            continue
        if stripped.startswith("|") and name:
            bodies[name] += " " + stripped
        elif match := _RULE.fullmatch(stripped):
            name = match[1]
            bodies[name] = match[2]
        elif match := _TERMINAL.fullmatch(stripped):
            name = ""
            kind, inner = match[2][:1], match[2][1:-1]
            (found.patterns if kind == "/" else found.words)[match[1]] = inner
        else:
            raise ValueError(f"not understood in the grammar: {stripped}")
    found.rules.update((name, _Body(body).node()) for name, body in bodies.items())
    return found


class _Body:
    """The right side of a rule, read from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"not understood in the grammar: {text[at:]}")
            at = match.end()
            if match[1] is not None:
                self._tokens.append(("text", match[1].replace("\\\\", "\\")))
            elif match[3]:
                self._tokens.append(("name", match[3]))
            elif match[4]:
                self._tokens.append(("sign", match[4]))

    def node(self) -> Node:
        found = self._choice()
        if self._tokens:
            raise ValueError(f"not understood in the grammar: {self._tokens[0][1]}")
        return found

    def _next(self, *signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in [("sign", sign) for sign in signs]

    def _choice(self) -> Node:
        items = [self._sequence()]
        while self._next("|"):
            self._tokens.pop(0)
            items.append(self._sequence())
        return alt(*items)

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self._tokens and not self._next("|", ")", "]"):
            items.append(self._repeated())
        return seq(*items) if items else Seq(())

    def _repeated(self) -> Node:
        item = self._single()
        if self._next("*", "+", "?"):
            sign = self._tokens.pop(0)[1]
            return Rep(item, int(sign == "+"), 1 if sign == "?" else MANY)
        return item

    def _single(self) -> Node:
        kind, text = self._tokens.pop(0)
        if kind == "text":
            return text
        if kind == "name":
            return Ref(text)
        if text not in "([":
            raise ValueError(f"not understood in the grammar: {text}")
        inner = self._choice()
        closing = ")" if text == "(" else "]"
        if not self._next(closing):
            raise ValueError(f"a `{text}` of the grammar is not closed")
        self._tokens.pop(0)
        return inner if text == "(" else Rep(inner, 0, 1)
