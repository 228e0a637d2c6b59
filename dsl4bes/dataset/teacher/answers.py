"""What a teacher answered, kept so that nothing is asked twice.

In: a backend, a file, requests. Out: texts as they came. Each answer is appended at once under the digest of its request, which holds the name of the model; the half line of an interruption is left out. Nothing of an answer is judged here, so that stricter rules need no new answers.
An answer that cannot be taken from the server (too large, no JSON) is not kept, and costs its own request only; several of them in a row are a fault of the server, and end the work as any other of its faults does.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.backends.protocol import Backend, Request
from dsl4bes.unknown.backends.together import together
from dsl4bes.unknown.trouble import Trouble

LONGEST = 20_000  #: characters of an answer that are kept: one more than this is too long for anything
_PATIENCE = 5  #: answers that cannot be taken, one behind the other


@dataclass(frozen=True)
class Heard:
    """`text` of an answer, `whole` if it ended by itself; `fault`: why there is none."""

    text: str = ""
    whole: bool = False
    fault: str = ""


class Teacher:
    """A model and the file of its answers; None: nothing is kept. `asked` counts the requests that were sent now."""

    def __init__(self, backend: Backend, path: Path | None = None) -> None:
        self._backend = backend
        self._path = path
        self._lock = threading.Lock()
        self._bad = 0
        self.asked = 0
        self._known = {} if path is None else _read(path)

    @property
    def model(self) -> str:
        """The name of the model, for cards: of a folder only its own name."""
        return safe(self._backend.model.rstrip("/").rsplit("/", 1)[-1])[:80]

    def ask(self, requests: Sequence[Request], on_step: Callable[[str], None]) -> list[Heard]:
        """The answers to several requests, in their order. Raises the `Trouble` of a server that cannot be asked; what it said until then is kept."""

        def one(request: Request) -> Heard:
            found = self._one(request)
            on_step(self.model)
            return found

        return together(one, requests, self._backend.at_once)

    def _one(self, request: Request) -> Heard:
        digest = request.key(self._backend.model, self._backend.adapter)
        with self._lock:
            if digest in self._known:
                return self._known[digest]
            self.asked += 1
        try:
            (answer,) = self._backend.complete(request, _heard).answers  # as a stream: a slow model is not taken for one that hangs
        except Trouble as trouble:
            return self._not_taken(trouble)
        heard = Heard(answer.text[: LONGEST + 1], not answer.cut_off)
        with self._lock:
            self._bad = 0
            self._known[digest] = heard
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"digest": digest, "model": self.model, "whole": heard.whole, "text": heard.text}) + "\n")
        return heard

    def _not_taken(self, trouble: Trouble) -> Heard:
        with self._lock:
            self._bad += 1
            if trouble.code is not BAD_ANSWER or self._bad >= _PATIENCE:
                raise trouble
        return Heard(fault=trouble.message)


def _heard(sample: int, text: str) -> None:
    """That there is more is all that matters."""


def _read(path: Path) -> dict[str, Heard]:
    known: dict[str, Heard] = {}
    if not path.exists():
        return known
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    for line in whole.split(b"\n"):
        try:
            entry = json.loads(line)
            if isinstance(entry["text"], str) and isinstance(entry["whole"], bool):
                known[str(entry["digest"])] = Heard(entry["text"], entry["whole"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # changed by hand or cut off: it is asked anew
    if whole != content:
        path.write_bytes(whole)
    return known
