"""`event_selection`: holds the blocks that select events, in the order they run."""

from __future__ import annotations

from dsl4bes.constructs.base import TOP, Block, Example


class EventSelection(Block):
    """The selection: blocks and cuts, run in the order written.

    `event_selection do pid do ... end end` and `event_selection.pid do ... end` are the same, and several `event_selection`
    blocks are read as one. Every block that can reject an event is a line of the cut flow.
    """

    keyword = "event_selection"
    parents = (TOP,)
    container = True
    examples = (
        Example(
            "Keep events with two good tracks of opposite charge.",
            "event_selection do\n    charged_tracks do\n        ngood == 2\n        net_charge 0\n    end\nend\n",
            "Blocks inside run in the order written.",
        ),
        Example(
            "The same, with the block named by its path.",
            "event_selection.charged_tracks do\n    ngood == 2\n    net_charge 0\nend\n",
        ),
    )
