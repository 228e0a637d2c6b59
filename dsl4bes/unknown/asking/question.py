"""A question as it may be asked. In: what was typed. Out: one line of text, or a `Trouble`. No model is needed for that."""

from __future__ import annotations

from dsl4bes.diagnostics.codes.asking import BAD_QUESTION
from dsl4bes.unknown.trouble import Trouble

LONGEST_QUESTION = 2000  #: characters


def cleaned(question: str) -> str:
    """The question as one text; a `Trouble` for what is none."""
    text = " ".join("".join(c if c.isprintable() else " " for c in question[: 2 * LONGEST_QUESTION]).split())
    if not text:
        raise Trouble(BAD_QUESTION, "the question is empty", 'say what is to be selected: dsl4bes ask "J/psi -> pi+ pi- pi0"')
    if len(text) > LONGEST_QUESTION:
        raise Trouble(BAD_QUESTION, f"the question has more than {LONGEST_QUESTION} characters", "ask for one selection, in a few sentences")
    return text
