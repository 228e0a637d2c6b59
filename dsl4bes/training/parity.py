"""Whether a server says what the trained model says: greedy tokens of transformers and of vLLM, held against each other.

In: the folder of a model (merged, or a base) and the address of a server that serves it; prompts. Out: for each prompt how many tokens are the same, and where they part the log-probabilities of both tokens. Prompts are rendered here by the model's own
chat template and sent as tokens' text through `/completions`, so that nothing but the model is compared; one request through `/chat/completions` says whether the server renders the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_TRAINING
from dsl4bes.unknown.backends.address import base_address
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.trouble import Trouble

TOKENS = 64
#: Two tokens this near may change places by rounding.
NEAR = 0.1
_TIMEOUT = 600

#: Twenty questions of many kinds; none is a task by which models are judged.
PROMPTS = (
    "What is the capital of France?", "Name three colours.", "Write a C++ function that adds two numbers.", "What is a histogram?", "Explain what a least squares fit is.", "How do I open a file in ROOT?", "Write a loop in Python that prints the squares up to 100.",
    "What does `const` mean in C++?", "Give the charge of a proton.", "What is a four-momentum?", "用一句话解释什么是直方图。", "写一个C++函数，返回两个数中较大的一个。", "什么是不变质量？", "如何在ROOT中打开一个文件？",
    "What is the difference between a list and a tuple?", "Write a shell command that counts lines of a file.", "Sort these numbers: 5, 2, 9, 1.", "Translate into French: good morning.", "What is the SI unit of energy?", "Write a haiku about a detector.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """Of one prompt: `same` tokens from the first on; where they part, the tokens and their log-probabilities in transformers (`gap`)."""

    prompt: str
    same: int
    length: int
    here: str = ""
    there: str = ""
    gap: float = 0.0

    @property
    def holds(self) -> bool:
        """There are tokens, and all of the first are the same, or the two that differ are nearly as probable."""
        return self.length > 0 and (self.same >= self.length or self.gap < NEAR)


@dataclass(frozen=True, slots=True)
class Parity:
    prompts: tuple[Compared, ...]
    template_same: bool

    @property
    def holds(self) -> bool:
        return self.template_same and all(each.holds for each in self.prompts)


@dataclass(frozen=True, slots=True)
class Server:
    """`name`: of the model at the server."""

    address: str
    name: str
    key: Key

    @classmethod
    def at(cls, url: str, name: str = "") -> Server:
        """The server at an address; without a name, the only model that it has."""
        key = Key.from_environment()
        address = base_address(url, bool(key))
        if name:
            return cls(address, name, key)
        names = [str(each.get("id")) for each in cls(address, "", key).ask("models").get("data") or [] if isinstance(each, dict)]
        if len(names) != 1:
            raise Trouble(BAD_TRAINING, f"the server at {address} has {len(names)} models: {', '.join(names)[:200]}", "serve one model, or one adapter merged")
        return cls(address, names[0], key)

    def ask(self, endpoint: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """An answer in JSON. Redirects are not followed: the key is for this address."""
        import httpx

        try:
            where = f"{self.address}/{endpoint}"
            answer = httpx.get(where, headers=self.key.header(), timeout=_TIMEOUT) if body is None else httpx.post(where, json=body, headers=self.key.header(), timeout=_TIMEOUT)
            if answer.status_code != 200:
                raise Trouble(BAD_TRAINING, f"the server at {self.address} answers {answer.status_code}: {self.key.hide(answer.text)[:200]}")
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Trouble(BAD_TRAINING, f"the server at {self.address} does not answer: {self.key.hide(str(error))[:200]}", "`dsl4bes serve` starts one") from None
        if not isinstance(found, dict):
            raise Trouble(BAD_TRAINING, f"the server at {self.address} answers something else than a model does")
        return found


def parity(model: Any, tokenizer: Any, server: Server, prompts: Sequence[str] = PROMPTS, tokens: int = TOKENS) -> Parity:
    """`model` is loaded, in the number type that the server calculates in."""
    found = tuple(_compare(model, tokenizer, server, prompt, tokens) for prompt in prompts)
    return Parity(found, _renders_the_same(tokenizer, server, prompts[0]))


def _compare(model: Any, tokenizer: Any, server: Server, prompt: str, tokens: int) -> Compared:
    import torch

    text = rendered(tokenizer, prompt)
    given = tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        own = model.generate(given, attention_mask=torch.ones_like(given), max_new_tokens=tokens, do_sample=False, temperature=None, top_p=None, top_k=None, repetition_penalty=1.0, pad_token_id=tokenizer.eos_token_id)[0, given.shape[1] :].tolist()
    theirs = _served(server, given[0].tolist(), tokens)
    length = min(len(own), len(theirs))
    same = next((at for at in range(length) if own[at] != theirs[at]), length)
    if same == length:
        # One may have stopped where the other could not: an end is a token, too.
        return Compared(prompt, same, same)
    with torch.inference_mode():
        logits = model(torch.tensor([[*given[0].tolist(), *own[:same]]])).logits[0, -1].float().log_softmax(-1)
    gap = abs(float(logits[own[same]] - logits[theirs[same]]))
    return Compared(prompt, same, length, tokenizer.decode([own[same]]), tokenizer.decode([theirs[same]]), gap)


def rendered(tokenizer: Any, prompt: str) -> str:
    return str(tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True))


def _served(server: Server, prompt: Sequence[int], tokens: int) -> list[int]:
    """The greedy tokens of the server, as numbers."""
    body = {"model": server.name, "prompt": list(prompt), "max_tokens": tokens, "temperature": 0, "return_token_ids": True}
    try:
        return [int(token) for token in server.ask("completions", body)["choices"][0]["token_ids"]]
    except (KeyError, IndexError, TypeError, ValueError):
        raise Trouble(BAD_TRAINING, f"the server at {server.address} tells no tokens by number", "vLLM 0.11 and later do (`return_token_ids`)") from None


def _renders_the_same(tokenizer: Any, server: Server, prompt: str) -> bool:
    """Whether the server makes the same tokens of a chat as the tokenizer here."""
    body = {"model": server.name, "messages": [{"role": "user", "content": prompt}], "max_tokens": 1, "temperature": 0, "return_token_ids": True}
    answer = server.ask("chat/completions", body)
    own = tokenizer(rendered(tokenizer, prompt), add_special_tokens=False)["input_ids"]
    return list(answer.get("prompt_token_ids") or []) == list(own)
