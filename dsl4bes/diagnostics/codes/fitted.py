"""BES077x: fits that were run: data that are not there, and results that are none."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

NO_RESULT = Code("BES0770", "no-result", "the fit did not end in a valid minimum")
AT_LIMIT = Code("BES0771", "at-limit", "a parameter of the fit ended at a limit")
DATA_NOT_FOUND = Code("BES0772", "data-not-found", "a file of a fit is not there")
FIT_FAILED = Code("BES0773", "fit-failed", "the macro of a fit ended before there was a result")
NO_FIT = Code("BES0774", "no-fit", "the program has no such fit")
FOREIGN_FILE = Code("BES0775", "foreign-file", "a file that this command did not make stands where it writes")
NO_DATA_NAMED = Code("BES0776", "no-data-named", "words that ask for a fit name no data")
NO_FIT_WRITTEN = Code("BES0777", "no-fit-written", "no answer of the model is a fit that runs and has a valid result")
FIT_LACKS = Code("BES0778", "fit-lacks", "words that ask for a fit name numbers that the fit does not speak of", Severity.WARNING)
NOT_A_FIT_BLOCK = Code("BES0779", "not-a-fit-block", "words were answered by a whole macro, as no fit of the language came of them", Severity.WARNING)
