"""Who writes the programs: the interface, and the bare model.

In: `Job`s: a task, its exercise, the words of one prompt. Out: `Written`: the answer, why it ended, tokens, seconds. The compiler's own programs, a model and a model with the ladder around it are three of the same kind.
No program is judged here, and only the ladder runs any.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from dsl4bes.benchmark.prompts import LANGUAGES, phrasings, prompt
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.tasks.base import Exercise, draw
from dsl4bes.fitting.asked.request import chosen_seed, request
from dsl4bes.unknown.backends.protocol import Backend, Message, complete_all
from dsl4bes.unknown.settings import Settings

VERSION = "2"  #: of tasks and graders: results of another one are not continued
_SEEDS = 1000  #: exercises of one seed of the benchmark


@dataclass(frozen=True, slots=True)
class Job:
    """Program `number` of a task. Languages change from program to program, phrasings whenever all languages had their turn, data always."""

    task: str
    number: int
    language: str
    phrasing: int
    seed: int

    @property
    def exercise(self) -> Exercise:
        return draw(TASKS[self.task], self.seed)

    def prompt(self, exercise: Exercise) -> str:
        return prompt(self.task, self.language, self.phrasing, exercise.words)


def job(task: str, number: int, seed: int, languages: Sequence[str] = LANGUAGES) -> Job:
    """The program of a number in the benchmark of a seed."""
    return Job(task, number, languages[number % len(languages)], number // len(languages) % 3, seed * _SEEDS + number)


@dataclass(frozen=True)
class Written:
    """`finish` is that of the backend (`stop`, `length`, ...); `more` goes into the file of results."""

    text: str
    finish: str = "stop"
    tokens: int | None = None
    seconds: float = 0.0
    more: dict[str, Any] = field(default_factory=dict)


class Programs(Protocol):
    """Who writes. `name` and `settings` say in the file of results who it was; `write` is called from `at_once` threads."""

    name: str
    at_once: int

    @property
    def settings(self) -> dict[str, Any]: ...

    def write(self, job: Job, exercise: Exercise) -> Written:
        """The program of a job. Raises `Trouble` if nobody answers."""
        ...


class Bare:
    """The bare model: the prompt alone, one answer."""

    def __init__(self, backend: Backend, settings: Settings) -> None:
        self._backend, self._settings = backend, settings
        self.name = backend.model
        self.at_once = backend.at_once

    @property
    def settings(self) -> dict[str, Any]:
        return {"adapter": self._backend.adapter, **{name: self._settings[name] for name in ("temperature", "top_p", "max_tokens")}, "model_seed": chosen_seed(self._settings)}

    def write(self, job: Job, exercise: Exercise) -> Written:
        (found,) = complete_all(self._backend, [request([Message(role="user", content=job.prompt(exercise))], self._settings, job.seed)])
        return Written(found.answers[0].text, found.answers[0].finish.value, found.completion_tokens, found.seconds)


def digest() -> str:
    """Names the prompts: results of others are not continued."""
    texts = [VERSION, *(text for task in TASKS for language in LANGUAGES for text in phrasings(task, language))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
