"""The source of repairs: each slip in drawn programs, with what `dsl4bes check` prints, answered by the right program or the right block.

In: a seed, how many draws of each slip. Out: pairs, and slips that no program took. A broken program has at least one error, the right one none; where a fix that the compiler offers gives another program, or what was meant can only be guessed, there is no pair.
All is checked anew in each build: a question holds the compiler's words as they are now, and a check takes some hundredths of a second. Nothing is run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.record import OWN_LICENCE, Kind, Language, Pair
from dsl4bes.dataset.repairs import blocks, names, signs, values
from dsl4bes.dataset.repairs.programs import Program, drawn, examples
from dsl4bes.dataset.repairs.slip import Change, Rng, Slip
from dsl4bes.dataset.repairs.words import cause, question
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.diagnostics.fixes import apply
from dsl4bes.diagnostics.model import Bag, Diagnostic, Severity
from dsl4bes.diagnostics.render import render, summary
from dsl4bes.driver import check_source
from dsl4bes.heldout.meaning import Reached, read
from dsl4bes.source import SourceFile
from dsl4bes.unknown.asking.attempt import judged
from dsl4bes.unknown.asking.prompt import complaint, messages
from dsl4bes.unknown.backends.protocol import Answer, Finish

SLIPS: tuple[Slip, ...] = (*signs.SLIPS, *blocks.SLIPS, *names.SLIPS, *values.SLIPS)
_TRIES = 25  #: programs that a draw looks at for a place of its slip
_EXAMPLES = 0.25  #: share of programs that come with the compiler
_TWO, _ASKED = 6, 8  #: each so-manieth draw has two slips; has the form of a repair round of `ask`
_LONGEST = 3900  #: of a question
_ANSWER_TOKENS = 1024  #: what `ask` leaves room for, unless it is told otherwise
_FILES = ("sel.bes", "my.bes", "analysis.bes", "selection.bes")


@dataclass(frozen=True)
class Broken:
    """A program with its slips, and what the compiler says of it."""

    program: Program
    slips: tuple[tuple[Slip, Change], ...]
    source: SourceFile
    diagnostics: tuple[Diagnostic, ...]

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def meant(self) -> tuple[Change, ...]:
        return tuple(change for slip, change in self.slips if slip.told)


class Repairs:
    """Pairs of every slip, English and Chinese in turn; what gave none is named by slip, seed and draw."""

    name, needs_root = "repairs", False

    def steps(self, size: Size) -> int:
        return size.draws * len(SLIPS)

    def make(self, size: Size, means: Means) -> Made:
        repairs = Made()
        for number in range(size.draws):
            for at, slip in enumerate(SLIPS):
                name = f"repairs/{slip.name}:{size.seed}:{number}"
                rng = np.random.default_rng([size.seed, number, *hashlib.sha256(slip.name.encode()).digest()[:4]])
                language = tuple(Language)[(number + at) % 2]
                pair = _pair(slip, number, language, rng, name)
                if pair is None:
                    repairs.refused[name] = "no program that was drawn has a place for this slip where one repair is right"
                else:
                    repairs.pairs.append(pair)
                means.on_step(name)
        return repairs


def _pair(slip: Slip, number: int, language: Language, rng: Rng, name: str) -> Pair | None:
    two = number % _TWO == _TWO - 1
    for _ in range(_TRIES):
        program = examples()[int(rng.integers(len(examples())))] if rng.random() < _EXAMPLES else drawn(rng)
        found = broken(program, slip, two, rng)
        if found is None:
            continue
        family = f"repairs/{'two_slips/' if two else ''}{slip.name}"
        asked = number % _ASKED == _ASKED - 1 and program.words and not found.meant
        pair = _as_ask(found, family, language, name) if asked else _as_question(found, family, language, number, rng, name)
        if pair is not None:
            return pair
    return None


def broken(program: Program, slip: Slip, two: bool, rng: Rng) -> Broken | None:
    """The program with a slip, or with two that the compiler tells of together; None if there is no place, no error, or more than one right answer."""
    first = slip.make(program.text, rng)
    if first is None or not _checks(program.text):
        return None
    slips, text = [(slip, first)], first.apply(program.text)
    if two:
        others = [each for each in SLIPS if each.related == slip.related and each is not slip]
        second = others[int(rng.integers(len(others)))]
        change = second.make(text, rng)
        if change is None or abs(change.start - first.start) < len(first.new) + 20:
            return None
        slips.append((second, change))
        text = change.apply(text)
    file = f"{program.name}.bes" if rng.random() < 0.6 else _FILES[int(rng.integers(len(_FILES)))]
    source = SourceFile(file, text)
    bag = check_source(source).bag
    if sum(item.severity is Severity.ERROR for item in bag) < len(slips) or (two and not _apart(bag)):
        return None
    if not any(each.told for each, _ in slips) and not _fix_agrees(source, bag, program.text):
        return None
    return Broken(program, tuple(slips), source, tuple(bag))


def said(diagnostics: Sequence[Diagnostic], form: str) -> str:
    """What `dsl4bes check` prints where there is no colour."""
    return render(diagnostics, form) + summary(diagnostics)


@lru_cache(maxsize=4096)
def _checks(text: str) -> bool:
    return read(text).reached is Reached.PROGRAM


def _apart(bag: Bag) -> bool:
    """Whether errors stand on two lines: both slips are told."""
    return len({item.primary.span.place.line for item in bag if item.severity is Severity.ERROR and item.primary}) > 1


def _fix_agrees(source: SourceFile, bag: Bag, right: str) -> bool:
    """Whether the fixes that the compiler offers, if they make a program, make this one."""
    fixed = apply(source, bag)
    if not fixed.applied:
        return True
    mended = read(fixed.text)
    return mended.reached is not Reached.PROGRAM or mended.meaning == read(right).meaning


def _as_question(found: Broken, family: str, language: Language, number: int, rng: Rng, name: str) -> Pair | None:
    block = _block(found) if rng.random() < 0.35 else None
    form = "concise" if rng.random() < 0.25 else "full"
    filled = {"PROGRAM": fenced(found.text, "bes"), "SAID": fenced(said(found.diagnostics, form), ""), "FILE": found.source.name, "BLOCK": "" if block is None else block.split("\n")[0].strip()}
    text = question(language, "whole" if block is None else "block", int(rng.integers(1000)), filled, found.meant)
    answer = fenced(found.program.text if block is None else block, "bes")
    if rng.random() < 0.5:
        mark = "" if language is Language.CHINESE else " "
        answer = mark.join(cause(language, slip.name, change) for slip, change in found.slips) + "\n\n" + answer
    if len(text) > _LONGEST:
        return None
    return _made(found, family, language, text, answer, name)


def _as_ask(found: Broken, family: str, language: Language, name: str) -> Pair | None:
    """The form of a repair round of `dsl4bes ask`: its prompt, its words for the errors, an answer that is a program and nothing else."""
    attempt = judged(Answer(text=found.text, finish=Finish.STOP), 0, 0)
    if not attempt.errors:
        return None
    verb = "" if language is Language.ENGLISH else "选出 "
    told = messages(verb + (found.program.words.removeprefix("select ") if verb else found.program.words), _ANSWER_TOKENS, (attempt.program, complaint(attempt.lines())))
    system, asked, before, again = (message.content for message in told)
    return _made(found, family, language, again, found.program.text, name, system, ((asked, before),), f"{attempt.program}\n{again}")


def _made(found: Broken, family: str, language: Language, text: str, answer: str, name: str, system: str = "", before: tuple[tuple[str, str], ...] = (), words: str = "") -> Pair:
    codes = ", ".join(dict.fromkeys(item.code.id for item in found.diagnostics if item.severity is Severity.ERROR))
    verified = f"the broken program was checked and has {codes}; the right one was checked and has no error"
    return Pair(kind=Kind.REPAIR, language=language, family=family, question=text, answer=answer, source=name, licence=OWN_LICENCE, verified=(verified,), system=system, before=before, words=words)


def _block(found: Broken) -> str | None:
    """The right block that holds all slips; None if it is not one block, or the slip concerns what is around it."""
    right, wrong = found.program.text, found.text
    for place in (*blocks.blocks(right, 1), *blocks.blocks(right, 0)):
        if place[2] == "event_selection":
            continue
        after = len(right) - place.end()
        if wrong[: place.start()] == right[: place.start()] and (not after or wrong[-after:] == right[-after:]) and len(wrong) > place.start() + after:
            lines = place[0].rstrip("\n").split("\n")
            return "\n".join(line.removeprefix(place[1]) for line in lines)
    return None
