"""A suite of held-out tasks that are questions with a way to judge an answer: repairs, predictions, words.

In: a module of `heldout/` with `tasks()` and `graded(task, answer)`. Out: a suite. A task has a name, a family, a language, a question and what is said before it; they are asked as the pairs of the training data are: `system`, then the
question. Whatever runs, runs where the module says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from dsl4bes.evaluation.suite import MOST_TOGETHER, Ask, Common, Given, Grade, Task
from dsl4bes.unknown.backends.protocol import Finish, Message
from dsl4bes.unknown.sandbox.means import confinement


class Asked(Protocol):
    """A held-out task as this suite sees it."""

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def system(self) -> str: ...


T = TypeVar("T", bound=Asked)


class Questions(Generic[T]):
    """`graded` gives an outcome, an `Enum` with `right`; `reached` says for each of its values the highest of `rungs` (none: only right and wrong)."""

    def __init__(self, name: str, about: str, tasks: Sequence[T], graded: Callable[[T, str], Enum], graders: str = "1", rungs: tuple[str, ...] = (), reached: Mapping[str, str] | None = None) -> None:
        self.name, self.about, self.graders, self.rungs = name, about, graders, rungs
        self.together = MOST_TOGETHER
        self._tasks = {task.name: task for task in tasks}
        self._graded, self._reached = graded, reached or {}

    @property
    def digest(self) -> str:
        whole = hashlib.sha256()
        for task in self._tasks.values():
            whole.update("\0".join((task.name, task.family, _word(task.language), task.system, repr(getattr(task, "before", ())), task.question, "")).encode())
        return whole.hexdigest()[:16]

    @property
    def options(self) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        confinement()

    def tasks(self) -> list[Task]:
        return [Task(task.name, task.family, _word(task.language)) for task in self._tasks.values()]

    def ask(self, task: Task, numbers: tuple[int, ...]) -> Ask:
        own = self._tasks[task.name]
        system = (Message(role="system", content=own.system),) if own.system else ()
        messages = (*system, *_earlier(own), Message(role="user", content=own.question))
        return Ask(task, numbers, task.language, messages, offset=numbers[0])

    def grade(self, task: Task, given: Sequence[Given]) -> list[Grade]:
        return [self._grade(task, each) for each in given]

    def _grade(self, task: Task, given: Given) -> Grade:
        outcome = self._graded(self._tasks[task.name], given.text)
        right = bool(outcome.right)  # type: ignore[attr-defined]  # the interface of held-out tasks
        if not right and given.finish is Finish.LENGTH:
            return Grade(Common.CUT_OFF, False, self._reached.get(outcome.value, ""), str(outcome.value))
        return Grade(outcome, right, self._reached.get(outcome.value, ""))


def _earlier(task: Asked) -> Iterator[Message]:
    """Earlier turns, question and answer, of a task that has some (`before`, as in a pair of the training data)."""
    for asked, answered in getattr(task, "before", ()):
        yield Message(role="user", content=asked)
        yield Message(role="assistant", content=answered)


def _word(language: str) -> str:
    """A language may be a word or a member of an enumeration of words."""
    return str(language.value) if isinstance(language, Enum) else language
