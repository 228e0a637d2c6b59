"""Entries from the standard input: a command, a line, or a block up to the `end` that closes it.

In: lines of a terminal or a pipe. Out: complete entries, one after another. On a terminal with prompt_toolkit there are several lines, colours, completion and history
(`terminal.py`); elsewhere lines are read as they come. Ctrl-C drops what was begun, and the end of the input ends the last entry. Nothing is compiled here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dsl4bes.cli.repl.offers import Offer

PROMPT, MORE = "bes> ", "...> "

_BLOCK_START = re.compile(r"\bdo[ \t]*$")
_CODE = re.compile(r'"(?:\\.|[^"\\])*"|#.*')
_OPENING, _CLOSING = "([", ")]"


class Reader(Protocol):
    """Where entries come from. `begun`: a text to start from, where lines can be edited."""

    def read(self, begun: str = "") -> str:
        """The next entry; raises `EOFError` at the end and `KeyboardInterrupt` when one is dropped."""
        ...


def depth(text: str) -> int:
    """How many `end`s and brackets are missing.

    >>> depth("photons do\\n    ngam >= 2\\n"), depth("photons do\\nend"), depth("let x = m(a,")
    (1, 0, 1)
    """
    found = 0
    for line in text.splitlines():
        code = _CODE.sub("", line).strip()
        found += bool(_BLOCK_START.search(code)) - (code == "end")
        found += sum(code.count(sign) for sign in _OPENING) - sum(code.count(sign) for sign in _CLOSING)
    return found


def is_command(text: str) -> bool:
    """Whether an entry is for the REPL."""
    return text.lstrip().startswith(":")


class PlainReader:
    """Lines of a pipe, or of a terminal without prompt_toolkit."""

    def __init__(self) -> None:
        self._terminal = sys.stdin.isatty()
        self._comments: list[str] = []  #: they go with the next block
        if self._terminal:
            import readline  # noqa: F401  (gives `input` its line editing)

    def read(self, begun: str = "") -> str:
        if begun:
            print(begun, end="" if begun.endswith("\n") else "\n")
        lines, self._comments = self._comments, []
        missing = 0
        while True:
            try:
                line = input((MORE if lines else PROMPT) if self._terminal else "")
            except EOFError:
                if not lines:
                    raise
                return "\n".join(lines) + "\n"
            if is_command(line) and all(map(_is_comment, lines)):
                self._comments = lines
                return line.strip()
            lines.append(line)
            missing += depth(line)
            if missing <= 0 and not (all(map(_is_comment, lines)) and any(map(str.strip, lines))):
                return "\n".join(lines) + "\n"


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def reader(offers: Callable[[str, int], Iterable[Offer]], status: Callable[[], str]) -> Reader:
    """The best reader for this input; `offers` gives completions for a text and a cursor, `status` a line about the session."""
    from importlib.util import find_spec

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return PlainReader()
    if find_spec("prompt_toolkit") is None:
        print('for completion and history: pip install "dsl4bes[run]"', file=sys.stderr)
        return PlainReader()
    from dsl4bes.cli.repl.terminal import TerminalReader

    return TerminalReader(offers, status)
