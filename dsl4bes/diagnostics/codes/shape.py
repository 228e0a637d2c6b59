"""BES02xx: blocks, fields and arguments against the registry: unknown, missing, twice, of the wrong kind."""

from __future__ import annotations
