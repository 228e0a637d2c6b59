"""A tokenizer without any package: words and signs are tokens, merged greedily across whatever stands together, so that seams can be tested.

In: text. Out: numbers; `decoded` gives the text back. Templates are functions, so that a test makes the template it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PIECE = re.compile(r"<\|\w+\|>|\n+|[^\W\d_]+|\s|.", re.DOTALL)


def chatml(messages, add_generation_prompt):
    text = "".join(f"<|start|>{each['role']}\n{each['content']}<|end|>\n" for each in messages)
    return text + ("<|start|>assistant\n" if add_generation_prompt else "")


class FakeTokenizer:
    def __init__(self, template: Callable = chatml, eos: str = "<|end|>") -> None:
        self.template = template
        self.words: list[str] = []
        self.eos_token_id = self._number(eos)

    def _number(self, word: str) -> int:
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)

    def apply_chat_template(self, messages, tokenize=True, add_generation_prompt=False):
        assert not tokenize
        return self.template(messages, add_generation_prompt)

    def __call__(self, text, add_special_tokens=True):
        assert not add_special_tokens
        return {"input_ids": [self._number(piece) for piece in _PIECE.findall(text)]}

    def decoded(self, tokens) -> str:
        return "".join(self.words[token] for token in tokens)
