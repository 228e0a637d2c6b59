"""BOSS's lists of pi0, eta and V0s as columns of a job's batch: what the producers (here the stand-in) put into the events, for the judge.

In: a batch, what `Job.lists()` gave for it. Out: the same batch with the collections `boss_pi0`, `boss_eta`, `boss_vee`. Nothing of the package is read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.fits import BossList, Listed
from dsl4bes.ir.program import Program, blocks_of, steps_of

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

#: The number of each list in the job.
_NUMBERS = {BossList.PI0: 0, BossList.ETA: 1, BossList.VEES: 2}


def lists_of(program: Program) -> dict[str, int]:
    """The lists that a program reads: name of the collection and number in the job."""
    from dsl4bes.semantics.listed import COLLECTIONS

    read = {step.entries for step in steps_of(blocks_of(program)) if isinstance(step, Listed)}
    return {COLLECTIONS[each]: number for each, number in _NUMBERS.items() if each in read}


def with_lists(batch: Batch, lists: dict[str, dict[str, Any]]) -> Batch:
    """The batch with one row an entry: `id` (PDG number of a V0), `parts` (positions of photons by energy, of the positive and the negative track),
    `chi2`, `mass`, `p4` (both photons, or the V0; GeV)."""
    import numpy as np

    offsets, columns = dict(batch.offsets), dict(batch.columns)
    for name, found in lists.items():
        if len(found["counts"]) != batch.n_events:
            raise ValueError(f"{name} of {len(found['counts'])} events for a batch of {batch.n_events}")
        offsets[name] = np.concatenate([np.zeros(1, np.int64), np.cumsum(found["counts"])])
        parts, numbers = found["parts"], found["numbers"]
        columns |= {
            f"{name}.id": np.ascontiguousarray(parts[:, 0]), f"{name}.parts": np.ascontiguousarray(parts[:, 1:]),
            f"{name}.chi2": np.ascontiguousarray(numbers[:, 0]), f"{name}.mass": np.ascontiguousarray(numbers[:, 1]),
            f"{name}.p4": np.ascontiguousarray(numbers[:, 2:]),
        }  # fmt: skip
    return replace(batch, offsets=offsets, columns=columns)
