"""Examples for a prompt: the programs of the examples and of the constructs, and which of them are nearest to a question.

In: a question. Out: `Shot`s, nearest first: the same for the same question. Nearness is the sum over shared terms, rare ones weighing more.
The programs of `examples/` come from `programs.json`, which is generated (`python -m dsl4bes.devtools.generate`), so that an installation without them answers as a checkout does.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dsl4bes.constructs.registry import load
from dsl4bes.unknown.asking.terms import terms

_LENGTH = 0.01  #: what a term that nobody asked for costs: of equals the shorter one is nearer
PROGRAMS = Path(__file__).with_name("programs.json")


@dataclass(frozen=True, slots=True)
class Shot:
    """A program with words that ask for it. `whole`: an example of the project, not of one construct."""

    name: str
    words: str
    source: str
    whole: bool

    @property
    def terms(self) -> frozenset[str]:
        return terms(f"{self.name} {self.words}\n{self.source}")


@lru_cache(maxsize=1)
def shots() -> tuple[Shot, ...]:
    """All of them, in a fixed order: whole programs first."""
    found = [Shot(each["name"], each["words"], each["source"], True) for each in json.loads(PROGRAMS.read_text(encoding="utf-8"))]
    for keyword, block in load().items():
        if not block.coded:
            found += [Shot(keyword, example.intent, example.source, False) for example in block.examples]
    return tuple(found)


@lru_cache(maxsize=1)
def _weighed() -> tuple[dict[str, float], tuple[frozenset[str], ...]]:
    found = tuple(shot.terms for shot in shots())
    counts = Counter(term for each in found for term in each)
    return {term: math.log(1 + len(found) / count) for term, count in counts.items()}, found


def nearest(question: str, *, whole: bool, most: int) -> list[Shot]:
    """The nearest programs, whole ones or those of constructs; what shares no term is left out."""
    weights, found = _weighed()
    asked = terms(question)
    scored = []
    for index, own in enumerate(found):
        hits = sorted(own & asked)
        if shots()[index].whole is whole and hits:
            name = sum(weights[term] for term in hits if term in terms(shots()[index].name) and term not in load())
            score = name + sum(weights[term] for term in hits) - _LENGTH * len(own)
            scored.append((-round(score, 9), index))
    return [shots()[index] for _, index in sorted(scored)[:most]]
