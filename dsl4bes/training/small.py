"""A random model of two layers with a tokenizer of bytes: what recipe `tiny` trains, in seconds.

In: a seed. Out: model and tokenizer, the same for the same seed. Every code path of training runs on it; what it learns is of no use to anybody.
"""

from __future__ import annotations

from typing import Any

#: As config.json has them: known before the model is made.
SIZES = {"vocab_size": 258, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 4096}
SPECIAL = ("<|end|>", "<|start|>")
TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)  # fmt: skip


def random_model(seed: int) -> tuple[Any, Any]:
    import torch
    import transformers

    tokenizer = byte_tokenizer()
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        **SIZES, bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.eos_token_id, attn_implementation="sdpa",
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config), tokenizer


def byte_tokenizer() -> Any:
    """Each byte a token, and two that begin and end a turn."""
    import tokenizers
    import transformers

    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    words = {sign: number for number, sign in enumerate((*SPECIAL, *alphabet))}
    plain = tokenizers.Tokenizer(tokenizers.models.BPE(words, []))
    plain.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    plain.decoder = tokenizers.decoders.ByteLevel()
    plain.add_special_tokens([tokenizers.AddedToken(word, special=True) for word in SPECIAL])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=plain, eos_token=SPECIAL[0], pad_token=SPECIAL[0])
    tokenizer.chat_template = TEMPLATE
    return tokenizer
