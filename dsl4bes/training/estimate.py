"""How much memory a training needs, and how long it takes, before it starts.

In: the shape of the model, a recipe, the lengths of the pairs, what this machine has. Out: `Estimate`, or a `Trouble` with both numbers if it cannot fit. Memory is counted from shapes; time is operations over a measured speed. Torch is needed for the speed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.diagnostics.codes.training import CANNOT_FIT
from dsl4bes.training.encode import Encoded
from dsl4bes.training.recipe import Precision, Recipe
from dsl4bes.training.rows import Micro, Plan
from dsl4bes.training.shape import Shape
from dsl4bes.unknown.trouble import Trouble

GIB = 2**30
_LIBRARIES = 0.8 * GIB  #: torch, transformers, the tokenizer (measured: 0.6 GiB), and what an allocator keeps
#: What freed tensors leave unused between those that are kept, in the allocator of a CPU (measured: 1.1 for a model of 135M, 1.7 for one of 0.5B).
_SCATTERED = 1.5
_ANSWERS = 0.7  #: share of a row that is learned, before the pairs are known


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `worst`: tokens of the largest micro batch, on which `activations` and `logits` depend."""

    weights: int
    adapter: int
    activations: int
    logits: int
    rest: int
    worst: int

    @property
    def total(self) -> int:
        return self.weights + self.adapter + self.activations + self.logits + self.rest


@dataclass(frozen=True, slots=True)
class Estimate:
    """`seconds` is None where no speed was measured."""

    parameters: int
    learned: int
    precision: Precision
    memory: Memory
    available: int
    on_gpu: bool
    steps: int = 0
    tokens: int = 0
    seconds: float | None = None

    @property
    def fits(self) -> bool:
        return self.memory.total <= self.available


def memory(shape: Shape, recipe: Recipe, precision: Precision, on_gpu: bool, rows: Sequence[tuple[int, int, int]] = ()) -> Memory:
    """Of training. `rows`: (rows, tokens of the longest row, learned tokens) of every micro batch; empty: full rows of the recipe's longest."""
    size, lora, training = 2 if precision is Precision.BFLOAT16 else 4, recipe.lora, recipe.training
    full = (training.batch, training.longest, round(training.batch * training.longest * _ANSWERS))
    cost = {each: (_activations(shape, recipe, size, on_gpu, *each[:2]), _logits(shape, size, each[0], each[2])) for each in rows or [full]}
    worst = max(cost, key=lambda each: sum(cost[each]))
    rest = GIB if on_gpu else _LIBRARIES
    return Memory(
        weights=shape.weights * size, adapter=shape.learned(lora) * 16,  # weight, gradient, two moments, all float32
        activations=cost[worst][0], logits=cost[worst][1], rest=round(rest), worst=worst[0] * worst[1],
    )  # fmt: skip


def _activations(shape: Shape, recipe: Recipe, size: int, on_gpu: bool, rows: int, width: int) -> int:
    """What the backward pass needs of the forward one. Frozen weights keep nothing of their inputs; a LoRA layer keeps its input, and with dropout a copy of its own and a mask."""
    lora, hidden = recipe.lora, shape.hidden
    inner, queries, keys = shape.linear["up_proj"][1], shape.linear["q_proj"][1], shape.linear["k_proj"][1]
    # Counted with torch's hooks on saved tensors (Qwen and Llama, float32: to the byte): norms and inputs of the adapters, queries, keys and values, gate, its activation, up, their product.
    one = (5 * hidden + queries + 2 * keys + 4 * inner + len(shape.linear) * lora.rank) * size
    taken = sum(takes for name, (takes, _) in shape.linear.items() if not lora.layers or name in lora.layers)
    if lora.dropout:
        one += (taken + 4 * hidden) * 4
    if size == 2:
        one += (4 * hidden + taken) * 4  # norms, and inputs of the adapters, in float32
    if not on_gpu:
        one = round(one * _SCATTERED)
    tokens = rows * width
    mask = rows * width * width * size if recipe.training.packing else 0
    if recipe.training.checkpointing:
        return tokens * (shape.layers * hidden * size + one) + mask
    return tokens * shape.layers * one + mask


def _logits(shape: Shape, size: int, rows: int, learned: int) -> int:
    """Logits, in float32 for the loss, their probabilities and their gradient in both types; of several rows also what is picked out of them; and a copy of the head that the libraries of products lay out anew."""
    copies = 3 if rows == 1 else 5
    return learned * shape.vocabulary * (copies * 4 + (2 * size if size == 2 else 0)) + shape.vocabulary * shape.hidden * size


def rows_of(plan: Plan, pairs: Sequence[Encoded]) -> list[tuple[int, int, int]]:
    """Of each micro batch: rows, tokens of the longest row, learned tokens."""
    return [_row(micro, pairs) for epoch in plan.epochs for step in epoch for micro in step]


def _row(micro: Micro, pairs: Sequence[Encoded]) -> tuple[int, int, int]:
    return len(micro), max(sum(len(pairs[number]) for number in row) for row in micro), sum(pairs[number].learned for row in micro for number in row)


def operations(plan: Plan, pairs: Sequence[Encoded], shape: Shape, recipe: Recipe) -> float:
    """Of the whole run."""
    return sum(micro_operations(micro, pairs, shape, recipe) for epoch in plan.epochs for step in epoch for micro in step)


def micro_operations(micro: Micro, pairs: Sequence[Encoded], shape: Shape, recipe: Recipe) -> float:
    rows, width, learned = _row(micro, pairs)
    return shape.operations(rows * width, learned, recipe.training.checkpointing, recipe.lora)


def refuse(estimate: Estimate, recipe: Recipe) -> None:
    """A `Trouble` with both numbers if it cannot fit."""
    if estimate.fits:
        return
    needed, where = f"{estimate.memory.total / GIB:.1f} GiB", "of the GPU" if estimate.on_gpu else "of this machine"
    ways = ["--set training.checkpointing=true"] if not recipe.training.checkpointing else []
    ways += [f"--set training.longest={recipe.training.longest // 2}", "a smaller model"]
    raise Trouble(CANNOT_FIT, f"this training needs about {needed}, and {estimate.available / GIB:.1f} GiB {where} are free", "less is needed with " + ", or ".join(ways))


def free_memory() -> int:
    """Bytes that a process can get on this machine: what the system says, and what a control group leaves."""
    found = _meminfo()
    for limit, used in (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")):
        try:
            root = Path("/sys/fs/cgroup")
            found = min(found, int((root / limit).read_text()) - int((root / used).read_text()))
        except (OSError, ValueError):
            continue  # no such group, or `max`
    return max(0, found)


def _meminfo() -> int:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # another system: what follows asks it
    import os

    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
