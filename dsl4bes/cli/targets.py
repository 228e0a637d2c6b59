"""Where a command will write, checked before it works: an hour of events is not lost to a folder that is not there, and no file of value is replaced.

In: the files and folders that options name, the files that are read. Out: nothing, or a `RunError` that says which option, what is there and what to do.
A file is replaced if it is empty or begins as what the option writes. Nothing is written here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from dsl4bes.run.errors import RunError

#: Option → what the first bytes of a file of its kind hold.
_MARKS = {
    "--save": (b'"format": "dsl4bes result', "a saved result"),
    "--report": (b"<!DOCTYPE html>", "an HTML page"),
    "--latex": (b"\\begin{tabular}", "a table in LaTeX"),
}
_PICTURES = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<!DOCTYPE svg"}  #: by the ending of the name
#: Names of event data: `-o` never replaces it, though its kind of file is the same.
_EVENTS = (".dst", ".rec")
_BEGINNING = 200


def check_files(files: Mapping[str, str], inputs: Iterable[str] = ()) -> None:
    """Raise `RunError` unless every option's file can be written (empty or `-`: no file) and none of them is an input or another one's."""
    read = list(inputs)
    taken: dict[str, str] = {}
    for option, path in files.items():
        if path in ("", "-"):
            continue
        help = f"choose another name with `{option}`"
        place = os.path.realpath(path)
        if place in taken:
            raise RunError(f"{path}: both {taken[place]} and {option} would write it", help)
        taken[place] = option
        if any(os.path.exists(name) and os.path.exists(path) and os.path.samefile(name, path) for name in read):
            raise RunError(f"cannot write {path} ({option}): it is read in this run", help)
        if os.path.isdir(path):
            raise RunError(f"cannot write {path} ({option}): it is a folder", help)
        if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe: reading it may never end, and a file would take its place
            raise RunError(f"cannot write {path} ({option}): it exists and is no plain file", help)
        _check_kind(option, path, help)
        _check_folder(os.path.dirname(place), path, option)


def check_folders(folders: Mapping[str, str]) -> None:
    """Raise `RunError` unless every option's folder (empty: none) is there or can be made, and can be written to."""
    for option, path in folders.items():
        if path:
            _check_folder(os.path.realpath(path), path, option)


def _check_kind(option: str, path: str, help: str) -> None:
    """Refuse to replace a file that the option would not have written."""
    if not os.path.exists(path):
        return
    if option == "-o":  # the writer of ROOT files looks at their content
        if path.lower().endswith(_EVENTS):
            raise RunError(f"cannot write {path} (-o): it exists, and by its name it is event data", help)
        return
    mark, kind = (_PICTURES[path.rpartition(".")[2].lower()], "such a picture") if option == "--plot" else _MARKS[option]
    try:
        with open(path, "rb") as stream:
            start = stream.read(_BEGINNING)
    except OSError as error:
        raise RunError(f"cannot write {path} ({option}): {error.strerror or error}", help) from error
    if start and mark not in start:
        raise RunError(f"cannot write {path} ({option}): it exists and is not {kind}", help)


def _check_folder(folder: str, path: str, option: str) -> None:
    """Refuse where the folder, or the nearest one above it that is there, cannot be written to."""
    there = folder
    while not os.path.lexists(there) and os.path.dirname(there) != there:
        there = os.path.dirname(there)
    if not os.path.isdir(there):
        raise RunError(f"cannot write {path} ({option}): {there} is no folder", "check the name")
    if not os.access(there, os.W_OK | os.X_OK):
        raise RunError(f"cannot write {path} ({option}): no right to write in {there}", "check the folder and its rights")
