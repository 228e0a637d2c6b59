"""A grid of trainings: all combinations of some numbers of a recipe, and the table of what came of them.

In: axes (`rank=4,8,16`), a recipe. Out: `Cell`s, each with the changes that make it and the name of its folder; a summary as Markdown and as data. Every cell is a run of its own that stops and goes on by itself; nothing is trained here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_RECIPE, BAD_TRAINING
from dsl4bes.training.folder import RUN
from dsl4bes.training.recipe_file import parse_change
from dsl4bes.training.result import Result
from dsl4bes.unknown.trouble import Trouble

SUMMARY, TABLE = "summary.json", "table.md"
_MOST = 200
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """`values`: by axis, as they were written. `name`: of its folder."""

    values: Mapping[str, str]

    @property
    def changes(self) -> tuple[str, ...]:
        return tuple(f"{axis}={value}" for axis, value in self.values.items())

    @property
    def name(self) -> str:
        return "_".join(f"{axis.rpartition('.')[2]}-{_NOT_IN_NAMES.sub('-', value)}" for axis, value in self.values.items())


def cells(axes: Sequence[str]) -> tuple[Cell, ...]:
    """All combinations, the last axis fastest.

    >>> [cell.name for cell in cells(["rank=4,8", "epochs=2,5"])]
    ['rank-4_epochs-2', 'rank-4_epochs-5', 'rank-8_epochs-2', 'rank-8_epochs-5']
    """
    read: dict[str, list[str]] = {}
    for axis in axes:
        name, equals, values = axis.partition("=")
        each = [value.strip() for value in values.split(",") if value.strip()]
        if not equals or not each or name.strip() in read or len(set(each)) < len(each):
            raise Trouble(BAD_RECIPE, f"`{axis}` is no axis of a grid", "write NAME=VALUE,VALUE, as in rank=4,8,16, each name and each value once")
        for value in each:
            parse_change(f"{name}={value}")
        read[name.strip()] = each
    found = tuple(Cell(dict(zip(read, values, strict=True))) for values in product(*read.values()))
    if len(found) > _MOST or len({cell.name for cell in found}) < len(found):
        raise Trouble(BAD_RECIPE, f"a grid of {len(found)} runs is too large, or two of them have one name", f"at most {_MOST}, each with a name of its own")
    return found


def claim(folder: Path, force: bool) -> None:
    """A `Trouble` if a table would be written over one that no grid in this folder wrote."""
    other = next((name for name in (SUMMARY, TABLE) if (folder / name).exists()), None)
    if other is not None and not force and not any(folder.glob(f"*/{RUN}")):
        raise Trouble(BAD_TRAINING, f"`{folder / other}` is there, and no run of a grid", "name another folder with -o, or add --force to replace it")


def summary(done: Sequence[tuple[Cell, Result | None]]) -> list[dict[str, Any]]:
    """A row for each cell; those that are not finished have no numbers."""
    return [{"run": cell.name, **dict(cell.values), "finished": found is not None, **(found.as_data if found else {})} for cell, found in done]


def table(done: Sequence[tuple[Cell, Result | None]]) -> str:
    """The same in Markdown; losses in nat per token of the answers."""
    if not done:
        return ""
    axes = list(done[0][0].values)
    lines = ["| " + " | ".join((*axes, "steps", "loss", "held-out, base", "held-out, adapter", "lowest (step)", "minutes")) + " |", "|--" * (len(axes) + 6) + "|"]
    for cell, found in done:
        numbers = ["not finished", *[""] * 5] if found is None else [
            f"{found.steps:,}", f"{found.loss:.4f}", _loss(found.before), _loss(found.after), f"{_loss(found.best)} ({found.best_step})" if found.best is not None else "", f"{found.seconds / 60:.1f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join((*cell.values.values(), *numbers)) + " |")
    return "\n".join(lines) + "\n"


def _loss(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"

