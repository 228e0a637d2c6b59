"""BES077x: fits that were run: data that are not there, and results that are none."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

NO_RESULT = Code("BES0770", "no-result", "the fit did not end in a valid minimum")
AT_LIMIT = Code("BES0771", "at-limit", "a parameter of the fit ended at a limit")
DATA_NOT_FOUND = Code("BES0772", "data-not-found", "a file of a fit is not there")
FIT_FAILED = Code("BES0773", "fit-failed", "the macro of a fit ended before there was a result")
NO_FIT = Code("BES0774", "no-fit", "the program has no such fit")
FOREIGN_FILE = Code("BES0775", "foreign-file", "a file that this command did not make stands where it writes")
