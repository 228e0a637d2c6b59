"""The rules of the policy: one name and one sentence each. RULES.md says why; a test holds the two together.

In: nothing. Out: `Rule`. What a rule says about one place is written where it is found.
"""

from __future__ import annotations

from enum import Enum


class Rule(Enum):
    """A rule by its public name (`key`) and what it demands (`says`)."""

    def __init__(self, key: str, says: str) -> None:
        self.key = key
        self.says = says

    # the text
    SIZE = "size", "A body is at most 16,384 bytes."
    ENCODING = "encoding", "The text is UTF-8."
    CHARACTER = "character", "Code is printable ASCII; comments have no control and no direction-changing characters."
    PREPROCESSOR = "preprocessor", "No pre-processor: no `#`, no digraph, no trigraph, no `_Pragma`."
    LINE_SPLICE = "line-splice", "No backslash: no continued lines, no escapes."
    TEXT_LITERAL = "text-literal", "No strings and no characters in quotes."
    COMMENT = "comment", "A comment that is opened is closed."
    BRACKETS = "brackets", "Brackets pair up within the body: it cannot close its function."
    NESTING = "nesting", "Brackets nest at most 40 deep, expressions and statements 100, loops 5."
    SYNTAX = "syntax", "The text parses, and the parser reads the tokens a compiler reads."
    # the forms
    FORM = "form", "Only the statements and expressions of the list; everything else is refused."
    FUNCTION = "function", "No function, class, template, name space or type is declared."
    LAMBDA = "lambda", "No lambdas."
    STORAGE = "storage", "No static, extern, thread_local, register, volatile or mutable: nothing outlives the call."
    POINTER = "pointer", "No pointers, no address-of, no new, no delete."
    REFERENCE = "reference", "A reference is const and names a value of `in`."
    CAST = "cast", "Casts are static_cast, T(x) and (T)x between numbers."
    JUMP = "jump", "No goto, no labels, no switch, no setjmp."
    EXCEPTION = "exception", "No throw, no try."
    ASSEMBLER = "assembler", "No inline assembler."
    ATTRIBUTE = "attribute", "No attributes, alignas, __attribute__ or __declspec."
    OPERATOR = "operator", "Only arithmetic, comparison, logic and choice; no bits, shifts, comma, sizeof, typeid or `operator`."
    SIDE_EFFECT = "side-effect", "Assignments, ++ and changing methods are statements of their own."
    STANDARD = "standard", "What C++98 lacks is refused: auto, range-for, {}, nullptr, `> >` without blank."
    # names and types
    UNKNOWN_NAME = "unknown-name", "A name is a local variable, `in`, or one of the tables."
    UNKNOWN_FUNCTION = "unknown-function", "Only the free functions of the table are called."
    UNKNOWN_MEMBER = "unknown-member", "Only the methods of the receiver's type, and the members its view has."
    RECURSION = "recursion", "A body does not call itself."
    LOCAL_NAME = "local-name", "A local variable takes no name in use: no keyword, macro, type, function, `in`, or outer variable."
    LOCAL_TYPE = "local-type", "Local variables have types of the table."
    UNINITIALISED = "uninitialised", "Numbers, arrays and rows of the view get a value where they are declared."
    TYPE = "type", "Types fit: arguments, operands, conditions, what is returned."
    NARROWING = "narrowing", "A number with a fraction becomes an integer or bool only by a written cast."
    CONSTANT = "constant", "`in` and const variables are not changed."
    # traps of arithmetic
    COMPARISON = "comparison", "Comparisons are not chained, and signed numbers that may be negative are not compared with sizes."
    DIVISION = "division", "No division by zero; whole numbers are divided by a literal, and the quotient stays a whole number."
    UNSIGNED_MINUS = "unsigned-minus", "Nothing is subtracted from a size: an empty list would give a huge number."
    NUMBER = "number", "Number literals are plain decimal."
    # loops and indices
    LOOP = "loop", "Loops are `for (T i = start; i < bound; ++i)`; no while, no do."
    LOOP_COUNTER = "loop-counter", "The counter is an integer that only the loop's header changes."
    LOOP_BOUND = "loop-bound", "The bound is a size, a small number or made of those, and does not change in the loop."
    INDEX = "index", "An element is written only where its index is known to be in range, or with `.at(i)`."
    AMOUNT = "amount", "Sizes of local lists are bounded like loops."
    # flow
    RETURN = "return", "Every path returns a bool."
    UNREACHABLE = "unreachable", "No statement follows return, break or continue in its block."
    NO_EFFECT = "no-effect", "A statement does something: no empty statements, no values thrown away."
