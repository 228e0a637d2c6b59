"""Who learns from what: families of pairs are put on one side of the split, before anything is paraphrased.

In: families, a seed. Out: the side of each, the same whatever other families there are. No pair is looked at: all of a family go together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from enum import Enum

from dsl4bes.dataset.record import Pair

_HELD_OUT = 0.1  #: share of the families whose loss is watched while training


class Side(str, Enum):
    TRAIN = "train"
    VALIDATION = "validation"


def side(family: str, seed: int, share: float = _HELD_OUT) -> Side:
    """The side of a family.

    >>> {side(f"f/{number}", 1) for number in range(50)} == set(Side)
    True
    """
    digest = hashlib.sha256(f"{seed}\0{family}".encode()).digest()
    return Side.VALIDATION if int.from_bytes(digest[:8], "big") / 2**64 < share else Side.TRAIN


def sides(pairs: Iterable[Pair], seed: int) -> dict[Side, Sequence[Pair]]:
    """The pairs of each side, in their order."""
    found: dict[Side, list[Pair]] = {each: [] for each in Side}
    for pair in pairs:
        found[side(pair.family, seed)].append(pair)
    return {each: tuple(kept) for each, kept in found.items()}
