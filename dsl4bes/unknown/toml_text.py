"""TOML as Python reads it: `tomllib`, or `tomli` before 3.11.

In: a text. Out: its tables, or `TomlError` with what is wrong; `TomlMissing` if no reader is installed. Whatever the text is, nothing else is raised.
"""

from __future__ import annotations

import sys
from typing import Any


class TomlError(ValueError):
    """The text is not TOML."""


class TomlMissing(RuntimeError):
    """Python before 3.11 without tomli."""


def loads(text: str) -> dict[str, Any]:
    """The tables of a text."""
    try:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib  # the extra [llm] brings it
    except ImportError:
        raise TomlMissing("Python before 3.11 needs tomli") from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TomlError(str(error) if isinstance(error, ValueError) else "it is nested too deeply") from None
