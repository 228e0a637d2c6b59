"""The same training for LLaMA-Factory: its YAML from a recipe.

In: a recipe. Out: the text of the YAML file that lies beside it, with the names of `dataset_info.json` (`dsl4bes dataset build`). What that trainer has no word for (caps and weights of kinds, the share of a language) is said in a comment and not lost silently.
"""

from __future__ import annotations

import json
import re

from dsl4bes.training.recipe import RANDOM, Precision, Recipe

#: Names of data sets as `dataset/formats.py` writes them.
TRAIN, VALIDATION = "dsl4bes_train", "dsl4bes_validation"
_TEMPLATES = ((re.compile(r"qwen", re.IGNORECASE), "qwen"), (re.compile(r"smollm2?", re.IGNORECASE), "smollm2"), (re.compile(r"llama-?3", re.IGNORECASE), "llama3"), (re.compile(r"mistral", re.IGNORECASE), "mistral"))

#: What YAML takes as a text without quotes, whatever stands around it.
_PLAIN = re.compile(r"[A-Za-z/.][\w./-]*[A-Za-z][\w./-]*")


def template(base: str) -> str:
    """What LLaMA-Factory calls the chat template of a model; `default` where no name of its own is known."""
    return next((name for pattern, name in _TEMPLATES if pattern.search(base)), "default")


def yaml(recipe: Recipe, name: str) -> str | None:
    """The file; None for the random model, which that trainer does not have."""
    if recipe.model.base == RANDOM:
        return None
    lora, training, watch = recipe.lora, recipe.training, recipe.watch
    bf16 = recipe.model.precision is not Precision.FLOAT32
    lines = [
        f"# Made of {name}.toml by `dsl4bes finetune {name} --llamafactory`: change the recipe, not this file.", *(f"# {words}" for words in _lost(recipe)),
        "### model", f"model_name_or_path: {_text(recipe.model.base)}", "trust_remote_code: false", "",
        "### method", "stage: sft", "do_train: true", "finetuning_type: lora", f"lora_rank: {lora.rank}", f"lora_alpha: {_number(lora.alpha)}", f"lora_dropout: {_number(lora.dropout)}", f"lora_target: {','.join(lora.layers) or 'all'}", "",
        "### dataset", f"dataset_dir: {_text(recipe.data.folder)}", f"dataset: {TRAIN}", f"eval_dataset: {VALIDATION}", f"template: {template(recipe.model.base)}", f"cutoff_len: {training.longest}", f"packing: {_word(training.packing)}", f"neat_packing: {_word(training.packing)}",
        *([f"max_samples: {recipe.data.most}"] if recipe.data.most else []), "train_on_prompt: false", "",
        "### output", f"output_dir: finetune-{name}-llamafactory", "logging_steps: 1", f"save_steps: {watch.checkpoint_every}", f"save_total_limit: {watch.keep}", "plot_loss: true", "",
        "### train", f"per_device_train_batch_size: {training.batch}", f"gradient_accumulation_steps: {training.accumulation}", f"learning_rate: {_number(training.learning_rate)}", f"num_train_epochs: {training.epochs}",
        "lr_scheduler_type: cosine", f"warmup_ratio: {_number(training.warm_up)}", f"weight_decay: {_number(training.weight_decay)}", f"max_grad_norm: {_number(training.clip)}", f"bf16: {_word(bf16)}", f"disable_gradient_checkpointing: {_word(not training.checkpointing)}", f"seed: {training.seed}", "",
        "### eval", "eval_strategy: steps", f"eval_steps: {watch.evaluate_every}", "per_device_eval_batch_size: 1", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _lost(recipe: Recipe) -> list[str]:
    """What the recipe says and this file cannot."""
    data = recipe.data
    lost = [("kinds", data.kinds), ("languages", data.languages), ("families", data.families), ("caps", data.caps), ("weights", data.weights), ("chinese", data.chinese is not None)]
    names = [name for name, value in lost if value]
    return [f"Not in this file: {', '.join(names)} of [data]; build the data set so, or train with dsl4bes."] if names else []


def _word(value: bool) -> str:
    return "true" if value else "false"


def _text(value: str) -> str:
    """In quotes where YAML would read something else.

    >>> _text("Qwen/Qwen2.5-7B-Instruct"), _text("my data: new")
    ('Qwen/Qwen2.5-7B-Instruct', '"my data: new"')
    """
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """All its digits. YAML reads 1e-5 as a text: it wants a point in the number.

    >>> _number(16.0), _number(2e-4), _number(1e-5), _number(1.25e-5)
    ('16', '0.0002', '1.0e-05', '1.25e-05')
    """
    short = f"{value:g}"
    if float(short) == value and "e" not in short:
        return short
    return next(text for digits in range(1, 18) if float(text := f"{value:.{digits}e}") == value)
