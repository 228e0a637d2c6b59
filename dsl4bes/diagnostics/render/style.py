"""Colours of a terminal, and text that is safe to show on one.

In: text and a role. Out: text with or without escape codes. Whether to colour is the caller's decision.
"""

from __future__ import annotations

import re

from dsl4bes.diagnostics.model import Severity

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "help": "1;32",
    "frame": "1;34",
    "strong": "1",
    "other": "1;36",
    "good": "32",
    "doubtful": "33",
    "bad": "31",
}
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def paint(text: str, role: str, colour: bool) -> str:
    """Text in the colour of a role."""
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if colour and text else text


def role(severity: Severity) -> str:
    """The role of a severity."""
    return severity.value


def safe(text: str) -> str:
    """Text without signs that would steer a terminal: each becomes one replacement sign."""
    return _UNSAFE.sub("\ufffd", text)
