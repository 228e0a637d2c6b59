"""What is kept: the head of a file of results, and a line for each request with its graded answers.

In: JSON, checked here and nowhere else. Out: `Head`, `Record`, `Sample`. An answer is kept whole up to a length that no honest one has, so that it can be graded again. No file is touched.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from dsl4bes.evaluation.suite import Given, Grade
from dsl4bes.unknown.backends.protocol import Finish

FORMAT = 1
MOST_KEPT = 50_000  #: characters of an answer; one that is longer counts as cut off
_MOST_WORDS = 600


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(_Frozen):
    """What makes results comparable. `sampling`: how the model was asked; `options`: the suite's own; `graders`: which way of grading. Only `samples` may grow."""

    format: int
    suite: str
    digest: str
    graders: str
    tasks: tuple[str, ...]
    model: str
    adapter: str
    sampling: dict[str, Any]
    options: dict[str, Any]
    rungs: tuple[str, ...]
    samples: int

    def differs(self, other: Head) -> list[str]:
        """What is not the same there, in words, but for the number of samples."""
        own, its = self.model_dump(), other.model_dump()
        return [f"`{name}` is {_short(own[name])} there and {_short(its[name])} now" for name in own if name != "samples" and own[name] != its[name]]


class Sample(_Frozen):
    """One graded answer."""

    number: int
    answer: str
    finish: Finish
    outcome: str
    right: bool
    rung: str = ""
    words: str = ""
    more: dict[str, Any] = {}

    def given(self) -> Given:
        return Given(self.number, self.answer, self.finish)


class Record(_Frozen):
    """One request. Tokens are None where nobody counted; `seconds` are those of the request."""

    task: str
    family: str
    language: str
    samples: tuple[Sample, ...]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0

    @property
    def first(self) -> int:
        return self.samples[0].number


def graded(given: Given, grade: Grade) -> Sample:
    """An answer with its grade."""
    return Sample(
        number=given.number, answer=given.text, finish=given.finish, outcome=str(grade.outcome.value), right=grade.right, rung=grade.rung, words=grade.words[:_MOST_WORDS],
        more=grade.more,
    )  # fmt: skip


def kept(number: int, text: str, finish: Finish) -> Given:
    """An answer as it is kept and graded: of bounded length, and in characters that a file can hold."""
    whole = len(text) <= MOST_KEPT
    return Given(number, text[:MOST_KEPT].encode("utf-8", "replace").decode("utf-8"), finish if whole else Finish.LENGTH)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 120 else f"{text[:117]}..."
