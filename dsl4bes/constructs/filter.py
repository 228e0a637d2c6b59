"""`filter`: selected events pass the algorithm's filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import SELECTION, Block, Example, Instance

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class Filter(Block):
    """Says that the selection is used as a filter: a sequence or a writer keeps the events that pass all cuts.

    The generated algorithm sets its filter flag for every event, with or without this line; it documents the intent.
    """

    keyword = "filter"
    parents = (SELECTION,)
    body = False

    examples = (
        Example(
            "Skim events with at least four good tracks.",
            "event_selection do\n    charged_tracks do\n        ngood >= 4\n    end\n    filter\nend\n",
        ),
        Example(
            "Skim events with two hard photons.",
            "event_selection do\n    photons do\n        energy > 1 GeV\n        ngam >= 2\n    end\n    filter\nend\n",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: the flag is always set."""
