"""A generated package on disk: write what changed, leave alone what a person changed.

In: {path in the package: text} and a folder. Out: which files were written, are the same, or were refused. A record of what was written
(`.dsl4bes.json`: path → SHA-256) tells generated files from edited ones. Nothing outside of the package's folder is touched.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field

from dsl4bes.cli.files import write

RECORD = ".dsl4bes.json"


@dataclass(slots=True)
class Written:
    """Paths as on disk: written now, the same as before, edited by hand and not overwritten, and no longer generated."""

    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)


def compare(files: dict[str, str], folder: str, force: bool = False) -> Written:
    """What writing would do; nothing is written."""
    outcome = Written()
    record = _record(files, folder)
    for name, text in sorted(files.items()):
        path = os.path.join(folder, name)
        old = _text(path)
        if old == text:
            outcome.same.append(path)
        elif old is None or force or record.get(name) == _digest(old):
            outcome.changed.append(path)
        else:
            outcome.refused.append(path)
    outcome.stale = [
        os.path.join(folder, name)
        for name, digest in sorted(record.items())
        if name not in files
        and (old := _text(os.path.join(folder, name))) is not None
        and _digest(old) == digest
    ]
    return outcome


def write_package(files: dict[str, str], folder: str, force: bool = False) -> Written:
    """Write the package; a generated file of an earlier version that is no longer generated is removed."""
    outcome = compare(files, folder, force)
    texts = {os.path.join(folder, name): text for name, text in files.items()}
    for path in outcome.changed:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        write(path, texts[path])
    for path in outcome.stale:
        os.remove(path)
    _write_record(files, folder, {os.path.relpath(path, folder) for path in outcome.refused})
    return outcome


def _record_path(files: dict[str, str], folder: str) -> str:
    return os.path.join(folder, package_folder(files), RECORD)


def package_folder(files: dict[str, str]) -> str:
    """The folder that all files of the package are in."""
    return os.path.commonpath([os.path.dirname(name) for name in files]) if files else ""


def _record(files: dict[str, str], folder: str) -> dict[str, str]:
    text = _text(_record_path(files, folder))
    if text is None:
        return {}
    try:
        found = dict(json.loads(text))
    except (ValueError, TypeError):
        return {}  # a damaged record: every file counts as edited, nothing is overwritten
    package = package_folder(files) + "/"
    inside = (name for name in found if name.startswith(package) and ".." not in name.split("/"))
    return {name: str(found[name]) for name in inside}


def _write_record(files: dict[str, str], folder: str, refused: set[str]) -> None:
    old = _record(files, folder)
    new = {
        name: old.get(name, "") if name in refused else _digest(text) for name, text in sorted(files.items())
    }
    text = json.dumps(new, indent=1) + "\n"
    path = _record_path(files, folder)
    if _text(path) != text:
        write(path, text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return "\0"  # not a text of ours, and different from every one
