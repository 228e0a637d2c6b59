"""DESIGN law 2 on programs that are nearly right: tokens exchanged, dropped, added, lines moved.

Every result is a verified IR that becomes a package, or has a diagnostic with a place. Seeds are fixed.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import pytest
from meaning import checked

from dsl4bes.constructs.registry import load
from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render

ROOT = Path(__file__).resolve().parents[1]
TOKEN = re.compile(r'"[^"\n]*"|[A-Za-z_][A-Za-z0-9_]*|\d+\.?\d*|\.\.|[<>=!]=|\*\*|\n|[^\s]')
KINDS = (
    re.compile(r'"'),
    re.compile(r"[A-Za-z_]"),
    re.compile(r"\d"),
    re.compile(r"[<>=!]=?$"),
    re.compile(r"[-+*/]"),
)


@cache
def sources() -> list[str]:
    """Programs that are right; compiled when the first test asks, not when a worker collects."""
    folders = ("examples/*/*.bes", "tests/corpus/good/*.bes")
    texts = [path.read_text(encoding="utf-8-sig") for folder in folders for path in sorted(ROOT.glob(folder))]
    texts += [example.source for construct in load().values() for example in construct.examples]
    return [text for text in texts if checked(text).ok]


def kind(token: str) -> int:
    return next((number for number, pattern in enumerate(KINDS) if pattern.match(token)), len(KINDS))


@cache
def pool() -> dict[int, list[str]]:
    """All their tokens by kind."""
    found: dict[int, list[str]] = {}
    for token in sorted({token for text in sources() for token in TOKEN.findall(text)}):
        found.setdefault(kind(token), []).append(token)
    return found


def mutated(text: str, pick: random.Random) -> str:
    """One or two changes, mostly a token for another of its kind."""
    for _ in range(pick.randint(1, 2)):
        places = list(TOKEN.finditer(text))
        place = pick.choice(places)
        chance = pick.random()
        if chance < 0.75:
            new = pick.choice(pool()[kind(place[0])])
        elif chance < 0.85:
            new = ""
        elif chance < 0.95:
            new = f"{place[0]} {pick.choice(pick.choice(list(pool().values())))} "
        else:
            lines = text.split("\n")
            first, second = pick.randrange(len(lines)), pick.randrange(len(lines))
            lines[first], lines[second] = lines[second], lines[first]
            text = "\n".join(lines)
            continue
        text = text[: place.start()] + new + text[place.end() :]
    return text


@pytest.mark.parametrize("seed", range(8))
def test_mutated_programs_compile_or_are_refused(seed: int):
    pick = random.Random(seed)
    compiled = 0
    for _ in range(60):
        text = mutated(pick.choice(sources()), pick)
        result = checked(text)
        if result.program is None:
            errors = [item for item in result.bag if item.severity.value == "error"]
            assert errors or not result.bag.has_errors and result.ast is None, text
            assert all(item.primary is not None for item in errors), text
        else:
            assert render(lower(result.program))
            compiled += 1
    assert compiled > 0
