"""Results counted: pass@k, shares with intervals, rungs, outcomes, by family and by language, tokens.

In: `Results` of a suite. Out: `Numbers`, and the same as plain data for JSON. A share is averaged over tasks, each with the samples that it has. Nothing is printed, drawn or graded here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from dsl4bes.evaluation.estimate import Share, pass_at, share
from dsl4bes.evaluation.kept import Results
from dsl4bes.evaluation.record import Head, Record, Sample
from dsl4bes.evaluation.suite import Common

AT = (1, 5, 10)  #: pass@k that are told, as far as there are samples
ENOUGH_TASKS, ENOUGH_SAMPLES = 30, 20  #: below that a difference of tens of per cent is no claim


@dataclass(frozen=True, slots=True)
class TaskCount:
    """One task: its samples, the right ones."""

    name: str
    family: str
    samples: int
    right: int

    @property
    def share(self) -> float:
        return self.right / self.samples


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the samples: a family or a language."""

    name: str
    samples: int
    right: Share


@dataclass(frozen=True)
class Numbers:
    """One suite. `passes`: pass@k by k; that at 1 is the share of right answers. `reached`: share of answers that got up to a rung, by rung. `rules`: of the policy, with the samples that broke them. `silent`: samples to which the server gave no text. `unfinished`: tasks without all their samples."""

    head: Head
    tasks: tuple[TaskCount, ...]
    passes: dict[int, Share]
    reached: dict[str, Share]
    outcomes: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, int], ...]
    families: tuple[Part, ...]
    languages: tuple[Part, ...]
    samples: int
    cut_off: int
    silent: int
    unfinished: tuple[str, ...]
    tokens: int | None
    seconds: float

    @property
    def right(self) -> Share:
        return self.passes[1]

    @property
    def fewest(self) -> int:
        """Samples of the task that has fewest."""
        return min((task.samples for task in self.tasks), default=0)

    @property
    def tokens_a_second(self) -> float | None:
        """Of one request, while it was answered."""
        return None if self.tokens is None or self.seconds <= 0 else self.tokens / self.seconds

    @property
    def weak(self) -> str:
        """Why a claim from these numbers is weak; empty if it is not."""
        said = []
        if len(self.tasks) < ENOUGH_TASKS:
            said.append(f"{len(self.tasks)} tasks of at least {ENOUGH_TASKS}")
        if self.fewest < ENOUGH_SAMPLES:
            said.append(f"{self.fewest} samples a task of at least {ENOUGH_SAMPLES}")
        return " and ".join(said)


def numbers(results: Results) -> Numbers:
    """The counts of one file."""
    head = results.head
    records = results.sorted()
    by_task = {name: results.samples(name) for name in head.tasks}
    families = {record.task: record.family for record in records}
    tasks = tuple(TaskCount(name, families[name], len(own), sum(sample.right for sample in own)) for name, own in by_task.items() if own)
    fewest = min((task.samples for task in tasks), default=0)
    every = [sample for own in by_task.values() for sample in own]
    found = Counter(sample.outcome for sample in every)
    rules = Counter(rule for sample in every for rule in sample.more.get("rules", ()))
    counted = [record for record in records if record.completion_tokens is not None]
    return Numbers(
        head, tasks,
        {k: share([pass_at(k, task.samples, task.right) for task in tasks]) for k in AT if k == 1 or k <= fewest},
        {rung: share([sum(_up_to(sample, at, head.rungs) for sample in own) / len(own) for own in by_task.values() if own]) for at, rung in enumerate(head.rungs)},
        _most_first(found), _most_first(rules),
        _parts(records, lambda record: record.family), _parts(records, lambda record: record.language), len(every),
        sum(sample.finish.value == "length" for sample in every), sum(sample.outcome == Common.NO_ANSWER.value for sample in every),
        tuple(name for name, own in by_task.items() if len(own) < head.samples),
        sum(record.completion_tokens or 0 for record in counted) if counted else None, sum(record.seconds for record in counted),
    )  # fmt: skip


def all_numbers(found: dict[str, Results]) -> dict[str, Numbers]:
    """The numbers of a folder, without files in which nothing was graded yet."""
    return {name: numbers(results) for name, results in found.items() if results.records}


def as_data(found: Numbers) -> dict[str, Any]:
    """For JSON."""
    return {
        "head": found.head.model_dump(mode="json"),
        "tasks": {task.name: {"family": task.family, "samples": task.samples, "right": task.right} for task in found.tasks},
        "pass_at": {str(k): _data(value) for k, value in found.passes.items()},
        "reached": {rung: _data(value) for rung, value in found.reached.items()},
        "outcomes": dict(found.outcomes), "rules": dict(found.rules),
        "families": {part.name: {"samples": part.samples, **_data(part.right)} for part in found.families},
        "languages": {part.name: {"samples": part.samples, **_data(part.right)} for part in found.languages},
        "samples": found.samples, "cut_off": found.cut_off, "no_text": found.silent, "unfinished": list(found.unfinished), "completion_tokens": found.tokens,
        "seconds": round(found.seconds, 1), "tokens_a_second": None if found.tokens_a_second is None else round(found.tokens_a_second, 2), "weak": found.weak,
    }  # fmt: skip


def _most_first(found: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _data(value: Share) -> dict[str, Any]:
    whole = asdict(value)
    return {"share": round(whole["value"], 4), "tasks": whole["tasks"], "wilson_95": [round(x, 4) for x in whole["wilson"]], "bootstrap_95": [round(x, 4) for x in whole["bootstrap"]]}


def _up_to(sample: Sample, at: int, rungs: tuple[str, ...]) -> bool:
    return sample.rung != "" and rungs.index(sample.rung) >= at


def _parts(records: Iterable[Record], name_of: Callable[[Record], str]) -> tuple[Part, ...]:
    """The share of right answers by some property of a record; averaged over the tasks that have it."""
    found: dict[str, dict[str, list[bool]]] = {}
    for record in records:
        found.setdefault(name_of(record), {}).setdefault(record.task, []).extend(sample.right for sample in record.samples)
    return tuple(Part(name, sum(map(len, tasks.values())), share([sum(right) / len(right) for right in tasks.values()])) for name, tasks in sorted(found.items()))
