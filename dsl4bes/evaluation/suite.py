"""What a suite is: tasks of one kind, how a model is asked for an answer, and what an answer is worth.

In: nothing. Out: the protocol, and what passes through it. A suite is asked from several threads at once. Nothing is sent, kept or counted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from dsl4bes.unknown.backends.protocol import Finish, Message

MOST_TOGETHER = 32  #: samples in one request, where all are asked the same


class Common(str, Enum):
    """Outcomes that every suite may have, beside its own."""

    NO_ANSWER = "no text"  #: the server gave no text at all
    NO_TRIAL = "no trial"  #: the trial of all drafts together came to no result (a busy machine): to be graded again
    CUT_OFF = "cut off"  #: wrong, and the answer reached its longest length


@dataclass(frozen=True, slots=True)
class Task:
    """`family`: tasks of one kind; `language`: of its words, empty where that changes from sample to sample."""

    name: str
    family: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the samples `numbers` of a task, each of which gets an answer of its own to the same messages. `offset` is added to the seed, where there is one."""

    task: Task
    numbers: tuple[int, ...]
    language: str
    messages: tuple[Message, ...]
    grammar: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it came."""

    number: int
    text: str
    finish: Finish


@dataclass(frozen=True, slots=True)
class Grade:
    """What an answer is worth. `outcome` is one of the suite's own or a `Common` one; `rung`: the highest of the suite's that it got up to, empty for none; `words` say what is wrong; `more` goes into the file as it is."""

    outcome: Enum
    right: bool
    rung: str = ""
    words: str = ""
    more: dict[str, Any] = field(default_factory=dict)


class Suite(Protocol):
    """`about`: in a few words, for help texts. `together`: how many samples of a task one request may be for. `rungs`: from the lowest, what answers get through; empty where there is only right and wrong. `graders`: number of the way of grading, raised when it changes."""

    @property
    def name(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def together(self) -> int: ...
    @property
    def rungs(self) -> tuple[str, ...]: ...
    @property
    def graders(self) -> str: ...

    @property
    def digest(self) -> str:
        """Names the tasks with their words and right answers: results of another one are other results."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """What of the way of asking is the suite's own: results of other options are not continued."""
        ...

    def prepare(self) -> None:
        """Raises for what grading needs and this machine lacks: before a model is asked."""
        ...

    def tasks(self) -> Sequence[Task]: ...

    def ask(self, task: Task, numbers: tuple[int, ...]) -> Ask:
        """The request for these samples of a task, at most `together`."""
        ...

    def grade(self, task: Task, given: Sequence[Given]) -> list[Grade]:
        """A grade for each answer to one request, in their order. Whatever an answer says, it comes to a grade."""
        ...


def in_pieces(numbers: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """Samples by the requests that ask for them.

    >>> in_pieces([0, 1, 2, 3, 4], 2)
    [(0, 1), (2, 3), (4,)]
    """
    return [tuple(numbers[start : start + most]) for start in range(0, len(numbers), most)]
