"""BES078x: data sets, training, evaluation."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

BAD_DATASET = Code("BES0780", "bad-dataset", "a data set that cannot be built, shown or changed as it was asked for")
