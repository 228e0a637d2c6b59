"""A condition in words, English or Chinese, by phrasings that a person wrote.

In: a tree, a language, a random number generator. Out: a description as a block has it, a question, an explanation; limits under the names of the block's fields or as numbers. Phrasings are in `words/`. The same generator gives the same words. No code is made here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from dsl4bes.dataset.methods.quantity import Quantity
from dsl4bes.dataset.methods.tree import (
    Balanced,
    Best,
    Block,
    Chi2,
    Compare,
    Counted,
    Entry,
    Extreme,
    Flagged,
    Found,
    How,
    Joined,
    Leading,
    List,
    Number,
    OfEvent,
    Over,
    Product,
    Quantified,
    Ranked,
    Rel,
    Simple,
    Single,
    Spread,
    Summed,
    Test,
    Times,
    VectorSum,
    numbers,
)  # fmt: skip
from dsl4bes.dataset.record import Language
from dsl4bes.unknown.toml_text import loads

Rng = np.random.Generator
_FOLDER = Path(__file__).with_name("words")
_Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Frame(_Strict):
    sentence: Annotated[tuple[str, ...], Field(min_length=8)]


class _Frames(_Strict):
    keep: _Frame
    reject: _Frame


class Words(_Strict):
    """The phrasings of a language."""

    frames: _Frames
    clauses: dict[str, _Texts]
    notes: dict[str, str | _Texts]
    compare: dict[str, _Texts]
    times: dict[str, _Texts]
    quantities: dict[str, _Texts]
    flags: dict[str, _Texts]
    items: dict[str, tuple[str, str]]
    pairs: dict[str, _Texts]
    needs: dict[str, str]
    explain: dict[str, _Texts]
    ask: dict[str, _Texts]


@lru_cache(maxsize=2)
def words(language: Language) -> Words:
    """The phrasings of a language."""
    return Words.model_validate(loads((_FOLDER / f"{language.value}.toml").read_text(encoding="utf-8")))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A phrasing with its placeholders filled in."""
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


