"""Combinations of which several candidates may be left: whom `for` and `per:` go through.

In: a name as written. Out: the combination in scope, or None after a diagnostic. What is done for each candidate is not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import names, physics
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.constructs.builder import Builder, Fit


def per(value: ast.Expr, here: Instance, to: Builder, fill: Callable[[], None]) -> bool:
    """Whether `per:` names a combination of which several may be left; then `fill` makes the steps of one row, once per candidate."""
    name = value.name if isinstance(value, (ast.Name, ast.Symbol)) else ""
    known = to.scope.fits.get(name)
    if known is None or name in to.scope.lists:
        return False
    fit = several(value, to)
    if fit is not None:
        with to.each(fit.symbol, here.span), to.block(here, "row"):
            fill()
    return True


def several(value: ast.Expr, to: Builder) -> Fit | None:
    """The combination `value` names, whose candidates are gone through."""
    name = value.name if isinstance(value, (ast.Name, ast.Symbol)) else ""
    known = to.scope.fits.get(name)
    many = [each for each, fit in to.scope.fits.items() if fit.symbol.several]
    if known is None:
        otherwise = f"those of which several may be left: {listed(many)}" if many else "a `combine` with `keep :all` makes several"
        to.bag.add(names.UNKNOWN_NAME, f"no combination is called `{value.span.text}` here", value.span, help=did_you_mean(name, many, otherwise))
        return None
    if not known.symbol.several:
        help = f"`{name}` can be used as it is; `keep :all` in its block would keep several"
        to.bag.add(physics.ONE_CANDIDATE, f"`{name}` has one candidate, and nothing to go through", value.span, help=help)
        return None
    if known.symbol in to.scope.inside:
        help = f"inside, `{name}` is one candidate"
        to.bag.add(physics.ONE_CANDIDATE, f"the candidates of `{name}` are gone through already", value.span, help=help)
        return None
    return known
