"""BES079x: what the judge of fits says of a result of ROOT."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

JUDGE_DIFFERS = Code("BES0790", "judge-differs", "the independent fit of the same data has another result")
