"""One suite from where its file stands to its end: the model writes, graders work beside it, every graded request is a line more.

In: a suite, a backend, how many samples of each task, the file. Out: the results. What is in the file is not asked for again; a run that is stopped loses what is in work and nothing that was graded. When the backend fails,
what it gave before is graded and kept, then its `Trouble` is raised. Answers run in the sandbox of their suite and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER
from dsl4bes.evaluation.kept import Results, appending, begun, write
from dsl4bes.evaluation.record import Head, Record, Sample, graded, kept
from dsl4bes.evaluation.stages import in_stages
from dsl4bes.evaluation.suite import Ask, Common, Suite, Task, in_pieces
from dsl4bes.unknown.backends.protocol import Answers, Backend, Finish, Request
from dsl4bes.unknown.backends.together import as_they_come
from dsl4bes.unknown.trouble import Trouble

MOST_SILENT = 3  #: requests without an answer before the first one with: then the server is at fault, and not what it was asked
#: Called after each request with its record.
OnRecord = Callable[[Record], None]


def unheard(record: Record) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model is asked. `seed` only if somebody chose one."""

    temperature: float
    top_p: float
    max_tokens: int
    seed: int | None = None

    def request(self, ask: Ask) -> Request:
        return Request(
            messages=ask.messages, samples=len(ask.numbers), temperature=self.temperature, top_p=self.top_p, max_tokens=self.max_tokens, grammar=ask.grammar,
            seed=None if self.seed is None else (self.seed + ask.offset) % 2**31,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Written:
    """What came of a request; a `Trouble` if the server answered and there is no text in it."""

    ask: Ask
    came: Answers | Trouble


@dataclass(frozen=True, slots=True)
class _Graded:
    record: Record
    trouble: Trouble | None = None


def run(suite: Suite, backend: Backend, sampling: Sampling, path: Path, head: Head, graders: int = 1, on_record: OnRecord = unheard) -> Results:
    """The suite to its end. Raises `Trouble` of the backend, and what the graders raise."""
    results = begun(path, head)
    todo = to_ask(suite, results, head)
    heard = any(sample.outcome != Common.NO_ANSWER.value for record in results.records for sample in record.samples)
    with appending(path, results) as keep:
        for found in _heard(_written(suite, backend, sampling, todo, graders), heard, len(todo)):
            keep(found)
            on_record(found)
    return results


def to_ask(suite: Suite, results: Results, head: Head) -> list[tuple[Task, tuple[int, ...]]]:
    """What the file lacks, request by request, in the order of the tasks."""
    tasks = [task for task in suite.tasks() if task.name in head.tasks]
    return [(task, piece) for task in tasks for piece in in_pieces(results.missing(task.name, head.samples), suite.together)]


def again(suite: Suite, path: Path, results: Results, head: Head, graders: int = 1, on_record: OnRecord = unheard) -> Results:
    """The kept answers graded anew, by the graders of today; nobody is asked. The file is replaced when all is done."""
    tasks = {task.name: task for task in suite.tasks()}

    def grade(record: Record) -> Record:
        if record.samples[0].outcome == Common.NO_ANSWER.value:
            return record
        given = [sample.given() for sample in record.samples]
        return record.model_copy(update={"samples": tuple(map(graded, given, suite.grade(tasks[record.task], given)))})

    made = Results(head)
    with closing(as_they_come(grade, results.sorted(), graders)) as coming:
        for _, record in coming:
            made.records.append(record)
            on_record(record)
    write(path, made)
    return made


def _written(suite: Suite, backend: Backend, sampling: Sampling, todo: Sequence[tuple[Task, tuple[int, ...]]], graders: int) -> Iterator[_Graded]:
    """Every request, as soon as it is graded."""
    most = max((len(numbers) for _, numbers in todo), default=1)

    def ask_for(piece: tuple[Task, tuple[int, ...]]) -> _Written:
        ask = suite.ask(*piece)
        try:
            return _Written(ask, backend.complete(sampling.request(ask), _listening))
        except Trouble as trouble:
            if trouble.code is not BAD_ANSWER:
                raise
            return _Written(ask, trouble)

    def grade(written: _Written) -> _Graded:
        ask, came = written.ask, written.came
        if isinstance(came, Trouble):
            silent = [Sample(number=number, answer="", finish=Finish.OTHER, outcome=Common.NO_ANSWER.value, right=False, words=came.message[:600]) for number in ask.numbers]
            return _Graded(_record(ask, silent), came)
        given = [kept(number, answer.text, answer.finish) for number, answer in zip(ask.numbers, came.answers, strict=True)]
        return _Graded(_record(ask, list(map(graded, given, suite.grade(ask.task, given))), came))

    return in_stages(todo, ask_for, grade, max(1, backend.at_once // most), graders)


def _heard(found: Iterator[_Graded], heard: bool, count: int) -> Iterator[Record]:
    """The records. Those without an answer wait until the server has shown that it can give one; if it does not, its `Trouble` is raised and they are not kept."""
    waiting: list[_Graded] = []
    for each in found:
        if each.trouble is not None and not heard:
            waiting.append(each)
            if len(waiting) >= min(MOST_SILENT, count):
                raise each.trouble
            continue
        heard = True
        yield from (other.record for other in (*waiting, each))
        waiting.clear()


def _record(ask: Ask, samples: Sequence[Sample], came: Answers | None = None) -> Record:
    return Record(
        task=ask.task.name, family=ask.task.family, language=ask.language, samples=tuple(samples), prompt_tokens=came.prompt_tokens if came else None,
        completion_tokens=came.completion_tokens if came else None, seconds=round(came.seconds, 3) if came else 0.0,
    )  # fmt: skip


def _listening(sample: int, text: str) -> None:
    """Answers come as streams, so that a slow model is not taken for one that hangs."""
