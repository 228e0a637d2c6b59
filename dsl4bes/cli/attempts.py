"""The folder beside a program with attempts that did not pass: what a model wrote, for a hand to finish.

In: the name of a block, the rungs of an attempt, its text. Out: a new file in that folder, and its path. Whatever the block is called and whatever lies there already, the folder is not left, no
link is followed and nothing is lost: what stood in the way gets a number. Characters that steer a terminal do not reach the file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING

from dsl4bes.diagnostics.render.style import safe

if TYPE_CHECKING:
    from dsl4bes.unknown.ladder import Rung

FOLDER = ".attempts"  #: after the program's own name
ENDING = ".inc"
_LONGEST_NAME = 80
_MOST_WORDS = 300  #: characters of what a rung says
_MOST = 1 << 20  #: bytes of an earlier attempt that are compared


def attempt(name: str, tried: int, rungs: Sequence[Rung], body: str) -> str:
    """The text of a file: how far it got, as comments that the policy takes, and the body."""
    lines = [f"{name}: the best of {tried} attempts; how far it got:", *(f"{'ok' if rung.passed else 'NO'} {rung.name}: {rung.words}" for rung in rungs)]
    return "".join(f"// {_of_comment(line)}\n" for line in lines) + safe(body)


def _of_comment(line: str) -> str:
    """Words as one line of a comment: no trigraph, and no backslash at the end, which would take the next line along."""
    return safe(" ".join(line.split())[:_MOST_WORDS].replace("??", "? ?").rstrip("\\ "))


def file_name(block: str) -> str:
    """The name of a block's file. A name that is changed for it gets a digest, so that two blocks never share a file.

    >>> file_name("inner.photon_veto"), file_name("../x")
    ('inner.photon_veto.inc', '_x-d6b96a97.inc')
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", block)[:_LONGEST_NAME].lstrip(".") or "block"
    mark = "" if plain == block else f"-{sha256(block.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return f"{plain}{mark}{ENDING}"


def keep(program: str, block: str, text: str) -> str:
    """Write an attempt; returns its path from the folder of the program. Raises `OSError`, also where the folder is a link."""
    folder = program + FOLDER
    with suppress(FileExistsError):
        os.mkdir(folder)
    if os.path.islink(folder):
        raise OSError(f"`{folder}` is a link")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        name = file_name(block)
        if _text_of(name, handle) != text.encode():
            _make_room(name, handle)
            with open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=handle), "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
    finally:
        os.close(handle)
    return f"{os.path.basename(folder)}/{name}"


def _text_of(name: str, folder: int) -> bytes | None:
    """The contents of a plain file; None for anything else."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    try:
        return os.read(handle, _MOST) if stat.S_ISREG(os.fstat(handle).st_mode) else None
    finally:
        os.close(handle)


def _make_room(name: str, folder: int) -> None:
    """What has this name, a link or a folder too, gets the first free number."""
    there = set(os.listdir(folder))
    if name in there:
        plain = name.removesuffix(ENDING)
        free = next(found for number in count(1) if (found := f"{plain}.{number}{ENDING}") not in there)
        os.rename(name, free, src_dir_fd=folder, dst_dir_fd=folder)
