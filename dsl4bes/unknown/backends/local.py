"""A model in this process: transformers, with a LoRA adapter by peft.

In: a request. Out: answers. The libraries are imported, and the weights loaded, at the first request and never before; nothing is
downloaded that the libraries' own settings (HF_HUB_OFFLINE) forbid. It has no grammar: that needs a server.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes.backends import MISSING_EXTRA, MODEL_REFUSED, MODEL_UNREACHABLE, NO_MODEL
from dsl4bes.unknown.backends.protocol import Answer, Answers, Finish, OnText, Request
from dsl4bes.unknown.backends.wire import plain_prompt
from dsl4bes.unknown.models import checksum_of_folder, number_type, place
from dsl4bes.unknown.pinned import check_pinned, read_pinned, template_digest
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble


@dataclass(frozen=True, slots=True)
class _Loaded:
    torch: Any
    tokenizer: Any
    model: Any


class LocalBackend:
    """A model by folder or hub id. One request at a time; a GPU is used if torch sees one."""

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        if not settings["model"]:
            raise Trouble(NO_MODEL, "the settings name no model", "set `model` to a folder or a hub id")
        self.model: str = settings["model"]
        self.adapter: str = settings["adapter"]
        self.at_once = 1
        self.takes_grammar = False
        self._total: float = settings["total_timeout"]
        self._folder = folder or Path()
        self._loaded: _Loaded | None = None

    def models(self) -> tuple[str, ...]:
        return (self.model,)

    def complete(self, request: Request, on_text: OnText | None = None) -> Answers:
        """All samples in one batch. `on_text` gets a single sample as it grows, several when they are whole."""
        if request.grammar is not None or request.json_schema is not None:
            raise Trouble(
                MODEL_REFUSED, "a model in this process cannot keep to a grammar", "serve it with vLLM and set `url`"
            )
        started = time.monotonic()
        loaded = self._loaded = self._loaded or self._load()
        torch, tokenizer = loaded.torch, loaded.tokenizer
        tokens = self._tokens(tokenizer, request)
        length = tokens["input_ids"].shape[1]
        room = getattr(loaded.model.config, "max_position_embeddings", None)
        if room is not None and length + request.max_tokens > room:
            raise Trouble(
                MODEL_REFUSED,
                f"{length} tokens of the request and {request.max_tokens} of the answer are more than the {room} of the model",
                "lower `max_tokens`, or take a model with a longer context",
            )
        if request.seed is not None:
            torch.manual_seed(request.seed)
        streamer = _Growing(tokenizer, on_text) if on_text and request.samples == 1 else None
        with torch.inference_mode():
            out = loaded.model.generate(
                **tokens.to(loaded.model.device), **_how(request, tokenizer), max_time=self._total, streamer=streamer
            )
        rows = [row[length:].tolist() for row in out]
        found = tuple(_answer(tokenizer, row, request) for row in rows)
        found *= request.samples // len(found)
        if on_text and streamer is None:
            for number, answer in enumerate(found):
                on_text(number, answer.text)
        ends = _ends(tokenizer)
        made = sum(next((i + 1 for i, token in enumerate(row) if token in ends), len(row)) for row in rows)
        seconds = time.monotonic() - started
        return Answers(
            answers=found, model=self.adapter or self.model, prompt_tokens=length, completion_tokens=made, seconds=seconds,
            first_text_seconds=streamer.first - started if streamer and streamer.first else None,
        )  # fmt: skip

    def _tokens(self, tokenizer: Any, request: Request) -> Any:
        if request.messages and getattr(tokenizer, "chat_template", None):
            messages = [{"role": message.role, "content": message.content} for message in request.messages]
            text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            return tokenizer(text, return_tensors="pt", add_special_tokens=False)
        return tokenizer(request.prompt or plain_prompt(request), return_tensors="pt")

    def _load(self) -> _Loaded:
        try:
            import torch
            import transformers
        except ImportError as error:
            raise Trouble(MISSING_EXTRA, f"a model in this process needs {error.name}", "python -m pip install 'dsl4bes[train]'") from None
        name = place(self.model, self._folder)
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(name)
            model = transformers.AutoModelForCausalLM.from_pretrained(name, dtype=_number_type(torch))
        except (OSError, ValueError) as error:
            reason = str(error).strip().partition("\n")[0][:300]
            help_ = "name a folder with weights, or a hub id that can be reached"
            raise Trouble(MODEL_UNREACHABLE, f"the model `{self.model}` cannot be loaded: {reason}", help_) from None
        if self.adapter:
            self._check_template(tokenizer, name)
            model = self._with_adapter(model)
        if torch.cuda.is_available():
            model = model.to("cuda")
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return _Loaded(torch, tokenizer, model.eval())

    def _check_template(self, tokenizer: Any, name: str) -> None:
        """An adapter of ours gets prompts as in training, or none."""
        adapter, base = Path(place(self.adapter, self._folder)), Path(name)
        if read_pinned(adapter) is not None:
            check_pinned(adapter, template_digest(getattr(tokenizer, "chat_template", None)), checksum_of_folder(base) if base.is_dir() else "", self.model)

    def _with_adapter(self, model: Any) -> Any:
        try:
            import peft
        except ImportError:
            raise Trouble(MISSING_EXTRA, "an adapter needs peft", "python -m pip install 'dsl4bes[train]'") from None
        try:
            return peft.PeftModel.from_pretrained(model, place(self.adapter, self._folder)).merge_and_unload()
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            reason = str(error).strip().partition("\n")[0][:300]
            raise Trouble(MODEL_UNREACHABLE, f"the adapter `{self.adapter}` does not load onto `{self.model}`: {reason}") from None


def _number_type(torch: Any) -> Any:
    """bf16 on a GPU, else what the processor calculates in."""
    return torch.bfloat16 if torch.cuda.is_available() else getattr(torch, number_type())


def _how(request: Request, tokenizer: Any) -> dict[str, Any]:
    """Arguments of `generate`."""
    found: dict[str, Any] = {
        "max_new_tokens": request.max_tokens, "num_return_sequences": request.samples, "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    if request.temperature > 0:
        found |= {"do_sample": True, "temperature": request.temperature, "top_p": request.top_p, "top_k": 0}
    else:
        # Greedy answers are all the same: one is made, and told as often as asked for.
        found |= {"do_sample": False, "num_return_sequences": 1, "temperature": None, "top_p": None, "top_k": None}
    if request.stop:
        found |= {"stop_strings": list(request.stop), "tokenizer": tokenizer}
    return found


def _ends(tokenizer: Any) -> set[int]:
    return {token for token in (tokenizer.eos_token_id, tokenizer.pad_token_id) if token is not None}


def _answer(tokenizer: Any, row: list[int], request: Request) -> Answer:
    """The text of one row, up to the first stop text, and why it ended."""
    ends = _ends(tokenizer)
    own_end = next((i for i, token in enumerate(row) if token in ends), None)
    text: str = tokenizer.decode(row[:own_end], skip_special_tokens=True)
    stops = [position for position in (text.find(stop) for stop in request.stop) if position >= 0]
    if stops:
        return Answer(text=text[: min(stops)], finish=Finish.STOP)
    if own_end is not None:
        return Answer(text=text, finish=Finish.STOP)
    return Answer(text=text, finish=Finish.LENGTH if len(row) >= request.max_tokens else Finish.OTHER)


class _Growing:
    """Hands on the text of one sample as its tokens come; whole words only, since a character may take several tokens."""

    def __init__(self, tokenizer: Any, on_text: OnText) -> None:
        self._tokenizer = tokenizer
        self._on_text = on_text
        self._tokens: list[int] = []
        self._told = 0
        self._skip = True  # the prompt comes first
        self.first: float | None = None

    def put(self, value: Any) -> None:
        if self._skip:
            self._skip = False
            return
        self._tokens += value.flatten().tolist()
        self._tell(self._tokenizer.decode(self._tokens, skip_special_tokens=True), whole=False)

    def end(self) -> None:
        self._tell(self._tokenizer.decode(self._tokens, skip_special_tokens=True), whole=True)

    def _tell(self, text: str, whole: bool) -> None:
        end = len(text) if whole else text.rfind(" ") + 1
        if end > self._told:
            if self.first is None:
                self.first = time.monotonic()
            self._on_text(0, text[self._told : end])
            self._told = end
