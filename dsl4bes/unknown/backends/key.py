"""The API key: taken from the environment, sent to one server, shown to nobody.

In: the environment. Out: a `Key` that hides itself; texts without it.
It is never in a message, a repr, a log line or a recording, whatever a server sends back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from dsl4bes.diagnostics.codes.backends import MODEL_REFUSED
from dsl4bes.unknown.settings import KEY_VARIABLE
from dsl4bes.unknown.trouble import Trouble

_SHORTEST = 4  # shorter texts occur by chance; such a key protects nothing


class Key:
    """A secret; `header()` is the only way out."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Key:
        """The key in DSL4BES_MODEL_KEY, or none."""
        text = (os.environ if environment is None else environment).get(KEY_VARIABLE, "").strip()
        if not (text.isascii() and text.isprintable() and " " not in text):
            raise Trouble(
                MODEL_REFUSED,
                f"the key in {KEY_VARIABLE} holds a blank or a character that no key has",
                "copy the key again, without line end and quotes",
            )
        return cls(text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Key(***)" if self._text else "Key()"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a key is not stored")

    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._text}"} if self._text else {}

    def hide(self, text: str) -> str:
        """The text with `***` wherever the key stood, as it is or with letters that JSON escapes."""
        return re.sub(self._pattern(), "***", text) if len(self._text) >= _SHORTEST else text

    def hide_bytes(self, text: bytes) -> bytes:
        return re.sub(self._pattern().encode(), b"***", text) if len(self._text) >= _SHORTEST else text

    def _pattern(self) -> str:
        return "".join(map(_spelled, self._text))


def _spelled(letter: str) -> str:
    """A letter in each of its spellings in JSON: half a key in a message that was cut is a secret, too, so it is hidden before anything is read or cut."""
    digits = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{ord(letter):02x}")
    return rf"(?:\\?{re.escape(letter)}|\\u00{digits})"
