"""Toy events for predictions: blocks of a thousand for each decay, of which draws take a few each.

In: a decay, a seed, the number of a draw. Out: a `Batch`. The same arguments give the same events; draws below a hundred share none.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from dsl4bes.events.toy import toy_events
from dsl4bes.events.toy.options import ToyOptions

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

_BLOCK = 1000
TAKEN = 10  #: events of a decay that a draw looks at


def events(decay: str, seed: int, number: int) -> Batch:
    """The events of a draw."""
    begin = TAKEN * number
    block = _block(decay, seed, begin // _BLOCK)
    return block.slice(begin % _BLOCK, begin % _BLOCK + TAKEN)


@lru_cache(maxsize=64)
def _block(decay: str, seed: int, number: int) -> Batch:
    digest = int.from_bytes(hashlib.sha256(f"{seed}:{number}:{decay}".encode()).digest()[:4], "big")
    return toy_events(decay, _BLOCK, digest, options=ToyOptions(extra_photons=0.3))
