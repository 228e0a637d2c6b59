"""An event and its way through the cuts, in words.

In: a `Sheet`, a language, numbers that choose phrasing and style. Out: the question, and the reasoning with its last line. All phrasings are in `words/cuts.toml`; what is said follows from the numbers that are shown.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.predictions.sheet import (
    CutStep,
    Entry,
    Fact,
    FitStep,
    Label,
    ListStep,
    Node,
    Sheet,
    facts,
)
from dsl4bes.dataset.record import BOSS_OPENINGS, Language
from dsl4bes.heldout.verdict_line import written
from dsl4bes.unknown.toml_text import loads

WORDS = Path(__file__).with_name("words")
_MOST = Annotated[tuple[str, ...], Field(min_length=4)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrasings(_Frozen):
    en: _MOST
    zh: _MOST

    def of(self, language: Language) -> tuple[str, ...]:
        return self.en if language is Language.ENGLISH else self.zh


class Style(_Frozen):
    """How an answer says each step."""

    first: str
    kept: str
    dropped: str
    list: str
    passes: str
    fails: str
    veto: str
    fit: str
    nofit: str
    end: str


class Styles(_Frozen):
    en: tuple[Style, ...]
    zh: tuple[Style, ...]

    def of(self, language: Language) -> tuple[Style, ...]:
        return self.en if language is Language.ENGLISH else self.zh


class Words(_Frozen):
    question: Phrasings
    ending: Phrasings
    style: Styles


@lru_cache(maxsize=1)
def words() -> Words:
    return Words.model_validate(loads((WORDS / "cuts.toml").read_text(encoding="utf-8")))


# --- the event ------------------------------------------------------------------------------------------------------------


def event(sheet: Sheet, language: Language, as_table: bool) -> str:
    """What is measured: a line for each track and shower (or a table of each), then what is computed of them."""
    groups = [[each for each in sheet.objects if each[0].charged is charged and (len(each[1]) > 1 or charged)] for charged in (True, False)]
    parts = [(_table if as_table else _lines)(group, language) for group in groups if group]
    whole = [f"{_what(what, language)} = {_value(shown, language)}" for step in sheet.steps if isinstance(step, CutStep) and not step.counts for what, shown in facts(step.node)]
    nothing = [f"{step.fit}: {'no combination is fitted' if language is Language.ENGLISH else '没有组合能拟合'}" for step in sheet.steps if isinstance(step, FitStep) and not step.passes]
    return "\n\n".join([*parts, *(["\n".join(dict.fromkeys([*whole, *nothing]))] if whole or nothing else [])]) or ("no tracks, no showers" if language is Language.ENGLISH else "没有径迹，也没有簇射")


def _lines(group: list[tuple[Label, tuple[tuple[str, str], ...]]], language: Language) -> str:
    joint, colon = (", ", ": ") if language is Language.ENGLISH else ("，", "：")
    return "\n".join(name(label, language) + colon + joint.join(f"{_what(what, language)} = {_value(shown, language)}" for what, shown in own) for label, own in group)


def _table(group: list[tuple[Label, tuple[tuple[str, str], ...]]], language: Language) -> str:
    columns = list(dict.fromkeys(what for _, own in group for what, _ in own))
    rows = [["", *(_what(what, language) for what in columns)], ["---"] * (len(columns) + 1)]
    rows += [[name(label, language), *(_value(dict(own).get(what, "-"), language) for what in columns)] for label, own in group]
    bars = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in bars)


def name(label: Label, language: Language) -> str:
    if language is Language.ENGLISH:
        return f"{'track' if label.charged else 'shower'} {label.number}"
    return f"{'径迹' if label.charged else '簇射'} {label.number}"


def _what(what: str, language: Language) -> str:
    if language is Language.ENGLISH:
        return what
    return "电荷" if what == "charge" else re.sub(r"\b(track|shower) (?=\d)", lambda place: "径迹 " if place[1] == "track" else "簇射 ", what)


def _value(shown: str, language: Language) -> str:
    return "无定义" if shown == "undefined" and language is Language.CHINESE else shown


# --- the comparisons ------------------------------------------------------------------------------------------------------


def why(node: Node, language: Language) -> str:
    """The comparisons that decide a node: all of those that hold together, the first that does not."""
    joint = ", " if language is Language.ENGLISH else "，"
    return joint.join(_deciding(node, language))


def _deciding(node: Node, language: Language) -> list[str]:
    if isinstance(node, Fact):
        return [_fact(node, language)]
    if not node.parts:
        return ["there is nothing to compare" if language is Language.ENGLISH else "没有可比较的对象"]
    if node.holds is node.every:  # all of them decide
        return list(dict.fromkeys(text for part in node.parts for text in _deciding(part, language)))
    return _deciding(next(part for part in node.parts if part.holds is not node.every), language)


def _fact(fact: Fact, language: Language) -> str:
    limit = f"{fact.against} = {fact.limit_shown}" if fact.against else fact.limit_shown
    if fact.shown == "undefined":
        return f"{_what(fact.what, language)} {'is undefined' if language is Language.ENGLISH else '无定义'}"
    if fact.holds:
        return f"{_what(fact.what, language)} = {fact.shown} {fact.operator} {limit}"
    return f"{_what(fact.what, language)} = {fact.shown}, not {fact.operator} {limit}" if language is Language.ENGLISH else f"{_what(fact.what, language)} = {fact.shown}，不满足 {fact.operator} {limit}"


# --- question and answer --------------------------------------------------------------------------------------------------


def question(program: str, sheet: Sheet, language: Language, number: int, as_table: bool) -> str:
    """One of the ways to ask."""
    own, ends = words().question.of(language), words().ending.of(language)
    cuts = (", " if language is Language.ENGLISH else "、").join(f"`{cut}`" for cut in sheet.cuts)
    text = own[number % len(own)].replace("@PROGRAM@", fenced(program, "bes")).replace("@EVENT@", event(sheet, language, as_table)).replace("@CUTS@", cuts)
    return BOSS_OPENINGS[language] + text + "\n\n" + ends[number // len(own) % len(ends)]


def reasoning(sheet: Sheet, language: Language, number: int) -> str:
    """The cuts in order, up to the one that rejects; then the verdict."""
    style = words().style.of(language)[number % len(words().style.of(language))]
    lines = [style.first] if style.first else []
    for step in sheet.steps:
        match step:
            case ListStep():
                lines += [entry_line(entry, style, language) for entry in step.entries]
                members = ", ".join(name(label, language) for label in step.kept) or ("nothing" if language is Language.ENGLISH else "空")
                lines.append(style.list.replace("@LIST@", step.target).replace("@MEMBERS@", members).replace("@COUNT@", str(len(step.kept))))
            case FitStep():
                lines.append((style.fit if step.passes else style.nofit).replace("@FIT@", step.name))
            case CutStep():
                text = f"{style.veto}: {why(step.node, language)}" if step.veto else why(step.node, language)
                lines.append((style.passes if step.passes else style.fails).replace("@CUT@", step.name).replace("@WHY@", text))
        if isinstance(step, CutStep | FitStep) and not step.passes:
            break
    else:
        lines.append(style.end)
    return "\n".join(lines) + "\n\n" + written(sheet.decided, language.value)


def entry_line(entry: Entry, style: Style, language: Language) -> str:
    """Whether a track or shower is taken, with the reason."""
    text = style.kept if entry.node.holds else style.dropped
    return text.replace("@OBJECT@", name(entry.label, language)).replace("@WHY@", why(entry.node, language))
