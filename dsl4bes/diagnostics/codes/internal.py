"""BES9xxx: faults of the compiler itself, never of the program."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

INTERNAL_ERROR = Code("BES9001", "internal-error", "the compiler failed; this is its own fault")
