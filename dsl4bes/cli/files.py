"""Program files in and out of the command line.

In: paths as given (`-` is the standard input, a folder stands for its `*.bes`). Out: `SourceFile`s, or diagnostics about files.
Texts are decoded as UTF-8 and otherwise untouched (line ends too); files are written under a temporary name and renamed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.codes import syntax as syntax_codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile, Span

#: Bytes that are read at most: a program is far smaller, and the rest of a larger file would be read in vain.
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
    try:
        data = _bytes(path)
    except FileNotFoundError:
        bag.add(codes.FILE_NOT_FOUND, f"there is no file `{path}`", help=_near(path))
        return None
    except OSError as error:
        bag.add(codes.FILE_NOT_READABLE, f"`{path}` cannot be read: {error.strerror or error}")
        return None
    name = "<stdin>" if path == "-" else path
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return SourceFile(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        text = data[: error.start].decode("utf-8")
        span = Span(len(text), len(text), SourceFile(name, text))
        help = "save it as UTF-8 (`iconv -t UTF-8`)" if b"\0" not in data[:1000] else "is it a program at all?"
        message = f"`{name}` is not UTF-8 text (byte 0x{data[error.start]:02x})"
        bag.add(syntax_codes.NOT_UTF8, message, span, help=help)
        return None


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(MAX_BYTES)
    with open(path, "rb") as stream:
        return stream.read(MAX_BYTES)


def _near(path: str) -> str:
    from difflib import get_close_matches

    try:
        names = [name for name in os.listdir(os.path.dirname(path) or ".") if name.endswith(".bes")]
    except OSError:
        return "check the name and the folder"
    near = get_close_matches(os.path.basename(path), names, n=1)
    return f"did you mean `{os.path.join(os.path.dirname(path), near[0])}`?" if near else "check the name and the folder"


def write(path: str, text: str) -> None:
    """Write a text file as a whole: a reader sees the old text or the new one; the mode of an old file is kept."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    if os.path.exists(path):
        os.chmod(temporary, os.stat(path).st_mode & 0o7777)
    os.replace(temporary, path)
