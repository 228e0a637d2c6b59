"""BES076x: the user's ROOT, and the benchmark of fit programs that it runs."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

NO_ROOT = Code("BES0760", "no-root", "no ROOT is found, and this needs one")
OLD_ROOT = Code("BES0761", "old-root", "the ROOT that is found is too old")
OTHER_BENCHMARK = Code("BES0762", "other-benchmark", "the file of results is of another benchmark: other settings, tasks or model")
BAD_BENCHMARK = Code("BES0763", "bad-benchmark", "a benchmark that cannot be run as it was asked for")
