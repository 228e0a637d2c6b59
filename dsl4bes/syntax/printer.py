"""Syntax tree → canonical text: the formatter, and the round-trip partner of the parser.

In: a `Program`, a statement or an expression. Out: text that parses to an equal tree, with the comments, and with blank lines
where there were some (at most one). Nothing is added that the tree does not have; numbers stay as they were written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from dsl4bes.syntax import ast
from dsl4bes.syntax.arrange import MAX_COLUMNS, columns, wrapped
from dsl4bes.syntax.ast import Operator

INDENT = "    "

Rewrite = Callable[[ast.Statement], ast.Statement]

# How tightly a node binds, as in the grammar's ladder of rules; an operand that binds less is put in brackets.
_OR, _AND, _NOT, _COMPARISON, _RANGE, _SUM, _TERM, _SIGN, _POWER, _ATOM = range(10)

_LEVELS = {
    Operator.OR: _OR,
    Operator.AND: _AND,
    Operator.ADD: _SUM,
    Operator.SUB: _SUM,
    Operator.MUL: _TERM,
    Operator.DIV: _TERM,
    Operator.POW: _POWER,
} | dict.fromkeys(ast.COMPARISONS, _COMPARISON)


def print_program(program: ast.Program, rewrite: Rewrite | None = None) -> str:
    """Canonical text of a program, with a newline at its end (an empty program is an empty text).

    `rewrite` is called with every statement before it is printed and gives the one to print instead: the place where the
    formatter, which knows the registry, writes `vr 1` as `vr < 1`.
    """
    lines: list[str] = []
    _body(program.statements, program.at_end, "", rewrite, lines)
    return "".join(line + "\n" for line in lines)


def print_statement(statement: ast.Statement, rewrite: Rewrite | None = None) -> str:
    """Canonical text of one statement with its comments, without a newline at its end."""
    lines = [comment.text for comment in statement.before]
    shown = statement if rewrite is None else rewrite(statement)
    _statement(shown, _head(shown.head), 0, "", rewrite, lines)
    return "\n".join(lines)


def print_expression(value: ast.Expr) -> str:
    """Canonical text of a value.

    Raises ValueError for what no text can say, such as a string with a line end.
    """
    return _write(value, _OR)


# --- statements


def _body(
    statements: tuple[ast.Statement, ...],
    at_end: tuple[ast.Comment, ...],
    indent: str,
    rewrite: Rewrite | None,
    lines: list[str],
) -> None:
    first = len(lines)

    def separate(blank: bool) -> None:
        if blank and len(lines) > first:
            lines.append("")

    shown = statements if rewrite is None else tuple(rewrite(statement) for statement in statements)
    heads = [_head(statement.head) for statement in shown]
    for statement, head, column in zip(shown, heads, columns(shown, heads)):
        for comment in statement.before:
            separate(comment.blank)
            lines.append(indent + comment.text)
        separate(statement.blank)
        _statement(statement, head, column, indent, rewrite, lines)
    for comment in at_end:
        separate(comment.blank)
        lines.append(indent + comment.text)


def _statement(
    statement: ast.Statement, head: str, column: int, indent: str, rewrite: Rewrite | None, lines: list[str]
) -> None:
    """The lines of a statement without the comments above; its values begin at `column` behind the indentation."""
    end = " do" if statement.body is not None else ""
    start = indent + head + " " * max(1, column - len(head))
    text = (start + _values(statement)).rstrip() + end
    broken = [text]
    if len(text) > MAX_COLUMNS:
        broken = wrapped((start + _values(statement, _in_brackets)).rstrip() + end, indent + 2 * INDENT)
    lines += broken[:-1]
    lines.append(broken[-1] + _trailing(statement.after))
    if statement.body is None:
        return
    _body(statement.body, statement.at_end, indent + INDENT, rewrite, lines)
    lines.append(indent + "end" + _trailing(statement.after_end))


def _trailing(comment: ast.Comment | None) -> str:
    return "" if comment is None else "  " + comment.text


def _head(head: ast.Head) -> str:
    if head.arguments is None:
        return head.name
    return f"{head.name}({_arguments(head.arguments)})"


def _in_brackets(value: ast.Expr) -> str:
    """A value that may go on over several lines: a long formula gets brackets, which the tree does not have."""
    text = _write(value, _OR)
    return f"({text})" if isinstance(value, (ast.Binary, ast.Not)) and len(text) > _LONG else text


_LONG = 40


def _plain(value: ast.Expr) -> str:
    return _write(value, _OR)


def _values(statement: ast.Statement, write: Callable[[ast.Expr], str] = _plain) -> str:
    """The arguments of a statement; `let x = formula` keeps its sign."""
    arguments = statement.arguments
    if statement.head.name in ast.DEFINITIONS and len(arguments) == 1 and statement.body is None:
        key, value = arguments[0].key, arguments[0].value
        if key is not None and not isinstance(value, ast.Bare):
            return f"{key.name} = {write(value)}"
    return _arguments(arguments, write)


def _arguments(arguments: tuple[ast.Argument, ...], write: Callable[[ast.Expr], str] = _plain) -> str:
    return ", ".join(_argument(argument, write) for argument in arguments)


def _argument(argument: ast.Argument, write: Callable[[ast.Expr], str]) -> str:
    value = write(argument.value)
    return value if argument.key is None else f"{argument.key.name}: {value}"


# --- values


def _write(node: ast.Expr, level: int) -> str:
    """The text of a node; in brackets if it binds less than `level`."""
    text, own = _WRITERS[type(node)](node)
    return f"({text})" if own < level else text


def _number(node: ast.Number) -> tuple[str, int]:
    sign = "-" if math.copysign(1.0, node.value) < 0 else ""
    unit = f" {node.unit.name}" if node.unit else ""
    # `10 cm ** 2` is an error, so a number with a unit is no atom for a power.
    return sign + node.text + unit, _SIGN if sign or unit else _ATOM


def _string(node: ast.String) -> tuple[str, int]:
    return quote(node.value), _ATOM


def _range(node: ast.Range) -> tuple[str, int]:
    wide = isinstance(node.low, ast.Binary) or isinstance(node.high, ast.Binary)
    dots = " .. " if wide else ".."
    return _write(node.low, _SUM) + dots + _write(node.high, _SUM), _RANGE


def _list(node: ast.ListOf) -> tuple[str, int]:
    return "[" + ", ".join(_write(item, _OR) for item in node.items) + "]", _ATOM


def _attribute(node: ast.Attribute) -> tuple[str, int]:
    return f"{_write(node.owner, _ATOM)}.{node.name.name}", _ATOM


def _call(node: ast.Call) -> tuple[str, int]:
    return f"{node.function.name}({_arguments(node.arguments)})", _ATOM


def _negative(node: ast.Negative) -> tuple[str, int]:
    operand = _write(node.operand, _SIGN)
    if isinstance(node.operand, (ast.Number, ast.Negative)):
        operand = f"({operand})"  # without brackets the sign would belong to the number
    return "-" + operand, _SIGN


def _not(node: ast.Not) -> tuple[str, int]:
    return "not " + _write(node.operand, _NOT), _NOT


def _binary(node: ast.Binary) -> tuple[str, int]:
    operator = node.operator
    level = _LEVELS[operator]
    if operator is Operator.POW:
        return f"{_write(node.left, _ATOM)}**{_write(node.right, _SIGN)}", _POWER
    if operator is Operator.OR:  # `and` inside `or` gets brackets, since few readers know which binds more
        return f"{_write_or(node.left)} or {_write(node.right, _NOT)}", level
    left = level + 1 if level == _COMPARISON else level
    return f"{_write(node.left, left)} {operator.value} {_write(node.right, level + 1)}", level


def _write_or(left: ast.Expr) -> str:
    """The left side of `or`: another `or` stays as it is."""
    chained = isinstance(left, ast.Binary) and left.operator is Operator.OR
    return _write(left, _OR if chained else _NOT)


def _bare(node: ast.Bare) -> tuple[str, int]:
    return f"{node.operator.value} {_write(node.right, _RANGE)}", _OR


_WRITERS: dict[type, Callable[..., tuple[str, int]]] = {
    ast.Number: _number,
    ast.String: _string,
    ast.Symbol: lambda node: (f":{node.name}", _ATOM),
    ast.Boolean: lambda node: ("true" if node.value else "false", _ATOM),
    ast.Range: _range,
    ast.ListOf: _list,
    ast.Name: lambda node: (node.name, _ATOM),
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Negative: _negative,
    ast.Not: _not,
    ast.Binary: _binary,
    ast.Bare: _bare,
}

_BACKSLASHES = re.compile(r'(\\+)("|\Z)|(\\{2,})|"')


def quote(value: str) -> str:
    r"""A string as the language writes it.

    >>> print(quote('m(\\pi) of "all"'))
    "m(\pi) of \"all\""
    """
    if "\n" in value or "\r" in value:
        raise ValueError("a string of the language has no line end")

    def escape(match: re.Match[str]) -> str:
        text = match[0].replace("\\", "\\\\")
        return text.replace('"', '\\"')

    return '"' + _BACKSLASHES.sub(escape, value) + '"'
