"""Grammars in the dialect of Lark that llguidance reads: rules in small letters, terminals in capitals, no imports, no priorities, no look-around.

In: rules and terminals, one after the other. Out: text, the same for the same calls. Alternatives that name nothing (a view without flags) are left
out where they are made; a rule without any stays away, and so does what needs it. Nothing is known about C++ here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_REFERENCE = re.compile(r'"(?:[^"\\]|\\.)*"|([A-Za-z_][A-Za-z0-9_]*)')


@dataclass(slots=True)
class Grammar:
    """Rules and terminals by name, in the order of their making."""

    rules: dict[str, list[str]] = field(default_factory=dict)
    terminals: dict[str, str] = field(default_factory=dict)

    def rule(self, name: str, *alternatives: str) -> None:
        """Adds alternatives to a rule."""
        known = self.rules.setdefault(name, [])
        known += [each for each in alternatives if each not in known]

    def terminal(self, name: str, regex: str, besides: Iterable[str] = ()) -> None:
        """A terminal; `besides` are regular expressions of what it does not match."""
        self.terminals[name] = " & ".join([f"/{regex}/", *(f"~/{each}/" for each in besides)])

    def words(self, name: str, words: Iterable[str], before: str = "", after: str = "") -> str:
        """A terminal of one of these words, with a regular expression before and after; its name, or nothing if there are no words."""
        listed = list(dict.fromkeys(words))
        if not listed:
            return ""
        self.terminal(name, f"{before}{one_of(listed)}{after}")
        return name

    def text(self) -> str:
        """The grammar: `start` first, and what it needs. KeyError for a name that nothing defines."""
        lines = []
        needed = self._needed()
        for name in needed:
            if name in self.rules:
                lines.append(f"{name}: " + "\n  | ".join(self.rules[name]))
        lines += [f"{name}: {self.terminals[name]}" for name in needed if name in self.terminals]
        return "\n".join(lines) + "\n"

    def _needed(self) -> list[str]:
        """Names that can be reached from `start`, in the order in which they are met."""
        found = {"start": None}
        waiting = ["start"]
        while waiting:
            name = waiting.pop(0)
            if name in self.terminals:
                continue
            for text in self.rules[name]:
                for word in _REFERENCE.findall(text):
                    if word and word not in found:
                        found[word] = None
                        waiting.append(word)
        return list(found)


def one_of(words: Iterable[str]) -> str:
    """A regular expression for one of these words, taken literally.

    >>> one_of(["a.b", "c"])
    '(a\\\\.b|c)'
    """
    return "(" + "|".join(re.sub(r"([.()\[\]{}*+?|^$/\\])", r"\\\1", word) for word in words) + ")"
