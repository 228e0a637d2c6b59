"""Toy events: a decay string becomes measured events, without any simulation of the collaboration.

In: a decay string, a number, a seed. Out: `Batch`, with the truth in its `mc` collection.
Phase space and a parametrised BESIII-like detector: what each part assumes, and from where, is written in
its module. The same arguments give the same events, and the first events of a longer run are those of a
shorter one. Nothing is read or written, and importing this package loads no numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy.decay import Decay, DecayError, parse_decay
from dsl4bes.events.toy.options import ToyOptions

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Decay", "DecayError", "ToyOptions", "parse_decay", "random_batch", "toy_batches", "toy_events"]

#: Events drawn together; part of what a seed means.
BLOCK = 1000
#: Full crossing angle of the beams (rad).
CROSSING_ANGLE = 0.022
_DEFAULTS = ToyOptions()


def toy_batches(
    decay: str,
    n: int,
    seed: int,
    ecms: float | None = None,
    crossing_angle: float = CROSSING_ANGLE,
    options: ToyOptions = _DEFAULTS,
) -> Iterator[Batch]:
    """`n` events of a decay (`"J/psi -> pi+ pi- (pi0 -> gam gam)"`) in batches of at most `BLOCK`.

    `ecms` (GeV) is the energy of the collisions, by default the mass of the first particle; the total
    four-momentum is ecms (crossing_angle / 2, 0, 0, 1), the collaboration's convention. Raises `DecayError`
    for a decay that cannot be read or cannot happen, and `ValueError` for a negative number.
    """
    if n < 0:
        raise ValueError(f"the number of events cannot be {n}")
    tree = parse_decay(decay, ecms)
    return _blocks(tree, n, seed, crossing_angle, options)


def toy_events(
    decay: str,
    n: int,
    seed: int,
    ecms: float | None = None,
    crossing_angle: float = CROSSING_ANGLE,
    options: ToyOptions = _DEFAULTS,
) -> Batch:
    """`n` events of a decay as one batch (about 8 kB an event); see `toy_batches`."""
    return Batch.concatenate(list(toy_batches(decay, n, seed, ecms, crossing_angle, options)))


def random_batch(seed: int, n: int) -> Batch:
    """`n` events without physics but with a valid structure; see `toy/random.py`."""
    from dsl4bes.events.toy.random import random_events

    return random_events(seed, n)


def _blocks(tree: Decay, n: int, seed: int, crossing_angle: float, options: ToyOptions) -> Iterator[Batch]:
    import numpy as np

    from dsl4bes.events.toy.assemble import measured_batch
    from dsl4bes.events.toy.generate import generate
    from dsl4bes.events.toy.phasespace import NoPhaseSpaceError
    from dsl4bes.events.toy.stress import crowded

    for number, first in enumerate(range(0, n, BLOCK)):
        # every block is drawn whole, so that the first events do not depend on how many are wanted
        rng: np.random.Generator = np.random.default_rng([seed, number])
        try:
            truth = generate(rng, tree, BLOCK, crossing_angle, options)
        except NoPhaseSpaceError as error:
            raise DecayError(f"{tree}: {error}") from error
        if options.stress:
            truth = crowded(rng, truth)
        yield measured_batch(rng, truth, options, first, f"toy: {tree}").slice(0, n - first)
