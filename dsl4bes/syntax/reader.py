"""A file on disk → a `SourceFile`: the only place of the front end that reads one.

In: a path and a `Bag`. Out: the text, decoded as UTF-8 (with or without a byte order mark), or None and a diagnostic.
No line end is changed; what the characters mean is the lexer's business.
"""

from __future__ import annotations

import codecs
from os import PathLike, fspath

from dsl4bes.diagnostics.codes import files
from dsl4bes.diagnostics.codes import syntax as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax.lexer import MAX_CHARACTERS

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_MAX_BYTES = 4 * MAX_CHARACTERS  # no character takes more


def read_source(path: str | PathLike[str], bag: Bag) -> SourceFile | None:
    """The text of a file; None if it cannot be read or is not UTF-8, and `bag` says why."""
    name = fspath(path)
    try:
        with open(path, "rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        bag.add(files.FILE_NOT_FOUND, f"there is no file `{name}`")
        return None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or str(error)
        bag.add(files.FILE_NOT_READABLE, f"`{name}` cannot be read: {reason.lower()}")
        return None
    return decode(name, data, bag)


def decode(name: str, data: bytes, bag: Bag) -> SourceFile | None:
    """The text of a file's bytes; None if they are not UTF-8."""
    for mark, encoding in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            message = f"`{name}` is {encoding} text"
            bag.add(codes.NOT_UTF8, message, _start(name), help="save it as UTF-8")
            return None
    if len(data) > _MAX_BYTES:
        message = f"this file has more than {_MAX_BYTES:,} bytes"
        bag.add(codes.FILE_TOO_LARGE, message, _start(name), help="is it a data file? give a `.bes` file")
        return None
    if b"\0" in data:
        message = "the file has null bytes, as binary files do"
        bag.add(codes.BINARY_FILE, message, _start(name), help="give a `.bes` file")
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return SourceFile(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        shown = SourceFile(name, data.decode("utf-8", "replace"))
        at = len(data[: error.start].decode("utf-8"))
        message = f"the byte 0x{data[error.start]:02X} here is not UTF-8 text"
        help = "save the file as UTF-8 (it may be Latin-1 or GBK now)"
        bag.add(codes.NOT_UTF8, message, Span(at, at + 1, shown), help=help)
        return None


def _start(name: str) -> Span:
    return Span(0, 0, SourceFile(name, ""))
