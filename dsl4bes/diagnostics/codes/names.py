"""BES03xx: names, types and units: what a formula refers to and what may be compared with what."""

from __future__ import annotations
