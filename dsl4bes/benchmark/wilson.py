"""The interval of a share.

In: how many of how many. Out: the 95 % interval of Wilson, without continuity correction. Nothing is imported but `math`, so that every table takes its intervals from here.
"""

from __future__ import annotations

import math

_Z = 1.959964  #: two-sided 95 %


def wilson(successes: float, tries: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, without continuity correction).

    >>> [round(x, 3) for x in wilson(5, 10)]
    [0.237, 0.763]
    """
    if tries == 0:
        return 0.0, 1.0
    share = successes / tries
    middle = share + _Z**2 / (2 * tries)
    half = _Z * math.sqrt(share * (1 - share) / tries + _Z**2 / (4 * tries**2))
    scale = 1 + _Z**2 / tries
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
