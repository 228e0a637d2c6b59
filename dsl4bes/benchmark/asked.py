"""What a user gets, and not the bare model: the ladder around it, or first a `fit` block and then the ladder.

In: jobs of the benchmark, a model, the user's ROOT. Out: for each one program. The user has the first set of data, and no other: what the drafts print and whether they converge is known, not which numbers are right. No grader takes part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dsl4bes.benchmark.programs import Job, Written
from dsl4bes.benchmark.tasks.base import Exercise
from dsl4bes.driver import compile_source
from dsl4bes.fitting.asked.data import named
from dsl4bes.fitting.asked.macros.climb import Climbed, climb
from dsl4bes.fitting.asked.macros.confined import run_beside
from dsl4bes.fitting.asked.request import chosen_seed
from dsl4bes.fitting.asked.roads import ask_fit
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS
from dsl4bes.unknown.backends.protocol import Backend
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.scratch import scratch_folder
from dsl4bes.unknown.settings import Settings


class Ladder:
    """A model with the ladder around it: facts, runs, ROOT's words back, a vote."""

    def __init__(self, backend: Backend, settings: Settings, root: Root, limits: Limits = LIMITS) -> None:
        self._backend, self._settings, self._root, self._limits = backend, settings, root, limits
        self.name = f"{backend.model} with the ladder"
        self.at_once = max(1, backend.at_once // settings["samples"])  # the samples of a draft are asked for together

    @property
    def settings(self) -> dict[str, Any]:
        names = ("temperature", "top_p", "max_tokens", "samples", "rounds")
        return {"adapter": self._backend.adapter, **{name: self._settings[name] for name in names}, "model_seed": chosen_seed(self._settings), "ladder": 1}

    def write(self, job: Job, exercise: Exercise) -> Written:
        with _beside(exercise) as data:
            found = climb(self._backend, self._settings, job.prompt(exercise), self._root, lambda program: run_beside(program, data, self._root, self._limits), job.seed)
        return _of_climbed(found, found.tokens, found.seconds, {})


class Asked(Ladder):
    """What `dsl4bes fit --ask` gives: the compiler's macro of a `fit` block that the model wrote, else the ladder's."""

    def __init__(self, backend: Backend, settings: Settings, root: Root, limits: Limits = LIMITS) -> None:
        super().__init__(backend, settings, root, limits)
        self.name = f"{backend.model} with the language"

    @property
    def settings(self) -> dict[str, Any]:
        return {**super().settings, "language": 1, "grammar": self._constrained}

    @property
    def _constrained(self) -> bool:
        return bool(self._backend.takes_grammar and self._settings["typed"])

    def write(self, job: Job, exercise: Exercise) -> Written:
        question = job.prompt(exercise)
        with _beside(exercise) as data:
            there = named(question, [next(iter(data.values())).parent])
            found = ask_fit(question, there, self._backend, self._settings, self._root, constrained=self._constrained, limits=self._limits, offset=job.seed)
        block = found.block
        more = {"program": block.attempt.program, "block": block.valid > 0, "valid": block.valid, "agreed": block.agreed, "answers": len(block.outcome.attempts)}
        if found.climbed is not None:
            return _of_climbed(found.climbed, found.tokens, found.seconds, {**more, "said": [item.message[:200] for item in block.attempt.diagnostics][:4]})
        macros = compile_source(block.attempt.program, "asked.bes").macros.values()
        return Written("".join(f"```cpp\n{macro}```\n" for macro in macros), "stop", found.tokens, found.seconds, {**more, "rounds": block.attempt.round})


def _of_climbed(found: Climbed, tokens: int | None, seconds: float, more: Mapping[str, Any]) -> Written:
    return Written(found.taken.answer, found.taken.finish.value, tokens, seconds, {"drafts": found.drafts, "passed": found.passed, "agreed": found.agreed, "rounds": found.taken.rounds, **more})


@contextmanager
def _beside(exercise: Exercise) -> Iterator[dict[str, Path]]:
    """The first set of data as files, by name."""
    with scratch_folder() as folder:
        data = {}
        for name, content in exercise.instances[0].files.items():
            data[name] = folder / name
            data[name].write_bytes(content)
        yield data
