"""Conversations → tokens, and which of them are learned: the answer, by the model's own chat template.

In: a tokenizer of transformers (or what behaves like one), examples. Out: `Encoded`: tokens and where the answer begins. The prompt is rendered exactly as a server renders it (`add_generation_prompt`), and its tokens are those that
the server will make; a token is never shared between prompt and answer. What cannot be rendered so is said, and never half learned.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.training.examples import Example
from dsl4bes.unknown.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Encoded:
    """`tokens[answer:]` are learned."""

    tokens: tuple[int, ...]
    answer: int

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def learned(self) -> int:
        return len(self.tokens) - self.answer


@dataclass(frozen=True, slots=True)
class Encodings:
    """Those that fit, in the order of the examples; `too_long`: names of those that do not."""

    kept: tuple[Encoded, ...]
    too_long: tuple[str, ...] = field(default=())


def encode_all(tokenizer: Any, examples: Sequence[Example], longest: int, ends: Collection[int]) -> Encodings:
    """All examples that have at most `longest` tokens."""
    kept: list[Encoded] = []
    too_long: list[str] = []
    known: dict[str, Encoded] = {}
    for each in examples:
        found = known.get(each.name) or known.setdefault(each.name, encode(tokenizer, each, ends))
        if len(found) <= longest:
            kept.append(found)
        else:
            too_long.append(each.name)
    return Encodings(tuple(kept), tuple(too_long))


def encode(tokenizer: Any, example: Example, ends: Collection[int]) -> Encoded:
    """The tokens of one conversation. `ends`: the tokens at which the model stops; the answer ends with one of them."""
    messages = example.messages
    prefix: str = tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
    whole: str = tokenizer.apply_chat_template(messages, tokenize=False)
    if not whole.startswith(prefix):
        raise Trouble(
            BAD_TRAINING, "the chat template writes an answer otherwise than what it asks for one with",
            "this model needs a template in which the answer follows the prompt that `add_generation_prompt` makes; some templates of models that think do not",
        )  # fmt: skip
    rest = whole[len(prefix) :].rstrip()  # what a template writes behind the end of an answer, nobody generates
    prompt = _tokens(tokenizer, prefix)
    together = _tokens(tokenizer, prefix + rest)
    # Letters on both sides of the seam may make one token: a server never does, as it has the prompt alone.
    answer = together[len(prompt) :] if together[: len(prompt)] == prompt else _tokens(tokenizer, rest)
    last = next((at for at in range(len(answer) - 1, -1, -1) if answer[at] in ends), None)
    if last is not None:
        answer = answer[: last + 1]
    elif tokenizer.eos_token_id is not None:
        answer = [*answer, tokenizer.eos_token_id]
    return Encoded((*prompt, *answer), len(prompt))


def _tokens(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])
