"""What a teacher is asked: the question of a program in both languages, or another wording of a question.

In: pairs that are verified, a seed. Out: `Lesson`s in an order that stays when there are more of them: its request, and what its answer must keep to. The same pairs and seed give the same requests.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from dsl4bes.dataset.code import without_comments
from dsl4bes.dataset.leaks import near
from dsl4bes.dataset.record import BOSS_OPENINGS, OPENINGS, Kind, Language, Pair
from dsl4bes.dataset.teacher.check import Bounds
from dsl4bes.dataset.teacher.numbers import names, numbers, words
from dsl4bes.unknown.backends.protocol import Message, Request
from dsl4bes.unknown.backends.turns import harmless
from dsl4bes.unknown.toml_text import loads

_WORDS = Path(__file__).with_name("words.toml")
_LONGEST_PROGRAM = 7000  #: characters; tutorials of two screens and more are not asked for in one question
_LONGEST_QUESTION = 1200
_TEMPERATURE, _TOKENS = 0.7, 900
_NAMED = re.compile(r'"((?:\\.|[^"\\\n])*)"|\bvoid\s+(\w+)\s*\(')  #: where a program names what is its user's: files, histograms, what is printed, itself
#: Answers that questions in words ask for: other kinds show code or numbers in the question itself.
_WORDED = frozenset({Kind.WHOLE_PROGRAM, Kind.PART, Kind.CODE, Kind.BLOCK, Kind.PROGRAM})


class _Prompts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    program: str
    wording_en: str
    wording_zh: str
    manners: dict[Language, tuple[str, ...]]


@lru_cache(maxsize=1)
def _prompts() -> _Prompts:
    return _Prompts.model_validate(loads(_WORDS.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Lesson:
    """`wanted`: name in the answer → language. `opening`: how each language begins. `pair`: whose answer, family and licence the new pairs get."""

    request: Request
    wanted: Mapping[str, Language]
    bounds: Bounds
    opening: Mapping[Language, str]
    pair: Pair


def lessons(pairs: Iterable[Pair], seed: int, most: int) -> list[Lesson]:
    """At most so many lessons, programs and wordings by turns."""
    fit = [pair for pair in pairs if pair.kind in _WORDED and not pair.system and not pair.words]
    programs: dict[str, list[Pair]] = {}
    for pair in fit:
        if pair.kind is Kind.WHOLE_PROGRAM and len(pair.answer) <= _LONGEST_PROGRAM and pair.answer.startswith("```cpp\n"):
            programs.setdefault(pair.answer, []).append(pair)
    wordings = [pair for pair in fit if len(pair.question) <= _LONGEST_QUESTION and "```" not in pair.question and _opening(pair)]
    asked = (_program(own, seed) for own in sorted(programs.values(), key=lambda own: _turn(own[0].answer, seed)) if not any(near(pair.question) for pair in own))
    said = (_wording(pair, seed) for pair in sorted(wordings, key=lambda pair: _turn(pair.name, seed)) if not near(pair.question))
    return list(_first(most, chain.from_iterable(zip_longest(asked, said))))


def _first(most: int, found: Iterator[Lesson | None]) -> Iterator[Lesson]:
    for each in found:
        if most <= 0:
            return
        if each is not None:
            most -= 1
            yield each


def _turn(what: str, seed: int) -> bytes:
    """When something's turn comes: by its digest, so that whatever else there is changes nothing before it."""
    return hashlib.sha256(f"{seed}\0{what}".encode()).digest()


def _manner(what: str, seed: int, language: Language) -> str:
    choices = _prompts().manners[language]
    return choices[int(np.random.default_rng([seed, *hashlib.sha256(what.encode()).digest()[:4]]).integers(len(choices)))]


def _program(own: Sequence[Pair], seed: int) -> Lesson:
    """The question of a program. What all our questions on it name, and the program has, is what it cannot be written without."""
    code = without_comments(own[0].answer.removeprefix("```cpp\n").removesuffix("\n```"))
    questions = [_bare(pair) for pair in own]
    named = frozenset.intersection(words(" ".join(found.group(1) or found.group(2) for found in _NAMED.finditer(code))), *map(words, questions))
    if not any(pair.language is Language.CHINESE for pair in own):
        named &= frozenset.union(*map(names, questions))  # in English alone, a word of the code may be one of the language
    meant = frozenset.intersection(numbers(code), *map(numbers, questions))
    text = _filled(_prompts().program, PROGRAM=harmless(code), MANNER=_manner(code, seed, Language.ENGLISH), NAMES=_listed(named, meant))
    bounds = Bounds(meant, named, numbers(code) | frozenset.union(*map(numbers, questions)), code=code, beside=tuple(questions))
    return Lesson(_request(text), {language.value: language for language in Language}, bounds, OPENINGS, own[0])


def _wording(pair: Pair, seed: int) -> Lesson:
    """Another wording of a question, which names what that one names."""
    question, code = _bare(pair), pair.answer
    named, meant = names(question) | (words(question) & words(code) if pair.language is Language.CHINESE else frozenset()), numbers(question)
    prompt = _prompts().wording_zh if pair.language is Language.CHINESE else _prompts().wording_en
    text = _filled(prompt, QUESTION=harmless(question), MANNER=_manner(pair.name, seed, pair.language), NAMES=_listed(named, meant))
    return Lesson(_request(text), {"question": pair.language}, Bounds(meant, named, signs=question, code=code, beside=(question,)), {pair.language: _opening(pair)}, pair)


def _request(text: str) -> Request:
    return Request(messages=(Message(role="system", content=_prompts().system), Message(role="user", content=text)), temperature=_TEMPERATURE, top_p=0.95, max_tokens=_TOKENS)


def _listed(named: Iterable[str], meant: Iterable[float]) -> str:
    return ", ".join([*sorted(named), *(f"{value:.10g}" for value in sorted(meant))]) or "-"


def _filled(text: str, **values: str) -> str:
    """The text with its places filled; what is filled in is not looked at again."""
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1]], text)


def _opening(pair: Pair) -> str:
    return next((opening for opening in (OPENINGS[pair.language], BOSS_OPENINGS[pair.language]) if pair.question.startswith(opening)), "")


def _bare(pair: Pair) -> str:
    return pair.question.removeprefix(_opening(pair))
