"""A program is run on both sets of data of its exercise, and judged.

In: a program, an exercise, ROOT. Out: a `Verdict`. Each run has a scratch folder of its own with the data and the macro, confined; where no confinement can be had nothing runs (`Trouble`). The first fault ends it: a program
that does not compile is not run twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dsl4bes.benchmark.tasks.base import Exercise, Instance
from dsl4bes.benchmark.verdict import Verdict
from dsl4bes.fitting.asked.macros.converged import failed
from dsl4bes.fitting.asked.macros.printed import numbers
from dsl4bes.fitting.asked.macros.program import Program
from dsl4bes.fitting.asked.macros.ran import Fault, ran
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS, MacroRun, run_macro
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.scratch import scratch_folder

_MOST_WORDS = 600


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what the program said, for whoever mends it."""

    verdict: Verdict
    run: MacroRun


def grade(program: Program, exercise: Exercise, root: Root, limits: Limits = LIMITS) -> Verdict:
    """The verdict over both sets of data."""
    seconds = 0.0
    for number, instance in enumerate(exercise.instances):
        judged = judge(run_on(program, instance, root, limits), instance)
        seconds += judged.verdict.seconds
        if not judged.verdict.correct:
            return replace(judged.verdict, seconds=seconds, instance=number)
    return Verdict(None, seconds=seconds)


def run_on(program: Program, instance: Instance, root: Root, limits: Limits = LIMITS) -> MacroRun:
    """One confined run on one set of data."""
    with scratch_folder() as folder:
        for name, content in instance.files.items():
            (folder / name).write_bytes(content)
        macro = folder / program.file
        macro.write_text(program.code, encoding="utf-8", errors="replace")
        return run_macro(root, macro, confined=True, limits=limits)


def judge(run: MacroRun, instance: Instance) -> Judged:
    """What a run was worth."""
    fault, words = ran(run)
    if fault is None and (said := failed(run.stdout, run.stderr)):
        fault, words = Fault.NOT_CONVERGED, said
    if fault is None:
        printed = numbers(run.stdout)
        lacking = [f"{group.name}: {each}" if len(instance.groups) > 1 else each for group in instance.groups for each in group.missing(printed)]
        if lacking:
            fault, words = Fault.WRONG, "; ".join(lacking)
    return Judged(Verdict(fault, words[:_MOST_WORDS], run.seconds), run)
