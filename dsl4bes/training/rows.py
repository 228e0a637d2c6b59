"""In which order pairs are learned, and which share a row.

In: lengths of the pairs, a recipe's numbers, a seed. Out: for each epoch `Row`s of pair numbers, put together into micro batches and these into steps; the same for the same seed, whatever was done before. Nothing of torch is needed.
Pairs are shuffled; then, within a window, sorted by length, so that rows of one batch have about the same; then the batches are shuffled. Packing fills rows first-fit within the same window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from dsl4bes.training.recipe import Training

#: Numbers of the pairs that stand in a row one behind the other.
Row: TypeAlias = tuple[int, ...]
Micro: TypeAlias = tuple[Row, ...]
_WINDOW = 256  #: pairs among which rows are put together: larger is fuller rows, and less random


@dataclass(frozen=True, slots=True)
class Plan:
    """`epochs[e][s]`: the micro batches of step s of epoch e."""

    epochs: tuple[tuple[tuple[Micro, ...], ...], ...]

    @property
    def steps(self) -> int:
        return sum(len(epoch) for epoch in self.epochs)

    def step(self, number: int) -> tuple[int, tuple[Micro, ...]]:
        """Epoch and micro batches of a step of the whole run, counted from 0."""
        for epoch, steps in enumerate(self.epochs):
            if number < len(steps):
                return epoch, steps[number]
            number -= len(steps)
        raise IndexError(number)


def plan(lengths: Sequence[int], training: Training) -> Plan:
    """The whole run."""
    return Plan(tuple(_epoch(lengths, training, epoch) for epoch in range(training.epochs)))


def _epoch(lengths: Sequence[int], training: Training, epoch: int) -> tuple[tuple[Micro, ...], ...]:
    rng = np.random.default_rng([training.seed, epoch])
    order = [int(number) for number in rng.permutation(len(lengths))]
    micros: list[Micro] = []
    for start in range(0, len(order), _WINDOW):
        window = order[start : start + _WINDOW]
        rows = packed(window, lengths, training.longest) if training.packing else [(number,) for number in window]
        rows.sort(key=lambda row: sum(lengths[number] for number in row))
        micros += [tuple(rows[at : at + training.batch]) for at in range(0, len(rows), training.batch)]
    shuffled = [micros[number] for number in rng.permutation(len(micros))]
    return tuple(tuple(shuffled[at : at + training.accumulation]) for at in range(0, len(shuffled), training.accumulation))


def packed(numbers: Sequence[int], lengths: Sequence[int], longest: int) -> list[Row]:
    """Rows of at most `longest` tokens: each pair, longest first, into the first row that has room.

    >>> packed([0, 1, 2, 3], [5, 3, 6, 2], 8)
    [(2, 3), (0, 1)]
    """
    rows: list[list[int]] = []
    room: list[int] = []
    for number in sorted(numbers, key=lambda each: -lengths[each]):
        at = next((at for at, free in enumerate(room) if free >= lengths[number]), None)
        if at is None:
            rows.append([number])
            room.append(longest - lengths[number])
        else:
            rows[at].append(number)
            room[at] -= lengths[number]
    return [tuple(row) for row in rows]
