"""A backend that computes a prompt once before it is asked for several answers to it.

In: a backend. Out: the same with one short answer in front of each request for several: vLLM on a CPU would else compute the prompt for each of them. No answer is changed, and nothing depends on what that short one says.
"""

from __future__ import annotations

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER
from dsl4bes.unknown.backends.protocol import Answers, Backend, OnText, Request
from dsl4bes.unknown.trouble import Trouble


class Warm:
    """A backend whose server computes a prompt once, with one short answer, before several are asked for."""

    def __init__(self, backend: Backend) -> None:
        self.model, self.adapter = backend.model, backend.adapter
        self.at_once, self.takes_grammar = backend.at_once, backend.takes_grammar
        self.models = backend.models
        self._backend = backend

    def complete(self, request: Request, on_text: OnText | None = None) -> Answers:
        if request.samples > 1:
            try:
                self._backend.complete(request.model_copy(update={"samples": 1, "max_tokens": 1, "grammar": None}), on_text)
            except Trouble as trouble:
                if trouble.code is not BAD_ANSWER:
                    raise
                # the prompt is computed all the same: one token may be no text (part of a Chinese character, or the end, which a grammar would not allow)
        return self._backend.complete(request, on_text)
