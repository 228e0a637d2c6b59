"""Names in values replaced by other values: how parameters and named constants reach the places where they are used.

In: a statement, a table from names to values. Out: the same statement, its own object where nothing changed; the places of what is put in
say where it came from and where it is used. No name is explained and nothing is reported here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dsl4bes.source import SourceFile, Span, Via
from dsl4bes.syntax import ast

#: The value in place of a name, or None to leave the name.
Table = Callable[[ast.Name], ast.Expr | None]


def statement_with(statement: ast.Statement, table: Table, *, fields_on_line: bool = False) -> ast.Statement:
    """A statement (without its body) with names replaced; `fields_on_line`: `cos < 0.8` is a field with its cut, whose name stays."""
    head = statement.head
    if head.arguments:
        given = _arguments(head.arguments, table, fields_on_line)
        head = head if given is head.arguments else replace(head, arguments=given)
    arguments = _arguments(statement.arguments, table, fields_on_line)
    if head is statement.head and arguments is statement.arguments:
        return statement
    return replace(statement, head=head, arguments=arguments)


def _arguments(
    arguments: tuple[ast.Argument, ...], table: Table, fields_on_line: bool = False
) -> tuple[ast.Argument, ...]:
    changed = tuple(_argument(argument, table, fields_on_line) for argument in arguments)
    same = all(new is old for new, old in zip(changed, arguments))
    return arguments if same else changed


def _argument(argument: ast.Argument, table: Table, field_on_line: bool) -> ast.Argument:
    value = argument.value
    if field_on_line and isinstance(value, ast.Binary) and value.operator.compares and isinstance(value.left, ast.Name):
        right = expression_with(value.right, table)
        new: ast.Expr = value if right is value.right else replace(value, right=right)
    else:
        new = expression_with(value, table)
    return argument if new is value else replace(argument, value=new)


def expression_with(value: ast.Expr, table: Table) -> ast.Expr:
    """A value with names replaced. The owner of a member (`fit4c.chi2`) is replaced only by another name."""
    if isinstance(value, ast.Name):
        return table(value) or value
    if isinstance(value, ast.Attribute):
        owner = expression_with(value.owner, table)
        fits = owner is not value.owner and isinstance(owner, (ast.Name, ast.Attribute))
        return replace(value, owner=owner) if fits else value
    if isinstance(value, ast.Call):
        arguments = _arguments(value.arguments, table)
        return value if arguments is value.arguments else replace(value, arguments=arguments)
    if isinstance(value, ast.ListOf):
        items = tuple(expression_with(item, table) for item in value.items)
        return value if all(new is old for new, old in zip(items, value.items)) else replace(value, items=items)
    changed: dict[str, Any] = {}
    for part in ("left", "right", "low", "high", "operand"):
        old = getattr(value, part, None)
        if old is not None and (new := expression_with(old, table)) is not old:
            changed[part] = new
    return replace(value, **changed) if changed else value


def brought_to(value: ast.Expr, use: Span, text: str) -> ast.Expr:
    """A value as it is seen where it is used: its places stay its own, and know `use`."""
    files: dict[int, SourceFile] = {}

    def seen(span: Span) -> Span:
        if id(span.file) not in files:
            files[id(span.file)] = replace(span.file, via=Via(use, text))
        return replace(span, file=files[id(span.file)])

    result: ast.Expr = _with_places(value, seen)
    return result


def written(value: ast.Expr) -> str:
    """The text of a value: as written, or printed if something was put in place of a parameter."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if node.span.file is not value.span.file:
            from dsl4bes.syntax.printer import print_expression

            return print_expression(value)
        waiting += ast.children(node)
    return value.span.text


def _with_places(node: Any, change: Callable[[Span], Span]) -> Any:
    if isinstance(node, Span):
        return change(node)
    if isinstance(node, tuple):
        return tuple(_with_places(item, change) for item in node)
    if is_dataclass(node) and not isinstance(node, (type, ast.Constant)):
        return type(node)(**{part.name: _with_places(getattr(node, part.name), change) for part in fields(node)})
    return node
