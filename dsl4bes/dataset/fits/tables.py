"""Text tables that families put beside their programs.

In: columns of numbers that are written already. Out: the bytes of a file.
"""

from __future__ import annotations

from collections.abc import Sequence


def table_file(*columns: Sequence[str], blank: str = " ", header: str = "") -> bytes:
    """A table with a line for each row; a header is a line on top.

    >>> table_file(["1", "2"], ["0.5", "0.7"], header="# x y")
    b'# x y\\n1 0.5\\n2 0.7\\n'
    """
    lines = [header] if header else []
    lines += [blank.join(row) for row in zip(*columns, strict=True)]
    return ("\n".join(lines) + "\n").encode()
