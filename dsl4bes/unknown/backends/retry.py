"""When to try again, and how long to wait.

In: what went wrong, how often already. Out: seconds, or the end. Waiting times double, with a random part, so that many
clients do not come back together; a server that says when to come back is believed up to a cap.
"""

from __future__ import annotations

import email.utils
import random
import time
from dataclasses import dataclass, field

#: Busy, overloaded, gateway troubles: another try may succeed. Other refusals are final.
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


@dataclass(slots=True)
class Patience:
    """Waiting times of one request, in seconds."""

    retries: int
    first: float = 0.5
    longest: float = 30.0
    longest_asked: float = 60.0  #: of what the server may ask for
    used: int = 0
    _random: random.Random = field(default_factory=random.Random)

    def next_wait(self, asked: float | None = None) -> float | None:
        """Seconds until the next try; None: no more tries."""
        if self.used >= self.retries:
            return None
        self.used += 1
        own = min(self.longest, self.first * 2 ** (self.used - 1)) * self._random.uniform(0.5, 1.0)
        return own if asked is None else max(own, min(asked, self.longest_asked))


def retry_after(value: str | None) -> float | None:
    """The header Retry-After in seconds: a number, or a date.

    >>> retry_after("7"), retry_after("soon"), retry_after(None)
    (7.0, None, None)
    """
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
