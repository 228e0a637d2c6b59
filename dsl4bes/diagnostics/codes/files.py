"""BES05xx: files and runs: what could not be read, found or written."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

FILE_NOT_FOUND = Code("BES0501", "file-not-found", "a file that does not exist")
FILE_NOT_READABLE = Code("BES0502", "file-not-readable", "a file that cannot be read")