@dataclass(frozen=True)
class Speaker:
    """Says conditions in a language. `by_value`: limits are said as numbers, also those that the block has fields for. `explains`: by the phrasings of explanations."""

    language: Language
    rng: Rng
    by_value: bool = False
    explains: bool = False

    @property
    def words(self) -> Words:
        return words(self.language)

    def one(self, texts: str | Sequence[str]) -> str:
        return texts if isinstance(texts, str) else texts[int(self.rng.integers(len(texts)))]

    def sentence(self, block: Block) -> str:
        """What the block does, as its description."""
        frames = self.words.frames.reject if block.rejects else self.words.frames.keep
        return self.tidy(filled(self.one(frames.sentence), {"IT": self.test(block.test)}))

    def explanation(self, block: Block) -> str:
        """What the code does, complete: every list and every limit."""
        explain = self.words.explain
        opening = self.one(explain["opening_reject" if block.rejects else "opening"])
        names = dict.fromkeys(number.field for number in numbers(block.test) if number.field)
        stop = ". " if self.language is Language.ENGLISH else "。"
        units = {number.field: f" ({number.unit})" if number.unit else "" for number in numbers(block.test)}
        said = filled(self.one(explain["fields"]), {"FIELDS": self.joined([f"`{name}`{_coded(units[name])}" for name in names])}) if names else self.one(explain["no_fields"])
        return self.tidy(f"{opening}{self.test(block.test)}{stop}{said}")

    def tidy(self, text: str) -> str:
        """Blanks between Chinese and Latin signs, as they are set."""
        if self.language is Language.ENGLISH:
            return text
        text = re.sub(r"(?<=[\w`+\-)])(?<![\u4e00-\u9fff])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=`|[A-Za-z0-9πμΛη])", " ", text)
        return re.sub(r" +(?=[，。；：、（）])|(?<=[，。；：、（）]) +| +(?= )", "", text).strip()

    def joined(self, texts: Sequence[str]) -> str:
        if self.language is Language.CHINESE:
            return "、".join(texts)
        return ", ".join(texts[:-1]) + (" and " if len(texts) > 1 else "") + texts[-1]

    # --- tests -----------------------------------------------------------------------------------------------------------

    def test(self, test: Test) -> str:
        """The condition as a clause."""
        if isinstance(test, Joined):
            return filled(self.one(self.words.clauses["both" if test.both else "either"]), {"A": self.simple(test.first), "B": self.simple(test.second)})
        return self.simple(test)

    def simple(self, test: Simple) -> str:
        key, values, note = self._said(test)
        group = self.words.explain if self.explains else self.words.clauses
        return filled(self.one(group[key]), values) + note

    def _said(self, test: Simple) -> tuple[str, dict[str, str], str]:
        """Which phrasings, what is filled in, what is added behind."""
        if isinstance(test, (Quantified, Counted)):
            return self._of_entries(test)
        if isinstance(test, Balanced):
            (one, many), (other, others) = self._nouns((test.first,)), self._nouns((test.second,))
            values = {"ONE": one, "MANY": many, "OTHER": other, "OTHERS": others, "LIST": test.first.name, "OTHERLIST": test.second.name, "LISTS": self._lists((test.first, test.second))}
            if self.language is Language.ENGLISH:
                values["OTHER"] = test.second.name
            return ("equal" if test.equal else "more"), values, ""
        if isinstance(test, (Extreme, Spread)):
            key = "spread" if isinstance(test, Spread) else "largest" if test.largest else "smallest"
            return key, self._about(test.over, test.quantity, test.compare), self._if_empty(test.over)
        if isinstance(test, Leading):
            note = self._absent("absent_all", test.quantity, test.list.what) + self._if_empty((test.list,))
            about = self._about((test.list,), test.quantity, test.compare)
            return f"leading_{test.list.shape}", {**about, "C": self.compare(test.compare, test.quantity.whole)}, note
        if isinstance(test, Ranked):
            one, many = self._nouns((test.list,))
            ordinal = {2: "second", 3: "third"}[test.rank]
            values = {"ONE": one, "MANY": many, "RANK": str(test.rank), "TH": ordinal, "C": self.compare(test.compare), "LISTS": self._lists((test.list,))}
            return f"ranked_{test.list.shape}", values, filled(self.one(self.words.notes["few_false"]), values)
        if isinstance(test, (Summed, VectorSum)):
            return self._of_sum(test)
        if isinstance(test, Single):
            return self._of_single(test)
        if isinstance(test, Chi2):
            if test.compare is None:
                return "chi2_two", {"FIT": test.fit, "OTHER": test.other}, ""
            return "chi2", {"FIT": test.fit, "C": self.compare(test.compare)}, ""
        if isinstance(test, Found):
            return "found", {"FIT": test.fit}, ""
        if isinstance(test, OfEvent):
            values = {"N": self._times(test.times, test.number), "WHAT": self.words.items[test.what.value][0], "LIST": test.what.value}
            if test.less is None:
                return "event", values, ""
            one, many = self._nouns((test.less,))
            return "event_less", {**values, "ONE": one, "MANY": many, "LISTS": self._lists((test.less,))}, ""
        assert isinstance(test, Best), test
        one, many = self._nouns((test.list,))
        about = {"Q": self.quantity(test.quantity), "C": self.compare(test.compare), "MASS": self.number(test.mass), "PARTICLE": self.words.items[test.particle][0].strip()}
        return "best", {"ONE": one, "MANY": many, "LISTS": self._lists((test.list,)), **about}, self._if_empty((test.list, test.list))

    def _of_entries(self, test: Quantified | Counted) -> tuple[str, dict[str, str], str]:
        one, many = self._nouns(test.over)
        values = {"ONE": one, "MANY": many, "LIST": test.over[0].name, "LISTS": self._lists(test.over)}
        if isinstance(test, Counted):
            values["N"] = self._times(test.times, test.number)
        if test.entry is None:
            return "count_all", values, ""
        values["ITS"], values["WHOSE"] = self._its(test.entry), self._whose(test.entry)
        key = test.how.value if isinstance(test, Quantified) else "count"
        every = isinstance(test, Quantified) and test.how is How.ALL
        notes = {self._absent("absent_all" if every else "absent_any", part.quantity, test.over[0].what) for part in test.entry.parts if not isinstance(part, Flagged)}
        return key, values, "".join(sorted(notes))

    def _of_sum(self, test: Summed | VectorSum) -> tuple[str, dict[str, str], str]:
        nouns = [self._nouns((each,)) for each in test.lists]
        both = " and " if self.language is Language.ENGLISH else "和"
        values = {"ONE": nouns[0][0], "MANY": both.join(many for _, many in nouns), "C": self.compare(test.compare), "LISTS": self._lists(test.lists)}
        if isinstance(test, VectorSum):
            return f"vector_{'transverse' if test.transverse else 'whole'}", values, ""
        values["Q"] = self.quantity(test.quantity)
        return ("mean" if test.mean else "sum"), values, self._if_empty(test.lists) if test.mean else ""

    def _of_single(self, test: Single) -> tuple[str, dict[str, str], str]:
        names = [self.words.items[each.what][0] for each in test.particles]
        these = self.joined([f"the {name}" for name in names] if self.language is Language.ENGLISH else [name.strip() for name in names])
        these = these if self.language is Language.ENGLISH else f" {these} " if these[0].isascii() or these[0] in "πμΛη" else these
        values = {"THESE": these, "Q": self.quantity(test.quantity), "C": self.compare(test.compare, test.quantity.whole), "LISTS": self._lists(tuple(each for each in test.particles if isinstance(each, List)))}
        if test.fits:
            product = test.particles[0]
            if isinstance(product, Product) and product.role == product.fit:
                return "candidate", {**values, "FIT": product.fit, "WHAT": names[0].strip()}, ""
            inside = self.joined(names).replace("the ", "") if self.language is Language.ENGLISH else these
            return "fitted", {**values, "FIT": test.fits[0], "THESE": inside}, ""
        return ("single" if len(names) > 1 else "single_one"), values, self._absent("absent_all", test.quantity, test.particles[0].what)

    # --- pieces ----------------------------------------------------------------------------------------------------------

    def _about(self, over: Over, quantity: Quantity, compare: Compare) -> dict[str, str]:
        one, many = self._nouns(over)
        return {"ONE": one, "MANY": many, "Q": self.quantity(quantity), "C": self.compare(compare), "LISTS": self._lists(over)}

    def _its(self, entry: Entry) -> str:
        english = self.language is Language.ENGLISH
        texts = []
        for part in entry.parts:
            if isinstance(part, Flagged):
                texts.append(("it " if english else "") + self.one(self.words.flags[part.flag.name]))
            else:
                compare = self.compare(part.compare, part.quantity.whole)
                texts.append(f"its {self.quantity(part.quantity)} is {compare}" if english else f"{self.quantity(part.quantity)}{compare}")
        return self._and(entry.both, english).join(texts)

    def _whose(self, entry: Entry) -> str:
        """The same as a relative clause; Chinese has none."""
        texts = []
        for part in entry.parts:
            if isinstance(part, Flagged):
                texts.append(f"of which it is true that it {self.one(self.words.flags[part.flag.name])}")
            else:
                texts.append(f"whose {self.quantity(part.quantity)} is {self.compare(part.compare, part.quantity.whole)}")
        return self._and(entry.both, True).join(texts)

    @staticmethod
    def _and(both: bool, english: bool) -> str:
        if english:
            return " and " if both else " or "
        return "且" if both else "或者"

    def quantity(self, quantity: Quantity) -> str:
        return self.one(self.words.quantities[quantity.name])

    def compare(self, compare: Compare, whole: bool = False) -> str:
        key = f"{compare.rel.value}_whole" if whole and compare.rel in (Rel.ABOVE, Rel.BELOW) else compare.rel.value
        limits = [self.number(number) for number in compare.numbers]
        if compare.of_ecms:
            limits = [filled(self.one(self.words.compare["of_ecms"]), {"X": limit}) for limit in limits]
        return filled(self.one(self.words.compare[key]), dict(zip("XY", limits, strict=False)))

    def number(self, number: Number) -> str:
        if number.field and not self.by_value:
            return f"`{number.field}`"
        return number.text.replace(" deg", " 度") if self.language is Language.CHINESE else number.text.replace(" deg", " degrees")

    def _times(self, times: Times, number: Number) -> str:
        return filled(self.one(self.words.times[times.value]), {"X": self.number(number)})

    def _nouns(self, over: Over) -> tuple[str, str]:
        """An entry or pair, and several of them."""
        one, many = self.words.items[over[0].what]
        if len(over) == 1:
            return one, many
        if over[0] == over[1]:
            first, _, second = self.one(self.words.pairs["same"]).partition("|")
        else:
            first, _, second = self.one(self.words.pairs["two"]).partition("|")
        values = {"ONE": one, "MANY": many, "OTHER": self.words.items[over[1].what][0]}
        return filled(first, values), filled(second, values)

    def _lists(self, over: Over) -> str:
        return self.joined([f"`{each.name}`" for each in dict.fromkeys(over)]) if over else ""

    def _absent(self, key: str, quantity: Quantity, what: str) -> str:
        if not quantity.needs:
            return ""
        blank = " " if self.language is Language.ENGLISH else ""
        return blank + filled(self.one(self.words.notes[key]), {"KIND": self.words.items[what][0], "NEEDS": self.words.needs[quantity.needs]})

    def _if_empty(self, over: Over) -> str:
        if all(each.single for each in over):
            return ""
        one, many = self._nouns(over)
        return filled(self.one(self.words.notes["empty_false"]), {"ONE": one, "MANY": many})


def _coded(unit: str) -> str:
    """The unit that a value has for the code."""
    return unit.replace("MeV", "GeV").replace("mm", "cm").replace("deg", "rad")
