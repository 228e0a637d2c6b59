"""BES06xx: fits: models and data that do not go together, and results that are none."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

RANGES_MEET = Code("BES0601", "ranges-meet", "two ranges of a fit have a part in common")
WINDOW_OUTSIDE = Code("BES0602", "window-outside", "a window or side band lies outside the range of the fit")
UNKNOWN_PARAMETER = Code("BES0603", "unknown-parameter", "the fit has no parameter of this name")
CIRCULAR_PARAMETERS = Code("BES0604", "circular-parameters", "parameters of a fit are formulas of each other")
START_OUTSIDE = Code("BES0605", "start-outside", "a parameter starts outside its limits")
FIT_WITHOUT_DATA = Code("BES0606", "fit-without-data", "a fit does not say where its entries are")
FIT_WITHOUT_TERMS = Code("BES0607", "fit-without-terms", "a fit has nothing to fit")
AMOUNT_MISMATCH = Code("BES0608", "amount-mismatch", "yields, fractions and heights belong to different fits")
DATA_MISMATCH = Code("BES0609", "data-mismatch", "the data are of another kind than this fit needs")
SHAPE_MISMATCH = Code("BES0610", "shape-mismatch", "the shape cannot stand in this fit")
NOTHING_ASKED = Code("BES0611", "nothing-asked", "what is asked of the result needs something that the fit does not have")
UNKNOWN_BRANCH = Code("BES0612", "unknown-branch", "the tuple of the program has no such branch")
NO_RESULT = Code("BES0613", "no-result", "the fit did not end in a valid minimum")
AT_LIMIT = Code("BES0614", "at-limit", "a parameter of the fit ended at a limit")
DATA_NOT_FOUND = Code("BES0615", "data-not-found", "the data of a fit cannot be read")
MACRO_FAILED = Code("BES0616", "macro-failed", "ROOT ended before the fit had a result")
LIMITS_WIDENED = Code("BES0617", "limits-widened", "a start value lies outside the usual limits, which were moved", Severity.NOTE)
NO_FIT = Code("BES0618", "no-fit", "the program has no such fit")
FOREIGN_FILE = Code("BES0619", "foreign-file", "a file that this command did not make stands where it writes")
