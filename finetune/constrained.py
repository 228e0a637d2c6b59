"""A model in this process that keeps to a grammar: for recording answers where no vLLM can run. Slow, one answer at a time.

In: a folder with a model, requests. Out: answers. Needs torch, transformers and llguidance; nothing of the product uses it.
"""

from __future__ import annotations

import time
from typing import Any

import llguidance.hf
import llguidance.torch
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from dsl4bes.unknown.backends.protocol import Answer, Answers, Finish, OnText, Request


class ConstrainedBackend:
    """Samples token by token; before each draw the grammar takes away what may not follow."""

    adapter, at_once, takes_grammar = "", 1, True

    def __init__(self, folder: str, model: str) -> None:
        self.model = model
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._net = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self._width = self._net.config.vocab_size
        self._engine = llguidance.hf.from_tokenizer(self._tokenizer, n_vocab=self._width)

    def models(self) -> tuple[str, ...]:
        return (self.model,)

    def complete(self, request: Request, on_text: OnText | None = None) -> Answers:
        started = time.monotonic()
        chat = [message.model_dump() for message in request.messages]
        prompt = self._tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]
        made = [self._answer(request, prompt, number) for number in range(request.samples)]
        return Answers(
            answers=tuple(answer for answer, _ in made), model=self.model, prompt_tokens=prompt.shape[1], completion_tokens=sum(count for _, count in made),
            seconds=time.monotonic() - started,
        )  # fmt: skip

    @torch.inference_mode()
    def _answer(self, request: Request, prompt: Any, number: int) -> tuple[Answer, int]:
        torch.manual_seed(number + (request.seed or 0))
        if request.grammar is None:
            raise ValueError("this backend answers under a grammar")
        matcher = llguidance.LLMatcher(self._engine, request.grammar)
        mask = llguidance.torch.allocate_token_bitmask(1, self._width)
        tokens: list[int] = []
        fed, past = prompt, None
        while len(tokens) < request.max_tokens:
            out = self._net(input_ids=fed, past_key_values=past, use_cache=True, logits_to_keep=1)
            past, logits = out.past_key_values, out.logits[:, -1, :]
            llguidance.torch.fill_next_token_bitmask(matcher, mask)
            if matcher.get_error():
                raise RuntimeError(matcher.get_error())
            llguidance.torch.apply_token_bitmask_inplace(logits, mask)
            token = self._drawn(logits[0], request)
            if token == self._tokenizer.eos_token_id:
                return Answer(text=self._tokenizer.decode(tokens), finish=Finish.STOP), len(tokens)
            matcher.consume_token(token)
            tokens.append(token)
            fed = torch.tensor([[token]])
        return Answer(text=self._tokenizer.decode(tokens), finish=Finish.LENGTH), len(tokens)

    @staticmethod
    def _drawn(logits: Any, request: Request) -> int:
        if request.temperature == 0:
            return int(logits.argmax())
        chances, order = torch.softmax(logits / request.temperature, -1).sort(descending=True)
        chances[chances.cumsum(-1) - chances > request.top_p] = 0
        return int(order[torch.multinomial(chances, 1)])
