"""Toy events: a decay string, or a DecFile, becomes measured events, without any simulation of the collaboration.

In: a decay, a number, a seed. Out: `Batch`, with the truth in its `mc` collection.
Phase space and a parametrised BESIII-like detector: what each part assumes, and from where, is written in
its module. The same arguments give the same events, and the first events of a longer run are those of a
shorter one. Nothing is read or written, and importing this package loads no numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy.decay import Decay, DecayError, assumed_decays, parse_decay
from dsl4bes.events.toy.decayfile import DecayChains, DecayFile, is_decay_file, read_decay_file
from dsl4bes.events.toy.options import ToyOptions

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "Decay", "DecayError", "DecayFile", "ToyOptions", "decay_notes", "is_decay_file", "parse_decay", "random_batch", "read_decay_file",
    "toy_batches", "toy_events",
]  # fmt: skip

#: Events drawn together; part of what a seed means.
BLOCK = 1000
#: Full crossing angle of the beams (rad).
CROSSING_ANGLE = 0.022
_DEFAULTS = ToyOptions()


def toy_batches(
    decay: str | DecayFile,
    n: int,
    seed: int,
    ecms: float | None = None,
    crossing_angle: float = CROSSING_ANGLE,
    options: ToyOptions = _DEFAULTS,
) -> Iterator[Batch]:
    """`n` events of a decay (`"J/psi -> pi+ pi- (pi0 -> gam gam)"`, or a DecFile) in batches of at most `BLOCK`.

    `ecms` (GeV) is the energy of the collisions, by default the mass of the first particle; the total
    four-momentum is ecms (crossing_angle / 2, 0, 0, 1), the collaboration's convention. Raises `DecayError`
    for a decay that cannot be read or cannot happen, and `ValueError` for a negative number.
    """
    if n < 0:
        raise ValueError(f"the number of events cannot be {n}")
    tree = _ready(decay, ecms)
    return _blocks(tree, n, seed, crossing_angle, options)


def toy_events(
    decay: str | DecayFile,
    n: int,
    seed: int,
    ecms: float | None = None,
    crossing_angle: float = CROSSING_ANGLE,
    options: ToyOptions = _DEFAULTS,
) -> Batch:
    """`n` events of a decay as one batch (about 8 kB an event); see `toy_batches`."""
    return Batch.concatenate(list(toy_batches(decay, n, seed, ecms, crossing_angle, options)))


def decay_notes(decay: str | DecayFile, ecms: float | None = None) -> list[str]:
    """What the events of a decay take for granted, a line each: decays that were not written, models that are not simulated."""
    ready = _ready(decay, ecms)
    return assumed_decays(ready) if isinstance(ready, Decay) else ready.notes


def random_batch(seed: int, n: int) -> Batch:
    """`n` events without physics but with a valid structure; see `toy/random.py`."""
    from dsl4bes.events.toy.random import random_events

    return random_events(seed, n)


def _ready(decay: str | DecayFile, ecms: float | None) -> Decay | DecayChains:
    return parse_decay(decay, ecms) if isinstance(decay, str) else DecayChains(decay, ecms)


def _blocks(tree: Decay | DecayChains, n: int, seed: int, crossing_angle: float, options: ToyOptions) -> Iterator[Batch]:
    import numpy as np

    from dsl4bes.events.toy.assemble import measured_batch
    from dsl4bes.events.toy.generate import generate
    from dsl4bes.events.toy.mixture import generate_mixture
    from dsl4bes.events.toy.phasespace import NoPhaseSpaceError
    from dsl4bes.events.toy.stress import crowded

    for number, first in enumerate(range(0, n, BLOCK)):
        # every block is drawn whole, so that the first events do not depend on how many are wanted
        rng: np.random.Generator = np.random.default_rng([seed, number])
        try:
            if isinstance(tree, Decay):
                truth = generate(rng, tree, BLOCK, crossing_angle, options)
            else:
                truth = generate_mixture(rng, tree.draw(rng, BLOCK), crossing_angle, options)
        except NoPhaseSpaceError as error:
            raise DecayError(f"{tree}: {error}") from error
        if options.stress:
            truth = crowded(rng, truth)
        yield measured_batch(rng, truth, options, first, f"toy: {tree}").slice(0, n - first)
