"""`blind`: a fixed fraction of the real data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import Block, Example, Instance
from dsl4bes.constructs.fields import Number
from dsl4bes.constructs.runs import simulated
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class Blind(Block):
    """Keeps a fixed fraction of the real events, the same ones in every job; simulated events all pass.

    Which events are kept follows from a hash of run and event number (`event_fraction` below `keep`), so that neither the order of the files nor
    other cuts matter, and a smaller fraction is part of a larger one. To open the box, set the property `blind_keep` to 1. A quantity instead of events
    is hidden by `blinded(x, a..b)` in formulas.
    """

    keyword = "blind"

    keep = Number(required=True, low=0, high=1, doc="fraction of the real events that is kept", usage="keep 10 %")

    examples = (
        Example(
            "A tenth of the data to develop the selection on.",
            "event_selection do\n    blind do\n        keep 10 %\n    end\n    photons do\n        ngam >= 2\n    end\nend\n",
        ),
        Example(
            "A quarter of the data, in which the mass is not shown where the signal is expected.",
            "event_selection do\n    blind do\n        keep 0.25\n    end\n    photons do\n        ngam == 2\n    end\nend\n\n"
            'ntuple("gg") do\n    column m_gg: blinded(m(gam1, gam2), 0.5 GeV..0.6 GeV)\nend\n',
            "In real data the column holds -999 between 0.5 and 0.6 GeV, until the property unblind is true.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        keep = here.get(cls.keep)
        if keep is None:
            return
        parameter = to.parameter(f"{here.name}.keep", keep.value, cls.keep.doc, span=keep.span)
        fraction = nodes.call("event_fraction", (), here.span)
        condition = nodes.compare(ir.Comparison.LT, fraction, nodes.parameter_ref(parameter), here.span)
        when = nodes.negate(simulated(here.span), here.span)
        to.require(here.name, "", condition, here.span, when=when)
