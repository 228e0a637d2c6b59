"""Rows of pairs as tensors, and their loss.

In: a micro batch, the encoded pairs, a model. Out: the sum of -log p over the tokens of the answers, and how many these are. No pair of a row sees another: positions start anew, and the mask is block diagonal.
The head of the model is run at the positions of answers alone: with a vocabulary of 150,000 the logits of prompts cost more than all else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dsl4bes.training.encode import Encoded
from dsl4bes.training.rows import Micro


def tensors(micro: Micro, pairs: Sequence[Encoded], device: str) -> dict[str, Any]:
    """`input_ids`, `position_ids`, `mask` (rows, 1, width, width; True: is seen) or None where plain causality is right, `labels` (the next token where it is learned, else -100)."""
    import torch

    width = max(sum(len(pairs[number]) for number in row) for row in micro)
    ids, labels = torch.zeros(len(micro), width, dtype=torch.long), torch.full((len(micro), width), -100, dtype=torch.long)
    positions = torch.arange(width).repeat(len(micro), 1)
    owner = torch.full((len(micro), width), -1, dtype=torch.long)  # of each token: the place of its pair in the row
    for line, row in enumerate(micro):
        at = 0
        for place, number in enumerate(row):
            pair = pairs[number]
            end = at + len(pair)
            ids[line, at:end] = torch.tensor(pair.tokens)
            positions[line, at:end] = torch.arange(len(pair))
            labels[line, at + pair.answer - 1 : end - 1] = ids[line, at + pair.answer : end]
            owner[line, at:end] = place
            at = end
    # What fills a row stands behind its pair, where a causal model does not look: only rows of several pairs need a mask.
    mask = None if all(len(row) == 1 for row in micro) else _mask(owner)
    return {"input_ids": ids.to(device), "position_ids": positions.to(device), "mask": None if mask is None else mask.to(device), "labels": labels.to(device)}


def _mask(owner: Any) -> Any:
    import torch

    width = owner.shape[1]
    causal = torch.ones(width, width, dtype=torch.bool).tril()
    same = owner[:, :, None] == owner[:, None, :]
    return (causal & same)[:, None]  # what fills a row sees what fills it, so that no line of the mask is empty


def loss(model: Any, made: dict[str, Any]) -> tuple[Any, int]:
    """The sum over the learned tokens, and their number."""
    import torch

    labels = made["labels"]
    learned = labels != -100
    columns = learned.any(dim=0).nonzero().squeeze(1)
    out = model(input_ids=made["input_ids"], position_ids=made["position_ids"], attention_mask=_for(model, made["mask"]), logits_to_keep=columns, use_cache=False)
    wanted = labels[:, columns]
    if len(wanted) == 1:  # all of them are learned: no copy is made of what is the largest tensor of a step
        logits, wanted = out.logits[0], wanted[0]
    else:
        logits, wanted = out.logits[wanted != -100], wanted[wanted != -100]
    return torch.nn.functional.cross_entropy(logits.float(), wanted, reduction="sum"), int(learned.sum())


def _for(model: Any, mask: Any) -> Any:
    """As eager attention adds it and others take it: zero where it is seen, the smallest number elsewhere."""
    import torch

    if mask is None:
        return None
    kind = model.dtype
    return torch.zeros(mask.shape, dtype=kind, device=mask.device).masked_fill(~mask, torch.finfo(kind).min)
