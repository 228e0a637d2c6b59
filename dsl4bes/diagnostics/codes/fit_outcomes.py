"""BES079x: fits that ended well, and what is to be said of them: the judge has another result, there is no signal."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

JUDGE_DIFFERS = Code("BES0790", "judge-differs", "the independent fit of the same data has another result")
NO_SIGNAL = Code("BES0791", "no-signal", "a yield ended at 0, and its upper limit is the result", Severity.WARNING)
