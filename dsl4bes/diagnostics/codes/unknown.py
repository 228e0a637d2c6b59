"""BES07xx: blocks whose C++ the compiler does not write: their code, and what it has to pass."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

CODE_MISSING = Code("BES0701", "code-missing", "a block that the language does not know, and for which no code is pinned")
CODE_NOT_ACCEPTED = Code("BES0702", "code-not-accepted", "the code of a block did not go through the ladder yet, or has changed since")
CODE_STALE = Code("BES0703", "code-stale", "the pinned code was accepted for another block, or for other things it sees")
CODE_TAMPERED = Code("BES0704", "code-tampered", "an entry of the lock file is not as it was written")
BAD_LOCK = Code("BES0705", "bad-lock", "a lock file that cannot be read")
