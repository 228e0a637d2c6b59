"""The shape of a model, from its configuration: what memory and time follow from.

In: `config.json` of a model's folder. Out: `Shape`: sizes, numbers of weights, of LoRA weights. Nothing is loaded, and no package of models is needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.training.recipe import Lora
from dsl4bes.unknown.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Shape:
    """`linear`: name of a kind of layer → (takes, gives); each layer of the model has one of each. `tied`: the head is the embedding."""

    layers: int
    hidden: int
    vocabulary: int
    linear: dict[str, tuple[int, int]]
    tied: bool

    @property
    def weights(self) -> int:
        """All numbers of the model (norms and biases apart, which are below a thousandth)."""
        inner = sum(takes * gives for takes, gives in self.linear.values())
        return self.layers * inner + self.vocabulary * self.hidden * (1 if self.tied else 2)

    def learned(self, lora: Lora) -> int:
        """Numbers of the adapter."""
        return self.layers * lora.rank * sum(takes + gives for name, (takes, gives) in self.linear.items() if not lora.layers or name in lora.layers)

    def operations(self, tokens: float, answers: float, checkpointing: bool, lora: Lora) -> float:
        """Multiplications and additions of a step: forward, backward through frozen weights (no gradients of these), the forward again with checkpointing; the head at the tokens of answers."""
        inner = self.layers * sum(takes * gives for takes, gives in self.linear.values())
        return 2 * (tokens * (inner * (3 if checkpointing else 2) + 3 * self.learned(lora)) + answers * self.vocabulary * self.hidden * 2)


def shape_of(config: dict[str, Any]) -> Shape:
    """The shape that a configuration of transformers says: decoders of the kind of Llama and Qwen."""
    try:
        hidden, layers, heads = int(config["hidden_size"]), int(config["num_hidden_layers"]), int(config["num_attention_heads"])
        inner, vocabulary = int(config["intermediate_size"]), int(config["vocab_size"])
        of_keys, width = int(config.get("num_key_value_heads") or heads), int(config.get("head_dim") or hidden // heads)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise Trouble(BAD_TRAINING, f"the shape of the model cannot be read from its configuration ({error})", "models of the kind of Llama, Qwen and Mistral are trained") from None
    q, kv = heads * width, of_keys * width
    linear = {"q_proj": (hidden, q), "k_proj": (hidden, kv), "v_proj": (hidden, kv), "o_proj": (q, hidden), "gate_proj": (hidden, inner), "up_proj": (hidden, inner), "down_proj": (inner, hidden)}
    return Shape(layers, hidden, vocabulary, linear, bool(config.get("tie_word_embeddings", False)))


def shape_of_folder(folder: Path) -> Shape:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Trouble(BAD_TRAINING, f"`{folder}` has no configuration of a model that can be read: {error}", "name a folder that transformers wrote, a GGUF file or a hub id") from None
    return shape_of(config)

