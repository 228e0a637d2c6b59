"""What the judge refuses: constructs it has no independent computation for.

In: nothing. Out: `Unsupported`, an exception with a sentence for people. A refusal is loud: the judge never guesses a value
and never skips a step.
"""

from __future__ import annotations


class Unsupported(Exception):
    """The judge has no computation of its own for this; the text names it."""
