"""The picture of a benchmark: the share of errors and of correct programs by task, with intervals, beside the study.

In: a `Summary`. Out: a picture as bytes. Nothing is counted here. Imports matplotlib, and only when called.
"""

from __future__ import annotations

import io

from dsl4bes.benchmark.study import PROGRAMS, STUDY
from dsl4bes.benchmark.summary import Summary
from dsl4bes.benchmark.tasks import TASKS

_MARKS = (("Qwen2.5-7B", "s", "tab:gray"), ("deepseek-r1 671B", "D", "tab:brown"), ("r16 e2", "^", "tab:green"))


def picture(found: Summary, kind: str = "png") -> bytes:
    """The picture in a format that matplotlib writes."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    tasks = list(found.tasks)
    figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
    try:
        for offset, share, intervals, label, colour in (
            (-0.2, [c.errors / max(c.programs, 1) for c in found.tasks.values()], [c.error_interval for c in found.tasks.values()], "does not run", "tab:red"),
            (0.2, [c.correct / max(c.programs, 1) for c in found.tasks.values()], [c.correct_interval for c in found.tasks.values()], "correct", "tab:blue"),
        ):
            places = [at + offset for at in range(len(tasks))]
            below = [max(0.0, value - low) for value, (low, _) in zip(share, intervals, strict=True)]
            above = [max(0.0, high - value) for value, (_, high) in zip(share, intervals, strict=True)]
            axes.bar(places, share, width=0.36, color=colour, alpha=0.75, label=label)
            axes.errorbar(places, share, yerr=[below, above], fmt="none", ecolor="black", capsize=3)
        for at, (model, mark, colour) in enumerate(_MARKS):
            column = next(column for column in STUDY if column.model == model)
            axes.plot([place - 0.3 + 0.1 * at for place in range(len(tasks))], [column.of(task) / PROGRAMS for task in tasks], mark, color=colour, label=f"does not run: {model} (study)", markersize=6)
        axes.set_xticks(range(len(tasks)), [f"{TASKS[task].number} {task}" for task in tasks])
        axes.set_ylim(0, 1.02)
        axes.set_ylabel("share of programs")
        axes.set_title(f"{str(found.head['writer'])[:60]}: {found.total.programs} programs".replace("$", r"\$"))
        axes.legend(fontsize=8, ncols=2)
        stream = io.BytesIO()
        figure.savefig(stream, format=kind, dpi=120)
        return stream.getvalue()
    finally:
        plt.close(figure)
