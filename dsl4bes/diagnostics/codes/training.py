"""BES078x: data sets, training, evaluation."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

BAD_DATASET = Code("BES0780", "bad-dataset", "a data set that cannot be built as it was asked for")
OTHER_EVALUATION = Code("BES0788", "other-evaluation", "results of an evaluation are of other tasks, another model or other settings")
BAD_EVALUATION = Code("BES0789", "bad-evaluation", "an evaluation that cannot be run, read or compared as it was asked for")
