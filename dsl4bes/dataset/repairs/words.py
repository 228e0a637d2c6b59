"""The words of a repair: how it is asked for, what was meant, and the cause in one line.

In: a language, numbers that choose the phrasing, what is filled in. Out: texts. All phrasings lie in `words/`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.record import BOSS_OPENINGS, Language
from dsl4bes.dataset.repairs.slip import Change
from dsl4bes.unknown.toml_text import loads

WORDS = Path(__file__).with_name("words")


class Phrasings(BaseModel):
    """Ways to say one thing, with placeholders `@NAME@`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Annotated[tuple[str, ...], Field(min_length=6)]
    zh: Annotated[tuple[str, ...], Field(min_length=6)]

    def of(self, language: Language) -> tuple[str, ...]:
        return self.en if language is Language.ENGLISH else self.zh


class Cause(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    zh: str


def _read(name: str) -> dict[str, object]:
    return loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def questions() -> Mapping[str, Phrasings]:
    """By what is asked for: `whole` or `block`."""
    return TypeAdapter(dict[str, Phrasings]).validate_python(_read("questions"))


@lru_cache(maxsize=1)
def told() -> Phrasings:
    return Phrasings.model_validate(_read("told"))


@lru_cache(maxsize=1)
def causes() -> Mapping[str, Cause]:
    """By the name of the slip."""
    return TypeAdapter(dict[str, Cause]).validate_python(_read("causes"))


def question(language: Language, asked: str, number: int, filled: Mapping[str, str], meant: tuple[Change, ...]) -> str:
    """A way to ask, with what was meant behind it."""
    texts = questions()[asked].of(language)
    text = texts[number % len(texts)]
    for name, value in filled.items():
        text = text.replace(f"@{name}@", value)
    for shift, change in enumerate(meant):
        ways = told().of(language)
        text += "\n\n" + ways[(number + shift) % len(ways)].replace("@RIGHT@", _marked(change.right))
    return BOSS_OPENINGS[language] + text


def cause(language: Language, slip: str, change: Change) -> str:
    """The cause of a slip in one line."""
    text = causes()[slip].en if language is Language.ENGLISH else causes()[slip].zh
    return text.replace("@WRONG@", _line(change.wrong)).replace("@RIGHT@", _line(change.right))


def _line(text: str) -> str:
    """The first line of a text, for the middle of a sentence."""
    return text.strip().split("\n")[0].strip()


def _marked(text: str) -> str:
    return f"`{text}`" if "\n" not in text else "\n\n" + fenced(text, "bes")
