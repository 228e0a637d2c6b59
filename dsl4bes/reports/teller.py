"""What sentences of all kinds need: names of lists, conditions, decays and numbers in the words of one language.

In: parts of the IR, the phrases of a language. Out: pieces of sentences. Which sentences there are is in `describers/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Cut
from dsl4bes.ir.types import ListKind, ListSymbol
from dsl4bes.reports import numbers, symbols
from dsl4bes.reports.formula import Formula
from dsl4bes.reports.numbers import Flavour
from dsl4bes.reports.phrases import Phrases
from dsl4bes.reports.said import Name, Said, Words, joined, math


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a step, without its full stop, and the cut that it says."""

    said: Said
    cut: Cut | None = None
    once: bool = False  #: need not be said again where it holds again


@dataclass(frozen=True, slots=True)
class Teller:
    """Says parts of a program. `scope`: the candidate that is gone through, where cuts reject candidates and not events."""

    phrases: Phrases
    scope: FitSymbol | None = None
    region: str = ""

    def say(self, key: str, /, **parts: Said | str) -> Said:
        return self.phrases.say(key, **parts)

    def all_of(self, parts: Sequence[Said]) -> Said:
        """`a, b and c`."""
        return joined(parts, self.phrases.text("join.comma"), self.phrases.text("join.last"))

    def further(self, *parts: Said) -> Said:
        """Main clause and what is added to it."""
        return joined([part for part in parts if part], self.phrases.text("join.semicolon"))

    def number(self, parameter: Parameter, flavour: Flavour = Flavour.ENERGY) -> Said:
        return math(numbers.latex(numbers.of(parameter), flavour))

    # --- names -----------------------------------------------------------------------------------------------------

    def name(self, text: str) -> Said:
        """A name of the program."""
        return (Name(text),)

    def entries(self, symbol: ListSymbol, one: bool = False) -> Said:
        """What the entries of a list are called; `one`: a single one."""
        ending = "" if one else "s"
        return tuple(replace(each, text=each.text.replace("[s]", ending)) if isinstance(each, Words) else each for each in self._entries(symbol))

    def _entries(self, symbol: ListSymbol) -> Said:
        named = self.name(symbol.title)
        if symbol.name in ("all_tracks", "all_showers", "good"):
            return self.say(f"list.{symbol.name}")
        if symbol.kind is ListKind.CANDIDATES:
            return self.say("list.candidates", name=named)
        if "~" in symbol.name:
            return self.say("list.own_tracks" if symbol.kind is ListKind.TRACKS else "list.own_showers", name=named)
        if symbol.kind is ListKind.SHOWERS:
            return self.say("list.photons") if symbol.name == "gam" else self.say("list.other_photons", name=named)
        if symbol.species is None:
            return self.say("list.tracks", name=named)
        sign = math(symbols.species(symbol.species, symbol.charge))
        return self.say("list.species", symbol=sign) if symbols.is_standard(symbol) else self.say("list.other_species", symbol=sign, name=named)

    def symbols(self, names: Sequence[str]) -> Said:
        """Products of a decay, one after the other."""
        return math(r"\,".join(symbols.role(each) for each in names))

    # --- conditions ------------------------------------------------------------------------------------------------

    def conditions(self, node: ir.Expr, formula: Formula) -> Said:
        """A condition in words and formulas: `E > 25 MeV and |cos θ| < 0.80`."""
        return self._joined(self._parts(node, formula), "join.last")

    def _parts(self, node: ir.Expr, formula: Formula) -> list[Said]:
        if isinstance(node, ir.Constant) and node.value is True:
            return []
        if not isinstance(node, ir.And):
            return [self._one(node, formula)]
        found = [math(each) if isinstance(each, str) else self._one(each, formula) for each in formula.chains(node.operands)]
        return list(dict.fromkeys(found))

    def _one(self, node: ir.Expr, formula: Formula) -> Said:
        if isinstance(node, ir.Or):
            return self.say("join.either", alternatives=joined([self._alternative(each, formula) for each in node.operands], self.phrases.text("join.or")))
        if isinstance(node, ir.Reduce) and node.reduction in (ir.Reduction.ANY, ir.Reduction.ALL):
            return math(formula.write(node, 2))
        return math(formula.write(node))

    def _alternative(self, node: ir.Expr, formula: Formula) -> Said:
        parts = self._parts(node, formula)
        return self.say("join.group", parts=self._joined(parts, "join.and")) if len(parts) > 1 else parts[0]

    def _joined(self, parts: Sequence[Said], last: str) -> Said:
        return joined(parts, self.phrases.text("join.comma"), self.phrases.text(last))

    def value(self, node: ir.Expr, formula: Formula | None = None) -> Said:
        """An expression as a formula."""
        return math((formula or Formula()).write(node))

    def cut_named(self, said: Said, name: str) -> Said:
        """A sentence with the name that the user gave to its cut."""
        own = f"{self.region}."
        return self.say("join.named", sentence=said, name=self.name(name.removeprefix(own) if self.region else name))
