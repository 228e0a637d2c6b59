"""`charged_tracks`: charged tracks that come from the interaction point."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Entry, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Cut, Sources
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Select, Source
from dsl4bes.ir.types import ENERGY, LENGTH, ListKind, View

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class ChargedTracks(Block):
    """A list of good charged tracks: those with a valid MDC and a valid Kalman track that pass all cuts of the block.

    `vr`, `vz` and `cos` take absolute values; the closest approach is to the interaction point of the run. All cuts are on the
    MDC track. The list is called `good`, or as the label says; `n<list>` and `net_charge` reject events.
    """

    keyword = "charged_tracks"
    label = LabelKind.NAME
    counts = True
    default_list = "good"
    standard = "event_selection.charged_tracks do\n    vr  < 1 cm\n    vz  < 10 cm\n    cos < 0.93\nend\n"

    from_ = Sources(
        default="all charged tracks",
        doc="list to take the tracks from, all charged tracks if not said", many=False, usage="from loose"
    )
    vr = Cut(
        dimension=LENGTH,
        bare="cm",
        natural="<",
        low=0,
        doc="closest approach in the transverse plane",
        usage="vr < 1 cm",
    )
    vz = Cut(
        dimension=LENGTH,
        bare="cm",
        natural="<",
        low=0,
        doc="distance along the beam at closest approach",
        usage="vz < 10 cm",
    )
    cos = Cut(
        natural="<", low=0, high=1, doc="absolute value of the cosine of the polar angle", usage="cos < 0.93"
    )
    p = Cut(dimension=ENERGY, bare="GeV", natural="<", low=0, doc="momentum", usage="p < 2 GeV")
    pt = Cut(
        dimension=ENERGY,
        bare="GeV",
        natural=">",
        low=0,
        doc="momentum transverse to the beam",
        usage="pt > 50 MeV",
    )
    net_charge = Cut(
        natural="==",
        whole=True,
        doc="sum of the charges of the list; rejects the event",
        usage="net_charge 0",
    )

    examples = (
        Example(
            "Two tracks from the interaction point with opposite charges.",
            "event_selection do\n    charged_tracks do\n        vr  < 1 cm\n        vz  < 10 cm\n        cos < 0.93\n"
            "        ngood == 2\n        net_charge 0\n    end\nend\n",
            "vr, vz and cos are absolute values.",
        ),
        Example(
            "Loose tracks for decays in flight, at least four, beside the good ones.",
            "event_selection do\n    charged_tracks(:loose) do\n        vr < 10 cm\n        vz < 20 cm\n        nloose >= 4\n    end\n"
            "    charged_tracks(:tight) do\n        from loose\n        vr < 1 cm\n        ntight >= 2\n    end\nend\n",
            "A label names the list; `from` narrows another one down.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        named = here.get(cls.from_)
        source = to.track_source(here, named) if named else to.collection(Source.CHARGED)
        if source is None:
            source = to.collection(Source.CHARGED)
        span = here.label.span if here.label else here.head
        target = to.make_list(
            here.label.name if here.label else cls.default_list, ListKind.TRACKS, span, parent=source
        )
        binder = ir.Binder("x", source.symbol)
        track = to.variable(binder, here.head)
        vector = nodes.p4_of(track, here.head, View.MDC)
        quantities: dict[str, Callable[[], ir.Expr]] = {
            "vr": lambda: _absolute(nodes.call("vr", (track,), here.head, View.MDC)),
            "vz": lambda: _absolute(nodes.call("vz", (track,), here.head, View.MDC)),
            "cos": lambda: _absolute(nodes.call("cos", (vector,), here.head)),
            "p": lambda: nodes.call("p", (vector,), here.head),
            "pt": lambda: nodes.call("pt", (vector,), here.head),
        }
        cuts = [
            to.field_cut(here, entry, quantities[entry.field.name]())
            for entry in here.entries
            if entry.field.name in quantities
        ]
        condition = nodes.conjunction(tuple(cut for cut in cuts if cut is not None), here.head)
        to.emit(
            Select(
                span=here.span, target=target.symbol, source=source.symbol, binder=binder, condition=condition
            )
        )

        def net_charge(entry: Entry) -> ir.Expr:
            loop = ir.Binder("x", target.symbol)
            charge = nodes.call("charge", (to.variable(loop, entry.key.span),), entry.key.span)
            to.use(target)
            return nodes.reduce(ir.Reduction.SUM, nodes.each((loop,), charge, entry.key.span), entry.key.span)

        to.count_cuts(here, {"net_charge": net_charge})


def _absolute(value: ir.Expr) -> ir.Expr:
    return nodes.call("abs", (value,), value.span)
