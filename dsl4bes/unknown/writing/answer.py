"""From what a model says to the body of a function.

In: the text of an answer, as it came. Out: the statements, without the fences and the function around them that models like to add. Nothing is judged here: whatever
is not a body is refused by the policy, with words that go back to the model.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*```[\w+-]*[ \t]*\n(?P<code>.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"\bbool\s+accept\s*\([^(){};]*\)\s*(?:const\s*)?\{")
MOST = 64_000  #: characters of an answer that are looked at; the policy takes a quarter of it


def body_of(answer: str) -> str:
    """The statements of an answer.

    >>> body_of("Here it is:\\n```cpp\\nbool accept(const View& in) {\\n  return true;\\n}\\n```")
    'return true;\\n'
    >>> body_of("return in.gam.size() > 2;")
    'return in.gam.size() > 2;\\n'
    """
    inside = fenced(answer[:MOST])
    text = answer[:MOST].replace("\r\n", "\n").replace("\r", "\n") if inside is None else inside
    function = _FUNCTION.search(text)
    if function:
        text = _inside(text, function.end())
    return _outdented(text)


def fenced(answer: str) -> str | None:
    """What stands between the first fences of an answer, or behind one that is not closed; None if there are none."""
    found = _FENCE.search(answer.replace("\r\n", "\n").replace("\r", "\n"))
    return found["code"] if found else None


def _inside(text: str, start: int) -> str:
    """From behind an opening brace to the one that closes it, or to the end."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place]
    return text[start:]


def _outdented(text: str) -> str:
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return "\n".join(line[margin:] for line in lines).strip("\n") + "\n"
