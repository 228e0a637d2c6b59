"""What a slip is: a change of a right program that a physicist makes by mistake.

In: a right program, a random number generator. Out: a `Change`, or none where the program has no place for this slip. Most slips are made by a pattern (`at`), which finds all places; one is drawn. Nothing is compiled here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator
#: What stands there instead; None: not at this place.
New = Callable[["re.Match[str]", Rng], "str | None"]


@dataclass(frozen=True)
class Change:
    """The text from `start` to `end` of the right program became `new`. `wrong` and `right`: how it is called in the words of the cause."""

    start: int
    end: int
    new: str
    wrong: str
    right: str

    def apply(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


@dataclass(frozen=True)
class Slip:
    """`name`: of its words, and of its family. `told`: the broken program does not say what was meant, so the question does. `related`: slips that the compiler tells of together."""

    name: str
    make: Callable[[str, Rng], Change | None]
    related: str
    told: bool = False


def at(name: str, pattern: str, new: New | str, related: str, *, told: bool = False, shown: str = "line") -> Slip:
    """A slip at a place that a pattern finds; its first group that is there, if any, is what is changed. `shown`: whether the words speak of the whole `line`, or of the `part` that changed."""
    compiled = re.compile(pattern, re.MULTILINE)

    def make(text: str, rng: Rng) -> Change | None:
        places = list(compiled.finditer(text))
        for index in rng.permutation(len(places)):
            place = places[index]
            made = new if isinstance(new, str) else new(place, rng)
            start, end = place.span(next((group for group in range(1, compiled.groups + 1) if place[group] is not None), 0))
            if made is not None and made != text[start:end]:
                return _change(text, start, end, made, shown)
        return None

    return Slip(name, make, related, told)


def _change(text: str, start: int, end: int, new: str, shown: str) -> Change:
    if shown == "part":
        return Change(start, end, new, new.strip(), text[start:end].strip())
    low = text.rfind("\n", 0, start) + 1
    high = text.find("\n", end)
    high = len(text) if high < 0 else high
    return Change(start, end, new, (text[low:start] + new + text[end:high]).strip(), text[low:high].strip())


def one_of(words: Sequence[str], rng: Rng) -> str:
    """One of several, each as likely."""
    return words[int(rng.integers(len(words)))]


def misspelt(word: str, rng: Rng) -> str | None:
    """A word with one slip of the keyboard: a letter lost, doubled, exchanged with its neighbour, or another one.

    >>> misspelt("ab", np.random.default_rng(1)) is None
    True
    """
    if len(word) < 3 or not word.isascii():
        return None
    place = int(rng.integers(1, len(word)))
    kind = rng.integers(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2:
        return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
    near = {"a": "s", "e": "r", "i": "o", "o": "i", "s": "a", "t": "r", "r": "t", "n": "m", "m": "n", "l": "k", "c": "v", "h": "g", "p": "o", "d": "f", "u": "y", "y": "u", "g": "h", "f": "d", "k": "l", "v": "c", "b": "v", "x": "c"}
    return word[:place] + near.get(word[place], "e") + word[place + 1 :]
