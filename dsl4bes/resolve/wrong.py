"""`Wrong`: a formula or name that cannot be resolved; its diagnostic is in the bag.

In: nothing. Out: the exception that ends the typing of one formula. It never leaves `resolve`.
"""

from __future__ import annotations


class Wrong(Exception):
    """A formula that cannot be typed; what is wrong with it was reported where it was found."""
