"""What `doctor` found: one thing each.

In: a name and what was found. Out: `Finding`. Nothing is looked for here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for: `found` is its version or place, empty if missing; `needed_by` says what fails without it; `notes`
    are what one should know of it
    here; `faulty`: it is there, and something is wrong with it."""

    name: str
    found: str
    needed_by: str
    essential: bool = True
    notes: tuple[str, ...] = ()
    faulty: bool = False
