"""The files of an adapter: weights, configuration, what it was made of.

In: a `Learner`, a folder. Out: `adapter_model.safetensors` and `adapter_config.json` as peft and vLLM read them, `dsl4bes.json`. The configuration names the base as the recipe does, not where it lay on one machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dsl4bes.training.model import Learner
from dsl4bes.training.recipe import Precision, Recipe
from dsl4bes.unknown.pinned import PINNED
from dsl4bes.unknown.serving.adapters import CONFIG, WEIGHTS


def save_adapter(learner: Learner, folder: Path, recipe: Recipe, pinned: dict[str, Any]) -> None:
    """Into an empty folder. Weights are written by name, in float32: the next step needs all their digits."""
    weights = {name.replace(".default.", "."): weight.detach().cpu().contiguous() for name, weight in learner.learned.items()}
    _write(weights, folder)
    learner.model.peft_config["default"].save_pretrained(str(folder))
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8")) | {"base_model_name_or_path": recipe.model.base, "inference_mode": True}
    config["target_modules"] = sorted(config["target_modules"])  # a set: its order would change from run to run
    (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (folder / PINNED).write_text(json.dumps(pinned, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def as_bfloat16(adapter: Path, target: Path) -> int:
    """The same adapter in half the bytes, into an empty folder; how many bytes the weights have."""
    import safetensors.torch
    import torch

    weights = safetensors.torch.load_file(adapter / WEIGHTS)
    _write({name: weight.to(torch.bfloat16) for name, weight in weights.items()}, target)
    for path in adapter.iterdir():
        if path.is_file() and path.name != WEIGHTS:
            (target / path.name).write_bytes(path.read_bytes())
    return (target / WEIGHTS).stat().st_size


def _write(weights: dict[str, Any], folder: Path) -> None:
    """By Python's own hand: a full disk is an `OSError` then, as everywhere, and not an error of the library."""
    import safetensors.torch

    (folder / WEIGHTS).write_bytes(safetensors.torch.save(weights, metadata={"format": "pt"}))


def merge(base: str, adapter: Path, precision: Precision, target: Path) -> None:
    """Base and adapter in one, summed in float32, with tokenizer and chat template: what vLLM serves as it is."""
    import peft
    import torch
    import transformers

    whole = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    merged = peft.PeftModel.from_pretrained(whole, str(adapter)).merge_and_unload(safe_merge=True)
    merged.to(getattr(torch, precision.value)).save_pretrained(target)
    transformers.AutoTokenizer.from_pretrained(base).save_pretrained(target)
