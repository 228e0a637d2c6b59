"""`:fit`: the fits of the program in ROOT, on the files they name, or on the tuples that the loaded events gave.

In: the session, names of fits. Out: what `dsl4bes fit` prints and writes (`<program>_fits`). A fit of the program's own output takes the rows of the loaded events, and that is
said; every other file is looked for as the command does. Nothing of the user's is overwritten.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.cli.repl.session import Session
from dsl4bes.cli.repl.show import say

if TYPE_CHECKING:
    from dsl4bes.fitting.run import FitRun
    from dsl4bes.ir.fitting import Fit
    from dsl4bes.preview.view import View


def run(session: Session, names: list[str]) -> None:
    """Run all fits, or those named; faults are printed. Raises `Stop` as the command does."""
    from dsl4bes.cli import fit as command

    view = session.view
    program = view.compilation.program if view is not None else None
    if view is None or program is None or not view.ok:
        say("no fits: the program has errors" if session.text.strip() else "no fits: there is no program")
        return
    file = session.path or "repl.bes"
    fits = command.wanted(program.fits, names, session.path or "the program")
    root = command.the_root()
    with tempfile.TemporaryDirectory(prefix="dsl4bes-repl-") as made:
        folders = command.folders_of(file, "")
        folder = below(Path(made), program.analysis.output)
        if rows_for(view, fits, folder):
            say(f"data: the tuples and histograms of {view.events_name}")
            folders.insert(0, folder)
        sys.stdout.flush()
        command.run_fits(fits, os.path.basename(file), root, Path(command.folder_of(file)), folders, False, False, told=_told)


def _told(_: Fit, run: FitRun) -> None:
    """A fit that has ended is shown at once."""
    from dsl4bes.cli.fit import report_of

    report_of(run, False)


def below(folder: Path, output: str) -> Path:
    """A folder so far down in this one that an output such as `../rhopi.root` stays in it."""
    return folder.joinpath(*(["below"] * Path(output).parts.count("..")))


def rows_for(view: View, fits: Sequence[Fit], folder: Path) -> bool:
    """Write what the events gave under the name of the program's output, if a fit reads that."""
    from dsl4bes.ir.walk import objects

    program = view.compilation.program
    assert program is not None
    output = program.analysis.output
    named = any(getattr(part, "file", "") == output for fit in fits for part in objects(fit.samples))
    if view.flow is None or not output or not named or os.path.isabs(output):
        return False
    from dsl4bes.run.output import RootWriter

    folder.mkdir(parents=True, exist_ok=True)  # `..` goes through it
    path = folder / output
    path.parent.mkdir(parents=True, exist_ok=True)
    with RootWriter(str(path)) as writer:
        for table in view.tables.values():
            writer.add(table)
        writer.histograms({each.name: each.filled for each in view.histograms if each.filled is not None})
    return True
