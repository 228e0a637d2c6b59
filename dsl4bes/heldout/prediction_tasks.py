"""Evaluation tasks: which cut of a selection rejects an event, from the quantities that are shown.

In: `predictions/tasks.jsonl`, drawn once (`python -m dsl4bes.dataset.predictions.heldout`) and committed as text, so that the tasks are the same for ever. Out: `PredictionTask`s, and the grade of an answer by its last line, tolerant in form. No event is drawn here, and no model is asked.
"""

from __future__ import annotations

import json
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dsl4bes.heldout.verdict_line import read, same
from dsl4bes.unknown.toml_text import loads

FOLDER = Path(__file__).resolve().parent / "predictions"
TASKS, PROGRAMS = FOLDER / "tasks.jsonl", FOLDER / "programs.toml"


class Grade(str, Enum):
    """What an answer is worth."""

    NO_ANSWER = "no answer"
    WRONG = "wrong cut"
    RIGHT = "right cut"


class PredictionTask(BaseModel):
    """`cuts` are the names in the order in which they act; `rejected` is the one that rejects the event by the judge, empty for an event that is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    language: Literal["en", "zh"]
    program: str
    question: str
    cuts: tuple[str, ...]
    rejected: str


class HeldOutProgram(BaseModel):
    """A selection and the decays that its events are drawn of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    decays: tuple[str, ...]


@cache
def load() -> tuple[PredictionTask, ...]:
    """All tasks, in the order of the file."""
    return tuple(PredictionTask.model_validate(json.loads(line)) for line in TASKS.read_text(encoding="utf-8").splitlines())


@cache
def programs() -> dict[str, HeldOutProgram]:
    """The selections by name."""
    return {name: HeldOutProgram.model_validate(each) for name, each in loads(PROGRAMS.read_text(encoding="utf-8")).items()}


def graded(task: PredictionTask, answer: str) -> Grade:
    """The grade of an answer: no verdict at its end, or a name that is none of the cuts, is no answer."""
    said = read(answer)
    if said is None or (said and not any(same(said, cut) for cut in task.cuts)):
        return Grade.NO_ANSWER
    return Grade.RIGHT if same(said, task.rejected) else Grade.WRONG
