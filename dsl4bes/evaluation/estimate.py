"""Statistics of an evaluation: pass@k, intervals over tasks, differences of two runs.

In: for each task how many of its samples are right. Out: numbers. Samples of one task are no independent tries, so intervals are over tasks: Wilson's, of the share of tasks; and of a bootstrap that draws tasks with all their
samples. The draws are seeded: the same counts give the same interval. Nothing of files or suites is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from dsl4bes.benchmark.wilson import wilson

DRAWS = 10_000
_SEED = 1  #: of the bootstrap; any number
_LEVEL = 0.95
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """A share averaged over `tasks` tasks, with both 95 % intervals. Where all tasks are alike the bootstrap knows no spread, and Wilson's interval is the one to quote."""

    value: float
    tasks: int
    wilson: Interval
    bootstrap: Interval


def pass_at(k: int, samples: int, right: int) -> float:
    """The chance that at least one of `k` samples is right, of `samples` with `right` right ones: unbiased, 1 - C(n-c, k) / C(n, k) (Chen et al. 2021, arXiv:2107.03374). Needs k <= samples.

    >>> pass_at(1, 20, 5), pass_at(5, 5, 1), pass_at(2, 4, 1)
    (0.25, 1.0, 0.5)
    """
    if not 0 < k <= samples or not 0 <= right <= samples:
        raise ValueError(f"pass@{k} of {samples} samples with {right} right ones")
    if samples - right < k:
        return 1.0
    return 1.0 - prod((samples - right - i) / (samples - i) for i in range(k))


def share(values: Sequence[float]) -> Share:
    """The mean of one number between 0 and 1 for each task."""
    if not values:
        return Share(0.0, 0, (0.0, 1.0), (0.0, 1.0))
    total = sum(values)
    return Share(total / len(values), len(values), wilson(min(total, len(values)), len(values)), bootstrap(values))


def bootstrap(values: Sequence[float], draws: int = DRAWS) -> Interval:
    """The 95 % interval of the mean: percentiles over draws of as many tasks, with repetition. Of paired differences it is that of a paired comparison."""
    import numpy as np

    if not values:
        raise ValueError("no task")
    rng = np.random.default_rng([_SEED, len(values)])
    numbers = np.asarray(values, dtype=float)
    means = numbers[rng.integers(len(numbers), size=(draws, len(numbers)))].mean(axis=1)
    low, high = np.percentile(means, [50 * (1 - _LEVEL), 50 * (1 + _LEVEL)])
    return float(low), float(high)


def overlap(one: Interval, other: Interval) -> bool:
    """Whether two intervals have a point in common."""
    return one[0] <= other[1] and other[0] <= one[1]
