"""Busy events for property tests: further particles of every kind, at any momentum.

In: generated events. Out: the same events with anything from no to forty more particles each.
The added particles are unphysical together (no conservation law holds); each of them is measured like any
other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.events.toy.generate import DECAYED, LEAF, Truth
from dsl4bes.events.toy.phasespace import directions

if TYPE_CHECKING:
    import numpy as np

#: Kinds added (PDG number, charge, mass in GeV).
_KINDS = (
    (22, 0, 0.0),
    (22, 0, 0.0),
    (211, 1, 0.13957),
    (-211, -1, 0.13957),
    (321, 1, 0.493677),
    (-321, -1, 0.493677),
    (2212, 1, 0.938272),
    (-2212, -1, 0.938272),
    (-11, 1, 0.000511),
    (11, -1, 0.000511),
    (-13, 1, 0.105658),
    (13, -1, 0.105658),
    (130, 0, 0.497611),
)
#: Mean numbers added: few as a rule, many of all kinds or many photons in such a share of the events each.
_FEW, _MANY, _SHARE = 2.0, 35.0, 0.05


def crowded(rng: np.random.Generator, truth: Truth) -> Truth:
    """The events of `truth` with more particles, made at the primary vertex or up to 10 cm from it."""
    import numpy as np

    sort = rng.uniform(size=truth.n_events)
    mean = np.where(sort < 2 * _SHARE, _MANY, _FEW)
    event = np.repeat(np.arange(truth.n_events), rng.poisson(mean))
    count = len(event)
    kind = rng.integers(0, len(_KINDS), count)
    kinds = np.array(_KINDS)[np.where(sort[event] < _SHARE, 0, kind)]
    size = rng.exponential(0.5, count) + 0.02
    momentum = directions(rng, count) * size[:, None]
    first = np.searchsorted(truth.event, np.arange(truth.n_events))
    start = truth.start[first[event]].copy()
    away = rng.uniform(size=count) < 0.2
    start[away, :3] += rng.uniform(-5, 5, (int(away.sum()), 3))
    p4 = np.concatenate([momentum, np.hypot(size, kinds[:, 2])[:, None]], axis=1)
    whole = kinds[:, :2].astype(np.int64)
    joined = Truth(
        truth.n_events,
        np.concatenate([truth.event, event]),
        np.concatenate([truth.pdgid, whole[:, 0]]),
        np.concatenate([truth.mother, np.zeros(count, np.int64)]),
        np.concatenate([truth.flags, np.full(count, DECAYED | LEAF)]),
        np.concatenate([truth.charge, whole[:, 1]]),
        np.concatenate([truth.p4, p4]),
        np.concatenate([truth.start, start]),
        np.concatenate([truth.end, start]),
    )
    # stable: the particles of the decay keep their places, so that mothers stay right
    return joined.select(np.argsort(joined.event, kind="stable"))
