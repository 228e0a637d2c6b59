"""BES03xx: names, types and units: what a formula refers to and what may be compared with what."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code

UNKNOWN_NAME = Code("BES0301", "unknown-name", "nothing of this name is in scope")
UNKNOWN_FUNCTION = Code("BES0302", "unknown-function", "no function has this name")
WRONG_ARGUMENTS = Code("BES0303", "wrong-arguments", "the function takes other arguments")
WRONG_KIND = Code(
    "BES0304",
    "wrong-kind",
    "the value is of the wrong kind, such as a list where a number is needed",
)
DIMENSION_MISMATCH = Code(
    "BES0305",
    "dimension-mismatch",
    "two quantities of different dimension are added or compared",
)
ANGLE_WITHOUT_UNIT = Code("BES0306", "angle-without-unit", "an angle is compared with a bare number")
NOT_A_CONDITION = Code("BES0307", "not-a-condition", "a condition is needed, and this is a value")
NOT_GUARANTEED = Code(
    "BES0308",
    "not-guaranteed",
    "the counts do not guarantee that the list has so many entries",
)
OPTIONAL_NOT_ASKED = Code(
    "BES0309",
    "optional-not-asked",
    "particles of an optional fit are used without asking whether it passed",
)
LIST_DEFINED_TWICE = Code("BES0310", "list-defined-twice", "two blocks make a list of the same name")
ONE_VALUE_NEEDED = Code("BES0311", "one-value-needed", "a list of values stands where one value is needed")
TWO_SOURCES = Code("BES0312", "two-sources", "more than one list fits, and the block does not say which")
NO_SOURCE = Code("BES0313", "no-source", "no list or fit offers what the block needs")
RESERVED_NAME = Code("BES0314", "reserved-name", "the name belongs to a function or a word of the language")
UNKNOWN_PARTICLE = Code("BES0315", "unknown-particle", "no particle has this name")
USED_BEFORE_MADE = Code("BES0316", "used-before-made", "the name is made further down")
UNKNOWN_MEMBER = Code("BES0317", "unknown-member", "the fit has no particle or number of this name")
NO_IDENTIFICATION = Code(
    "BES0318",
    "no-identification",
    "a quantity of the particle identification is used before any was run",
)
EXPONENT_NOT_CONSTANT = Code("BES0319", "exponent-not-constant", "an exponent must be a plain number")
PROPERTY_CONFLICT = Code("BES0320", "property-conflict", "a property is given two defaults")
UNKNOWN_FRAME = Code("BES0321", "unknown-frame", "the frame is neither `:cm`, `:lab` nor a particle")
MEASURED_IN_TRUTH = Code("BES0330", "measured-in-truth", "the tree of all generated events is asked for something measured")
MIXED_PAIRS = Code("BES0322", "mixed-pairs", "a list is used alone and in pairs in one formula")
