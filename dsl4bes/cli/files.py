"""Program files in and out of the command line.

In: paths as given (`-` is the standard input, a folder stands for its `*.bes`). Out: `SourceFile`s, or diagnostics about files; what finds included ones.
Files are written under a temporary name and renamed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from dsl4bes.cli.declare import Parameter
from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile

if TYPE_CHECKING:
    from dsl4bes.constructs.bodies import Bodies
    from dsl4bes.syntax.includes import Loader

#: Bytes that are read of the standard input: a program is far smaller.
MAX_BYTES = 64 * 1024 * 1024


def expand(paths: Iterable[str], bag: Bag) -> list[str]:
    """The program files that `paths` name, folders searched; what is not there goes into `bag`."""
    found: list[str] = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(path)
            continue
        inside = sorted(
            os.path.join(folder, name)
            for folder, folders, names in os.walk(path)
            if not _hidden(folder, folders)
            for name in names
            if name.endswith(".bes")
        )
        if not inside:
            bag.add(codes.FILE_NOT_FOUND, f"no program (`*.bes`) in the folder `{path}`")
        found.extend(inside)
    return found


def _hidden(folder: str, folders: list[str]) -> bool:
    folders[:] = sorted(name for name in folders if not name.startswith("."))
    return os.path.basename(folder).startswith(".") and os.path.basename(folder) not in (".", "..")


def read(path: str, bag: Bag) -> SourceFile | None:
    """The text of one program file; None if there is none, and `bag` says why."""
    from dsl4bes.syntax.reader import decode, read_source

    if path == "-":
        return decode("<stdin>", sys.stdin.buffer.read(MAX_BYTES), bag)
    return read_source(path, bag)


INCLUDE_HELP = "Folder to look for included files in, after that of the including file (may be repeated)."
INCLUDE = Parameter("include", ("-I", "--include"), (), INCLUDE_HELP, metavar="FOLDER")


def loader(include: Iterable[str]) -> Loader:
    """What finds included files for a command: the program's folder (here, for the standard input), `-I`, DSL4BES_INCLUDE, the shipped ones."""
    from dsl4bes.syntax.includes import Folders, folders_of_environment

    return Folders(further=(*include, *folders_of_environment()))


def bodies(path: str) -> Bodies:
    """The code of custom blocks for a command: that of the lock file beside the program."""
    from dsl4bes.unknown.beside import Beside

    return Beside(path)


def answer_goes_to(path: str, force: bool) -> None:
    """A `Trouble` if an answer of a model could not be written to a file: said before a model is asked."""
    from dsl4bes.diagnostics.codes.asking import ANSWER_EXISTS
    from dsl4bes.unknown.trouble import Trouble

    found = obstacle(path, force, "nothing was asked")
    if found is not None:
        raise Trouble(ANSWER_EXISTS, *found)


def obstacle(path: str, force: bool, undone: str) -> tuple[str, str] | None:
    """Why a file cannot or must not be written, and what to do about it; None if nothing is in the way. `undone`: what was not done, as far as a file in its place is concerned."""
    if os.path.isdir(path):
        return f"`{path}` is a folder", "name a file"
    if os.path.lexists(path) and not force:
        return f"`{path}` exists; {undone}", "name another file, or add --force to replace it"
    folder = os.path.dirname(path) or "."
    return None if os.path.isdir(folder) else (f"there is no folder `{folder}`", "make it, or name another file")


def write(path: str, text: str) -> None:
    """Write a text file as a whole: a reader sees the old text or the new one; the mode of an old file is kept. A link is replaced, not followed."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(FileNotFoundError):
        os.unlink(temporary)  # of a process that was killed
    try:
        with open(temporary, "x", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:  # a full disk, a folder of that name, Ctrl-C: nothing stays behind
        with suppress(OSError):
            os.unlink(temporary)
        raise
