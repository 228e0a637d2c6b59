"""What a confined command sees of the file system, the same for each means of confinement.

In: the folders that the caller lets it read, its scratch folder. Out: a `View`: paths bound read-only, links, one writable path.
The user's home is never part of a view, nor a folder that contains it. Nothing is mounted here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: Programs, libraries, headers; and of /etc what the loader and the compiler's links need. No accounts, no keys, no host names.
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives",
)  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True, slots=True)
class View:
    """Absolute paths: `readable` and `scratch` have the same name inside and outside; `links` are (name, target)."""

    readable: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    scratch: str


def view(scratch: Path, readable: Iterable[Path]) -> View:
    """The view of one command. `ValueError` for a folder that may not be given away."""
    if scratch.is_symlink() or not scratch.is_dir() or not scratch.is_absolute():
        raise ValueError(f"scratch folder {scratch} is not the absolute path of a folder")
    _not_home(scratch)
    bound, links = [], []
    for name in _SYSTEM:
        if os.path.islink(name) and os.path.dirname(name) == "/":
            links.append((name, os.readlink(name)))
        elif os.path.exists(name):
            bound.append(name)
    for path in readable:
        if not path.is_absolute() or not path.exists():
            raise ValueError(f"readable path {path} is not the absolute path of something that exists")
        _not_home(path)
        if not any(path.is_relative_to(known) for known in bound):
            bound.append(str(path))
    return View(tuple(bound), tuple(links), str(scratch))


def may_be_given(path: Path) -> bool:
    """Whether a confined command may read this: a folder that does not hold the user's home or the whole system."""
    return path.is_dir() and not _holds_home(path)


def _holds_home(path: Path) -> bool:
    homes = [Path(os.path.expanduser("~")).resolve(), Path("/proc"), Path("/")]
    return any(home.is_relative_to(path.resolve()) for home in homes)


def _not_home(path: Path) -> None:
    if _holds_home(path):
        raise ValueError(f"{path} holds the user's home or the whole system: a confined command does not get it")
