"""The table of a benchmark, in Markdown, beside the columns of the study.

In: a `Summary`. Out: text. Each cell of ours is a count with the 95 % interval of its share (Wilson); those of the study are counts of ten. Nothing is counted here.
"""

from __future__ import annotations

from dsl4bes.benchmark.study import PROGRAMS, STUDY
from dsl4bes.benchmark.summary import Count, Summary
from dsl4bes.benchmark.tasks import TASKS


def table(found: Summary) -> str:
    """The whole report."""
    writer = str(found.head["writer"]).replace("|", "\\|")
    lines = [
        f"# Six fit tasks: {writer}", "",
        f"{found.total.programs} programs, ROOT {found.head['root']}, prompts {found.head['prompts']}, seed {found.head['seed']}, languages {', '.join(found.head['languages'])}; "
        + ", ".join(f"{name} {value}" for name, value in sorted(found.head["settings"].items()) if value not in ("", None)) + ".", "",
        f"Errors are programs that do not run (the measure of the study, of {PROGRAMS} there); correct ones print what a right fit gives, on two sets of data. In brackets: 95 % interval of the share (Wilson).", "",
        "| task | errors | correct | " + " | ".join(column.model for column in STUDY) + " |", "|" + "--|" * (3 + len(STUDY)),
    ]  # fmt: skip
    for task, count in found.tasks.items():
        lines.append(f"| {TASKS[task].number} {TASKS[task].title} | {_cells(count)} | " + " | ".join(str(column.of(task)) for column in STUDY) + " |")
    sums = " | ".join(f"{sum(column.of(task) for task in found.tasks)} of {PROGRAMS * len(found.tasks)}" for column in STUDY)
    lines += [f"| **all** | {_cells(found.total)} | {sums} |", ""]
    if len(found.languages) > 1:
        lines += ["| language | errors | correct |", "|--|--|--|", *(f"| {name} | {_cells(count)} |" for name, count in found.languages.items()), ""]
    lines += ["| what went wrong | " + " | ".join(str(TASKS[task].number) for task in found.tasks) + " | all |", "|" + "--|" * (2 + len(found.tasks))]
    for fault, number in found.total.faults:
        lines.append(f"| {fault} | " + " | ".join(str(dict(count.faults).get(fault, 0)) for count in found.tasks.values()) + f" | {number} |")
    return "\n".join(lines) + "\n"


def _cells(count: Count) -> str:
    return f"{_share(count.errors, count.programs, count.error_interval)} | {_share(count.correct, count.programs, count.correct_interval)}"


def _share(number: int, programs: int, interval: tuple[float, float]) -> str:
    """
    >>> _share(3, 10, (0.108, 0.603))
    '3 of 10 (11–60 %)'
    """
    return f"{number} of {programs} ({100 * interval[0]:.0f}–{100 * interval[1]:.0f} %)"
