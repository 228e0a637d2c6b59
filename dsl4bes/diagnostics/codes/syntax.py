"""BES01xx: what is wrong with the text itself. Found by the lexer and the parser."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

# the file
EMPTY_PROGRAM = Code("BES0101", "empty-program", "the file has no statement", Severity.WARNING)
NOT_UTF8 = Code("BES0102", "not-utf8", "the file is not UTF-8 text")
BINARY_FILE = Code("BES0103", "binary-file", "the file has control characters, as binary files do")
BYTE_ORDER_MARK = Code("BES0104", "byte-order-mark", "a byte order mark stands inside the text")
FILE_TOO_LARGE = Code("BES0105", "file-too-large", "the file, or a line of it, is longer than in any program")

# characters
NO_BREAK_SPACE = Code("BES0106", "no-break-space", "a blank that is not a plain space")
CARRIAGE_RETURN = Code("BES0107", "carriage-return", "a carriage return without a line feed")
FORM_FEED = Code("BES0108", "form-feed", "a form feed or vertical tab")
MICRO_SIGN = Code("BES0109", "micro-sign", "a micro sign where the letter u is meant")
PLUS_MINUS_SIGN = Code("BES0110", "plus-minus-sign", "a plus-minus sign")
LOOKALIKE_CHARACTER = Code("BES0111", "lookalike-character", "a typographic sign in place of a plain one")
STRANGE_CHARACTER = Code("BES0112", "strange-character", "a character the language does not have")
SEMICOLON = Code("BES0113", "semicolon", "a semicolon")
SINGLE_QUOTES = Code("BES0114", "single-quotes", "a string in single quotes")
UNCLOSED_STRING = Code("BES0115", "unclosed-string", "a string without its closing quote")
CURLY_BRACE = Code("BES0116", "curly-brace", "curly braces in place of `do` and `end`")
FOREIGN_OPERATOR = Code("BES0117", "foreign-operator", "an operator of another language")
HIDDEN_DIRECTION = Code("BES0118", "hidden-direction", "an invisible sign that changes the direction of text")

# particles and decays
DECAY_WITHOUT_QUOTES = Code("BES0119", "decay-without-quotes", "a decay that is not in quotes")
BARE_PARTICLE = Code("BES0120", "bare-particle", "a particle name with a sign that is not in quotes")

# lines and blocks
MISSING_END = Code("BES0121", "missing-end", "a block without its `end`")
EXTRA_END = Code("BES0122", "extra-end", "an `end` that closes nothing")
MISSING_DO = Code("BES0123", "missing-do", "a block without its `do`")
TEXT_AFTER_DO = Code("BES0124", "text-after-do", "something after `do` on its line")
END_NOT_ALONE = Code("BES0125", "end-not-alone", "an `end` that is not alone on its line")
LINE_CONTINUED = Code("BES0126", "line-continued", "a statement that goes on after its line")
LINE_WITHOUT_FIELD = Code("BES0127", "line-without-field", "a line that does not begin with a name")
NESTING_TOO_DEEP = Code("BES0128", "nesting-too-deep", "blocks, brackets or a formula nested too deeply")

# brackets
UNCLOSED_BRACKET = Code("BES0129", "unclosed-bracket", "a bracket that is never closed")
UNOPENED_BRACKET = Code("BES0130", "unopened-bracket", "a closing bracket that nothing opened")
DETACHED_BRACKET = Code("BES0131", "detached-bracket", "a blank between a function and its bracket")
INDEX_BRACKETS = Code("BES0132", "index-brackets", "an index in square brackets")

# values
MISSING_VALUE = Code("BES0133", "missing-value", "a value is missing")
MISSING_COMMA = Code("BES0134", "missing-comma", "two values without a comma between them")
SINGLE_EQUALS = Code("BES0135", "single-equals", "a single `=` where values are compared")
CHAINED_COMPARISON = Code("BES0136", "chained-comparison", "a comparison of a comparison")
SECOND_COMPARISON = Code("BES0137", "second-comparison", "a field with more than one comparison")
COLON_AFTER_FIELD = Code("BES0138", "colon-after-field", "a colon after the first word of a line")
RESERVED_WORD = Code("BES0139", "reserved-word", "a word of the language used as a name")
INCOMPLETE_NUMBER = Code("BES0140", "incomplete-number", "a number without digits on one side of its point")
COMPOUND_UNIT = Code("BES0141", "compound-unit", "a unit made of several units")
UNIT_POWER = Code("BES0142", "unit-power", "a power straight after a unit")
PERCENT_OPERATOR = Code("BES0143", "percent-operator", "`%` used as an operator")
OPEN_RANGE = Code("BES0144", "open-range", "a range without one of its ends")
METHOD_CALL = Code("BES0145", "method-call", "a function called with a point")
UNEXPECTED_TEXT = Code("BES0146", "unexpected-text", "something that does not fit at this place")
TOO_MANY_ERRORS = Code(
    "BES0147", "too-many-errors", "so many errors that the rest was not read or is not shown", Severity.NOTE
)
NUMBER_TOO_LARGE = Code("BES0148", "number-too-large", "a number larger than any quantity")
