"""A grammar for the answer of a model: the body of one custom block, with the names that exist.

In: a `Task`. Out: the text of a grammar for constrained decoding (llguidance), the same for the same task. What follows it has statements and forms of the
policy's list, functions of its tables, and members of the view; whether types fit and indices are in range is judged by the policy, after the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.unknown.task import names_of
from dsl4bes.unknown.writing.lark_text import Grammar
from dsl4bes.unknown.writing.slot_statements import statements
from dsl4bes.unknown.writing.slot_tokens import tokens
from dsl4bes.unknown.writing.slot_values import values

if TYPE_CHECKING:
    from dsl4bes.unknown.task import Task


def slot_grammar(task: Task) -> str:
    """The body and nothing else."""
    names = names_of(task)
    grammar = Grammar()
    tokens(grammar, names)
    values(grammar, names)
    statements(grammar, names)
    grammar.rule("start", "body LAST?")
    return grammar.text()
