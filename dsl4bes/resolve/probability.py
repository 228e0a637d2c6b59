"""`prob(fit)`: the probability of a larger chi2.

In: a call with the name of a fit, of its own block or of one above. Out: a number, 0 where an optional fit failed.
No value of an event is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.fitting import value_of
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.resolve import names
from dsl4bes.resolve.arguments import plain
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


def make_probability(typer: Typer, value: ast.Call) -> ir.Expr:
    """The probability of a larger chi2 than that of the fit."""
    argument = plain(value)[0]
    own = typer.own_fit
    if own is not None and isinstance(argument, ast.Name) and argument.name == own.name.rpartition(".")[2]:
        symbol = own
    else:
        symbol = names.fit_argument(typer, argument).symbol
    if ir.FitQuantity.NDF.value not in names.numbers(symbol):
        message = f"`{argument.span.text}` is a {symbol.kind.value}, and a probability is that of a fit with chi2 and degrees of freedom"
        typer.fail(codes.WRONG_KIND, message, argument.span, help="name a `vertex_fit`, `secondary_vertex` or `kinematic_fit` block")
    numbers = tuple(value_of(symbol, quantity, value.span) for quantity in (ir.FitQuantity.CHI2, ir.FitQuantity.NDF))
    return nodes.call("chi2_probability", numbers, value.span)
