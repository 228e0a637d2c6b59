"""Code of an answer: C++ without its comments, any language in the fences that models write.

In: code as somebody wrote it. Out: text. Strings, also raw ones, are left as they are; nothing is parsed or run.
"""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"""(?P<keep>R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')|(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)""", re.DOTALL
)


def without_comments(code: str) -> str:
    """The code without comments, blanks at line ends, and empty lines where comments stood.

    >>> print(without_comments('// about\\nint a; // why\\n\\nconst char *b = "// no"; /* x */\\n\\n\\n'))
    int a;
    <BLANKLINE>
    const char *b = "// no";
    """
    bare = _PIECE.sub(lambda found: found["keep"] if found["keep"] is not None else "\0" if found["comment"].startswith("//") or "\n" in found["comment"] else " ", code)
    lines = []
    for line in bare.split("\n"):
        kept = line.replace("\0", "").rstrip()
        if kept or "\0" not in line:
            lines.append(kept)
    text = "\n".join(lines).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", text)


def fenced(code: str, language: str = "cpp") -> str:
    """An answer of code alone, as models write it."""
    return f"```{language}\n{code.strip(chr(10))}\n```"
