"""BES04xx: physics and consistency: programs that are well formed and cannot mean what was meant."""

from __future__ import annotations
