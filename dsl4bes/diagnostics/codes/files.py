"""BES05xx: files: what could not be read or found, included files and their parameters."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

FILE_NOT_FOUND = Code("BES0501", "file-not-found", "a file that does not exist")
FILE_NOT_READABLE = Code("BES0502", "file-not-readable", "a file that cannot be read")

# included files
FRAGMENT_NOT_FOUND = Code("BES0520", "fragment-not-found", "an included file is in none of the folders that are searched")
BAD_INCLUDE = Code("BES0521", "bad-include", "an `include` that names no file")
INCLUDE_CYCLE = Code("BES0522", "include-cycle", "a file includes itself, directly or through others")
TOO_MANY_INCLUDES = Code("BES0523", "too-many-includes", "includes are nested too deeply, or there are too many")
UNKNOWN_PARAMETER = Code("BES0524", "unknown-parameter", "the included file has no parameter of this name")
MISSING_PARAMETER = Code("BES0525", "missing-parameter", "a parameter without a default is not given")
PARAMETER_MISMATCH = Code("BES0526", "parameter-mismatch", "the value does not fit the parameter")
BAD_PARAMETER = Code("BES0527", "bad-parameter", "the declaration of a parameter makes no sense")
UNUSED_PARAMETER = Code(
    "BES0528", "unused-parameter", "a parameter is declared and never used", Severity.WARNING
)

# tables that a program names
TABLE_COLUMN = Code("BES0530", "table-column", "a table lacks a column, or has one that is not known")
TABLE_VALUE = Code("BES0531", "table-value", "a value of a table makes no sense")
TABLE_BINS = Code("BES0532", "table-bins", "lines of a table speak of the same bin, or leave a gap")
