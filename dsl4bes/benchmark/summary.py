"""Results counted: by task and over all, with intervals, by class of fault and by language.

In: `Results`. Out: a `Summary`, and the same as plain data for JSON. "Errors" are programs that do not run, as the study counts them. Nothing is printed or drawn here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dsl4bes.benchmark.results import Results
from dsl4bes.benchmark.study import STUDY
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.wilson import wilson
from dsl4bes.fitting.asked.macros.ran import Fault


@dataclass(frozen=True, slots=True)
class Count:
    """Programs of one task, one language, or all."""

    programs: int
    errors: int
    correct: int
    faults: tuple[tuple[str, int], ...]

    @property
    def error_interval(self) -> tuple[float, float]:
        """95 %, of the share of errors."""
        return wilson(self.errors, self.programs)

    @property
    def correct_interval(self) -> tuple[float, float]:
        return wilson(self.correct, self.programs)


@dataclass(frozen=True)
class Summary:
    head: dict[str, Any]
    tasks: dict[str, Count]
    languages: dict[str, Count]
    total: Count


def summary(results: Results) -> Summary:
    """The counts of a file of results, tasks in the order of the study."""
    records = list(results.records.values())
    tasks = {task: _count(results.of(task)) for task in TASKS if task in results.head["tasks"]}
    languages = {name: _count([record for record in records if record["language"] == name]) for name in results.head["languages"]}
    return Summary(results.head, tasks, languages, _count(records))


def _count(records: Sequence[dict[str, Any]]) -> Count:
    found = Counter(record["fault"] for record in records)
    faults = tuple((fault.value, found[fault.value]) for fault in Fault if found[fault.value])
    return Count(len(records), sum(not record["runs"] for record in records), sum(record["correct"] for record in records), faults)


def as_data(found: Summary) -> dict[str, Any]:
    """For JSON; with the numbers of the study beside each task."""
    return {
        "head": found.head,
        "tasks": {task: {"title": TASKS[task].title, **_data(count), "study": {column.model: column.of(task) for column in STUDY}} for task, count in found.tasks.items()},
        "languages": {name: _data(count) for name, count in found.languages.items()},
        "total": {**_data(found.total), "study": {column.model: sum(column.of(task) for task in found.tasks) for column in STUDY}},
    }


def _data(count: Count) -> dict[str, Any]:
    return {
        "programs": count.programs, "errors": count.errors, "errors_95": [round(x, 4) for x in count.error_interval], "correct": count.correct,
        "correct_95": [round(x, 4) for x in count.correct_interval], "faults": dict(count.faults),
    }  # fmt: skip
