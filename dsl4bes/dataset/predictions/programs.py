"""The selections of predictions: ten of each family, with numbers that are drawn, and the decays that their toy events are of.

In: `programs.toml`. Out: `Template`s, and from a random number generator the text of a program in its canonical form. Nothing is compiled or run here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from dsl4bes.dataset.repairs.programs import canonical
from dsl4bes.unknown.toml_text import loads

Rng = np.random.Generator
FILE = Path(__file__).with_name("programs.toml")
_DRAWN = re.compile(r"\{([^{}\n]*\|[^{}\n]*)\}")


@dataclass(frozen=True)
class Template:
    """A program with choices in braces."""

    family: str
    name: str
    text: str
    decays: tuple[str, ...]

    def drawn(self, rng: Rng) -> str:
        """One of its programs."""

        def one(place: re.Match[str]) -> str:
            choices = place[1].split("|")
            return choices[int(rng.integers(len(choices)))]

        return canonical(_DRAWN.sub(one, self.text))


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """All of them, by family."""
    tables = loads(FILE.read_text(encoding="utf-8"))
    parts = tables.pop("parts")
    made = []
    for family, programs in tables.items():
        for name, each in programs.items():
            text = re.sub(r"@(\w+)@\n", lambda place: parts[place[1]].lstrip("\n"), each["text"])
            decays = parts[each["decays"]] if isinstance(each["decays"], str) else each["decays"]
            made.append(Template(family, name, text.strip("\n") + "\n", tuple(decays)))
    return tuple(made)
