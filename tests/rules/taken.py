"""Events as they are taken: run numbers of several periods, simulation among them, and trigger data in most of the real ones.

In: a decay. Out: a batch. Nothing of the program under test is known here.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events

#: Runs of the events; negative ones are simulated.
RUNS = (9946, 9947, 10245, 10878, 11001, 27255, 30000, -9947, -10245, -27300, -5)
#: Measured energies (GeV) of some of them, by |run|.
ENERGIES = {9946: 3.05, 9947: 3.097, 10245: 3.1, 10878: 3.2, 11001: 3.3, 27255: 3.0, 27300: 3.15}


@cache
def taken(decay: str = "J/psi -> pi+ pi- pi0", n: int = 300, seed: int = 3) -> Batch:
    """`n` events of a decay in runs drawn from `RUNS`."""
    made = toy_events(decay, n, seed, options=ToyOptions(extra_photons=1.0, tof_missing=0.2))
    rng = np.random.default_rng(seed)
    runs = rng.choice(RUNS, n)
    offsets = np.concatenate([[0], np.cumsum((runs > 0) & (rng.random(n) < 0.8))])
    rows = int(offsets[-1])
    columns = {
        **made.columns,
        "event.run": runs.astype(np.int32),
        "event.number": rng.integers(0, 2**31, n).astype(np.int32),
        "trigger.channel": (rng.random((rows, 16)) < 0.4).astype(np.int32),
        "trigger.condition": (rng.random((rows, 48)) < 0.4).astype(np.int32),
        **{f"trigger.{name}": np.zeros(rows, np.int32) for name in ("window", "timing", "prescale")},
    }
    batch = Batch.build(n, {**made.offsets, "trigger": offsets}, columns)
    batch.validate()
    return batch


def fired(batch: Batch, column: str, number: int) -> np.ndarray:
    """Per event whether a channel or condition of its trigger data is set."""
    return np.array([batch[f"trigger.{column}"][batch.rows("trigger", e), number].any() for e in range(batch.n_events)])
