"""The phrases of descriptions, one TOML table a language.

In: a language. Out: `Phrases`, which puts pieces into a phrase. Both languages have the same phrases with the same braces (a test compares them). Nothing of a program is known here.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.resources import files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from dsl4bes.reports.said import Piece, Said, Words, words

LANGUAGES = ("en", "zh")
_BRACES = re.compile(r"\{(\w+)\}")


class Phrases:
    """The phrases of one language by `group.key`."""

    def __init__(self, language: str, table: dict[str, dict[str, str]]) -> None:
        self.language = language
        self.table = {f"{group}.{key}": text for group, phrases in table.items() for key, text in phrases.items()}

    @property
    def chinese(self) -> bool:
        return self.language == "zh"

    def text(self, key: str) -> str:
        """A phrase without braces."""
        return self.table[key]

    def say(self, key: str, /, **parts: Said | str) -> Said:
        """A phrase with its braces filled; a text is taken as words."""
        found: list[Piece] = []
        for number, piece in enumerate(_BRACES.split(self.table[key])):
            if number % 2 == 0:
                found += words(piece)
                continue
            part = parts[piece]
            found += words(part) if isinstance(part, str) else part
        return tuple(found)

    def sentence(self, said: Said) -> Said:
        """A capital letter in front, a full stop behind."""
        first = said[0] if said else None
        if isinstance(first, Words) and not self.chinese:
            said = (Words(first.text[:1].upper() + first.text[1:]), *said[1:])
        return (*said, Words(self.table["join.stop"]))


@cache
def phrases(language: str) -> Phrases:
    """The phrases of a language (`en`, `zh`).

    >>> phrases("en").text("title.photons")
    'Photons'
    """
    text = (files(__name__) / f"{language}.toml").read_text(encoding="utf-8")
    return Phrases(language, tomllib.loads(text))
