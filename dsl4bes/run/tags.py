"""D tags of a job as columns of its batch: what the producer (here the stand-in) put into the events, for the judge.

In: a batch, what `Job.tags()` gave for it. Out: the same batch with the collections `dtag` and `dtag_part`. Nothing of the package is read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.fits import Tags
from dsl4bes.ir.program import Program, blocks_of, steps_of

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

NUMBERS = ("mode", "charm", "charge", "type", "n_tracks", "n_showers")


def asks_for_tags(program: Program) -> bool:
    """Whether a program reads the D-tag list."""
    return any(isinstance(step, Tags) for step in steps_of(blocks_of(program)))


def with_tags(batch: Batch, tags: dict[str, Any]) -> Batch:
    """The batch with one row of `dtag` a tag (numbers and `p4`, GeV) and one of `dtag_part` for each of its tracks and showers (`position`)."""
    import numpy as np

    if len(tags["counts"]) != batch.n_events:
        raise ValueError(f"D tags of {len(tags['counts'])} events for a batch of {batch.n_events}")
    edges = np.concatenate([np.zeros(1, np.int64), np.cumsum(tags["counts"])])
    parts = np.concatenate([np.zeros(1, np.int64), np.cumsum(tags["numbers"][:, 4] + tags["numbers"][:, 5], dtype=np.int64)])
    columns = {f"dtag.{name}": np.ascontiguousarray(tags["numbers"][:, i]) for i, name in enumerate(NUMBERS)}
    columns |= {"dtag.p4": tags["p4"], "dtag_part.position": tags["positions"]}
    return replace(
        batch, offsets={**batch.offsets, "dtag": edges, "dtag_part": parts[edges]}, columns={**batch.columns, **columns}
    )  # fmt: skip
