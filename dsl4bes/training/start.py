"""From a recipe to a run that is ready: data read and encoded, the estimate made, the model loaded, the folder claimed.

In: a recipe, folders. Out: `Ready`, the run begun in its folder, or a `Trouble`. What cannot fit is refused before weights are read; what the folder holds of another run is refused, or with `force` removed, when all else is known to be right.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dsl4bes.training.encode import Encodings, encode_all
from dsl4bes.training.estimate import Estimate, free_memory, memory, operations, refuse, rows_of
from dsl4bes.training.examples import Examples, read_examples
from dsl4bes.training.folder import Made, RunFolder
from dsl4bes.training.loop import Listener, Trainer
from dsl4bes.training.model import Learner, chosen_precision, load
from dsl4bes.training.recipe import RANDOM, Recipe
from dsl4bes.training.rows import Micro, Plan, packed, plan
from dsl4bes.training.shape import Shape, shape_of, shape_of_folder
from dsl4bes.training.small import SIZES
from dsl4bes.training.speed import of_a_product, of_a_step
from dsl4bes.unknown.models import Say, place
from dsl4bes.unknown.trouble import Trouble

_TOLD = ("torch", "transformers", "peft", "safetensors", "dsl4bes")


@dataclass
class Ready:
    """Everything of a run."""

    recipe: Recipe
    examples: Examples
    encoded: Encodings
    held_out: Encodings
    learner: Learner
    plan: Plan
    estimate: Estimate
    run: RunFolder
    made: Made

    def trainer(self, listener: Listener) -> Trainer:
        watched = _watched(self.held_out, self.recipe)
        return Trainer(self.learner, self.recipe, self.encoded.kept, watched, self.held_out.kept, self.plan, self.run, listener, self.pinned)

    @property
    def pinned(self) -> dict[str, Any]:
        """What the adapter says of itself."""
        made = self.made
        return {
            "made_by": "dsl4bes finetune", "base": made.base, "base_digest": self.learner.base_digest, "template": made.template, "precision": made.precision, "data_digest": made.data_digest, "chosen": made.chosen, "pairs": made.pairs,
            "seed": self.recipe.training.seed, "recipe": _without_places(made.recipe), "recipe_digest": made.recipe_digest, "prompt_versions": prompt_versions(), "versions": made.versions, "steps": made.steps,
        }  # fmt: skip


def _without_places(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as it may be handed on: where model and data lie is a matter of this machine."""
    places = {"model": "place", "data": "folder"}
    return {table: {key: value for key, value in values.items() if key != places[table]} if table in places else values for table, values in recipe.items()}


def prepare(recipe: Recipe, folder: Path, out: Path, say: Say, force: bool = False, unchecked: bool = False) -> Ready:
    """Relative paths of the recipe start at `folder`."""
    import torch

    run = RunFolder(out)
    run.claim()
    examples = read_examples(folder / Path(os.path.expanduser(recipe.data.folder)), recipe.data, recipe.training.seed)
    first = estimate_memory(recipe, folder, say)
    if first is not None and not unchecked:
        refuse(first, recipe)
    begun = None if force else run.begun()
    if recipe.training.threads:
        torch.set_num_threads(recipe.training.threads)
    elif begun is not None:
        torch.set_num_threads(begun.threads)  # sums depend on how they are shared among threads
    learner = load(recipe, folder, say)
    longest, seed = recipe.training.longest, recipe.training.seed
    encoded = encode_all(learner.tokenizer, examples.train, longest, learner.ends)
    held_out = encode_all(learner.tokenizer, examples.validation, longest, learner.ends)
    _some(encoded, longest)
    whole = plan([len(each) for each in encoded.kept], recipe.training)
    shape = shape_of(learner.model.config.to_dict())
    tokens = sum(len(encoded.kept[pair]) for epoch in whole.epochs for step in epoch for micro in step for row in micro for pair in row)
    estimate = _estimate(shape, recipe, learner, rows_of(whole, encoded.kept))
    estimate = replace(estimate, available=estimate.available + estimate.memory.weights + estimate.memory.rest)  # the weights are here by now
    if not unchecked:
        refuse(estimate, recipe)
    made = Made(
        recipe=recipe.model_dump(mode="json"), recipe_digest=recipe.digest, base=recipe.model.base, base_digest=learner.base_digest or hashlib.sha256(recipe.model.name.encode()).hexdigest(), template=learner.template, precision=learner.precision.value,
        data_digest=examples.digest, chosen=examples.chosen, pairs=len(encoded.kept), steps=whole.steps, threads=torch.get_num_threads(), versions=_versions(),
    )  # fmt: skip
    run.begin(made, force)
    speed = of_a_step(learner, whole, encoded.kept, shape, recipe)
    estimate = replace(estimate, steps=whole.steps, tokens=tokens, seconds=operations(whole, encoded.kept, shape, recipe) / speed)
    say(f"seed {seed}, {len(encoded.kept):,} pairs" + (f", {len(encoded.too_long):,} longer than {longest} tokens are left out" if encoded.too_long else ""))
    return Ready(recipe, examples, encoded, held_out, learner, whole, estimate, run, made)


