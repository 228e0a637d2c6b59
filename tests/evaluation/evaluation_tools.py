"""A suite and backends that are made for the tests of the evaluation: sums that are graded for real, and servers that answer as they are told.

In: what a backend answers to a prompt. Out: the same suite and heads for all tests. The graders of real suites are tried in `test_suites.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from dsl4bes.evaluation.record import FORMAT, Head
from dsl4bes.evaluation.run import Sampling
from dsl4bes.evaluation.suites.questions import Questions, as_pair
from dsl4bes.unknown.backends.protocol import Answer, Answers, Finish, Request


class Sum(Enum):
    """What an answer to a sum is worth."""

    RIGHT = "right"
    WRONG = "wrong sum"
    NONE = "no number"


@dataclass(frozen=True)
class SumTask:
    name: str
    family: str
    language: str
    question: str
    total: int
    system: str = ""


SUMS = tuple(SumTask(f"sum_{a}_{b}", f"with_{a}", "zh" if b % 2 else "en", f"{a} + {b} = ?", a + b, "Add." if a == 1 else "") for a in range(3) for b in range(4))


def graded(task: SumTask, answer: str) -> Sum:
    try:
        return Sum.RIGHT if int(answer[:100]) == task.total else Sum.WRONG
    except ValueError:
        return Sum.NONE


def sums(graders: str = "1", grade: Callable[[SumTask, str], Sum] = graded) -> Questions[SumTask]:
    return Questions(
        "sums", "sums of two numbers", SUMS, lambda task: task.family, as_pair, lambda task, answer: (grade(task, answer), f"it is {task.total}"), frozenset({Sum.RIGHT}), lambda task: f"{task.question} {task.total}", graders,
        ("number", "sum"), {Sum.RIGHT: "sum", Sum.WRONG: "number"},
    )  # fmt: skip


def total_of(question: str) -> int:
    a, _, b, *_ = question.split()
    return int(a) + int(b)


@dataclass
class Server:
    """A backend that answers what `answer` says for a question and the number of a sample within its request; the requests that came are kept."""

    answer: Callable[[str, int], str]
    at_once: int = 4
    model: str = "adder"
    adapter: str = ""
    takes_grammar: bool = False
    finish: Finish = Finish.STOP
    pause: float = 0.0
    seen: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def complete(self, request: Request, on_text=None) -> Answers:
        with self.lock:
            self.seen.append(request)
        time.sleep(self.pause)
        texts = [self.answer(request.messages[-1].content, number) for number in range(request.samples)]
        return Answers(answers=tuple(Answer.model_construct(text=text, finish=self.finish) for text in texts), model=self.model, prompt_tokens=5, completion_tokens=2 * len(texts), seconds=0.5)

    def models(self) -> tuple[str, ...]:
        return (self.model,)


def right(question: str, number: int) -> str:
    return str(total_of(question))


def every_third(question: str, number: int) -> str:
    """Two of three samples are right."""
    return str(total_of(question) + (number % 3 == 2))


SAMPLING = Sampling(0.6, 0.95, 64)


def head_of(suite, samples: int = 3, model: str = "adder", /, **more) -> Head:
    return Head(
        format=FORMAT, suite=suite.name, digest=suite.digest, graders=suite.graders, tasks=tuple(task.name for task in suite.tasks()), model=model, adapter="", sampling={"temperature": 0.6},
        options=dict(suite.options), rungs=suite.rungs, samples=samples,
    ).model_copy(update=more)  # fmt: skip
