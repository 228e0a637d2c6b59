"""Events with a truth made by hand: decay trees as nested tuples, with radiation, secondaries of the detector and odd track indices.

In: trees `(pdgid, [trees])`, a seed. Out: a `Batch` whose reconstruction is that of toy events and whose `mc` is what the trees say.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.events.batch import Batch, offsets_from_counts
from dsl4bes.events.toy import toy_events


def _event(tree: tuple, rng: np.random.Generator, *, radiate: bool) -> list[dict]:
    """A generated event around a decay tree (pdgid, [trees]): track indices that are no places, radiation, secondaries of the detector."""
    rows: list[dict] = [{"pdgid": 23, "up": None, "flags": 5}, {"pdgid": 11, "up": None, "flags": 13}]

    def add(node: tuple, up: int) -> None:
        place = len(rows)
        rows.append({"pdgid": node[0], "up": up, "flags": 1 if node[1] else 9})
        order = rng.permutation(len(node[1]))
        for k in order:
            add(node[1][k], place)
        if node[1] and radiate and rng.uniform() < 0.5:
            rows.append({"pdgid": -22, "up": place, "flags": 9})
        if not node[1] and rng.uniform() < 0.3:
            rows.append({"pdgid": -13 if node[0] > 0 else 13, "up": place, "flags": 2})

    add(tree, 0)
    for row in rows:
        row["p4"] = np.append(rng.normal(0, 0.5, 3), rng.uniform(0.1, 1.5))
    return rows


def made_batch(trees: list[tuple], seed: int, *, radiate: bool = True) -> Batch:
    """Toy events whose truth is replaced by these decay trees."""
    rng = np.random.default_rng(seed)
    base = toy_events("J/psi -> pi+ pi- pi0", len(trees), seed)
    found = [_event(tree, rng, radiate=radiate) for tree in trees]
    offset = int(rng.integers(0, 4))  # the first index of an event need not be 0
    columns = dict(base.columns)
    flat = [row | {"first": number} for number, rows in enumerate(found) for row in rows]
    columns["mc.pdgid"] = np.array([row["pdgid"] for row in flat])
    columns["mc.index"] = np.array([place + offset for rows in found for place in range(len(rows))])
    columns["mc.mother"] = np.array([-99 if row["up"] is None else row["up"] + offset for row in flat])
    columns["mc.flags"] = np.array([row["flags"] for row in flat])
    columns["mc.p4"] = np.array([row["p4"] for row in flat])
    for name in ("start", "end"):
        columns[f"mc.{name}"] = np.zeros((len(flat), 4))
    for name in ("mdc_match", "emc_match"):
        columns = {key: values for key, values in columns.items() if not key.startswith(f"{name}.")}
    offsets = {**base.offsets, "mc": offsets_from_counts(np.array([len(rows) for rows in found]))}
    offsets = {key: values for key, values in offsets.items() if key not in ("mdc_match", "emc_match")}
    return Batch.build(len(trees), offsets, columns, 0, "made")
