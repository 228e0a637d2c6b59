"""The learning rate of each step: up in a straight line, then down as a cosine.

In: a recipe's numbers, the steps of the run. Out: a number. No state: a run that is resumed has the rate of its step.
"""

from __future__ import annotations

import math

from dsl4bes.training.recipe import Training


def rate(step: int, steps: int, training: Training) -> float:
    """Of step `step` of `steps`, counted from 0; the first is above zero, the last nearly zero.

    >>> some = Training(learning_rate=1.0e-3, warm_up=0.2)
    >>> [round(rate(step, 10, some) * 1e3, 2) for step in (0, 1, 2, 9)]
    [0.5, 1.0, 1.0, 0.04]
    """
    rising = math.ceil(steps * training.warm_up)
    if step < rising:
        return training.learning_rate * (step + 1) / rising
    return training.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))
