"""The source `programs`: words to blocks and programs, questions on them, selection sections.

In: seed and draws of each family, what was verified before. Out: pairs in a fixed order, each with a program that the compiler took; what was refused, with its first error. The same size gives the same pairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.programs import blocks, questions
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.made import digest, faults, faults_without_code, formatted
from dsl4bes.dataset.programs.spoken import block_question, explanation, program_question
from dsl4bes.dataset.programs.wholes import FAMILIES, Whole, drawn
from dsl4bes.dataset.record import OWN_LICENCE, Kind, Language, Pair
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.dataset.verified import Verified
from dsl4bes.unknown.asking.prompt import messages
from dsl4bes.unknown.asking.question import LONGEST_QUESTION, cleaned
from dsl4bes.unknown.settings import BY_NAME

_LONGEST = 4000  #: characters of a question, as a pair takes it
_NUMBER = re.compile(r"(?:(?<![\w.])|(?<=\.\.))\d+(?:\.\d+)?")
_FENCED = re.compile(r"\n```bes\n.*?\n```", re.DOTALL)
_STRING = re.compile(r'"[^"\n]*"')
_COMPILED = "compiled without errors up to the text of the package"


@dataclass(frozen=True)
class _Job:
    """One draw of a family; `make` gives its pairs."""

    family: str
    number: int
    seed: int
    make: Callable[[_Job, Verified], Made]

    @property
    def name(self) -> str:
        return f"{self.family}:{self.seed}:{self.number}"

    def draw(self) -> Draw:
        return Draw(self.seed, self.number, self.family)


class Programs:
    """Blocks, programs, questions and explanations, in the order of draws."""

    name, needs_root = "programs", False

    def steps(self, size: Size) -> int:
        return len(_jobs(size))

    def make(self, size: Size, means: Means) -> Made:
        made = Made()
        for job in _jobs(size):  # the compiler is Python: threads would not make it faster
            made.add(job.make(job, means.verified))
            means.on_step(job.name)
        return made


def _jobs(size: Size) -> list[_Job]:
    found = []
    for number in range(size.draws):
        found += [_Job(f"blocks/{family}", number, size.seed, _block) for family in blocks.FAMILIES]
        found += [_Job(f"programs/{family}", number, size.seed, _program) for family in FAMILIES]
        found += [_Job(f"questions/{family}", number, size.seed, _question) for family in questions.FAMILIES]
    return found


def _block(job: _Job, verified: Verified) -> Made:
    draw, made = job.draw(), Made()
    block = blocks.FAMILIES[job.family.removeprefix("blocks/")](draw)
    answer, whole = formatted(block.part.text), formatted(block.program)
    wrong = verified.ask(digest("block", whole), partial(faults_without_code if block.needs_code else faults, whole))
    if wrong:
        made.refused[job.name] = wrong
        return made
    for language in Language:
        asked = block_question(block.part, language, job.number, draw)
        made.pairs.append(_pair(job, Kind.BLOCK, language, asked, fenced(answer, "bes"), "compiled without errors in a program that has what it needs"))
    return made


def _program(job: _Job, verified: Verified) -> Made:
    """The program asked for, every second time as `dsl4bes ask` does; and its selection section."""
    draw, made = job.draw(), Made()
    whole = drawn(job.family.removeprefix("programs/"), draw)
    program = formatted(whole.text)
    wrong = verified.ask(digest("program", program), partial(faults, program))
    if wrong:
        made.refused[job.name] = wrong
        return made
    for at, language in enumerate(Language):
        made.pairs.append(_asked(job, whole, program, language, (job.number + at) % 2 == 1, draw))
    for language in Language:
        asked, text = explanation(whole, program, language, job.number, draw)
        lacking = missing_numbers(program, text)
        if lacking or len(asked) > _LONGEST:
            made.refused[f"{job.name}:{language.value}:explanation"] = f"numbers that the text lacks: {', '.join(lacking)}" if lacking else "the program is too long for a question"
            continue
        pair = _pair(job, Kind.EXPLANATION, language, asked, text, f"{_COMPILED}; the text has every number of the program", "explain")
        made.pairs.append(_told(pair))
    return made


def _asked(job: _Job, whole: Whole, program: str, language: Language, by_ask: bool, draw: Draw) -> Pair:
    """The pair of a program, with the messages of `dsl4bes ask` or as a plain question."""
    asked = program_question(whole, language, job.number, draw, opening=not by_ask)
    if by_ask and len(asked) <= LONGEST_QUESTION:
        system, question = messages(cleaned(asked), int(BY_NAME["max_tokens"].default))
        return Pair(kind=Kind.PROGRAM, language=language, family=job.family, question=question.content, answer=program, source=job.name, licence=OWN_LICENCE, verified=(_COMPILED,), system=system.content, words=asked)
    if by_ask:
        asked = program_question(whole, language, job.number, draw)
    return _pair(job, Kind.PROGRAM, language, asked, fenced(program, "bes"), _COMPILED)


def _question(job: _Job, verified: Verified) -> Made:
    draw, made = job.draw(), Made()
    for language in Language:
        found = questions.FAMILIES[job.family.removeprefix("questions/")](draw, language, job.number)
        wrong = verified.ask(digest("question", found.program), partial(faults, found.program))
        if wrong or len(found.question) > _LONGEST:
            made.refused[f"{job.name}:{language.value}"] = wrong or "the program is too long for a question"
            continue
        made.pairs.append(_told(_pair(job, Kind.QUESTION, language, found.question, found.answer, found.verified)))
    return made


def _told(pair: Pair) -> Pair:
    """A pair whose question shows a program: what it says is the question without that, and what the answer says of the program. The same program in two languages is not the same question."""
    return pair.model_copy(update={"words": f"{_FENCED.sub('', pair.question)} {pair.answer}"})


def _pair(job: _Job, kind: Kind, language: Language, question: str, answer: str, verified: str, prefix: str = "") -> Pair:
    family = f"{prefix}/{job.family.partition('/')[2]}" if prefix else job.family
    return Pair(kind=kind, language=language, family=family, question=question, answer=answer, source=job.name, licence=OWN_LICENCE, verified=(verified,))


def missing_numbers(program: str, text: str) -> Sequence[str]:
    """Numbers of a program (not those of names and of texts in quotes) that a text does not have.

    >>> missing_numbers('chi2 < 200\\nbins 60, 0.1 GeV..0.2 GeV', "chi2 below 200, 60 bins from 0.1 to 0.3 GeV")
    ['0.2']
    """
    said = set(_NUMBER.findall(text))
    return [number for number in dict.fromkeys(_NUMBER.findall(_STRING.sub("", program))) if number not in said]
