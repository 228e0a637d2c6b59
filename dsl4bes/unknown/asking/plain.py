"""A program in the form that the decoder can write: no comments, one statement a line, one blank behind a field.

In: a syntax tree, blocks to leave out. Out: text that parses to the same tree, but for brackets around long formulas. The examples in prompts are in it, so that a
model sees what it may write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from dsl4bes.constructs.style import with_signs
from dsl4bes.syntax import ast
from dsl4bes.syntax.printer import INDENT, print_statement


def plain_text(program: ast.Program, without: Collection[str] = ()) -> str:
    """The text of a program; statements called as in `without` are left out."""
    kept = [each for each in program.statements if each.head.name not in without]
    return "".join(line + "\n" for statement in kept for line in _lines(statement, ""))


def _lines(statement: ast.Statement, indent: str) -> Iterator[str]:
    shown = with_signs(statement)
    alone = replace(shown, body=None, before=(), after=None, at_end=(), after_end=None)
    line = " ".join(part.strip() for part in print_statement(alone).splitlines())
    if shown.body is None:
        yield indent + line
        return
    yield f"{indent}{line} do"
    for inner in shown.body:
        yield from _lines(inner, indent + INDENT)
    yield f"{indent}end"
