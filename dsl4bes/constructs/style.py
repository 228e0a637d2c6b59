"""How fields are best written: the rewrite that the formatter applies (`vr 1` becomes `vr < 1`).

In: a statement of the tree. Out: the statement with the sign of every bare number in the fields of its block; nothing else changes.
Blocks no construct knows are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dsl4bes.constructs.base import SELECTION, Block
from dsl4bes.constructs.fields import Cut, Field, Group
from dsl4bes.constructs.registry import load
from dsl4bes.constructs.shape import COUNT
from dsl4bes.syntax import ast

_OPERATORS = {operator.value: operator for operator in ast.COMPARISONS}


def with_signs(statement: ast.Statement) -> ast.Statement:
    """A block whose bare numbers carry the comparison they mean (a printer's `rewrite`)."""
    words = [word.name for word in statement.head.path if word.name != SELECTION]
    construct = load().get(words[0]) if words else None
    if construct is None or statement.body is None or construct.container:
        return statement
    fields: Mapping[str, Field] = construct.fields
    for word in words[1:]:
        group = fields.get(word)
        if not isinstance(group, Group):
            return statement
        fields = {field.name: field for field in group.fields}
    counted = construct.counts and len(words) == 1
    return replace(
        statement, body=tuple(_line(line, fields, construct if counted else None) for line in statement.body)
    )


def _line(line: ast.Statement, fields: Mapping[str, Field], construct: type[Block] | None) -> ast.Statement:
    name = line.head.name
    field = fields.get(name)
    if field is None and construct is not None and name.startswith("n") and len(name) > 1:
        field = COUNT
    if isinstance(field, Group) and line.body is not None:
        inner = {each.name: each for each in field.fields}
        return replace(line, body=tuple(_line(each, inner, None) for each in line.body))
    if not isinstance(field, Cut) or line.body is not None or len(line.arguments) != 1:
        return line
    argument = line.arguments[0]
    value = argument.value
    number = value.operand if isinstance(value, ast.Negative) else value
    if argument.key is not None or not isinstance(number, ast.Number):
        return line
    bare = ast.Bare(_OPERATORS[field.natural], value, value.span)
    return replace(line, arguments=(ast.Argument(None, bare, argument.span),))
