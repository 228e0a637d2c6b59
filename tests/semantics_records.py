"""An outcome of the judge in the shape of what a job records, so that two judges can be compared with each other.

In: `Outcome`. Out: an object with `records`, `tables` and `histograms`, as `run.results.Chunk` has them.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from dsl4bes.semantics.evaluate import Outcome


def recorded(outcome: Outcome) -> SimpleNamespace:
    tables = {}
    for name, rows in outcome.tuples.items():
        columns: dict = {key: np.array(values, float) for key, values in rows.columns.items()}
        for key, values in rows.arrays.items():
            counts = np.array([len(v) for v in values], int)
            columns[key] = SimpleNamespace(counts=counts, flat=np.array([x for v in values for x in v], float))
        tables[name] = SimpleNamespace(columns=columns)
    histograms = {}
    for name, histogram in outcome.histograms.items():
        contents = np.zeros(tuple(axis.bins + 2 for axis in histogram.axes))
        for place, content in histogram.contents.items():
            contents[place] = content
        histograms[name] = SimpleNamespace(contents=contents)
    records = SimpleNamespace(run=outcome.run.copy(), event=outcome.event.copy(), passed=outcome.passed.copy())
    return SimpleNamespace(records=records, tables=tables, histograms=histograms)
