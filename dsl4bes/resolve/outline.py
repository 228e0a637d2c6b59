"""The outline of a program: nested blocks and dotted paths are the same (PROGRAMS, `nesting`).

In: the statements of a file. Out: `Placed` statements: each with the block it stands in, `event_selection` opened.
No construct is looked up but the one container that has no name of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dsl4bes.constructs.base import SELECTION
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.syntax import ast


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement and the keyword of the block it stands in (empty: top level)."""

    place: str
    statement: ast.Statement


def outline(program: ast.Program, bag: Bag) -> list[Placed]:
    """All blocks and lines of the program, in order."""
    found: list[Placed] = []
    for statement in program.statements:
        nested = unfolded(statement)
        if nested.head.name != SELECTION:
            found.append(Placed("", nested))
            continue
        for argument in (*(nested.head.arguments or ()), *nested.arguments):
            help = "settings stand in the blocks inside"
            bag.add(
                codes.UNEXPECTED_ARGUMENT, "`event_selection` takes no arguments", argument.span, help=help
            )
        if nested.body is None:
            help = "write `event_selection do ... end`"
            bag.add(
                codes.BODY_MISMATCH,
                "`event_selection` is a block and has no `do`",
                nested.head.span,
                help=help,
            )
        found += [Placed(SELECTION, unfolded(child)) for child in nested.body or ()]
    return found


def unfolded(statement: ast.Statement) -> ast.Statement:
    """`a.b do ... end` as `a do b do ... end end`."""
    path = statement.head.path
    if len(path) == 1:
        return statement
    inner = replace(statement, head=replace(statement.head, path=path[-1:]))
    for word in reversed(path[:-1]):
        inner = ast.Statement(ast.Head((word,), None, word.span), (), (inner,), statement.span)
    return inner
