"""Regular expressions of the grammar, as a decoder can take them: without look-around, without endless repetition.

In: a pattern of `grammar/*.lark`. Out: a pattern that matches some of the same texts and no others. What look-around excludes is kept out by other means
(`but_not`, blanks between words).
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[!=]|\(\?:|.", re.DOTALL)


def pieces(pattern: str) -> list[str]:
    """Escapes, classes, openings of groups, single characters.

    >>> pieces(r"a\\*[+*]*")
    ['a', '\\\\*', '[+*]', '*']
    """
    return _PIECE.findall(pattern)


def without_lookaround(pattern: str) -> str:
    """The pattern without `(?!...)`, `(?<!...)`, `(?=...)`.

    >>> without_lookaround("(?<![a-z]):[a-z]+(?!(?:do|end))")
    ':[a-z]+'
    """
    kept: list[str] = []
    skipping = 0
    for piece in pieces(pattern):
        if skipping:
            skipping += piece.startswith("(") - (piece == ")")
        elif piece.startswith(("(?!", "(?=", "(?<")):
            skipping = 1
        else:
            kept.append(piece)
    return "".join(kept)


def bounded(pattern: str, most: int) -> str:
    """The pattern with at most `most` repetitions each.

    >>> bounded("[a-z][a-z+]*(?:x)?", 5)
    '[a-z][a-z+]{0,5}(?:x)?'
    """
    signs = {"*": f"{{0,{most}}}", "+": f"{{1,{most}}}"}
    return "".join(signs.get(piece, piece) for piece in pieces(pattern))


def parts(pattern: str) -> list[tuple[str, bool]]:
    """A pattern as its required head and its optional tails `(?:...)?`: a decoder's lexer looks one character ahead, and would not
    come back from the point of `2..4` if a number were one piece.

    >>> parts("[0-9]+(?:[.][0-9]+)?(?:e[0-9]+)?")
    [('[0-9]+', False), ('[.][0-9]+', True), ('e[0-9]+', True)]
    """
    found: list[tuple[str, bool]] = []
    rest, begin, depth = pieces(pattern), 0, 0
    for index, piece in enumerate(rest):
        depth += piece.startswith("(") - (piece == ")")
        if piece.startswith("(") and depth == 1:
            if index > begin:
                found.append(("".join(rest[begin:index]), False))
            begin = index + 1
        elif piece == ")" and depth == 0:
            if rest[index + 1 : index + 2] != ["?"]:
                raise ValueError(f"no head with optional tails: {pattern}")
            found.append(("".join(rest[begin:index]), True))
            begin = index + 2
    if begin < len(rest):
        found.append(("".join(rest[begin:]), False))
    return found
