"""Shapes of the event, of all its particles or of named ones: thrust, sphericity, aplanarity, Fox-Wolfram moments (SEMANTICS rule 18).

In: the typer of a formula, a call or a bare name. Out: functions of `Momenta` in the centre of mass, or in the frame that `frame:` asks for.
Without arguments the particles are those of `visible_energy`: `gam` and `good`. An entry of two named lists counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.types import Kind, Origin, Shape, Type
from dsl4bes.resolve.arguments import in_frame, keyed, list_kind, p4, plain
from dsl4bes.resolve.scope import ListInfo
from dsl4bes.resolve.sums import assigned
from dsl4bes.source import Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer

MOST = 20  #: highest moment: beyond, rounding of the polynomials shows

#: Functions of the particles alone.
SHAPES = ("thrust", "thrust_axis", "sphericity", "aplanarity")


def make_shape(name: str) -> Callable[[Typer, ast.Call], ir.Expr]:
    return lambda typer, value: nodes.call(name, (_named(typer, plain(value), value),), value.span)


def bare_shape(name: str) -> Callable[[Typer, Span], ir.Expr]:
    """`thrust` without brackets."""

    def make(typer: Typer, span: Span) -> ir.Expr:
        return nodes.call(name, (_all(typer, span, lambda vector: _in_cm(typer, vector, span)),), span)

    return make


def make_fox_wolfram(typer: Typer, value: ast.Call) -> ir.Expr:
    first, *others = plain(value)
    if not (isinstance(first, ast.Number) and first.unit is None and first.value == int(first.value) and 0 <= first.value <= MOST):
        help = "write `fox_wolfram(2)`, or with particles `fox_wolfram(2, pip, pim, gam)`"
        typer.fail(codes.WRONG_ARGUMENTS, f"`fox_wolfram` begins with the number of the moment, 0 to {MOST}", first.span, help=help)
    moment = nodes.constant(float(first.value), first.span)
    return nodes.call("fox_wolfram", (_named(typer, others, value), moment), value.span)


def _in_cm(typer: Typer, vector: ir.Expr, span: Span) -> ir.Expr:
    return nodes.boost(vector, typer.builder.beam(span), span)


def _named(typer: Typer, arguments: Sequence[ast.Expr], value: ast.Call) -> ir.Expr:
    """The momenta of a call, in its frame: the centre of mass unless it says otherwise."""

    def framed(vector: ir.Expr) -> ir.Expr:
        return in_frame(typer, vector, value) if keyed(value, "frame") is not None else _in_cm(typer, vector, value.span)

    if not arguments:
        return _all(typer, value.span, framed)
    singles: list[ir.Expr] = []
    terms: list[ir.Expr] = []
    lists: list[tuple[ListInfo, Span]] = []
    for argument in arguments:
        info = typer.builder.list_argument(argument, typer)
        if info is None:
            singles.append(typer.value(argument))
            terms.append(framed(p4(typer, argument)))
        else:
            lists.append((info, argument.span))
    return nodes.momenta((*terms, *_groups(typer, lists, singles, framed)), value.span)


def _all(typer: Typer, span: Span, framed: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
    """Showers of `gam` and tracks of `good`."""
    lists = [(typer.builder.need_list(name, span, typer), span) for name in ("gam", "good")]
    return nodes.momenta(_groups(typer, lists, [], framed), span)


def _groups(
    typer: Typer, lists: Sequence[tuple[ListInfo, Span]], singles: Sequence[ir.Expr], framed: Callable[[ir.Expr], ir.Expr]
) -> tuple[ir.Expr, ...]:
    """The entries of lists, each once: not if an earlier list or a particle named alone is the same track or shower."""
    from dsl4bes.resolve.names import particle_variable

    found: list[ir.Expr] = []
    earlier: list[ListInfo] = []
    for info, span in lists:
        typer.builder.use(info)
        binder = ir.Binder(info.symbol.name, info.symbol)
        entry = particle_variable(binder, span)
        vector = framed(nodes.p4_of(entry, span, assigned=assigned(typer, info)))
        found.append(nodes.group(binder, vector, _counted_already(entry, info, earlier, singles, span), span))
        earlier.append(info)
    return tuple(found)


def _counted_already(
    entry: ir.Variable, info: ListInfo, earlier: Sequence[ListInfo], singles: Sequence[ir.Expr], span: Span
) -> ir.Expr | None:
    """The condition under which an entry is new; None if nothing named before can be it."""
    kind = info.symbol.kind
    conditions: list[ir.Expr] = []
    same = tuple(other.symbol for other in earlier if other.symbol.kind is kind)
    if same:
        flag = Type(Kind.FLAG, shape=Shape.CANDIDATE, origin=Origin.MEASURED)
        conditions.append(nodes.negate(ir.Among(type=flag, span=span, particle=entry, lists=same), span))
    for single in singles:
        if single.type.kind is Kind.PARTICLE and list_kind(single) is kind:
            here, there = (nodes.call("index", (particle,), span) for particle in (entry, single))
            conditions.append(nodes.compare(ir.Comparison.NE, here, there, span))
    return nodes.conjunction(tuple(conditions), span) if conditions else None
