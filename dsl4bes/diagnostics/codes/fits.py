"""BES06xx: fits: models and data that do not go together."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

RANGES_MEET = Code("BES0601", "ranges-meet", "two ranges of a fit have a part in common")
WINDOW_OUTSIDE = Code("BES0602", "window-outside", "a window or side band lies outside the range of the fit")
UNKNOWN_FIT_PARAMETER = Code("BES0603", "unknown-fit-parameter", "the fit has no parameter of this name")
CIRCULAR_PARAMETERS = Code("BES0604", "circular-parameters", "parameters of a fit are formulas of each other")
START_OUTSIDE = Code("BES0605", "start-outside", "a parameter starts outside its limits")
FIT_WITHOUT_DATA = Code("BES0606", "fit-without-data", "a fit does not say where its entries are")
FIT_WITHOUT_TERMS = Code("BES0607", "fit-without-terms", "a fit has nothing to fit")
AMOUNT_MISMATCH = Code("BES0608", "amount-mismatch", "yields, fractions and heights belong to different fits")
DATA_MISMATCH = Code("BES0609", "data-mismatch", "the data are of another kind than this fit needs")
SHAPE_MISMATCH = Code("BES0610", "shape-mismatch", "the shape cannot stand in this fit")
NOTHING_ASKED = Code("BES0611", "nothing-asked", "what is asked of the result needs something that the fit does not have")
UNKNOWN_BRANCH = Code("BES0612", "unknown-branch", "the tuple of the program has no such branch")