def estimate_memory(recipe: Recipe, folder: Path, say: Say, timed: bool = False) -> Estimate | None:
    """From the shape alone, before anything is loaded; None if the shape is not known yet (a hub id that is not here)."""
    shape = known_shape(recipe, folder, say)
    if shape is None:
        return None
    on_gpu, available = where()
    precision = chosen_precision(recipe.model.precision, on_gpu)
    found = Estimate(shape.weights, shape.learned(recipe.lora), precision, memory(shape, recipe, precision, on_gpu), available, on_gpu)
    if not timed:
        return found
    examples = read_examples(folder / Path(os.path.expanduser(recipe.data.folder)), recipe.data, recipe.training.seed)
    # Letters for tokens: about three of code, and less of Chinese, make one.
    lengths = [min(recipe.training.longest, sum(len(words) for _, words in each.turns) // 3 + 20) for each in examples.train]
    learned = [min(length, len(each.turns[-1][1]) // 3) for length, each in zip(lengths, examples.train, strict=True)]
    tokens = sum(lengths) * recipe.training.epochs
    speed = of_a_product(precision, "cuda" if on_gpu else "cpu")
    work = shape.operations(tokens, sum(learned) * recipe.training.epochs, recipe.training.checkpointing, recipe.lora)
    return replace(found, steps=plan(lengths, recipe.training).steps, tokens=tokens, seconds=work / speed)


def known_shape(recipe: Recipe, folder: Path, say: Say) -> Shape | None:
    """From the folder of the model if it lies here, else from the sizes in the recipe."""
    if recipe.model.base == RANDOM:
        return shape_of(dict(SIZES))
    try:
        there = Path(place(recipe.model.name, folder, say))
        if there.is_dir():
            return shape_of_folder(there)
    except Trouble:
        if recipe.model.place:
            raise  # it was named by hand
    return shape_of(dict(recipe.model.shape)) if recipe.model.shape else None


def where() -> tuple[bool, int]:
    """Whether a GPU learns, and how much memory is free there."""
    import torch

    if torch.cuda.is_available():
        return True, int(torch.cuda.mem_get_info()[0])
    return False, free_memory()


def prompt_versions() -> dict[str, str]:
    """Of the prompts that the product itself makes, which pairs of some kinds hold."""
    from dsl4bes.unknown.writing.prompt import VERSION

    return {"blocks": VERSION}


def _estimate(shape: Shape, recipe: Recipe, learner: Learner, rows: Sequence[tuple[int, int, int]]) -> Estimate:
    on_gpu, available = where()
    return Estimate(shape.weights, sum(weight.numel() for weight in learner.learned.values()), learner.precision, memory(shape, recipe, learner.precision, on_gpu, rows), available, on_gpu)


def _watched(held_out: Encodings, recipe: Recipe) -> tuple[Micro, ...]:
    """Rows of the held-out pairs whose loss is watched: a draw of them, the same in every run of a seed."""
    import numpy as np

    order = np.random.default_rng([recipe.training.seed, 2**31]).permutation(len(held_out.kept))[: recipe.watch.validation]
    lengths = [len(each) for each in held_out.kept]
    rows = packed([int(number) for number in order], lengths, recipe.training.longest) if recipe.training.packing else [(int(number),) for number in order]
    return tuple((row,) for row in rows)


def _some(encoded: Encodings, longest: int) -> None:
    from dsl4bes.diagnostics.codes.training import BAD_TRAINING

    if not encoded.kept:
        raise Trouble(BAD_TRAINING, f"all {len(encoded.too_long):,} pairs are longer than {longest} tokens", "raise training.longest")


def _versions() -> dict[str, str]:
    found = {}
    for name in _TOLD:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
