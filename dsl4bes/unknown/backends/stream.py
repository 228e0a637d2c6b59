"""Answers that come in pieces: server-sent events, put together.

In: bytes as they come. Out: the texts so far, and at the end whole answers. Each line is bounded; what is not an event is ignored;
a stream that ends before all its answers have is a `Trouble`. No network is touched here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER
from dsl4bes.unknown.backends import wire
from dsl4bes.unknown.backends.protocol import Answer, OnText
from dsl4bes.unknown.trouble import Trouble

_LONGEST_LINE = 1 << 20


class Stream:
    """Collects one streamed reply of up to `samples` answers."""

    def __init__(self, samples: int, on_text: OnText | None, first: int = 0, hide: Callable[[bytes], bytes] = bytes) -> None:
        self._samples = samples
        self._on_text = on_text
        self._first = first  # number of the first sample, for the caller
        self._hide = hide  # the key, from what a message about the stream may quote
        self._rest = bytearray()
        self._texts: dict[int, list[str]] = {}
        self._ended: dict[int, str | None] = {}
        self._tools: set[int] = set()
        self.done = False
        self.model: str | None = None
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None

    @property
    def begun(self) -> bool:
        """Whether a text has been handed on: the request cannot be repeated then."""
        return bool(self._texts)

    def feed(self, chunk: bytes) -> None:
        """Take in what came."""
        for line in self._lines(chunk):
            if self.done or not line.startswith(b"data:"):
                continue
            content = line[5:].strip()
            if content == b"[DONE]":
                self.done = True
            elif content:
                self._take(wire.reply(self._hide(bytes(content))))

    def _lines(self, chunk: bytes) -> Iterator[bytearray]:
        self._rest += chunk
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            raise Trouble(BAD_ANSWER, "the server streams a line without end")
        yield from lines

    def _take(self, piece: wire.Reply) -> None:
        self.model = piece.model or self.model
        if piece.usage:
            self.prompt_tokens = piece.usage.prompt_tokens
            self.completion_tokens = piece.usage.completion_tokens
        for choice in piece.choices:
            if not 0 <= choice.index < self._samples:
                raise Trouble(BAD_ANSWER, f"the server streams a choice with the number {choice.index}, of {self._samples}")
            texts = self._texts.setdefault(choice.index, [])
            if choice.words:
                texts.append(choice.words)
                if self._on_text:
                    self._on_text(self._first + choice.index, choice.words)
            if choice.calls_tool:
                self._tools.add(choice.index)
            if choice.finish_reason:
                self._ended[choice.index] = choice.finish_reason

    def answers(self) -> list[Answer]:
        """The whole answers, after the end of the stream."""
        open_ = sorted(set(self._texts) - set(self._ended))
        if open_ or not (self._texts or self.done):
            raise Trouble(BAD_ANSWER, "the server's stream ends in the middle of an answer")
        found = [
            Answer(text="".join(self._texts[index]), finish=wire.finish(self._ended[index], index in self._tools))
            for index in sorted(self._texts)
        ]
        return wire.with_text(found)
