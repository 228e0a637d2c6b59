"""The words of the tasks: `<task>.toml`, three phrasings in English and in Chinese each.

In: a task and the words of a layout. Out: prompts. Phrasings of a task say the same in other words; those in Chinese begin as the questions of the study do. No prompt tells a value that is asked for, and none is put together by a program.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping
from importlib.resources import files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LANGUAGES = ("en", "zh")


@functools.cache
def phrasings(task: str, language: str) -> tuple[str, ...]:
    """The prompts of a task with their placeholders (`@FILE@`)."""
    text = files(__package__).joinpath(f"{task}.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[language])


def prompt(task: str, language: str, phrasing: int, words: Mapping[str, str]) -> str:
    """One prompt; phrasings are gone through in turn."""
    texts = phrasings(task, language)
    return re.sub(r"@([A-Z0-9]+)@", lambda match: words[match[1]], texts[phrasing % len(texts)])
