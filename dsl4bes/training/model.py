"""The model that learns: base weights, frozen, with LoRA layers on them.

In: a recipe, a place of a model. Out: `Learner`: model, tokenizer, what pins them. Torch, transformers and peft are imported inside functions; nothing is downloaded that the libraries' own settings forbid. No step is taken here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.training.recipe import RANDOM, Precision, Recipe
from dsl4bes.training.small import random_model
from dsl4bes.unknown.models import Say, checksum_of_folder, number_type, place
from dsl4bes.unknown.pinned import template_digest
from dsl4bes.unknown.trouble import Trouble


@dataclass
class Learner:
    """`precision` as it was chosen; `base_digest` of the weights (empty, if they lie in the hub's cache); `ends`: the tokens at which the model stops."""

    model: Any
    tokenizer: Any
    device: str
    precision: Precision
    base_digest: str
    template: str
    ends: frozenset[int]

    @property
    def learned(self) -> dict[str, Any]:
        """The weights that are trained, by name, in the order of their names."""
        return {name: weight for name, weight in sorted(self.model.named_parameters()) if weight.requires_grad}


def chosen_precision(asked: Precision, on_gpu: bool) -> Precision:
    """bfloat16 on a GPU; on a processor what it multiplies quickly."""
    if asked is not Precision.AUTO:
        return asked
    return Precision.BFLOAT16 if on_gpu else Precision(number_type())


def read_base(name: str, where: str, precision: Precision) -> tuple[Any, Any]:
    """Model and tokenizer of a folder or hub id; `name`: as it was given."""
    import torch
    import transformers
    from safetensors import SafetensorError

    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(where)
        return transformers.AutoModelForCausalLM.from_pretrained(where, dtype=getattr(torch, precision.value), attn_implementation="sdpa"), tokenizer
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0][:300]
        raise Trouble(BAD_TRAINING, f"the model `{name}` cannot be loaded: {reason}", "name a folder with weights, a GGUF file, or a hub id that can be reached, with --base") from None


def load(recipe: Recipe, folder: Path, say: Say) -> Learner:
    """The base model with fresh LoRA layers. Relative paths start at `folder`."""
    import torch

    torch.manual_seed(recipe.training.seed)  # of the random model, and of the LoRA layers
    device = "cuda" if torch.cuda.is_available() else "cpu"
    precision = chosen_precision(recipe.model.precision, device == "cuda")
    model, tokenizer, digest = _random(recipe) if recipe.model.base == RANDOM else _read(recipe, folder, precision, say)
    if not template_digest(getattr(tokenizer, "chat_template", None)):
        raise Trouble(BAD_TRAINING, f"the model `{recipe.model.base}` has no chat template", "take an instruct model: the template is what training and serving share")
    model.requires_grad_(False)
    model.config.use_cache = False
    if recipe.training.checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    torch.manual_seed(recipe.training.seed)
    model = _with_lora(model, recipe).to(device)
    ends = _ends(model, tokenizer)
    return Learner(model, tokenizer, device, precision, digest, template_digest(tokenizer.chat_template), ends)


def _random(recipe: Recipe) -> tuple[Any, Any, str]:
    model, tokenizer = random_model(recipe.training.seed)
    return model, tokenizer, hashlib.sha256(f"{RANDOM} {recipe.training.seed}".encode()).hexdigest()


def _read(recipe: Recipe, folder: Path, precision: Precision, say: Say) -> tuple[Any, Any, str]:
    name = recipe.model.name
    where = place(name, folder, say)
    say(f"loading {name} in {precision.value}")
    model, tokenizer = read_base(name, where, precision)
    return model, tokenizer, checksum_of_folder(Path(where)) if Path(where).is_dir() else ""


def _with_lora(model: Any, recipe: Recipe) -> Any:
    import peft

    lora = recipe.lora
    target: Any = list(lora.layers) if lora.layers else "all-linear"
    config = peft.LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=target, bias="none", task_type="CAUSAL_LM")
    try:
        return peft.get_peft_model(model, config)
    except ValueError:
        raise Trouble(BAD_TRAINING, f"the model has none of the layers {', '.join(lora.layers)}", "leave `lora.layers` out: all linear layers are taken") from None


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Where the model stops: what its generation settings say, and the tokenizer."""
    found: set[int] = set()
    for end in (getattr(model.generation_config, "eos_token_id", None), tokenizer.eos_token_id):
        found |= set(end) if isinstance(end, (list, tuple)) else {end} if end is not None else set()
    return frozenset(found)
