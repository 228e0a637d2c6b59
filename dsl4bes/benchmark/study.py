"""The numbers of the original study: programs with an error, of ten for each task.

In: nothing. Out: one table. Source: the table of the six fit tasks in the study whose tasks this benchmark takes (Qwen2.5-7B as it comes, deepseek-r1 671B, and LoRA adapters of Qwen2.5-7B of ranks 4, 8, 16 after
2 and 5 epochs); an error there is a program that does not run. The rows are in the order of its tasks. No number of ours is here.
"""

from __future__ import annotations

from dataclasses import dataclass

PROGRAMS = 10  #: for each task and model
TASKS = ("plane", "sidebands", "asymmetric", "levels", "simultaneous", "convolution")


@dataclass(frozen=True, slots=True)
class Column:
    """One model of the study: programs with an error by task."""

    model: str
    errors: tuple[int, ...]

    def of(self, task: str) -> int:
        return self.errors[TASKS.index(task)]


STUDY: tuple[Column, ...] = (
    Column("Qwen2.5-7B", (1, 2, 9, 9, 5, 10)),
    Column("deepseek-r1 671B", (5, 3, 9, 7, 0, 6)),
    Column("LoRA r4 e2", (0, 4, 1, 10, 1, 4)),
    Column("r4 e5", (3, 1, 1, 7, 1, 8)),
    Column("r8 e2", (1, 4, 1, 6, 3, 7)),
    Column("r8 e5", (3, 2, 4, 6, 1, 8)),
    Column("r16 e2", (2, 4, 0, 8, 2, 3)),
    Column("r16 e5", (3, 6, 3, 8, 2, 4)),
)
