"""Memory and time before anything is loaded: against the numbers of weights that are known, and against what was measured."""

from __future__ import annotations

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")

from dsl4bes.diagnostics.model import Bag
from dsl4bes.training.estimate import GIB, Estimate, free_memory, memory, refuse
from dsl4bes.training.recipe import Lora, Precision
from dsl4bes.training.recipe_file import find_recipe, read_recipe
from dsl4bes.training.shape import shape_of
from dsl4bes.unknown.trouble import Trouble

#: Numbers of weights and of a rank-8 adapter on all linear layers, as their cards and peft say.
KNOWN = {"qwen2.5-7b": (7.62e9, 20.19e6), "qwen2.5-coder-1.5b": (1.54e9, 9.23e6), "qwen2.5-coder-0.5b": (0.494e9, 4.40e6), "smollm2-135m": (0.1345e9, 2.44e6)}


def recipe(name, *changes):
    bag = Bag()
    found = read_recipe(find_recipe(name), bag, changes)
    assert found is not None, bag.items
    return found


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_numbers_of_weights_are_those_of_the_models(name):
    shape = shape_of(dict(recipe(name).model.shape))
    weights, learned = KNOWN[name]
    assert shape.weights == pytest.approx(weights, rel=4e-3) and shape.learned(Lora(rank=8)) == pytest.approx(learned, rel=2e-3)
    assert shape.learned(Lora(rank=16)) == 2 * shape.learned(Lora(rank=8)) > shape.learned(Lora(rank=8, layers=("q_proj",)))


def gib(name, *changes, precision=Precision.FLOAT32, rows=()):
    one = recipe(name, *changes)
    return memory(shape_of(dict(one.model.shape)), one, precision, False, rows).total / GIB


def test_a_measured_step_is_met():
    """SmolLM2-135M, float32, one row of 433 tokens of which 365 are learned, no checkpointing, no dropout: 2.25 GiB at most in the process."""
    assert gib("smollm2-135m", "packing=false", rows=[(1, 433, 365)]) == pytest.approx(2.25, rel=0.15)


def test_memory_falls_with_what_saves_it():
    whole = gib("qwen2.5-coder-0.5b", "checkpointing=false")
    assert whole > gib("qwen2.5-coder-0.5b", "checkpointing=true") and whole > gib("qwen2.5-coder-0.5b", "checkpointing=false", "longest=256")
    assert whole < gib("qwen2.5-coder-0.5b", "checkpointing=false", "dropout=0.1"), "dropout keeps an input for each layer"
    assert gib("qwen2.5-coder-0.5b", precision=Precision.BFLOAT16) < gib("qwen2.5-coder-0.5b")


def test_what_cannot_fit_says_both_numbers():
    one = recipe("qwen2.5-7b")
    shape = shape_of(dict(one.model.shape))
    estimate = Estimate(shape.weights, shape.learned(one.lora), Precision.BFLOAT16, memory(shape, one, Precision.BFLOAT16, True), 8 * GIB, True)
    with pytest.raises(Trouble) as caught:
        refuse(estimate, one)
    assert caught.value.code.id == "BES0783" and f"{estimate.memory.total / GIB:.1f} GiB" in caught.value.message and "8.0 GiB of the GPU" in caught.value.message
    refuse(Estimate(shape.weights, 1, Precision.BFLOAT16, estimate.memory, 80 * GIB, True), one)


def test_free_memory_is_that_of_a_machine():
    assert 0 < free_memory() < 2**50


@pytest.mark.parametrize("config", [{}, {"hidden_size": 8}, {"hidden_size": "x", "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 1, "vocab_size": 1}, {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 0, "intermediate_size": 1, "vocab_size": 1}])
def test_configurations_without_a_shape(config):
    with pytest.raises(Trouble):
        shape_of(config)
