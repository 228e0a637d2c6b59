"""Choices of a family, all from one seeded generator.

In: a seed, the number of the draw, the name of the family. Out: `Draw`, which picks. Nothing is kept between draws, so a family may be drawn alone and gives the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

_T = TypeVar("_T")


class Draw:
    """Draws of one family and number."""

    def __init__(self, seed: int, number: int, family: str) -> None:
        self.rng = np.random.default_rng([seed, number, *hashlib.sha256(family.encode()).digest()[:4]])

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of them."""
        return choices[int(self.rng.integers(len(choices)))]

    def some(self, choices: Sequence[_T], least: int, most: int) -> list[_T]:
        """So many of them, in their order."""
        count = int(self.rng.integers(least, min(most, len(choices)) + 1))
        return [choices[at] for at in sorted(self.rng.choice(len(choices), size=count, replace=False).tolist())]

    def chance(self, share: float) -> bool:
        """Yes in this share of draws."""
        return bool(self.rng.random() < share)

    def whole(self, low: int, high: int, step: int = 1) -> int:
        """A whole number on a grid, both ends included."""
        return low + step * int(self.rng.integers((high - low) // step + 1))
