"""A selection and the quantities of an event, answered by the cut that rejects it: the held-out tasks of `heldout/prediction_tasks.py`.

In: nothing. Out: a suite. A task is asked as it stands, as in the training data; of an answer its last line is read. Nothing runs.
"""

from __future__ import annotations

from dsl4bes.evaluation.suites.questions import Questions, as_pair
from dsl4bes.heldout.prediction_tasks import Grade, PredictionTask, graded, load


def predictions() -> Questions[PredictionTask]:
    """The suite."""
    return Questions(
        "predictions", "a selection and an event, answered by the cut that rejects it", load(), lambda task: task.program, as_pair, lambda task, answer: (graded(task, answer), ""), frozenset({Grade.RIGHT}),
        lambda task: repr((task.question, task.cuts, task.rejected)), rungs=("answer", "right cut"), reached={Grade.WRONG: "answer", Grade.RIGHT: "right cut"},
    )  # fmt: skip
