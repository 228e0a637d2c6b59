"""Pairs of drawn conditions: the prompt of the product and the body, words and code, code and words, a refused draft and the mended body.

In: a seed, how many draws. Out: pairs, and what was refused and why. A draw enters only if the policy accepts its body, both compilers do, and body and known construct say the same of toy events, of which some stay and some go. What was verified before is not verified again (`Verified`).
The same seed gives the same pairs, in the same order, whatever is made at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dsl4bes import __version__
from dsl4bes.dataset.code import fenced
from dsl4bes.dataset.leaks import near
from dsl4bes.dataset.methods.base import EVENTS, SEED, Base, events_of, load
from dsl4bes.dataset.methods.body import body
from dsl4bes.dataset.methods.draw import draw
from dsl4bes.dataset.methods.faults import changed
from dsl4bes.dataset.methods.formula import known, written
from dsl4bes.dataset.methods.lowered import lowered
from dsl4bes.dataset.methods.saying import Rng, Speaker, filled
from dsl4bes.dataset.methods.shapes import held_out, names_of
from dsl4bes.dataset.methods.tree import Best, Block, constructs
from dsl4bes.dataset.methods.trial import (
    LEAST,
    Candidature,
    Found,
    Refused,
    refused_by_policy,
    task_of,
    tried,
)
from dsl4bes.dataset.record import BOSS_OPENINGS, OWN_LICENCE, Kind, Language, Pair
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.dataset.verified import Undecided
from dsl4bes.unknown.backends.protocol import Message
from dsl4bes.unknown.backends.together import together
from dsl4bes.unknown.task import Task, declaration
from dsl4bes.unknown.writing.prompt import Parts, complaint, messages
from dsl4bes.unknown.writing.worked_examples import narrowed

#: The prompt that adapters are trained with, and to be used with: that of the product without examples.
PROMPT = Parts(examples=0)
PER_BASE = 6  #: draws for each program and each that `Size` asks for
TOGETHER = 30  #: draws in one package
_ALONE = 3  #: drafts of a package that have a job of their own
_RUN = "both compilers accept it, and it says the same as the known construct of {events} toy events"


@dataclass(frozen=True)
class _Draw:
    """A draw on its way: what was drawn, its words in both languages, faulty drafts. `alone`: which of these may end the job."""

    base: Base
    number: int
    seed: int
    block: Block
    says: dict[Language, str]
    task: Task
    rng: Rng = field(compare=False)
    told: tuple[tuple[str, str], ...] = ()  #: faults that the policy refuses: what is said of them, the draft
    drafts: tuple[str, ...] = ()
    alone: frozenset[int] = frozenset()

    @property
    def region(self) -> str:
        return f"d{self.number}"

    @property
    def name(self) -> str:
        return f"{self.base.name}:{self.seed}:{self.number}"

    @property
    def code(self) -> str:
        return body(self.block)

    @property
    def text(self) -> str:
        return written(self.block, self.says[Language.ENGLISH])


class Methods:
    """Pairs of draws for every program. `without`: families of constructs that no draw has (`tree.constructs`), for training that leaves one out."""

    name, needs_root = "methods", False

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self._without = without

    def steps(self, size: Size) -> int:
        return len(load()) * PER_BASE * size.draws

    def make(self, size: Size, means: Means) -> Made:
        numbers = range(PER_BASE * size.draws)
        packages = [(base, numbers[first : first + TOGETHER]) for first in range(0, len(numbers), TOGETHER) for base in load().values()]

        def made(package: tuple[Base, Sequence[int]]) -> Made:
            found = self._package(package[0], package[1], size.seed, means)
            for number in package[1]:
                means.on_step(f"{package[0].name}:{size.seed}:{number}")
            return found

        methods = Made()
        for each in together(made, packages, size.at_once):
            methods.add(each)
        return methods

    def _package(self, base: Base, numbers: Sequence[int], seed: int, means: Means) -> Made:
        made, draws = Made(), []
        for number in numbers:
            drawn = drawn_of(base, number, seed, self._without)
            if isinstance(drawn, str):
                made.refused[f"{base.name}:{seed}:{number}"] = drawn
            else:
                draws.append(drawn)
        trial = _Trial(base, draws)
        right = []
        for each in draws:
            wrong = means.verified.ask(_digest(each, each.code), lambda region=each.region: trial.wrong(region))  # type: ignore[misc]
            if wrong:
                made.refused[each.name] = wrong
            else:
                right.append(each)
        methods = lowered(base.program, {each.region: (each.block.name, known(each.block, each.block.name)) for each in right if not isinstance(each.block.test, Best)})
        for each in right:
            drafts = [(at, each.drafts[number]) for at, number in enumerate(trial.taken[each.region], 1)]
            said = [(means.verified.ask(_digest(each, draft), lambda region=each.region, at=at: trial.said(region, at)), draft) for at, draft in drafts]  # type: ignore[misc]
            made.pairs += _pairs(each, methods.get(each.region, ""), [*each.told, *((words, draft) for words, draft in said if words)])
        return made


def drawn_of(base: Base, number: int, seed: int, without: frozenset[str] = frozenset()) -> _Draw | str:
    """A draw that may be tried, or why it is not."""
    rng = np.random.default_rng([seed, number, *hashlib.sha256(base.name.encode()).digest()[:4]])
    block = draw(base, rng)
    says = {language: Speaker(language, rng).sentence(block) for language in Language}
    if left := constructs(block.test) & without:
        return f"left out: {', '.join(sorted(left))}"
    if task := held_out(known(block), *names_of(base.name)):
        return f"the shape of the held-out task {task}"
    if task := next((name for text in says.values() if (name := near(text))), ""):
        return f"words near those of the held-out task {task}"
    try:
        task_ = task_of(base.program, written(block, says[Language.ENGLISH]), known(block))
    except Refused as error:
        return f"the compiler: {error}"
    code = body(block)
    if climb := refused_by_policy(task_, code):
        return f"policy: {climb.rungs[-1].words}"
    told = []
    for _, draft in changed(code, rng, runs=False):
        refused = refused_by_policy(task_, draft)
        if refused is not None:
            told.append((complaint(refused), draft))
        if len(told) == 2:
            break
    runs = [(fault, draft) for fault, draft in changed(code, rng, runs=True) if refused_by_policy(task_, draft) is None][:2]
    alone = frozenset(number for number, (fault, _) in enumerate(runs) if fault.alone)
    return _Draw(base, number, seed, block, says, task_, rng, tuple(told), tuple(draft for _, draft in runs), alone)


class _Trial:
    """The trial of a package, run when it is first asked for. `taken`: the faulty drafts of each block that are tried; of others nothing is said, as it would depend on the package."""

    def __init__(self, base: Base, draws: Sequence[_Draw]) -> None:
        self._base, self._draws = base, draws
        self._found: dict[str, Found] = {}
        self.taken: dict[str, list[int]] = {}
        room = _ALONE
        for each in draws:
            self.taken[each.region] = [number for number in range(len(each.drafts)) if number not in each.alone or (room := room - 1) >= 0]

    def wrong(self, region: str) -> str:
        """What is wrong with a body; empty if nothing is. Raises `Undecided` where the package came to no end."""
        self._run()
        found = self._found[region]
        if found.undecided:
            raise Undecided(found.wrong)
        return found.wrong

    def said(self, region: str, at: int) -> str:
        """What the product says of a faulty draft, counted from 1 among those that are taken; empty if the ladder sees nothing."""
        self._run()
        climb = self._found[region].climbs[at]
        one_sided = climb.accepted and sum(climb.answers) in (0, len(climb.answers))
        return complaint(climb) if climb.refused or one_sided else ""

    def _run(self) -> None:
        if self._found:
            return
        asked = {}
        for each in self._draws:
            taken = self.taken[each.region]
            alone = frozenset(at for at, number in enumerate(taken, 1) if number in each.alone)
            asked[each.region] = Candidature(each.block.name, each.text, known(each.block), (each.code, *(each.drafts[number] for number in taken)), alone)
        self._found = tried(self._base.program, asked, events_of(self._base.name))


def _pairs(each: _Draw, method: str, faulty: Sequence[tuple[str, str]]) -> Iterator[Pair]:
    for language in Language:
        system, question = (message.content for message in prompt(each, language))
        yield _pair(each, Kind.METHOD, language, question, each.code.rstrip("\n"), each.says[language], system)
        yield _code(each, method, language)
        yield _explanation(each, language)
    for at, (words, draft) in enumerate(faulty):
        yield _repair(each, words, draft, tuple(Language)[at % len(Language)])


def _pair(each: _Draw, kind: Kind, language: Language, question: str, answer: str, words: str, system: str = "", before: tuple[tuple[str, str], ...] = ()) -> Pair:
    verified = ("policy", _RUN.format(events=EVENTS * len(each.base.decays)), *(("the draft is refused with these words",) if before else ()))
    return Pair(kind=kind, language=language, family=f"methods/{each.block.test.shape}", question=question, answer=answer, source=each.name, licence=OWN_LICENCE, verified=verified, system=system, words=words, before=before)


def prompt(each: _Draw, language: Language) -> tuple[Message, ...]:
    """What the product asks a model for this block."""
    return messages(replace(each.task, describe=each.says[language]), (), PROMPT)


def _code(each: _Draw, method: str, language: Language) -> Pair:
    """A free question: answered by the method that the compiler prints, or by a function for structs that are shown. Half of the draws take the one in English, half in Chinese."""
    as_method = bool(method) and (each.number + list(Language).index(language)) % 2 == 0
    speaker = Speaker(language, each.rng, by_value=as_method)
    sentence = speaker.sentence(each.block)
    values = {"SENTENCE": sentence, "NAME": each.block.name, "PROGRAM": each.base.name, "STRUCTS": fenced(_structs(each))}
    question = filled(speaker.one(speaker.words.ask["method" if as_method else "body"]), values)
    if as_method and language is Language.ENGLISH:
        question = re.sub(r"(?<=\. )[a-z]", lambda found: found.group().upper(), question)
    return _pair(each, Kind.CODE, language, BOSS_OPENINGS[language] + question, fenced(method if as_method else _function(each, each.block.name)), f"{sentence} {question[:60]}")


def _explanation(each: _Draw, language: Language) -> Pair:
    """The words by which it is told from others are those of the answer: nearly all of the question is code, the same in both languages."""
    speaker = Speaker(language, each.rng, explains=True)
    question = filled(speaker.one(speaker.words.ask["explain"]), {"CODE": fenced(f"{_structs(each)}\n{_function(each, 'accept')}")})
    answer = speaker.explanation(each.block)
    return _pair(each, Kind.EXPLANATION, language, BOSS_OPENINGS[language] + question, answer, answer)


def _repair(each: _Draw, words: str, draft: str, language: Language) -> Pair:
    """The conversation that the product has after a refused draft."""
    system, first = (message.content for message in prompt(each, language))
    return _pair(each, Kind.REPAIR, language, words, each.code.rstrip("\n"), f"{each.says[language]}\n{words}", system, ((first, draft.rstrip("\n")),))


def _structs(each: _Draw) -> str:
    return "\n".join(declaration(narrowed(each.task, each.code)))


def _function(each: _Draw, name: str) -> str:
    lines = "".join(f"  {line}\n" for line in each.code.rstrip("\n").split("\n"))
    return f"bool {name}(const View& in) {{\n{lines}}}"


def _digest(each: _Draw, code: str) -> str:
    """Names what was tried: the program, the block with its construct, the code, the events."""
    told = (__version__, each.base.program, each.text, known(each.block), code, each.base.decays, EVENTS, SEED, LEAST)
    return hashlib.sha256(repr(told).encode()).hexdigest()


