"""Numbered products under their plain name: `fit.pi0`, and in a block's own formulas `pi0`, is the list of `pi0_1`, `pi0_2` (PROGRAMS, `decay string`).

In: a reduction and its argument as written, with the typer of the block. Out: one typed value, the argument typed once per product and put together;
None where the argument names no such list. Lists of the event are not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import Kind
from dsl4bes.resolve import names
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


def reduced(typer: Typer, reduction: ir.Reduction, argument: ast.Expr, span: Span) -> ir.Expr | None:
    """`sum((m(pi0) - 0.135)**2)` over the products of the block's own decay, `sum(e(fit.gam))` over those of another."""
    members = {name: found for name, word in _words(argument).items() if name not in typer.locals and (found := _products(typer, word))}
    if not members:
        return None
    if len(members) > 1:
        help = "one reduction runs over one kind of product"
        typer.fail(codes.MIXED_PAIRS, f"{' and '.join(f'`{name}`' for name in members)} in one reduction", argument.span, help=help)
    ((name, products),) = members.items()
    parts = [_one(typer, argument, name, product) for product in products]
    return _together(typer, reduction, parts, argument, span)


def _products(typer: Typer, word: ast.Name | ast.Attribute) -> tuple[ir.Expr, ...]:
    """The products behind a plain name; empty where it is none of several."""
    if isinstance(word, ast.Name):
        symbol, name, fitted = typer.own_fit, word.name, True
    else:
        symbol, name, fitted = names.owner(typer, word)
    family = () if symbol is None else names.family(symbol, name)
    return tuple(names.member(typer, symbol, role, word.span, fitted=fitted) for role in family) if symbol is not None else ()


def _one(typer: Typer, argument: ast.Expr, name: str, product: ir.Expr) -> ir.Expr:
    before, uses = typer.locals, typer.uses
    typer.locals, typer.uses = {**before, name: product}, {}
    try:
        return typer.value(argument)
    finally:
        typer.locals, typer.uses = before, uses


def _together(typer: Typer, reduction: ir.Reduction, parts: list[ir.Expr], argument: ast.Expr, span: Span) -> ir.Expr:
    wanted = Kind.FLAG if reduction in (ir.Reduction.ANY, ir.Reduction.ALL, ir.Reduction.COUNT) else Kind.NUMBER
    if parts[0].type.kind is not wanted:
        needs = "conditions" if wanted is Kind.FLAG else "numbers"
        message = f"`{reduction.value}` takes a list of {needs}, and this is a list of {parts[0].type.kind.value}s"
        typer.fail(codes.WRONG_KIND, message, argument.span)
    if reduction is ir.Reduction.ANY:
        return nodes.disjunction(tuple(parts), span)
    if reduction is ir.Reduction.ALL:
        return nodes.conjunction(tuple(parts), span)
    if reduction is ir.Reduction.COUNT:
        one, none = nodes.constant(1.0, span), nodes.constant(0.0, span)
        parts = [ir.IfElse(type=one.type, span=span, condition=part, then=one, otherwise=none) for part in parts]
    result = parts[0]
    for part in parts[1:]:
        if reduction in (ir.Reduction.MIN, ir.Reduction.MAX):
            result = nodes.call(f"{reduction.value}2", (result, part), span)
        else:
            result = nodes.arithmetic(ir.Arithmetic.ADD, result, part, span)
    return result


def _words(root: ast.Expr) -> dict[str, ast.Name | ast.Attribute]:
    """The names in an expression, and the members of fits as `fit.gam`, `fit.raw.gam`."""
    found: dict[str, ast.Name | ast.Attribute] = {}
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            found.setdefault(node.name, node)
        elif isinstance(node, ast.Attribute):
            found.setdefault(names.dotted(node), node)
        elif isinstance(node, ast.Call) and node.function.name == "rest":
            continue  # a list of its own: what it names is left out of it, and not gone through
        elif isinstance(node, ast.Call):
            todo += [argument.value for argument in node.arguments]
        elif isinstance(node, ast.ListOf):
            todo += node.items
        else:
            todo += [getattr(node, part) for part in ("left", "right", "operand", "low", "high") if hasattr(node, part)]
    return found
