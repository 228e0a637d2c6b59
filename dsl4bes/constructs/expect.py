"""`expect`: the cut flow of a known sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import TOP, Block, Example, Instance
from dsl4bes.constructs.fields import Number, Text

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class Expect(Block):
    """States how many events of a sample are left after lines of the cut flow; `run` on that sample fails where it differs.

    `events` is the number of events read. A block's name stands for its last cut, `block.line` for one line; other characters than letters
    and digits are written `_` (`proton_recoil 412`).
    """

    keyword = "expect"
    parents = (TOP,)

    sample = Text(doc="file the numbers are for", required=True, usage='sample: "jpsi.dst"')
    free = Number(whole=True, low=0, doc="number of events left", name="line")

    examples = (
        Example(
            "The cut flow of the ten test events.",
            "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n    end\nend\n\n"
            'expect(sample: "test_full_mc_evt_1.dst") do\n    events         10\n    charged_tracks 8\nend\n',
        ),
        Example(
            "One line of a block.",
            "event_selection do\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\n"
            '    require "hard photon", e(gam1) > 0.5 GeV\nend\n\nexpect(sample: "test.dst") do\n    photons.ngam 9\n    hard_photon  7\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: the numbers are compared by `run`."""
