"""Reads `dsl4bes.toml` and knows where in it each value stands.

In: the path. Out: names, values and places, handed on one by one; faults of the file as diagnostics.
Python's TOML reader gives values without places; a scanner of our own finds the keys, skipping strings and comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dsl4bes.diagnostics.codes import backends as codes
from dsl4bes.diagnostics.model import Bag, Code
from dsl4bes.diagnostics.suggest import nearest, phrase
from dsl4bes.source import SourceFile, Span
from dsl4bes.unknown.settings import TABLE
from dsl4bes.unknown.toml_text import TomlError, TomlMissing, loads

_LARGEST = 1 << 20
#: Takes a name, a value, its place, and the place in words.
Take = Callable[[str, Any, Span, str], None]

_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_TOKEN = re.compile(
    rf"""(?P<skip>\#[^\n]*|\"\"\"(?:[^\\]|\\.)*?\"{{3,5}}|'''.*?'{{3,5}})
    |(?P<table>^[ \t]*\[\[?[ \t]*(?P<name>{_KEY})[ \t]*\]\]?)
    |(?P<line>^[ \t]*(?P<key>{_KEY})[ \t]*=)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_LINE_OF_ERROR = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_file(path: Path, take: Take, bag: Bag) -> None:
    """Hand on everything in the table of the model; tables that do not exist are unknown settings."""
    source, values = read_toml(path, bag)
    if source is None or values is None:
        return
    places = key_places(source.text)

    def span(*key: str) -> Span:
        start, end = places.get(key) or places.get(key[:1]) or (0, 1)
        return Span(start, end, source)

    for name, value in values.items():
        if name != TABLE:
            help_ = phrase(nearest(name, [TABLE])) or "write settings of the model below a line `[model]`"
            bag.add(codes.UNKNOWN_SETTING, f"`{name}` has no place at the top of the settings", span(name), help=help_)
        elif not isinstance(value, dict):
            bag.add(codes.WRONG_SETTING, f"`{TABLE}` is a table", span(name), help=f"write a line `[{TABLE}]`, and the settings below it")
        else:
            for key, one in value.items():
                where = span(TABLE, key)
                take(key, one, where, f"{path.name}:{where.place.line}")


def read_toml(path: Path, bag: Bag, code: Code = codes.BAD_SETTINGS_FILE, what: str = "settings") -> tuple[SourceFile | None, dict[str, Any] | None]:
    """Text and tables of a TOML file; None for what could not be read, which is said with `code`."""
    source = _read(path, bag, code, what)
    return source, None if source is None else _parse(source, bag, code)


def _read(path: Path, bag: Bag, code: Code, what: str) -> SourceFile | None:
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST} bytes")
        return SourceFile(name, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-8"
    except (OSError, ValueError) as error:
        reason = str(error)
    bag.add(code, f"the {what} in `{name}` cannot be read: {reason}")
    return None


def _parse(source: SourceFile, bag: Bag, code: Code) -> dict[str, Any] | None:
    try:
        return loads(source.text)
    except TomlMissing as missing:
        bag.add(codes.MISSING_EXTRA, f"{missing} to read `{source.name}`", help="python -m pip install 'dsl4bes[llm]'")
        return None
    except TomlError as error:
        text = str(error)
        found = _LINE_OF_ERROR.search(text)
        line = min(int(found[1]) if found else len(source.line_starts), len(source.line_starts))
        start = source.line_starts[line - 1] + (int(found[2]) - 1 if found else 0)
        start = min(start, max(0, len(source.text) - 1))
        message = _LINE_OF_ERROR.sub("", text).strip().removesuffix("(at end of document)").strip()
        bag.add(code, f"this is not TOML: {message}", Span(start, start + 1, source))
        return None


def key_places(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Where each key of a well-formed text stands: path of the key → start and end.

    >>> key_places('[model]\\nurl = "x" # a = 1\\n')
    {('model',): (1, 6), ('model', 'url'): (8, 11)}
    """
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    for match in _TOKEN.finditer(text):
        if match["table"]:
            table = _parts(match["name"])
            found.setdefault(table, match.span("name"))
        elif match["line"]:
            key = (*table, *_parts(match["key"]))
            found[key] = match.span("key")
            for depth in range(1, len(key)):
                found.setdefault(key[:depth], match.span("key"))
    return found


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_KEY_PART, key))
