"""BES074x: asking a model for a program."""

from __future__ import annotations

from dsl4bes.diagnostics.model import Code, Severity

BAD_QUESTION = Code("BES0740", "bad-question", "a question that cannot be asked: empty, or too long")
ANSWER_NO_PROGRAM = Code("BES0741", "answer-no-program", "the answer of a model is no program: empty, or far too long")
ANSWER_CUT_OFF = Code("BES0742", "answer-cut-off", "the answer of a model stopped at its longest length")
ANSWER_EXISTS = Code("BES0743", "answer-exists", "the file that an answer is to be written to exists")
ANSWER_LACKS = Code("BES0744", "answer-lacks", "the question names particles that the program does not speak of", Severity.WARNING)
