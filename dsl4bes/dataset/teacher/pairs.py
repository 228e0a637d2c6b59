"""Pairs of a teacher: further questions for answers of other sources.

In: the pairs that those made in this build, a model. Out: pairs with the same answers, families and licences; what was refused, with the reason. Their answers were verified before, and a teacher changes none.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl4bes.dataset.record import BOSS_OPENINGS, OPENINGS, Language, Pair
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.dataset.teacher.answers import Heard
from dsl4bes.dataset.teacher.check import faults
from dsl4bes.dataset.teacher.lessons import Lesson, lessons
from dsl4bes.dataset.teacher.reading import said

TAUGHT = "teacher"  #: the name of the source, which the names of what was refused begin with
VERIFIED = "question by a model, language and names and numbers checked"


class Taught:
    """What a teacher says of the pairs that are there already; nothing without one."""

    name, needs_root = TAUGHT, False

    def steps(self, size: Size) -> int:
        return size.asked

    def make(self, size: Size, means: Means) -> Made:
        made = Made()
        if means.teacher is None:
            return made
        asked = lessons(means.made.pairs, size.seed, size.asked)
        heard = means.teacher.ask([lesson.request for lesson in asked], means.on_step)
        for _ in range(size.asked - len(asked)):
            means.on_step("nothing more to ask")
        there = {pair.question for pair in means.made.pairs}
        for lesson, answer in zip(asked, heard, strict=True):
            for pair in _pairs(lesson, answer, means.teacher.model, made):
                if pair.question not in there:
                    there.add(pair.question)
                    made.pairs.append(pair)
        return made


def _pairs(lesson: Lesson, heard: Heard, model: str, made: Made) -> Iterator[Pair]:
    about = f"{TAUGHT}:{lesson.pair.source}:{lesson.pair.name}"
    found = said(heard, tuple(lesson.wanted))
    if found.wrong:
        made.refused[about] = found.wrong
    for name, text in found.texts.items():
        language = lesson.wanted[name]
        bare = begun(text, language)
        wrong = faults(bare, language, lesson.bounds)
        if wrong:
            made.refused[f"{about}:{name}"] = wrong
            continue
        pair = lesson.pair
        changed = {"language": language, "question": lesson.opening[language] + bare, "source": f"{pair.source}; question by {model}", "verified": (*pair.verified, VERIFIED)}
        yield Pair.model_validate({**pair.model_dump(), **changed})


def begun(text: str, language: Language) -> str:
    """A question as it goes on behind our opening: without one of its own, and small where a sentence goes on.

    >>> begun("With the CERN ROOT framework, Write a macro.", Language.ENGLISH), begun("I need it.", Language.ENGLISH)
    ('write a macro.', 'I need it.')
    """
    for opening in (OPENINGS[language], BOSS_OPENINGS[language]):
        text = text.removeprefix(opening)
    first = text.split(" ", 1)[0]
    plain = first.isalpha() and first.isascii() and (first[1:].islower() or first == "A")
    return text[:1].lower() + text[1:] if plain else text
