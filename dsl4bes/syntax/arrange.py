"""How canonical text is laid out: columns that the author lined up stay lined up, long lines break inside brackets.

In: statements with their places, or one line of text. Out: widths and lines. The tree is never changed: blanks between a field and
its values, and line ends inside brackets, mean nothing.
"""

from __future__ import annotations

import re

from dsl4bes.syntax import ast

MAX_COLUMNS = 110
GAP = 2  # blanks between the longest field of a column and its values

_BLANKS = re.compile(r"[ \t]+(?=[^ \t\r\n])")
_PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[(\[]|[)\]]|, | (?=and |or |[+-] )')


def columns(statements: tuple[ast.Statement, ...], heads: list[str]) -> list[int]:
    """For each statement the column of its values behind the indentation; 0: one blank is enough.

    Neighbouring lines keep a common column if they had one in the source, with two blanks or more somewhere.
    """
    widths = [0] * len(statements)
    run: list[int] = []
    for index, statement in enumerate((*statements, None)):
        if statement is not None and run and not statement.blank and _gap(statement) is not None:
            run.append(index)
            continue
        if len(run) > 1 and _lined_up([statements[i] for i in run]):
            width = max(len(heads[i]) for i in run) + GAP
            for i in run:
                widths[i] = width
        run = [index] if statement is not None and _gap(statement) is not None else []
    return widths


def _lined_up(statements: list[ast.Statement]) -> bool:
    gaps = [_gap(statement) or 0 for statement in statements]
    return max(gaps) >= GAP and len({_start(*pair) for pair in zip(statements, gaps)}) == 1


def _start(statement: ast.Statement, gap: int) -> int:
    """The column of the values in the source, tabs as wide as terminals show them."""
    head = statement.head.span
    text = head.file.text
    return len(text[text.rfind("\n", 0, head.start) + 1 : head.end + gap].expandtabs(8))


def _gap(statement: ast.Statement) -> int | None:
    """The blanks between the field and its values in the source; None if that cannot be said, or is no column."""
    if statement.body is not None or not statement.arguments or statement.head.name in ast.DEFINITIONS:
        return None
    head = statement.head.span
    match = _BLANKS.match(head.file.text, head.end)
    if head.end == head.start:
        return None
    return len(match[0]) if match else 0  # values glued to the field get a blank, so the line counts as a neighbour


def wrapped(text: str, indent: str) -> list[str]:
    """A line as one or more: after the last blank that fits and stands in the fewest brackets.

    Without brackets nothing can be done, since a statement ends with its line.
    """
    lines: list[str] = []
    depth = 0
    while len(text) > MAX_COLUMNS:
        found = _break(text, len(indent), depth)
        if found is None:
            break
        depth, at = found
        lines.append(text[:at].rstrip())
        text = indent + text[at:].lstrip()
    return [*lines, text]


def _break(text: str, indent: int, depth: int) -> tuple[int, int] | None:
    """Where to break a line that begins inside `depth` brackets: the brackets open there, and the offset."""
    best: tuple[int, int] | None = None
    for match in _PARTS.finditer(text):
        part = match[0]
        if part in "([":
            depth += 1
        elif part in ")]":
            depth -= 1
        elif (
            part[0] != '"'
            and depth > 0
            and indent < match.end() <= MAX_COLUMNS
            and (best is None or depth <= best[0])
        ):
            best = depth, match.end()
    return best
