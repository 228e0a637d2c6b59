"""Events of several decay trees in one sample.

In: trees, each with the events that have it. Out: `Truth` of all of them, sorted by event. The trees are generated one after the other, so the
random numbers depend on which trees are there, and the events on nothing but the seed. Nothing is chosen here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.events.toy.decay import Decay
from dsl4bes.events.toy.generate import Truth, generate
from dsl4bes.events.toy.options import ToyOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def generate_mixture(
    rng: np.random.Generator,
    parts: list[tuple[Decay, NDArray[np.int64]]],
    crossing_angle: float,
    options: ToyOptions,
) -> Truth:
    """The events of every part (tree, its events); together they hold each event from 0 once."""
    import numpy as np

    made = [generate(rng, tree, len(events), crossing_angle, options) for tree, events in parts]
    event = np.concatenate([events[truth.event] for truth, (_, events) in zip(made, parts, strict=True)])
    joined = Truth(
        sum(truth.n_events for truth in made),
        event,
        *(
            np.concatenate([getattr(truth, name) for truth in made])
            for name in ("pdgid", "mother", "flags", "charge", "p4", "start", "end")
        ),
    )
    # stable: the particles of an event keep their places, so that mothers stay right
    return joined.select(np.argsort(event, kind="stable"))
