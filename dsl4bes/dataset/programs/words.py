"""The words of parts: sentences with their clauses filled in.

In: a part or the parts of a program, a language, the number of a phrasing. Out: text. The tables are `words/*.toml`; each holds for a part `ask` (a request for the block alone), `say` (a sentence among others), `paper` (a sentence of a selection section) and
`clause.<name>`, all by language. A placeholder that nothing fills is a fault of the words and raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Clause, Part, Particles, Value
from dsl4bes.dataset.record import Language
from dsl4bes.unknown.toml_text import loads

FOLDER = Path(__file__).with_name("words")
_HOLE = re.compile(r"@([A-Z][A-Z0-9_]*)@")
_GREEK = (
    ("anti-Lambda0", "Λbar"), ("Lambda0", "Λ"), ("anti-Sigma0", "Σ0bar"), ("Sigma0", "Σ0"), ("Xi-", "Ξ-"), ("anti-p-", "pbar"), ("J/psi", "J/ψ"), ("psi(2S)", "ψ(3686)"), ("psi(3770)", "ψ(3770)"),
    ("omega(782)", "ω"), ("phi(1020)", "φ"), ("rho(770)0", "ρ0"), ("K*(892)0", "K*(892)0"), ("eta'", "η'"), ("eta", "η"), ("pi0", "π0"), ("pi+", "π+"), ("pi-", "π-"), ("mu+", "μ+"), ("mu-", "μ-"), ("chi_c", "χ_c"), ("gam", "γ"),
    ("K_S0", "K_S"), ("->", "→"),
)  # fmt: skip


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Mapping[str, Any]]:
    """All tables of words by name."""
    found: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for name, table in loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{path.name}: two tables are called {name}")
            found[name] = table
    return found


def phrasings(table: str, form: str, language: Language) -> Sequence[str]:
    """The sentences of a table in a form (`ask`, `say`, `paper`)."""
    return tuple(tables()[table][form][language.value])


class Speech:
    """Words of one question: a language, and a way to write particles that stays the same in it."""

    def __init__(self, language: Language, draw: Draw) -> None:
        self.language, self.draw = language, draw
        self._greek = draw.chance(0.4)

    def sentence(self, part: Part, form: str, phrasing: int | None = None) -> str:
        """A part in words."""
        choices = phrasings(part.words, form, self.language)
        template = self.draw.pick(choices) if phrasing is None else choices[phrasing % len(choices)]
        return self.filled(template, part.values, part)

    def filled(self, template: str, values: Mapping[str, Value], part: Part | None = None) -> str:
        """A template with its holes filled: `@CLAUSES@` by the clauses in a sentence, `@LIST@` one a line."""

        def fill(hole: re.Match[str]) -> str:
            name = hole[1]
            if part is not None and name in ("CLAUSES", "LIST"):
                return self.joined([self.clause(part.words, each, part.values) for each in part.clauses], name == "LIST")
            return self._shown(values[name])

        return _HOLE.sub(fill, template)

    def clause(self, table: str, clause: Clause, values: Mapping[str, Value]) -> str:
        """A choice in words."""
        own, _, name = clause.name.rpartition(".")  # a clause of another part is named with its table
        choices = tables()[own or table].get("clause", {}).get(name) or tables()["common"]["clause"][name]
        return self.filled(self.draw.pick(choices[self.language.value]), {**values, **clause.values})

    def joined(self, texts: Sequence[str], as_list: bool = False) -> str:
        """Clauses put together as the language does."""
        if as_list:
            mark = self.draw.pick(("- ", "* "))
            return "".join(f"\n{mark}{text}" for text in texts)
        if self.language is Language.CHINESE:
            return self.draw.pick(("，", "；", "，")).join(texts)
        if len(texts) > 1 and self.draw.chance(0.6) and not any(", " in text for text in texts):
            return ", ".join(texts[:-1]) + " and " + texts[-1]
        return self.draw.pick(("; ", ", ")).join(texts)

    def _shown(self, value: Value) -> str:
        if isinstance(value, Both):
            return value.zh if self.language is Language.CHINESE else value.en
        if isinstance(value, Particles) and self._greek:
            text = str(value)
            for written, shown in _GREEK:
                text = text.replace(written, shown)
            return text
        return str(value)
