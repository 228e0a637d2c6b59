"""The data loader of LLaMA-Factory takes a data set of ours by the names of a recipe's YAML, and learns the same answers. Needs `llamafactory`, which is installed by whoever wants this test."""

from __future__ import annotations

import dataclasses
import os

import pytest

for name in ("pydantic", "torch", "transformers", "datasets", "omegaconf", "llamafactory"):
    pytest.importorskip(name, reason=f"{name} is not installed (pip install llamafactory)")
pytestmark = pytest.mark.filterwarnings("default")

os.environ.setdefault("DISABLE_VERSION_CHECK", "1")  # it names the versions that it was released with; whether the loader works is what is tested

from dsl4bes.dataset.formats import files
from dsl4bes.dataset.record import Kind, Language, Pair
from dsl4bes.dataset.split import Side
from dsl4bes.diagnostics.model import Bag
from dsl4bes.training import small
from dsl4bes.training.llamafactory import yaml
from dsl4bes.training.recipe_file import find_recipe, read_recipe


@pytest.mark.slow
def test_its_loader_takes_the_data_set_and_the_yaml(tmp_path):
    try:
        from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    except (ImportError, OSError) as error:  # it imports torchaudio, whose builds belong to one torch each
        pytest.skip(f"llamafactory's loader cannot be imported here: {str(error).splitlines()[0]}")
    import transformers
    from llamafactory.hparams import get_train_args
    from omegaconf import OmegaConf

    pairs = [Pair(kind=Kind.PART, language=Language.ENGLISH, family="fits/a", question=f"how is fit number {n} made, and why so?", answer=f"by the {n}th call", source="x", licence="x", verified=(), system="Be short." if n % 2 else "") for n in range(6)]
    for name, text in files({Side.TRAIN: pairs[:4], Side.VALIDATION: pairs[4:]}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    recipe = read_recipe(find_recipe("smollm2-135m"), Bag(), (f'data="{tmp_path}"', "longest=256", "packing=false", "model.precision=float32"))
    assert recipe is not None
    told = OmegaConf.to_container(OmegaConf.create(yaml(recipe, "smollm2-135m")))
    if "warmup_ratio" not in {field.name for field in dataclasses.fields(transformers.TrainingArguments)}:  # newer than what LLaMA-Factory 0.9.5 was released for: a share is told as steps
        told["warmup_steps"] = told.pop("warmup_ratio")
    model_arguments, data_arguments, training_arguments, _, _ = get_train_args({**told, "output_dir": str(tmp_path / "out"), "use_cpu": True, "plot_loss": False, "overwrite_cache": True})
    tokenizer = small.byte_tokenizer()
    template = get_template_and_fix_tokenizer(tokenizer, data_arguments)
    found = get_dataset(template, model_arguments, data_arguments, training_arguments, stage="sft", tokenizer=tokenizer)
    assert len(found["train_dataset"]) == 4 and len(found["eval_dataset"]) == 2
    for pair, row in zip(pairs, found["train_dataset"], strict=False):
        learned = tokenizer.decode([token for token in row["labels"] if token >= 0])
        assert learned.startswith(pair.answer) and pair.question not in learned and pair.question in tokenizer.decode(row["input_ids"])
