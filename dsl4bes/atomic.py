"""A file of a user that is there whole or not at all.

In: a path, bytes, whether a file may be there already. Out: the file, written beside its place and moved there; its mode is that of the old file, of a new one what any file gets. Raises `OSError`, and then the old file
stays as it was and nothing lies beside it. Nothing is known of what is in the bytes.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from threading import get_ident


def write_whole(path: str | os.PathLike[str], data: bytes, *, new: bool) -> None:
    """Write a file; `new`: only where nothing is, else `FileExistsError`. A link is replaced, not followed."""
    folder, name = os.path.split(path)
    partial = os.path.join(folder, f".{name}.{os.getpid()}.{get_ident()}.tmp")
    with suppress(FileNotFoundError):
        os.unlink(partial)  # of a process that was killed
    try:
        with open(partial, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            _take(partial, path)
        else:
            with suppress(FileNotFoundError):
                os.chmod(partial, stat.S_IMODE(os.stat(path).st_mode))
            os.replace(partial, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(partial)


def _take(partial: str, path: str | os.PathLike[str]) -> None:
    """Move a file to a place where nothing may be; whoever is slower gets a `FileExistsError`."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # file systems without a second name for a file (EOS, FAT): the place is taken empty, then filled
        with open(path, "xb"):
            os.replace(partial, path)
