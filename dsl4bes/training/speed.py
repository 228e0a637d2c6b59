"""How fast this machine is, measured: a product of matrices, or a step of the training itself.

In: a number type, or a `Learner` with a micro batch. Out: operations in a second. Weights, gradients and random numbers are as before.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dsl4bes.training.batch import loss, tensors
from dsl4bes.training.encode import Encoded
from dsl4bes.training.estimate import micro_operations
from dsl4bes.training.model import Learner
from dsl4bes.training.recipe import Precision, Recipe
from dsl4bes.training.rows import Micro, Plan
from dsl4bes.training.shape import Shape

_SIDE = 1024
#: Share of the speed of one large product that a step reaches (measured: 0.5 to 0.7 on CPUs).
_OF_A_PRODUCT = 0.55


def of_a_product(precision: Precision, device: str) -> float:
    """Expected of a step, from a product of two matrices; a second or less."""
    import torch

    one = torch.ones(_SIDE, _SIDE, dtype=getattr(torch, precision.value), device=device)
    one @ one
    started, count = time.monotonic(), 0
    while time.monotonic() - started < 0.4:
        _wait(torch, (one @ one)[0, 0])
        count += 1
    return 2 * _SIDE**3 * count / (time.monotonic() - started) * _OF_A_PRODUCT


def of_a_step(learner: Learner, plan: Plan, pairs: Sequence[Encoded], shape: Shape, recipe: Recipe) -> float:
    """Measured on the micro batch of median length: forward and backward, nothing learned."""
    import torch

    micros: list[Micro] = sorted((micro for step in plan.epochs[0] for micro in step), key=lambda micro: micro_operations(micro, pairs, shape, recipe))
    micro = micros[len(micros) // 2]
    learner.model.train()
    with torch.random.fork_rng(devices=[learner.device] if learner.device == "cuda" else []):
        _work(learner, micros[0], pairs)  # the first is slower: memory is got, kernels are chosen
        started = time.monotonic()
        _work(learner, micro, pairs)
        seconds = time.monotonic() - started
    return micro_operations(micro, pairs, shape, recipe) / seconds


def _work(learner: Learner, micro: Micro, pairs: Sequence[Encoded]) -> None:
    import torch

    total, _ = loss(learner.model, tensors(micro, pairs, learner.device))
    total.backward()
    _wait(torch, total)
    for weight in learner.learned.values():
        weight.grad = None


def _wait(torch: Any, value: Any) -> None:
    """Until a GPU has finished."""
    if value.is_cuda:
        torch.cuda.synchronize()
