"""A program of a model, run beside the user's data: confined, and the data can only be read.

In: a program, data by the name under which it opens them. Out: a `MacroRun`; the pictures it made, if they are wanted. Each run has a scratch folder of its own, in which the data are links; nothing else of the user is seen.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dsl4bes.fitting.asked.macros.program import Program
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS, MacroRun, run_macro
from dsl4bes.unknown.sandbox.limits import MIB, Limits
from dsl4bes.unknown.sandbox.scratch import read_result, scratch_folder

PICTURES = (".pdf", ".png", ".svg", ".eps")
_LARGEST = 16 * MIB
_MOST = 20


def run_beside(program: Program, data: Mapping[str, Path], root: Root, limits: Limits = LIMITS, pictures: dict[str, bytes] | None = None) -> MacroRun:
    """One confined run. `pictures` is filled with what it drew, by name. Raises `Trouble` (BES0750) if it cannot be confined."""
    with scratch_folder() as folder:
        link(data, folder)
        macro = folder / program.file
        macro.write_text(program.code, encoding="utf-8", errors="replace")
        run = run_macro(root, macro, confined=True, limits=limits, readable=tuple(data.values()))
        if pictures is not None:
            pictures |= _pictures(folder)
    return run


def link(data: Mapping[str, Path], folder: Path) -> None:
    """Each file under its name in the folder; one whose name is a whole path is seen at its own place."""
    for name, path in data.items():
        if not os.path.isabs(name):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path)


def _pictures(folder: Path) -> dict[str, bytes]:
    """What a confined run may have left as pictures: plain files of a bounded size."""
    names = sorted(name for name in os.listdir(folder) if name.lower().endswith(PICTURES))
    found = {}
    for name in names[:_MOST]:
        try:
            found[name] = read_result(folder, name, _LARGEST)
        except (ValueError, FileNotFoundError):
            continue  # a link, or larger than a picture is
    return found
