"""The library functions: what the commands do, as data.

In: the text of a program, and event files or batches. Out: diagnostics, files of a package, canonical text, the result of a run. Nothing is
printed; each function imports what it needs when it is called. Files that a program includes are looked for in the folder `base` (and those of the
environment variable DSL4BES_INCLUDE), or come from a `loader` such as `dsl4bes.syntax.includes.Texts`; with neither, only the shipped ones are found
and no file is read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.fitting.results import FitResult
    from dsl4bes.run.results import RunResult
    from dsl4bes.syntax.includes import Loader


class ProgramError(ValueError):
    """A program has errors; `diagnostics` are all of its findings, the text is their concise form."""

    def __init__(self, diagnostics: Bag) -> None:
        from dsl4bes.diagnostics.render import render

        super().__init__("\n" + render(diagnostics, "concise").rstrip())
        self.diagnostics = diagnostics


def check(text: str, name: str = "<string>", *, base: str | None = None, loader: Loader | None = None) -> Bag:
    """Everything that is wrong with a program, and what is only doubtful. `base` (here and below): the folder it lies in, where included files and
    the lock file `<name>.lock` are looked for.

    >>> [item.code.id for item in check("event_selection do")][:1]
    ['BES0121']
    """
    return _compiled(text, name, "ir", base=base, loader=loader).bag


def compile(
    text: str,
    name: str = "<string>",
    *,
    profile: str | None = None,
    base: str | None = None,
    loader: Loader | None = None,
) -> dict[str, str]:
    """The files of the BOSS package, path → text. Raises `ProgramError`."""
    compilation = _compiled(text, name, "text", profile, base, loader)
    if compilation.bag.has_errors:
        raise ProgramError(compilation.bag)
    return dict(compilation.files)


def fmt(text: str, name: str = "<string>") -> str:
    """The program in canonical form. Raises `ProgramError` for syntax errors.

    >>> fmt("event_selection.photons  do\\n energy   40   MeV\\nend")
    'event_selection.photons do\\n    energy > 40 MeV\\nend\\n'
    """
    from dsl4bes.constructs.style import with_signs
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.source import SourceFile
    from dsl4bes.syntax.parser import parse
    from dsl4bes.syntax.printer import print_program

    bag = Bag()
    program = parse(SourceFile(name, text), bag)
    if program is None or bag.has_errors:
        raise ProgramError(bag)
    return print_program(program, with_signs)


def vocabulary() -> dict[str, Any]:
    """All words of the language with their meanings (blocks, fields, functions, lists, particles, units), as JSON can hold them.

    >>> vocabulary()["blocks"]["photons"]["fields"]["energy"]["natural"]
    '>'
    """
    from dsl4bes.reference.vocabulary import vocabulary as words

    return words()


def run(
    text: str, events: Any, name: str = "<string>", *, processes: int = 0, vertex: str = "", output: str = "", base: str | None = None,
    loader: Loader | None = None, beam: str = "", systematics: bool = True,
) -> RunResult:  # fmt: skip
    """Run a program on event files (names, patterns, lists) or on batches in memory; all rows of its tuples are in the result.

    Raises `ProgramError` for errors in the program and `dsl4bes.run.errors.RunError` if the run cannot start; files that fail are in
    the result. `vertex` is a file of interaction points, `beam` one of centre-of-mass energies, `output` a ROOT file to write. The variations of the
    program are run in the same pass and are in `result.variations`, unless `systematics` is false.
    """
    from dsl4bes.events.batch import Batch
    from dsl4bes.events.sources import open_events
    from dsl4bes.run.beam import read_beam_file
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.errors import FileFailure, RunError
    from dsl4bes.run.runner import Settings, run_selection
    from dsl4bes.run.tasks import check_read_once
    from dsl4bes.run.vertex import SIMULATION, read_vertex_file

    compilation = _compiled(text, name, "text", base=base, loader=loader)
    if compilation.bag.has_errors:
        raise ProgramError(compilation.bag)
    selection = build_selection(compilation.program, compilation.files)
    table = read_vertex_file(vertex) if vertex else SIMULATION
    energies = read_beam_file(beam) if beam else {}
    settings = Settings(
        processes=processes, vertex=table, beam=energies, output=output, keep=None, systematics=systematics
    )
    batches: Sequence[Batch] | None = [events] if isinstance(events, Batch) else None
    if (
        batches is None
        and not isinstance(events, str)
        and events
        and all(isinstance(each, Batch) for each in events)
    ):
        batches = list(events)
    if batches is not None:
        return run_selection(selection, None, batches, settings)
    found = open_events(events)
    check_read_once(found.files)
    failures = [FileFailure(error.path, error.reason, error.advice) for error in found.unmatched]
    if failures and not found.files:
        raise RunError(f"{failures[0].path}: {failures[0].reason}", failures[0].advice)
    return run_selection(selection, found.files, None, settings, failures=failures)


def fit(
    text: str, name: str = "<string>", *, data: str = ".", output: str = "", only: Sequence[str] = (), base: str | None = None, loader: Loader | None = None, seconds: float = 600
) -> dict[str, FitResult]:  # fmt: skip
    """Run the fits of a program in ROOT: their results by name. `data` is the folder of the files they name; macros, results and pictures are kept in the folder `output`, if one is given.

    Raises `ProgramError` for errors in the program, `dsl4bes.fitting.located.NotFound` for data that are not there, `dsl4bes.fitting.run.FitFailure` if ROOT ends before there is a result, and
    `dsl4bes.unknown.trouble.Trouble` without ROOT. A result that is not `valid` is none: look at it before its numbers. Where `no_signal` names yields they ended at 0, and `more["upper_limit <name>"]` is what the fit says.
    """
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from dsl4bes.fitting.located import located
    from dsl4bes.fitting.run import FitFailure, run_fit
    from dsl4bes.root.find import find_root

    compilation = _compiled(text, name, "ir", base=base, loader=loader)
    if compilation.bag.has_errors:
        raise ProgramError(compilation.bag)
    wanted = [located(each, [Path(data)]) for each in compilation.program.fits if not only or each.name in only]
    root = find_root()
    found: dict[str, FitResult] = {}
    with TemporaryDirectory() as scratch:
        folder = Path(output or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for each in wanted:
            ran = run_fit(each, os.path.basename(name), root, folder, seconds=seconds)
            if ran.result is None:
                raise FitFailure(each.name, ran.words)
            found[each.name] = ran.result
    return found


def _loader(base: str | None, loader: Loader | None) -> Loader | None:
    """What finds included files; None: the shipped ones only."""
    if base is None or loader is not None:
        return loader
    from dsl4bes.syntax.includes import Folders, folders_of_environment

    return Folders(base, folders_of_environment())


def _compiled(
    text: str, name: str, until: str, profile: str | None = None, base: str | None = None, loader: Loader | None = None
) -> Any:
    from dsl4bes.driver import compile_source
    from dsl4bes.source import SourceFile
    from dsl4bes.unknown.beside import Beside

    bodies = None if base is None else Beside(os.path.join(base, os.path.basename(name)))
    return compile_source(SourceFile(name, text), profile=profile, until=until, loader=_loader(base, loader), bodies=bodies)
