"""Functions of formulas about the data taking: trigger, runs, blinding.

In: calls of the surface. Out: typed nodes. Which function has which maker is in `functions.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dsl4bes.constructs.runs import read_runs, simulated
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import NUMBER, Kind, Type
from dsl4bes.resolve import operators
from dsl4bes.resolve.arguments import plain
from dsl4bes.resolve.wrong import Wrong
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer

#: Name of the property that shows what `blinded` hides.
UNBLIND = "unblind"


def make_in_runs(typer: Typer, value: ast.Call) -> ir.Expr:
    """`in_runs(9947..10878, 27255)`: the list is one text, and a property where numbers of the formula are."""
    runs = read_runs(plain(value), typer.builder.bag)
    if runs is None:
        raise Wrong
    named = typer.numbers.number(float(runs.ranges[0].first), NUMBER, runs.span)
    text: ir.Expr = ir.Constant(type=Type(Kind.TEXT), span=runs.span, value=runs.text)
    if isinstance(named, ir.ParameterRef):
        doc = named.parameter.doc.replace("number", "runs", 1)
        text = nodes.parameter_ref(Parameter(named.parameter.name, runs.text, doc=doc, span=runs.span))
    return nodes.call("in_runs", (text,), value.span)


def make_blinded(typer: Typer, value: ast.Call) -> ir.Expr:
    """`blinded(x, a..b)`: x, but absent in real data where it lies in one of the windows, unless the property `unblind` is set."""
    first, *windows = plain(value)
    typed = typer.number(first)
    inside: list[ir.Expr] = []
    for window in windows:
        if not isinstance(window, ast.Range):
            help = "write `blinded(m(tag), 1.86 GeV..1.87 GeV)`"
            typer.fail(codes.WRONG_ARGUMENTS, f"`{window.span.text}` is no window", window.span, help=help)
        inside.append(operators.comparison(typer, typed, ast.Operator.IN, window, window.span))
    shown = nodes.parameter_ref(Parameter(UNBLIND, False, doc="show what `blinded` hides in real data"))
    span = value.span
    hidden = nodes.conjunction(
        (nodes.negate(simulated(span), span), nodes.negate(shown, span), nodes.disjunction(tuple(inside), span)), span
    )
    absent = nodes.constant(float("nan"), span, typed.type.dimension)
    return ir.IfElse(type=replace(typed.type, maybe=True), span=span, condition=hidden, then=absent, otherwise=typed)


def is_simulated(typer: Typer, span: Span) -> ir.Expr:
    """`simulated`: the run number is negative."""
    return simulated(span)
