"""What a tool says when a request cannot be done as it stands.

In: words. Out: an exception that the server turns into data. A fault of the compiler is none of these.
"""

from __future__ import annotations


class NotAllowed(ValueError):
    """A request that is refused; the message says why and what to do."""
