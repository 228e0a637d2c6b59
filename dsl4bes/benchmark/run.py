"""All programs of a benchmark: written, run, graded, kept.

In: who writes, which tasks, how many programs of each, the file of results. Out: the results; the file has a line more as soon as a program is graded, in whatever order they come, and a run that was interrupted goes on without those that are
there: it loses what was being written or waited to be graded. A program that is in the file is not asked for again. What a model wrote runs confined, or the benchmark ends with a `Trouble`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
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
from dsl4bes.unknown.backends.together import as_they_come
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

    def made(each: Job) -> tuple[Exercise, Written]:
        exercise = each.exercise
        return exercise, programs.write(each, exercise)

    # graded here while others are written; half as many more are begun, so that nobody who writes waits for ROOT as a rule
    with appending(path, results) as keep, closing(as_they_come(made, todo, programs.at_once, max(1, programs.at_once // 2))) as coming:
        for place, (exercise, written) in coming:
            record = _record(todo[place], written, verdict(written, exercise, root, limits))
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
