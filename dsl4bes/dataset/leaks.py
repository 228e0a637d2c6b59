"""Nothing of a test is in the training data: pairs whose question is near one of a test task, or that hold a program near one of a task, go, and are counted.

In: pairs. Out: those that stay; those that go with the task they are near. Near is measured with numbers, names and files taken out of both, so that a test question with other numbers is one, too. The test questions are those of the benchmark of fits in all phrasings, and the words of all held-out tasks; programs have a limit of their own,
since all programs of the language have much in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from dsl4bes.benchmark.prompts import LANGUAGES, phrasings
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.dataset.near import alike, pieces
from dsl4bes.dataset.record import Pair
from dsl4bes.heldout.words import programs, words

LIKE = 0.45  #: share of pieces in common; two honest phrasings of one test task share 0.1 to 0.3
LIKE_PROGRAM = 0.8  #: of programs: those of training share 0.3 to 0.6 with the nearest one of a task, as all have the usual blocks
_LINES = 6  #: of the shortest text that is looked at as a program
_PROGRAM = re.compile(r"```bes\n(.*?)```", re.DOTALL)
_VARIES = re.compile(r"@\w+@|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[\w-]+\.(?:root|txt|dat|csv|C)\b|\"[^\"\n]{1,40}\"", re.ASCII)


def without_tests(pairs: Iterable[Pair]) -> tuple[list[Pair], list[tuple[Pair, str]]]:
    """The pairs that are far from every test question; and the others, each with the task."""
    kept: list[Pair] = []
    gone: list[tuple[Pair, str]] = []
    for pair in pairs:
        task = near(pair.telling) or next(filter(None, map(near_program, programs_in(pair))), "")
        if task:
            gone.append((pair, task))
        else:
            kept.append(pair)
    return kept, gone


def near(question: str) -> str:
    """The test task that a question is near; empty if none."""
    return _first(question, _tests(), LIKE)


def near_program(program: str) -> str:
    """The test task whose program this is, or nearly; empty if none."""
    return _first(program, _test_programs(), LIKE_PROGRAM)


def programs_in(pair: Pair) -> list[str]:
    """The programs of the language in a pair, one each of those that are alike in questions and answers. A text without fences is looked at as a whole: the answers to prompts of the product are programs and nothing else."""
    texts = [pair.question, pair.answer, *(said for turn in pair.before for said in turn)]
    found = (program for text in texts for program in (_PROGRAM.findall(text) if "```" in text else [text]))
    return list(dict.fromkeys(program for program in found if program.count("\n") >= _LINES))


def _first(text: str, tests: Iterable[tuple[str, frozenset[str]]], share: float) -> str:
    own = _bare(text)
    return next((task for task, test in tests if alike(own, test, share)), "")


@lru_cache(maxsize=1)
def _test_programs() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((task, _bare(text)) for task, text in programs())


@lru_cache(maxsize=1)
def _tests() -> tuple[tuple[str, frozenset[str]], ...]:
    fits = [(task, text) for task in TASKS for language in LANGUAGES for text in phrasings(task, language)]
    return tuple((task, _bare(text)) for task, text in (*fits, *words()))


def _bare(question: str) -> frozenset[str]:
    return frozenset(pieces(_VARIES.sub("#", question)))
