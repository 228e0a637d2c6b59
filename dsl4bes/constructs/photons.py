"""`photons`: neutral showers of the calorimeter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Comparison, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Cut, Group, Line, Number, Sources
from dsl4bes.constructs.measures import comparison
from dsl4bes.diagnostics.codes import names
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Select, Source
from dsl4bes.ir.types import ANGLE, ENERGY, TIME, ListKind, Origin, Shape, Type
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder, List
    from dsl4bes.source import Span

TICK = 50.0  #: ns of one EMC time unit (BOSS 7.0.4)


def _part(where: str) -> tuple[Cut, ...]:
    cos = Cut(natural="<", low=0, high=1, doc="absolute value of the cosine of the polar angle", name="cos")
    energy = Cut(
        dimension=ENERGY,
        bare="GeV",
        natural=">",
        low=0,
        doc=f"energy of a shower of the {where}",
        name="energy",
    )
    return cos, energy


class Photons(Block):
    """A list of photons: showers that no charged track points to, with the cuts of the block.

    Directions are from the origin. `barrel` and `endcap` have cuts of their own: a photon passes if it passes one of them; without `cos` they are told apart by the
    part of the calorimeter. `time` without a unit counts ticks of 50 ns. `isolation` is the
    smallest angle to the extrapolated position of any charged track that reaches the calorimeter; without such a track a photon
    is isolated. The list is called `gam`, or as the label says.
    """

    keyword = "photons"
    label = LabelKind.NAME
    counts = True
    default_list = "gam"
    standard = (
        "event_selection.photons do\n    barrel    cos < 0.80, energy > 25 MeV\n    endcap    cos in 0.86..0.92, energy > 50 MeV\n"
        "    time      0..14\n    isolation > 10 deg\nend\n"
    )

    from_ = Sources(
        default="all showers",
        doc="list to take the photons from, all showers if not said", many=False, usage="from gam"
    )
    energy = Cut(
        dimension=ENERGY, bare="GeV", natural=">", low=0, doc="energy of the shower", usage="energy > 40 MeV"
    )
    cos = Cut(
        natural="<", low=0, high=1, doc="absolute value of the cosine of the polar angle", usage="cos < 0.92"
    )
    barrel = Group(
        fields=_part("barrel"), doc="cuts for the barrel", usage="barrel cos < 0.80, energy > 25 MeV"
    )
    endcap = Group(
        fields=_part("end-caps"),
        doc="cuts for the end-caps",
        usage="endcap cos in 0.86..0.92, energy > 50 MeV",
    )
    time = Cut(
        natural="<",
        bare="ticks of 50 ns",
        other=(TIME, 1 / TICK),
        doc="time of the shower",
        usage="time 0..14",
    )
    relative_time = Number(
        dimension=TIME, bare="ns", low=0, usage="relative_time 500 ns",
        doc="in events without charged tracks: largest difference to the time of the most energetic shower, instead of `time`",
    )  # fmt: skip
    isolation = Cut(
        dimension=ANGLE,
        natural=">",
        low=0,
        doc="smallest angle to an extrapolated charged track",
        usage="isolation > 10 deg",
    )
    isolation_from = Line(
        repeats=True, usage="isolation_from good, > 20 deg",
        doc="the same for the tracks of one list; without an angle, the list that `isolation` speaks of",
    )  # fmt: skip

    examples = (
        Example(
            "At least two photons of more than 40 MeV, 20 degrees from any charged track.",
            "event_selection do\n    photons do\n        energy    > 40 MeV\n        isolation > 20 deg\n        ngam >= 2\n    end\nend\n",
        ),
        Example(
            "The standard photons of the collaboration, written out.",
            "event_selection do\n    photons do\n        barrel    cos < 0.80, energy > 25 MeV\n        endcap    cos in 0.86..0.92, energy > 50 MeV\n"
            "        time      0..14\n        isolation > 10 deg\n        ngam >= 1\n    end\nend\n",
            "A bare time counts ticks of 50 ns: 0..700 ns.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        source = cls._source(here, to)
        span = here.label.span if here.label else here.head
        target = to.make_list(
            here.label.name if here.label else cls.default_list, ListKind.SHOWERS, span, parent=source
        )
        binder = ir.Binder("x", source.symbol)
        shower = to.variable(binder, here.head)
        cuts: list[ir.Expr | None] = []
        for name, quantity in (("energy", "e"), ("cos", "cos")):
            cuts += [
                to.field_cut(here, entry, _quantity(quantity, shower))
                for entry in here.entries
                if entry.field.name == name
            ]
        parts = [
            cls._part(here, to, group, shower) for group in (cls.barrel, cls.endcap) if here.entry(group)
        ]
        if parts:
            cuts.append(nodes.disjunction(tuple(parts), here.head))
        cuts.append(cls._time(here, to, shower))
        cuts += cls._isolation(here, to, shower)
        condition = nodes.conjunction(tuple(cut for cut in cuts if cut is not None), here.head)
        to.emit(
            Select(
                span=here.span, target=target.symbol, source=source.symbol, binder=binder, condition=condition
            )
        )
        to.count_cuts(here)

    @classmethod
    def _source(cls, here: Instance, to: Builder) -> List:
        """All showers, or the list that `from` narrows down."""
        named = here.get(cls.from_)
        info = None if named is None else to.list_named(named[0].value)
        if info is not None and info.is_tracks:
            message = f"`{named[0].value.span.text}` is a list of charged tracks, and photons are needed"
            to.bag.add(
                names.WRONG_KIND, message, named[0].value.span, help="name a list of photons, such as `gam`"
            )
            info = None
        return info or to.collection(Source.NEUTRAL)

    @classmethod
    def _part(cls, here: Instance, to: Builder, group: Group, shower: ir.Expr) -> ir.Expr:
        """The cuts of the barrel or of the end-caps."""
        written = here.entry(group)
        assert written is not None
        entries: tuple[Entry, ...] = written.value
        cuts = [
            to.field_cut(
                here,
                entry,
                _quantity("e" if entry.field.name == "energy" else "cos", shower),
                path=f".{group.name}",
            )
            for entry in entries
        ]
        if not any(entry.field.name == "cos" for entry in entries):
            part = nodes.call("module", (shower,), written.key.span)
            operator = ir.Comparison.EQ if group is cls.barrel else ir.Comparison.NE
            cuts.append(
                nodes.compare(operator, part, nodes.constant(1.0, written.key.span), written.key.span)
            )
        return nodes.conjunction(tuple(cut for cut in cuts if cut is not None), written.key.span)

    @classmethod
    def _time(cls, here: Instance, to: Builder, shower: ir.Expr) -> ir.Expr | None:
        """The time window, and the relative one for events without charged tracks (SEMANTICS rule 6)."""
        entry = here.entry(cls.time)
        window = (
            None
            if entry is None
            else to.field_cut(here, entry, nodes.call("ticks", (shower,), entry.key.span))
        )
        relative = here.entry(cls.relative_time)
        if relative is None:
            return window
        span = relative.key.span
        none = nodes.compare(
            ir.Comparison.EQ, nodes.call("n_charged", (), span), nodes.constant(0.0, span), span
        )
        first = ir.Pick(
            type=Type(shower.type.kind, origin=Origin.MEASURED, maybe=True), span=span,
            list=to.collection(Source.NEUTRAL).symbol, rank=0,
        )  # fmt: skip
        difference = nodes.arithmetic(
            ir.Arithmetic.SUB, nodes.call("time", (shower,), span), nodes.call("time", (first,), span), span
        )
        limit = to.parameter(
            f"{here.name}.relative_time",
            relative.value.value,
            cls.relative_time.doc,
            dimension=TIME,
            span=relative.value.span,
        )
        near = nodes.compare(
            ir.Comparison.LT, nodes.call("abs", (difference,), span), nodes.parameter_ref(limit), span
        )
        some = nodes.negate(none, span)
        charged = nodes.conjunction((some,) if window is None else (some, window), span)
        return nodes.disjunction((charged, nodes.conjunction((none, near), span)), span)

    @classmethod
    def _isolation(cls, here: Instance, to: Builder, shower: ir.Expr) -> list[ir.Expr | None]:
        """Angles to all tracks, or to those of lists that are named."""
        found: list[ir.Expr | None] = []
        reference = None
        for number, entry in enumerate(here.all(cls.isolation_from), 1):
            arguments: tuple[ast.Argument, ...] = entry.value
            info = to.track_list(arguments[0].value)
            if info is None:
                continue
            if len(arguments) == 1:
                reference = info
                continue
            cut = comparison(cls.isolation, entry.key.span, arguments[1].value, to.bag)
            if cut is not None:
                name = "isolation_from" + (f"_{number}" if number > 1 else "")
                angle = Entry(cls.isolation, entry.key, cut, entry.statement)
                found.append(_from_list(here, to, angle, shower, info, name))
        written = here.entry(cls.isolation)
        if written is not None and reference is not None:
            found.append(_from_list(here, to, written, shower, reference, "isolation"))
        elif written is not None:
            found.append(to.field_cut(here, written, nodes.call("isolation", (shower,), written.key.span)))
        elif reference is not None:
            last = here.entry(cls.isolation_from)
            assert last is not None
            help = "write `isolation_from good, > 20 deg`, or an `isolation` with the angle"
            to.bag.add(codes.BAD_VALUE, "`isolation_from` has no angle", last.key.span, help=help)
        return found


def _quantity(name: str, shower: ir.Expr) -> ir.Expr:
    value = nodes.call(name, (nodes.p4_of(shower, shower.span),), shower.span)
    return nodes.call("abs", (value,), shower.span) if name == "cos" else value


def _from_list(
    here: Instance, to: Builder, entry: Entry, shower: ir.Expr, info: List, name: str
) -> ir.Expr | None:
    """No track of a list is nearer than the angle: those that do not reach the calorimeter do not count."""
    binder = ir.Binder("t", info.symbol)
    angle = nodes.call("emc_angle", (shower, to.variable(binder, entry.key.span)), entry.key.span)
    cut = to.field_cut(here, entry, angle, name=name)
    if cut is None:
        return None
    return _no_failing(binder, nodes.negate(cut, entry.key.span), entry.value, entry.key.span)


def _no_failing(binder: ir.Binder, failing: ir.Expr, cut: Comparison, span: Span) -> ir.Expr:
    over = nodes.each((binder,), failing, cut.span)
    count = nodes.reduce(ir.Reduction.COUNT, over, span, Shape.CANDIDATE)
    return nodes.compare(ir.Comparison.EQ, count, nodes.constant(0.0, span), span)
