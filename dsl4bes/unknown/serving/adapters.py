"""The LoRA adapters of a folder: what they are, whether vLLM can serve them, and whether they belong to a model.

In: a folder. Out: `Adapter`s in the order of their names, or a `Trouble`. An adapter is read, never loaded: its configuration and the head of its
weights. Weights in formats that can execute code are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.serving import BAD_ADAPTER
from dsl4bes.unknown.serving.tensors import Shapes, shapes
from dsl4bes.unknown.trouble import Trouble

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
LARGEST_RANK = 512
_LARGEST_CONFIG = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_PREFIX = "base_model.model."
_FACTORS = re.compile(r"\.lora_(embedding_)?([AB])(\.weight)?$")
#: Initialisations that leave the base model as it is; the others (PiSSA, OLoRA, CorDA, LoftQ, ...) change it.
_PLAIN_INITS = ("gaussian", "eva", "orthogonal", "mica", "lora_ga")
#: Fields of the configuration that vLLM does not serve when they are set, in words.
_NOT_SERVED = {
    "use_dora": "DoRA",
    "lora_bias": "LoRA with a bias",
    "alora_invocation_tokens": "activated LoRA",
    "layer_replication": "replicated layers",
    "use_bdlora": "block-diagonal LoRA",
    "use_qalora": "QALoRA",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that an adapter changes: numbers it takes and gives, and the rank of the change."""

    takes: int
    gives: int
    rank: int


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter. `base` is the model it names; `layers` by their names in the base; `merge_only`: why vLLM cannot serve it beside its base."""

    name: str
    folder: Path
    base: str
    rank: int
    layers: Mapping[str, Layer]
    merge_only: tuple[str, ...] = ()


def adapters_of(folder: Path) -> tuple[Adapter, ...]:
    """The adapter that lies in a folder, else those in its subfolders."""
    folder = folder.resolve()
    if (folder / CONFIG).is_file():
        return (read_adapter(folder),)
    try:
        found = sorted(path for path in folder.iterdir() if (path / CONFIG).is_file())
    except OSError as error:
        raise Trouble(BAD_ADAPTER, f"the folder of adapters `{folder}` cannot be read: {error.strerror}") from None
    if not found:
        help_ = "name the folder that peft wrote, or one that holds such folders"
        raise Trouble(BAD_ADAPTER, f"`{folder}` holds no adapter: there is no {CONFIG} in it or in a folder below it", help_)
    return tuple(read_adapter(path) for path in found)


def read_adapter(folder: Path) -> Adapter:
    """One adapter by its folder."""
    if not _NAME.fullmatch(folder.name):
        help_ = "rename the folder: letters, digits, `.`, `_` and `-`, a letter or digit in front"
        raise Trouble(BAD_ADAPTER, f"an adapter is named after its folder, and `{folder.name}` is no name of a model", help_)
    config = _config(folder)
    layers = _layers(folder)
    rank = max(layer.rank for layer in layers.values())
    if rank > LARGEST_RANK:
        raise Trouble(BAD_ADAPTER, f"the adapter `{folder.name}` has rank {rank}, and vLLM serves at most {LARGEST_RANK}")
    return Adapter(folder.name, folder, str(config.get("base_model_name_or_path") or ""), rank, layers, _merge_only(config))


def _config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            raise ValueError("it is too large")
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Trouble(BAD_ADAPTER, f"`{path}` cannot be read: {error}") from None
    if not isinstance(config, dict):
        raise Trouble(BAD_ADAPTER, f"`{path}` cannot be read: it holds no object")
    kind = str(config.get("peft_type", "LORA")).upper()
    if kind != "LORA":
        raise Trouble(BAD_ADAPTER, f"the adapter `{folder.name}` is of the kind {kind[:40]}, and only LORA is served")
    task = str(config.get("task_type") or "CAUSAL_LM")
    if task != "CAUSAL_LM":
        raise Trouble(BAD_ADAPTER, f"the adapter `{folder.name}` is made for {task[:40]}, not for writing text (CAUSAL_LM)")
    return config


def _merge_only(config: Mapping[str, Any]) -> tuple[str, ...]:
    """What keeps vLLM from serving an adapter beside its base."""
    found = [words for name, words in _NOT_SERVED.items() if config.get(name)]
    if config.get("bias", "none") != "none":
        found.append("trained biases")
    if config.get("modules_to_save"):
        found.append("whole layers that were trained")
    init = config.get("init_lora_weights", True)
    if isinstance(init, str) and init.lower() not in _PLAIN_INITS:
        found.append(f"the initialisation {init[:40]}, which changes the base model")
    return tuple(found)


def _layers(folder: Path) -> dict[str, Layer]:
    """The layers from the shapes of the two factors of each: A is rank x takes, B gives x rank."""
    path = folder / WEIGHTS
    if not path.is_file():
        others = [name for name in ("adapter_model.bin", "adapter_model.pt") if (folder / name).is_file()]
        why = f"`{others[0]}` is a format that can execute code when it is read" if others else "it has no weights"
        raise Trouble(BAD_ADAPTER, f"the adapter `{folder.name}` has no {WEIGHTS}: {why}", "save it with peft's `save_pretrained(folder)`")
    try:
        found = _paired(shapes(path))
    except (OSError, ValueError) as error:
        raise Trouble(BAD_ADAPTER, f"the weights of the adapter `{folder.name}` cannot be read: {error}") from None
    if not found:
        raise Trouble(BAD_ADAPTER, f"the weights of the adapter `{folder.name}` hold no LoRA layer")
    return found


def _paired(tensors: Shapes) -> dict[str, Layer]:
    factors: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, shape in tensors.items():
        match = _FACTORS.search(name)
        if match:
            factors.setdefault(name[: match.start()].removeprefix(_PREFIX), {})[match[2]] = shape
    found = {}
    for name, pair in factors.items():
        a, b = pair.get("A", ()), pair.get("B", ())
        if len(a) != 2 or len(b) != 2 or a[0] != b[1] or a[0] < 1:
            raise ValueError(f"the factors of `{name}` have the shapes {a} and {b}, which are not those of a linear layer")
        found[name] = Layer(takes=a[1], gives=b[0], rank=a[0])
    return found
