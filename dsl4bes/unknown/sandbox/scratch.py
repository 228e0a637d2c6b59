"""The scratch folder of a confined command: made, read and removed without trusting what is in it.

In: names. Out: a folder for one command; the contents of a file that the command left there.
A link is never followed, nothing but a plain file is read, and never more than was asked for.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is removed with everything in it, even if the command took its own rights away."""
    folder = Path(tempfile.mkdtemp(prefix="dsl4bes-scratch-")).resolve()
    try:
        yield folder
    finally:
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a scratch folder. Folders without rights get them back first."""
    for place, names, _ in os.walk(folder, topdown=True):
        for name in names:
            path = os.path.join(place, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def read_result(scratch: Path, name: str, most: int) -> bytes:
    """The contents of the file `name` directly in the scratch folder.

    Raises `ValueError` with the reason for a name that is a path, for a link, for what is no plain file or larger than `most`, and
    `FileNotFoundError`.
    """
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise ValueError(f"{name!r} is not the name of a file in the scratch folder")
    try:
        handle = os.open(scratch / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"{name!r} is not read: {error.strerror} (a link, or no plain file)") from None
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        os.close(handle)
        raise ValueError(f"{name!r} is not read: it is not a plain file")
    with open(handle, "rb") as file:
        if facts.st_nlink > 1:
            raise ValueError(f"{name!r} is not read: it is a second name of another file")
        text = file.read(most + 1)
    if len(text) > most:
        raise ValueError(f"{name!r} is not read: it is larger than {most} bytes")
    return text
