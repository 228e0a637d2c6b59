"""`dsl4bes run`: a selection on event files, here and now.

In: a program and files (or `--sample`). Out: cut flow, effect of the variations, a look at the tuples, histograms, a ROOT file, plots, JSON. What could not be
applied here is listed; `expect` blocks are checked. Exit status 1 if a file failed, an expectation does not hold, or `--cross-check`
finds a difference.
"""

from __future__ import annotations

import json as json_module
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli.compile import front
from dsl4bes.cli.files import INCLUDE_HELP
from dsl4bes.cli.status import INTERRUPTED, Stop

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.run.results import RunResult
    from dsl4bes.run.runner import Selection


def run(
    file: Annotated[str, typer.Argument(help="The program.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[EVENTS]...", help="DST or toy files, folders, patterns, lists."),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Run on the ten real events (toy events without a network).")
    ] = False,
    output: Annotated[
        str, typer.Option("-o", "--output", help="ROOT file (default: the program's; `none`: no file).")
    ] = "",
    plot: Annotated[str, typer.Option("--plot", help="Folder for PNG pictures of the histograms.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print the cut flow as LaTeX.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only the cut flow and errors.")] = False,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=0, help="Processes (0: all cores).")] = 0,
    events: Annotated[
        int | None, typer.Option("-n", "--events", min=1, help="Stop after so many events.")
    ] = None,
    vertex: Annotated[
        str, typer.Option("--vertex", help="Interaction points: lines `run x y z sx sy sz` (cm).")
    ] = "",
    beam: Annotated[
        str, typer.Option("--beam", help="Energies for `ecms :database`: lines `run ecms` (GeV).")
    ] = "",
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="Compare with the NumPy judge, event by event.")
    ] = False,
    systematics: Annotated[
        bool, typer.Option("--systematics/--no-systematics", help="Run the variations of the program, too.")
    ] = True,
    chunk: Annotated[int, typer.Option(min=1, hidden=True)] = 2000,
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=INCLUDE_HELP)] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, help="Rows of each tuple to print.")] = 10,
) -> None:
    """Run a selection on event files, here."""
    from dsl4bes.run.errors import RunError

    if not _installed(bool(plot)):
        raise typer.Exit(1)
    compilation = front(file, quiet=quiet, include=include or ())
    try:
        result = _run(
            compilation, inputs or [], sample, output, jobs, events, vertex, beam, cross_check, systematics, chunk, quiet or json
        )
        pictures = _pictures(result, plot)
    except KeyboardInterrupt:
        target = _target(compilation, output)
        kept = f"; what was written is in {target}.partial" if target else ""
        print(f"interrupted{kept}", file=sys.stderr)
        raise Stop(INTERRUPTED) from None
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        for text in (error.details.rstrip(), f"help: {error.advice}" if error.advice else ""):
            if text:
                print("  " + text.replace("\n", "\n  "), file=sys.stderr)
        raise typer.Exit(1) from error
    from dsl4bes.cli import run_report

    if json:
        print(json_module.dumps(run_report.as_json(result, pictures), indent=2))
    elif latex:
        from dsl4bes.run.cutflow import as_latex

        sys.stdout.write(as_latex(result.cutflow))
    else:
        sys.stdout.write(run_report.as_text(result, pictures, rows, quiet))
    sys.stdout.flush()
    run_report.print_faults(result)
    raise typer.Exit(0 if result.ok else 1)


def _installed(plots: bool) -> bool:
    """Whether the packages of the extra [run] are there; if not, says how to get them."""
    from importlib.util import find_spec

    needed = (
        "numpy",
        "uproot",
        "awkward",
        "pybes3",
        "hist",
        "platformdirs",
        *(("matplotlib", "mplhep") * plots),
    )
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        print(
            f"error: `run` needs {', '.join(missing)}\n  help: pip install 'dsl4bes[run]'; see `dsl4bes doctor`",
            file=sys.stderr,
        )
    return not missing


def _run(
    compilation: Compilation,
    inputs: list[str],
    sample: bool,
    output: str,
    jobs: int,
    events: int | None,
    vertex: str,
    beam: str,
    cross_check: bool,
    systematics: bool,
    chunk: int,
    quiet: bool,
) -> RunResult:
    from dsl4bes.events.sources import open_events
    from dsl4bes.run.beam import read_beam_file
    from dsl4bes.run.errors import FileFailure, RunError
    from dsl4bes.run.progress import Progress
    from dsl4bes.run.runner import Settings, run_selection
    from dsl4bes.run.vertex import SIMULATION, read_vertex_file

    program = compilation.program
    assert program is not None  # `front` stops after errors
    patterns = list(inputs) or ([] if sample else list(program.analysis.inputs))
    notes: list[str] = []
    if sample or not patterns:
        from dsl4bes.cli.sample import sample_or_toy

        path, note = sample_or_toy() if sample else ("", "")
        patterns += [path] if path else []
        notes += [note] if note else []
    found = open_events(patterns, chunk)
    table = read_vertex_file(vertex) if vertex else SIMULATION
    energies = read_beam_file(beam) if beam else {}
    settings = Settings(
        jobs, chunk, events, table, _target(compilation, output), cross_check=cross_check, systematics=systematics, beam=energies
    )
    selection = build(compilation, quiet)
    failures = [FileFailure(error.path, error.reason, error.advice) for error in found.unmatched]
    if not found.files and failures:
        raise RunError(f"{failures[0].path}: {failures[0].reason}", "name event files, or use `--sample`")
    with Progress(len(found.files), events, quiet) as progress:
        result = run_selection(selection, found.files, None, settings, progress, failures=failures)
    result.not_applied = (*notes, *result.not_applied)
    return result


def _target(compilation: Compilation, output: str) -> str:
    """The ROOT file to write: the one asked for, the program's, or none."""
    default = compilation.program.analysis.output if compilation.program is not None else ""
    return {"": default, "none": ""}.get(output, output)


def build(compilation: Compilation, quiet: bool = True) -> Selection:
    """The selection of a compiled program, its library built (or taken from the cache)."""
    from dsl4bes.run.build import build_selection

    def say(line: str) -> None:
        if not quiet:
            print(line, file=sys.stderr)

    assert compilation.program is not None
    return build_selection(compilation.program, compilation.files, say)


def _pictures(result: RunResult, folder: str) -> list[str]:
    if not folder:
        return []
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.plots import write_pngs
    from dsl4bes.run.systematics_plot import write_png

    try:
        pictures = write_pngs(result.histograms, folder)
        return pictures + ([write_png(result.variations, folder, pictures)] if result.variations else [])
    except OSError as error:
        raise RunError(f"cannot write pictures to {folder}: {error.strerror or error}") from error
