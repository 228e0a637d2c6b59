"""Functions of formulas about tracks: quantities of two of them, ratios of probabilities.

In: calls of the surface. Out: typed nodes. Which function has which maker is in `functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import Species
from dsl4bes.resolve.arguments import check_detector, particle, particle_named, plain, track_first
from dsl4bes.resolve.makers import make_species_word, pid_value
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


def make_of_tracks(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    """A quantity of two tracks."""

    def make(typer: Typer, value: ast.Call) -> ir.Expr:
        found = []
        for argument in plain(value):
            typed = particle(typer, argument)
            check_detector(typer, name, typed, argument.span)
            found.append(typed)
        return nodes.call(name, tuple(found), value.span)

    return make


def make_prob_ratio(typer: Typer, value: ast.Call) -> ir.Expr:
    """`prob_ratio(x, "e", "pi", "k")`: P(e) / (P(e) + P(pi) + P(k))."""
    typed, where, named = track_first(typer, value)
    if len(named) < 2:
        help = 'write `prob_ratio(a, "e", "pi", "k")`'
        typer.fail(codes.WRONG_ARGUMENTS, "`prob_ratio` takes a track and at least two hypotheses", value.span, help=help)
    found: list[ir.Expr] = []
    seen: set[Species] = set()
    for species in named:
        info = particle_named(typer, make_species_word(species))
        if info.species is None or info.species.index < 0 or info.species in seen:
            help = "different ones of `e`, `mu`, `pi`, `k`, `p`"
            fault = "is named twice" if info.species in seen else "is no hypothesis"
            typer.fail(codes.UNKNOWN_PARTICLE, f"`{info.short}` {fault}", species.span, help=help)
        seen.add(info.species)
        found.append(pid_value(typer, typed, ir.PidQuantity.PROBABILITY, info.species, value.span, where))
    total = found[0]
    for other in found[1:]:
        total = nodes.arithmetic(ir.Arithmetic.ADD, total, other, value.span)
    return nodes.arithmetic(ir.Arithmetic.DIV, found[0], total, value.span)
