"""The protocol of all backends: a request goes in, answers come out.

In: messages or a prompt, how to sample, what shape the answer has. Out: texts, why each ended, tokens and seconds.
A request knows no server and no key, so that its hash names it anywhere. No network is touched here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dsl4bes.unknown.backends.together import together

#: Called with the number of the sample and the next piece of its text.
OnText = Callable[[int, str], None]


class Finish(str, Enum):
    """Why an answer ended: by itself, at `max_tokens`, with a call of a tool instead of a text, or for a reason of the server's."""

    STOP = "stop"
    LENGTH = "length"
    TOOL = "tool"
    OTHER = "other"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Frozen):
    role: Literal["system", "user", "assistant"]
    content: str


class Request(_Frozen):
    """Either `messages` or `prompt`; at most one of `grammar` (Lark-like text) and `json_schema`."""

    messages: tuple[Message, ...] = ()
    prompt: str = ""
    samples: Annotated[int, Field(ge=1, le=256)] = 1
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.8
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.95
    seed: int | None = None
    max_tokens: Annotated[int, Field(ge=1)] = 1024
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    json_schema: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Request:
        if bool(self.messages) == bool(self.prompt):
            raise ValueError("a request has either messages or a prompt")
        if self.grammar is not None and self.json_schema is not None:
            raise ValueError("a request has a grammar or a JSON schema, not both")
        return self

    def key(self, model: str, adapter: str) -> str:
        """The name of this request to this model: a hash of all that can change the answer."""
        content = {"model": model, "adapter": adapter, "request": self.model_dump(mode="json")}
        return hashlib.sha256(canonical(content)).hexdigest()


class Answer(_Frozen):
    text: str
    finish: Finish

    @property
    def cut_off(self) -> bool:
        return self.finish is Finish.LENGTH


class Answers(_Frozen):
    """`answers` are as many as were asked for. Tokens are None where the backend does not count; `requests` counts repetitions."""

    answers: tuple[Answer, ...]
    model: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0
    first_text_seconds: float | None = None
    requests: int = 1


class Backend(Protocol):
    """Who answers. `complete` raises `Trouble`; it is called from at most `at_once` threads at a time. `takes_grammar`: a request with one is answered by its rules."""

    model: str
    adapter: str
    at_once: int
    takes_grammar: bool

    def complete(self, request: Request, on_text: OnText | None = None) -> Answers: ...

    def models(self) -> tuple[str, ...]:
        """Names that may be asked for, as the backend tells."""
        ...


def complete_all(backend: Backend, requests: Sequence[Request]) -> list[Answers]:
    """The answers to several requests, in their order, as many at once as the backend takes; the first `Trouble` ends it. Answers come as streams, so that a slow model is not
    taken for one that hangs."""
    return together(lambda request: backend.complete(request, _heard), requests, backend.at_once)


def _heard(sample: int, text: str) -> None:
    """That there is more is all that matters."""


def canonical(content: Any) -> bytes:
    """The same bytes for the same content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
