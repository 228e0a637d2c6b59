"""Code on the pages: the fences of a Markdown text with what stands behind their language.

In: Markdown. Out: `Fence`s (language, options, code, line), or the text with its fences rewritten. What is known: ```bes is a whole program; `in=NAME` a fragment within
`around/NAME.bes`, `example=NAME` a program of `examples/` (`block=` a part of it), `error=CODE` a wrong one, `file=NAME` one that the commands of the page use; ```console has commands
and what they print (`needs=sample`). No code is looked at here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field

_FENCE = re.compile(r"^(?P<indent>[ ]*)```(?P<info>[^`\n]*)$")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


@dataclass(frozen=True)
class Fence:
    """One fenced text: its language, its options (a word alone has the value `yes`), its code without the indentation of the fence, its line in the page."""

    language: str
    options: dict[str, str] = field(default_factory=dict)
    code: str = ""
    line: int = 0


def parsed_info(info: str) -> tuple[str, dict[str, str]]:
    """The language and the options behind the three backticks.

    >>> parsed_info('bes example=rhopi block="kinematic_fit(:fit4c)"')
    ('bes', {'example': 'rhopi', 'block': 'kinematic_fit(:fit4c)'})
    """
    words = shlex.split(info)
    parts = [word.partition("=") for word in words[1:]]
    options = {name: value if sign else "yes" for name, sign, value in parts}
    return (words[0] if words else "", options)


def fences(markdown: str) -> list[Fence]:
    """All fences of a page, in order.

    Raises `ValueError` for one that is never closed.
    """
    found: list[Fence] = []

    def keep(fence: Fence) -> str:
        found.append(fence)
        return fence.code

    rewritten(markdown, keep)
    return found


def rewritten(markdown: str, change: Callable[[Fence], str]) -> str:
    """The page with the code that `change` gives for each fence, and no options behind the languages."""
    lines, out, place = markdown.split("\n"), [], 0
    while place < len(lines):
        opening = _FENCE.match(lines[place])
        if opening is None:
            out.append(lines[place])
            place += 1
            continue
        indent = opening["indent"]
        end = next((i for i in range(place + 1, len(lines)) if lines[i].rstrip() == f"{indent}```"), None)
        if end is None:
            raise ValueError(f"line {place + 1}: a fence that is never closed")
        language, options = parsed_info(opening["info"])
        code = "".join(f"{line.removeprefix(indent)}\n" for line in lines[place + 1 : end])
        new = change(Fence(language, options, code, place + 1)).rstrip("\n")
        out += [f"{indent}```{language}", *(f"{indent}{line}".rstrip() for line in new.split("\n")), f"{indent}```"]
        place = end + 1
    return "\n".join(out)


def without_comments(markdown: str) -> str:
    """The page without its HTML comments, which are remarks to its authors."""
    return _COMMENT.sub("", markdown)
