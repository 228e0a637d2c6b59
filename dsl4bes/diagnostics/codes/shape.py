"""BES02xx: blocks, fields and arguments against the registry: unknown, missing, twice, of the wrong kind."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

UNKNOWN_BLOCK = Code("BES0201", "unknown-block", "no construct of this version has this name")
UNKNOWN_FIELD = Code("BES0202", "unknown-field", "the block has no field of this name")
MISSING_FIELD = Code("BES0203", "missing-field", "a field the block cannot do without is not there")
DUPLICATE_FIELD = Code("BES0204", "duplicate-field", "a field that can stand once is written twice")
MISPLACED_BLOCK = Code("BES0205", "misplaced-block", "the block exists, but not at this place")
DUPLICATE_BLOCK = Code("BES0206", "duplicate-block", "two blocks have the same name")
BAD_VALUE = Code("BES0207", "bad-value", "the field does not take this kind of value")
MISSING_LABEL = Code("BES0208", "missing-label", "the block needs a name")
UNEXPECTED_ARGUMENT = Code("BES0209", "unexpected-argument", "the block or field does not take this argument")
UNKNOWN_OPTION = Code("BES0210", "unknown-option", "the word is none of those the field knows")
VALUE_OUT_OF_RANGE = Code("BES0211", "value-out-of-range", "the number cannot be that small or that large")
BAD_COMPARISON_TEXT = Code(
    "BES0212",
    "bad-comparison-text",
    "the text between the quotes is not a comparison",
)
REVERSED_RANGE = Code("BES0213", "reversed-range", "the lower end of a range is above the upper one")
NOT_WHOLE = Code("BES0214", "not-whole", "a whole number is needed")
UNKNOWN_UNIT = Code("BES0215", "unknown-unit", "the word after the number is no unit")
UNIT_MISMATCH = Code("BES0216", "unit-mismatch", "the unit does not fit the field")
BODY_MISMATCH = Code(
    "BES0217",
    "body-mismatch",
    "`do ... end` where a line is wanted, or the other way round",
)
BAD_DECAY = Code("BES0218", "bad-decay", "the text is not a decay")
BAD_NAME = Code("BES0219", "bad-name", "the name cannot be used for this")
UNIT_AT_ONE_END = Code("BES0220", "unit-at-one-end", "a range has its unit at one end only")
