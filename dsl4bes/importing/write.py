"""Statements of the language, made: trees that the printer of the language writes.

In: names, numbers in the compiler's units, comments. Out: nodes of the syntax tree. No text of a program is put together here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast

_NOWHERE = Span(0, 0, SourceFile("<import>", ""))
_OPERATORS = {each.value: each for each in ast.COMPARISONS}


def word(name: str) -> ast.Word:
    return ast.Word(name, _NOWHERE)


def number(value: float, unit: str = "") -> ast.Number:
    """A number with its unit: `energy` is shown in MeV below 1 GeV, `angle` in degrees, `length` in cm."""
    scale, shown = {"energy": (1000.0, "MeV") if abs(value) < 1 else (1.0, "GeV"), "angle": (180 / math.pi, "deg"), "mrad": (1000.0, "mrad"), "length": (1.0, "cm")}.get(unit, (1.0, ""))
    made = float(f"{value * scale:.10g}")
    return ast.Number(f"{abs(made):.10g}", made, word(shown) if shown else None, _NOWHERE)


def name(text: str) -> ast.Name:
    return ast.Name(text, _NOWHERE)


def symbol(text: str) -> ast.Symbol:
    return ast.Symbol(text, _NOWHERE)


def string(text: str) -> ast.String:
    return ast.String(text, _NOWHERE)


def call(function: str, *arguments: ast.Expr) -> ast.Call:
    return ast.Call(word(function), tuple(ast.Argument(None, each, _NOWHERE) for each in arguments), _NOWHERE)


def compared(left: ast.Expr, operator: str, right: ast.Expr) -> ast.Binary:
    return ast.Binary(_OPERATORS[operator], left, right, _NOWHERE)


def less(left: ast.Expr, right: ast.Expr) -> ast.Binary:
    return ast.Binary(ast.Operator.SUB, left, right, _NOWHERE)


def more(left: ast.Expr, right: ast.Expr) -> ast.Binary:
    return ast.Binary(ast.Operator.ADD, left, right, _NOWHERE)


def member(owner: str, attribute: str) -> ast.Attribute:
    return ast.Attribute(name(owner), word(attribute), _NOWHERE)


def bare(operator: str, right: ast.Expr) -> ast.Bare:
    return ast.Bare(_OPERATORS[operator], right, _NOWHERE)


def between(low: ast.Expr, high: ast.Expr) -> ast.Range:
    return ast.Range(low, high, _NOWHERE)


def keyed(key: str, value: ast.Expr) -> ast.Argument:
    return ast.Argument(word(key), value, _NOWHERE)


def statement(head: str, *arguments: ast.Expr | ast.Argument, body: Sequence[ast.Statement] | None = None, label: ast.Expr | None = None, blank: bool = False) -> ast.Statement:
    """`head(label) arguments do body end`."""
    given = tuple(each if isinstance(each, ast.Argument) else ast.Argument(None, each, _NOWHERE) for each in arguments)
    labels = None if label is None else (ast.Argument(None, label, _NOWHERE),)
    return ast.Statement(ast.Head((word(head),), labels, _NOWHERE), given, None if body is None else tuple(body), _NOWHERE, blank=blank)


def comment(text: str, blank: bool = False) -> ast.Comment:
    """One line of a comment; signs that a comment cannot hold are shown as `?`."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text.replace("\t", "    "))
    return ast.Comment(f"# {plain}".rstrip(), _NOWHERE, blank)


def program(statements: Sequence[ast.Statement], at_end: Sequence[ast.Comment] = ()) -> ast.Program:
    return ast.Program(tuple(statements), SourceFile("<import>", ""), tuple(at_end))
