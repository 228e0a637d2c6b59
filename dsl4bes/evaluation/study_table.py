"""The six fit tasks in the form of the study: results of the suite `fits` as the benchmark's own, for its table.

In: `Results` of the suite. Out: Markdown, beside the study's numbers. Nothing is counted here: the benchmark does.
"""

from __future__ import annotations

from typing import Any

from dsl4bes.benchmark.prompts import LANGUAGES
from dsl4bes.benchmark.results import Results as Programs
from dsl4bes.benchmark.summary import summary
from dsl4bes.benchmark.table import table
from dsl4bes.evaluation.kept import Results
from dsl4bes.evaluation.suite import Common
from dsl4bes.fitting.asked.macros.ran import Fault


def study_table(results: Results) -> str:
    """The benchmark's table of these programs; one to which the server gave no text is one without code."""
    head = results.head
    found = Programs({
        "writer": head.adapter or head.model, "settings": head.sampling, "tasks": list(head.tasks), "programs": head.samples, "languages": list(LANGUAGES), "seed": head.options["seed"], "prompts": head.digest,
        "root": head.options["root"],
    })  # fmt: skip
    for record in results.records:
        for sample in record.samples:
            found.records[record.task, sample.number] = _program(record.task, record.language, sample.number, sample.outcome, sample.right, sample.more)
    return table(summary(found))


def _program(task: str, language: str, number: int, outcome: str, right: bool, more: dict[str, Any]) -> dict[str, Any]:
    fault = "" if right else Fault.NO_CODE.value if outcome == Common.NO_ANSWER.value else outcome
    return {"task": task, "number": number, "language": language, "fault": fault, "runs": bool(more.get("runs")), "correct": right}
