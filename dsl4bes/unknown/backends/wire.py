"""The OpenAI-compatible interface as data: what is sent, and what an answer must look like.

In: a request, or the JSON that came. Out: the body of an HTTP request, or answers. Fields that we do not use are ignored; those
we use are checked. No network is touched here, and no exception of the JSON reader or of pydantic leaves this module.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER
from dsl4bes.unknown.backends.protocol import Answer, Finish, Request
from dsl4bes.unknown.trouble import Trouble

_FINISH = {"stop": Finish.STOP, "eos": Finish.STOP, "length": Finish.LENGTH, "tool_calls": Finish.TOOL, "function_call": Finish.TOOL}


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Message(_Loose):
    content: str | None = None
    tool_calls: list[Any] | None = None


class Choice(_Loose):
    """One choice of an answer or of a piece of a stream."""

    index: int = 0
    message: _Message | None = None
    delta: _Message | None = None
    text: str | None = None
    finish_reason: str | None = None

    @property
    def words(self) -> str:
        part = self.message or self.delta
        return (self.text if part is None else part.content) or ""

    @property
    def calls_tool(self) -> bool:
        part = self.message or self.delta
        return bool(part and part.tool_calls)


class Usage(_Loose):
    """Tokens, if the server counts them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Reply(_Loose):
    """A whole answer, or one piece of a stream."""

    choices: list[Choice]
    model: str | None = None
    usage: Usage | None = None


class _Model(_Loose):
    id: str


class _Models(_Loose):
    data: list[_Model]


def body(request: Request, model: str, samples: int, seed: int | None, *, chat: bool, stream: bool) -> dict[str, Any]:
    """What is sent for `samples` answers. Only what was asked for is named: servers refuse fields that they do not know."""
    found: dict[str, Any] = {
        "model": model, "n": samples, "temperature": request.temperature, "top_p": request.top_p, "max_tokens": request.max_tokens,
    }  # fmt: skip
    if chat:
        found["messages"] = [{"role": message.role, "content": message.content} for message in request.messages]
    else:
        found["prompt"] = request.prompt or plain_prompt(request)
    if seed is not None:
        found["seed"] = seed
    if request.stop:
        found["stop"] = list(request.stop)
    if request.grammar is not None:
        found["structured_outputs"] = {"grammar": request.grammar}
    if request.json_schema is not None:
        found["structured_outputs"] = {"json": request.json_schema}
    if stream:
        found |= {"stream": True, "stream_options": {"include_usage": True}}
    return found


def plain_prompt(request: Request) -> str:
    """Messages as one text, for a server without the chat interface."""
    return "\n\n".join(message.content for message in request.messages) + "\n"


def decode(content: bytes) -> Any:
    """JSON in UTF-8, or a `Trouble`."""
    try:
        value = json.loads(content.decode("utf-8"))
        if b"\\u" in content:  # an escape may be half of a character, which no file can hold
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except UnicodeDecodeError as error:
        raise Trouble(BAD_ANSWER, f"the server's answer is not UTF-8 (byte {error.start})") from None
    except UnicodeEncodeError:
        raise Trouble(BAD_ANSWER, "the server's answer holds half of a character") from None
    except (ValueError, RecursionError):
        raise Trouble(BAD_ANSWER, f"the server's answer is not JSON: {excerpt(content)}") from None


def reply(content: bytes) -> Reply:
    """An answer or a piece of a stream. An `error` object in it is the server's own complaint."""
    value = decode(content)
    if isinstance(value, dict) and value.get("error"):
        raise Trouble(BAD_ANSWER, f"the server answers with an error: {complaint(content)}")
    try:
        return Reply.model_validate(value)
    except ValidationError as error:
        raise Trouble(BAD_ANSWER, f"the server's answer has not the form of an answer: {_first(error)}") from None


def names(content: bytes) -> tuple[str, ...]:
    """The models that a server lists."""
    try:
        return tuple(model.id for model in _Models.model_validate(decode(content)).data)
    except ValidationError as error:
        raise Trouble(BAD_ANSWER, f"the server's list of models has another form: {_first(error)}") from None


def finish(reason: str | None, calls_tool: bool) -> Finish:
    if calls_tool:
        return Finish.TOOL
    return _FINISH.get(reason or "", Finish.OTHER)


def answers(choices: list[Choice], samples: int) -> list[Answer]:
    """At most `samples` answers in the order of their numbers; a `Trouble` if no choice has a text."""
    found = [
        Answer(text=choice.words, finish=finish(choice.finish_reason, choice.calls_tool))
        for choice in sorted(choices, key=lambda choice: choice.index)[:samples]
    ]
    return with_text(found)


def with_text(found: list[Answer]) -> list[Answer]:
    """The answers, if there is at least one with a text."""
    if not found:
        raise Trouble(BAD_ANSWER, "the server's answer holds no choice")
    if not any(answer.text for answer in found):
        kind = "calls of tools" if any(answer.finish is Finish.TOOL for answer in found) else "empty texts"
        raise Trouble(BAD_ANSWER, f"the server answers with {kind} instead of a text")
    return found


def complaint(content: bytes) -> str:
    """What a server says about an error: its message if there is one, else how its text begins."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return excerpt(content)
    while isinstance(value, dict):
        value = value.get("error", value.get("message", value.get("detail", "")))
    return excerpt(value.encode("utf-8", "replace")) if isinstance(value, str) and value else excerpt(content)


def excerpt(content: bytes, most: int = 200) -> str:
    """The beginning of something that came, in printable characters."""
    text = content[: 4 * most].decode("utf-8", "replace")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return repr(text if len(text) <= most else text[:most] + "...")


def _first(error: ValidationError) -> str:
    """The first thing that pydantic found, without the value."""
    one = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, one['loc'])) or 'top'}: {one['msg']}"[:200]
