"""Answers from a file, and the file from answers: tests and repeated work need no model.

In: a request. Out: the answers that were recorded for it, to the letter; or, recording, those of another backend, which are kept.
The file is written by this module alone: each entry carries a checksum, and one that was changed by hand is refused.
Neither key nor address is in it: an entry is named by the request and the model's name.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import ValidationError

from dsl4bes.diagnostics.codes.backends import NOT_RECORDED
from dsl4bes.unknown.backends.protocol import Answers, Backend, OnText, Request, canonical
from dsl4bes.unknown.trouble import Trouble

_FORMAT = 1
_LARGEST = 256 << 20
_AGAIN = "record it again: `record = true`, with a backend that answers"


class RecordedBackend:
    """Replays a cassette; with `source` it asks that backend for what the cassette lacks, and keeps it."""

    def __init__(self, cassette: Path, model: str, adapter: str, source: Backend | None = None) -> None:
        self.model = model
        self.adapter = adapter
        self.at_once = 1 if source is None else source.at_once
        self.takes_grammar = source is None or source.takes_grammar
        self._writing = Lock()
        self._path = cassette
        self._source = source
        self._entries: dict[str, dict[str, Any]] = _read(cassette, source is not None)
        if source is not None and not cassette.parent.is_dir():
            raise Trouble(NOT_RECORDED, f"there is no folder `{cassette.parent}` to record in", "make it, or set `cassette` to a file in one that exists")

    def complete(self, request: Request, on_text: OnText | None = None) -> Answers:
        """The recorded answers; `Trouble` (BES0728) for a request that is not in the file."""
        key = request.key(self.model, self.adapter)
        if key not in self._entries:
            if self._source is None:
                raise Trouble(NOT_RECORDED, f"`{self._path}` has no answer to this request ({key[:12]}, {_about(request)})", _AGAIN)
            answers = self._source.complete(request, on_text)
            with self._writing:
                self._keep(key, request, answers)
            return answers
        answers = self._answers(key, request)
        if on_text:
            for number, answer in enumerate(answers.answers):
                on_text(number, answer.text)
        return answers

    def models(self) -> tuple[str, ...]:
        return (self.model,)

    def _answers(self, key: str, request: Request) -> Answers:
        entry = self._entries[key]
        try:
            answers = Answers.model_validate_json(json.dumps(entry["answers"]))
            recorded = Request.model_validate_json(json.dumps(entry["request"]))
            whole = entry["check"] == _check(key, entry["request"], entry["answers"]) and recorded == request and len(answers.answers) == request.samples
        except (KeyError, TypeError, ValidationError):
            whole = False
        if not whole:
            raise Trouble(NOT_RECORDED, f"the entry {key[:12]} of `{self._path}` was changed after it was recorded", _AGAIN)
        return answers

    def _keep(self, key: str, request: Request, answers: Answers) -> None:
        """Write the file as a whole under a temporary name: another process may record, too, and its entries are kept."""
        asked, given = request.model_dump(mode="json"), answers.model_dump(mode="json")
        self._entries = _read(self._path, True)
        self._entries[key] = {"request": asked, "answers": given, "check": _check(key, asked, given)}
        content = {"format": _FORMAT, "written_by": "dsl4bes, never by hand", "entries": dict(sorted(self._entries.items()))}
        try:
            self._write(content)
        except OSError as error:
            raise Trouble(NOT_RECORDED, f"`{self._path}` cannot be written: {error.strerror or error}", "make room, or set `cassette` to another file") from None

    def _write(self, content: dict[str, Any]) -> None:
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1, ensure_ascii=True)
                file.write("\n")
            os.chmod(name, self._mode())
            os.replace(name, self._path)
        except BaseException:
            os.unlink(name)
            raise

    def _mode(self) -> int:
        """That of the old file; of a new one what any file here gets, since it is committed with the program."""
        if self._path.exists():
            return self._path.stat().st_mode & 0o777
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask


def _check(key: str, request: Any, answers: Any) -> str:
    return hashlib.sha256(canonical([key, request, answers])).hexdigest()


def _about(request: Request) -> str:
    text = request.prompt or request.messages[-1].content
    first = text.strip().partition("\n")[0]
    return f"“{first[:60]}”" if first.isprintable() else "a text"


def _read(path: Path, may_be_absent: bool) -> dict[str, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueError("it is too large")
        value = json.loads(content.decode("utf-8"))
        if value["format"] != _FORMAT or not all(isinstance(entry, dict) for entry in value["entries"].values()):
            raise ValueError("it has another format")
        return dict(value["entries"])
    except FileNotFoundError:
        if may_be_absent:
            return {}
        raise Trouble(NOT_RECORDED, f"there is no file with recorded answers `{path}`", _AGAIN) from None
    except OSError as error:
        raise Trouble(NOT_RECORDED, f"`{path}` cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Trouble(NOT_RECORDED, f"`{path}` is not a file with recorded answers: {error or type(error).__name__}", _AGAIN) from None
