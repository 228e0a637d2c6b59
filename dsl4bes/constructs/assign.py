"""`assign`: species without particle identification."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsl4bes.constructs import identification
from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind, SourceItem
from dsl4bes.constructs.fields import Line, Sources
from dsl4bes.constructs.identification import Identified, Target
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Select
from dsl4bes.ir.types import Kind, ListSymbol, Origin, Shape, Type
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, List

WORDS = ("remaining",)


class Assign(Block):
    """Gives tracks a species by charge, momentum, order or because they remain, without identification.

    `identify :ep, charge > 0` puts every positive track into `ep`. Bare quantities (`charge`, `p`, `emc_energy`) are those of the
    track in question, with the pion hypothesis. `order: 1` takes the fastest of the tracks that pass, `order: 2` the second,
    `order: :slowest` the slowest; `:remaining` only tracks that no line above has taken. From here on the momenta of a list's
    tracks are those of the species it was given.
    """

    keyword = "assign"
    label = LabelKind.NAME
    counts = True

    from_ = Sources(doc="list of tracks to assign", many=False, usage="from good")
    identify = Line(
        required=True, repeats=True, keys=("as", "order"), words=WORDS, doc="lists to make, and which tracks they take",
        usage="identify :ep, charge > 0",
    )  # fmt: skip

    examples = (
        Example(
            "Electron and positron by charge alone.",
            "event_selection do\n    charged_tracks do\n        ngood == 2\n        net_charge 0\n    end\n    assign do\n"
            "        identify :ep, charge > 0\n        identify :em, charge < 0\n        nep == 1\n        nem == 1\n    end\nend\n",
        ),
        Example(
            "Fast tracks are muons, the others pions.",
            "event_selection do\n    charged_tracks do\n        ngood == 4\n        net_charge 0\n    end\n    assign do\n"
            "        identify :mup, p > 1 GeV\n        identify :mum, p > 1 GeV\n        identify :pip, :remaining\n"
            "        identify :pim, :remaining\n        nmup == 1\n        nmum == 1\n        npip == 1\n        npim == 1\n    end\nend\n",
            "The list's name gives the charge that is asked.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        separate(here, to, here.get(cls.from_), here.all(cls.identify))


def separate(
    here: Instance, to: Builder, named: tuple[SourceItem, ...] | None, entries: Iterable[Entry]
) -> None:
    """Make the lists of the `identify` lines, in order."""
    source = to.track_source(here, named)
    lines = [line for entry in entries if (line := identification.read(entry, to, WORDS)) is not None]
    if source is None:
        return
    taken: list[ListSymbol] = []
    for line in lines:
        before = tuple(taken)
        for target in line.targets:
            taken.append(_make(here, to, line, target, source, before))
    to.count_cuts(here)


def _make(
    here: Instance,
    to: Builder,
    line: Identified,
    target: Target,
    source: List,
    before: tuple[ListSymbol, ...],
) -> ListSymbol:
    """The list of one target; returns its symbol."""
    binder = ir.Binder("x", source.symbol)
    track = to.variable(binder, target.span)
    made = identification.conditions(line, target, here, to, track, source.symbol.name)
    if "remaining" in line.words and before:
        flag = Type(Kind.FLAG, shape=Shape.CANDIDATE, origin=Origin.MEASURED)
        member = ir.Among(type=flag, span=target.span, particle=track, lists=before)
        made = None if made is None else [*made, nodes.negate(member, target.span)]
    if line.order is not None and made is not None:
        fitting = to.hidden_list(source.symbol.kind, source, "tracks")
        _select(to, line, fitting.symbol, source.symbol, binder, made)
        source, binder = fitting, ir.Binder("x", fitting.symbol)
        made = _ordered(to, line.order, binder)
    info = identification.make_target(target, source, to)
    if made is not None:
        _select(to, line, info.symbol, source.symbol, binder, made)
    return info.symbol


def _select(
    to: Builder,
    line: Identified,
    target: ListSymbol,
    source: ListSymbol,
    binder: ir.Binder,
    made: list[ir.Expr],
) -> None:
    span = line.entry.statement.span
    to.emit(
        Select(
            span=span,
            target=target,
            source=source,
            binder=binder,
            condition=nodes.conjunction(tuple(made), span),
        )
    )


def _ordered(to: Builder, order: ast.Expr, binder: ir.Binder) -> list[ir.Expr] | None:
    """The condition that a track is the n-th by momentum of its list, or the slowest."""
    span = order.span
    track = to.variable(binder, span)
    if isinstance(order, ast.Symbol) and order.name == "slowest":
        loop = ir.Binder("y", binder.list)
        momenta = nodes.each((loop,), _momentum(to.variable(loop, span)), span)
        least = nodes.reduce(ir.Reduction.MIN, momenta, span, Shape.CANDIDATE)
        return [nodes.compare(ir.Comparison.LE, _momentum(track), least, span)]
    number = 1.0 if isinstance(order, ast.Symbol) and order.name == "fastest" else None
    if (
        isinstance(order, ast.Number)
        and order.unit is None
        and order.value >= 1
        and order.value == int(order.value)
    ):
        number = order.value
    if number is None:
        to.bag.add(
            codes.BAD_VALUE,
            "`order:` is 1, 2, ..., `:fastest` or `:slowest`",
            span,
            help="1 is the fastest track",
        )
        return None
    pick = ir.Pick(
        type=Type(Kind.PARTICLE, origin=Origin.MEASURED, maybe=True),
        span=span,
        list=binder.list,
        rank=int(number) - 1,
    )
    left, right = nodes.call("index", (track,), span), nodes.call("index", (pick,), span)
    return [nodes.compare(ir.Comparison.EQ, left, right, span)]


def _momentum(track: ir.Expr) -> ir.Expr:
    return nodes.call("p", (nodes.p4_of(track, track.span),), track.span)
