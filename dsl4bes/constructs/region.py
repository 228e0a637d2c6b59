"""`region`: a further selection that starts where another ends."""

from __future__ import annotations

from dsl4bes.constructs.base import REGION, TOP, Block, Example, LabelKind
from dsl4bes.constructs.fields import Sources


class Region(Block):
    """A selection that goes on from the baseline (all blocks of `event_selection`) or from another region.

    Regions share what comes before and do not see each other: an event may pass several. Lines of the cut flow and numbers carry the region's
    name (`signal.pi0`). Only what is written inside a region fills for it.
    """

    keyword = REGION
    parents = (TOP,)
    label = LabelKind.NAME
    label_required = True
    container = True

    from_ = Sources(default="`baseline`", doc="region to go on from, `baseline` if not said", many=False, usage="from: baseline")

    examples = (
        Example(
            "A signal region and a sideband of the mass of two photons.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam == 2\n    end\nend\n\n"
            'region(:signal, from: baseline) do\n    require "pi0", m(gam1, gam2) in 0.115..0.150\nend\n\n'
            'region(:sideband, from: baseline) do\n    require "pi0", m(gam1, gam2) in 0.165..0.185\nend\n',
        ),
        Example(
            "A region within a region.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\nend\n\n"
            'region(:low) do\n    require "mass", m(gam1, gam2) < 1 GeV\nend\n\n'
            'region(:lowest, from: low) do\n    require "mass", m(gam1, gam2) < 0.5 GeV\nend\n',
        ),
    )
