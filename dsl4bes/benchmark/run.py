"""All programs of a benchmark: written, run, graded, kept, one after the other.

In: who writes, which tasks, how many programs of each, the file of results. Out: the results; the file has a line more after each program, so that a run that was interrupted goes on where it stopped.
A program that is in the file is not asked for again. What a model wrote runs confined, or the benchmark ends with a `Trouble`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dsl4bes.benchmark.grade import grade
from dsl4bes.benchmark.programs import Job, Programs, Written, digest, job
from dsl4bes.benchmark.results import Results, appending, begun
from dsl4bes.benchmark.tasks.base import Exercise
from dsl4bes.benchmark.verdict import Verdict
from dsl4bes.fitting.asked.macros.program import program_of
from dsl4bes.fitting.asked.macros.ran import Fault
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.means import confinement

#: Called after each program with its record.
OnProgram = Callable[[dict[str, Any]], None]
_MOST_KEPT = 50_000  #: characters of an answer


def head(programs: Programs, tasks: Sequence[str], count: int, languages: Sequence[str], seed: int, root: Root) -> dict[str, Any]:
    """What makes results comparable: it stands in front of them."""
    return {
        "writer": programs.name, "settings": programs.settings, "tasks": list(tasks), "programs": count, "languages": list(languages), "seed": seed, "prompts": digest(),
        "root": ".".join(map(str, root.version)),
    }  # fmt: skip


def run(
    programs: Programs, path: Path, root: Root, *, tasks: Sequence[str], count: int, languages: Sequence[str], seed: int = 1, limits: Limits = LIMITS, on_program: OnProgram | None = None
) -> Results:
    """The benchmark from where the file stands to its end."""
    confinement()  # before a model is asked
    results = begun(path, head(programs, tasks, count, languages, seed, root))
    todo = [job(task, number, seed, languages) for number in range(count) for task in tasks if (task, number) not in results.records]
    with appending(path, results) as keep:
        for start in range(0, len(todo), max(1, programs.at_once)):
            jobs = todo[start : start + max(1, programs.at_once)]
            exercises = [each.exercise for each in jobs]
            for each, exercise, written in zip(jobs, exercises, programs.write(jobs, exercises), strict=True):
                record = _record(each, written, verdict(written, exercise, root, limits))
                keep(record)
                if on_program is not None:
                    on_program(record)
    return results


def verdict(written: Written, exercise: Exercise, root: Root, limits: Limits = LIMITS) -> Verdict:
    """What an answer is worth."""
    program = program_of(written.text)
    if written.finish == "length":
        return Verdict(Fault.CUT_OFF, "the answer reached its longest length")
    if program is None:
        return Verdict(Fault.NO_CODE, "there is no code in the answer")
    return grade(program, exercise, root, limits)


def _record(each: Job, written: Written, found: Verdict) -> dict[str, Any]:
    return {
        "task": each.task, "number": each.number, "language": each.language, "phrasing": each.phrasing, "seed": each.seed, "answer": written.text[:_MOST_KEPT], "finish": written.finish,
        "tokens": written.tokens, "seconds": round(written.seconds, 2), "fault": found.fault.value if found.fault else "", "words": found.words, "runs": found.runs, "correct": found.correct,
        "run_seconds": round(found.seconds, 2), **written.more,
    }  # fmt: skip
