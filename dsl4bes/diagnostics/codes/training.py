"""BES078x: data sets, training, evaluation."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

BAD_DATASET = Code("BES0780", "bad-dataset", "a data set that cannot be built, shown or changed as it was asked for")
BAD_RECIPE = Code("BES0782", "bad-recipe", "a recipe of training, or a change of one, cannot be read or is not possible")
CANNOT_FIT = Code("BES0783", "cannot-fit", "a training needs more memory than there is")
BAD_TRAINING = Code("BES0784", "bad-training", "a training cannot begin, or cannot go on where it was stopped")
OTHER_TEMPLATE = Code("BES0785", "other-template", "an adapter was trained with another prompt template, or on other weights")
OTHER_EVALUATION = Code("BES0788", "other-evaluation", "results of an evaluation are of other tasks, another model or other settings")
BAD_EVALUATION = Code("BES0789", "bad-evaluation", "an evaluation that cannot be run, read or compared as it was asked for")
