"""`nearest_track`: the track nearest to a direction, as a probe of efficiency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Cut, Flag, Formula, Sources
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.primitives import Match
from dsl4bes.ir.types import ANGLE, ListKind

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_START = (
    'analysis "Example" do\n    ecms 3.097 GeV\nend\n\nevent_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n'
    "        ngood >= 3\n    end\n    pid do\n        identify :pip, :pim, :prm, as: :most_probable\n        npip == 1\n"
    "        npim == 1\n        nprm == 1\n    end\n"
)


class NearestTrack(Block):
    """Finds the track whose direction is nearest to a four-momentum; the list it makes has one entry or none.

    It does not reject events: a track that is not found is the inefficiency. `required` makes it a cut. A quantity of the probe is
    stored as -999 where none was found.
    """

    keyword = "nearest_track"
    label = LabelKind.NAME
    label_required = True
    default_list = ""

    from_ = Sources(
        required=True, doc="list of tracks to look in", many=False, usage="from rest(good, pip, pim)"
    )
    to = Formula(
        required=True, doc="four-momentum whose direction is looked for", usage="to recoil_p4(pip, pim, prm)"
    )
    angle = Cut(
        dimension=ANGLE,
        natural="<",
        low=0,
        high=3.1416,
        doc="largest angle to that direction",
        usage="angle < 10 deg",
    )
    required = Flag(doc="reject events in which no track is found", usage="required")

    examples = (
        Example(
            "The proton that recoils against pi+ pi- and an antiproton.",
            f"{_START}    nearest_track(:probe) do\n        from  rest(good, pip, pim, prm)\n        to    recoil_p4(pip, pim, prm)\n"
            "        angle < 10 deg\n    end\nend\n\n"
            'ntuple("probes") do\n    column n_probe: count(probe), p_probe: p(probe)\nend\n',
            "No event is lost: p_probe is -999 where no track was found.",
        ),
        Example(
            "Only events in which it is found.",
            f"{_START}    nearest_track(:probe) do\n        from  rest(good, pip, pim, prm)\n        to    recoil_p4(pip, pim, prm)\n"
            "        angle < 10 deg\n        required\n    end\nend\n",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        items, wanted = here.get(cls.from_), here.get(cls.to)
        if items is None or wanted is None:
            return
        source = to.track_list(items[0].value)
        direction = to.vector(wanted)
        if source is None or direction is None or here.label is None:
            return
        binder = ir.Binder("x", source.symbol)
        entry = here.entry(cls.angle)
        conditions: list[ir.Expr] = []
        if entry is not None:
            track = nodes.p4_of(to.variable(binder, entry.key.span), entry.key.span)
            made = to.field_cut(here, entry, nodes.call("angle", (track, direction), entry.key.span))
            conditions += [] if made is None else [made]
        target = to.make_list(
            here.label.name,
            ListKind.TRACKS,
            here.label.span,
            species=source.symbol.species,
            charge=source.symbol.charge,
            parent=source,
        )
        required = bool(here.get(cls.required))
        cut = to.cut(here.name, "", here.head) if required else None
        condition = nodes.conjunction(tuple(conditions), here.head)
        to.emit(
            Match(
                span=here.span,
                target=target.symbol,
                source=source.symbol,
                to=direction,
                binder=binder,
                condition=condition,
                cut=cut,
            )
        )
        if required:
            to.use(target)
        to.scope.narrow(target, 1 if required else None, 1)
