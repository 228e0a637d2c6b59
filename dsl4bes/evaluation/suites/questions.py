"""A suite of held-out tasks that are questions with a way to judge an answer: repairs, predictions, words.

In: tasks of a module of `heldout/`, how one is asked, how an answer is judged. Out: a suite. A task has a name and a language. By `as_pair` it is asked as a pair of the training data is: `system`, earlier turns, the question.
Whatever runs, runs where the module says. No suite is listed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from dsl4bes.evaluation.suite import MOST_TOGETHER, Ask, Common, Given, Grade, Task
from dsl4bes.unknown.backends.protocol import Finish, Message
from dsl4bes.unknown.sandbox.means import confinement


class Named(Protocol):
    """A held-out task as every suite sees it."""

    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...


class Asked(Named, Protocol):
    """A held-out task that is asked as it is; it may have `system` and `before` as a pair of the training data."""

    @property
    def question(self) -> str: ...


T = TypeVar("T", bound=Named)


def as_pair(task: Asked) -> tuple[Message, ...]:
    """The conversation of a pair of the training data: what is said before and earlier turns, where a task has them."""
    system = getattr(task, "system", "")
    turns = [Message(role="system", content=system)] if system else []
    for asked, answered in getattr(task, "before", ()):
        turns += [Message(role="user", content=asked), Message(role="assistant", content=answered)]
    return (*turns, Message(role="user", content=task.question))


@dataclass(frozen=True)
class Questions(Generic[T]):
    """`turns`: the conversation that asks a task. `judged`: the outcome, and why in words; `right`: the outcomes that are right; `reached`: the highest of `rungs` by outcome. `telling`: all of a task that results depend on.
    `grammar`: what every answer is held by, if the backend takes one."""

    name: str
    about: str
    held: Sequence[T]
    family: Callable[[T], str]
    turns: Callable[[T], tuple[Message, ...]]
    judged: Callable[[T, str], tuple[Enum, str]]
    right: frozenset[Enum]
    telling: Callable[[T], str]
    graders: str = "1"
    rungs: tuple[str, ...] = ()
    reached: Mapping[Any, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    grammar: str | None = None
    together: int = MOST_TOGETHER

    @property
    def digest(self) -> str:
        whole = hashlib.sha256()
        for task in self.held:
            whole.update("\0".join((task.name, self.family(task), _word(task.language), self.telling(task), "")).encode())
        return whole.hexdigest()[:16]

    def prepare(self) -> None:
        confinement()

    def tasks(self) -> list[Task]:
        return [Task(task.name, self.family(task), _word(task.language)) for task in self.held]

    def ask(self, task: Task, numbers: tuple[int, ...]) -> Ask:
        return Ask(task, numbers, task.language, self.turns(self._task(task)), self.grammar, offset=numbers[0])

    def grade(self, task: Task, given: Sequence[Given]) -> list[Grade]:
        return [self._grade(self._task(task), each) for each in given]

    def _grade(self, task: T, given: Given) -> Grade:
        outcome, words = self.judged(task, given.text)
        rung = self.reached.get(outcome, "")
        if outcome in self.right:
            return Grade(outcome, True, rung)
        if given.finish is Finish.LENGTH:
            return Grade(Common.CUT_OFF, False, rung, f"{outcome.value}: {words}" if words else str(outcome.value))
        return Grade(outcome, False, rung, words)

    def _task(self, task: Task) -> T:
        return next(each for each in self.held if each.name == task.name)


def _word(language: str) -> str:
    """A language may be a word or a member of an enumeration of words."""
    return str(language.value) if isinstance(language, Enum) else language
