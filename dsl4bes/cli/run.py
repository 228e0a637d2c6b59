"""`dsl4bes run`: a selection on event files, here and now.

In: a program and files (or `--sample`). Out: cut flow, effect of the variations, a look at the tuples, histograms, a ROOT file, plots, JSON. What could not be
applied here is listed; `expect` blocks are checked. Exit status 1 if a file failed, an expectation does not hold, or `--cross-check`
finds a difference.
"""

from __future__ import annotations

import json as json_module
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli.compile import front
from dsl4bes.cli.files import INCLUDE_HELP
from dsl4bes.cli.status import INTERRUPTED, TERMINATED, Stop, Terminated, stop_in_order

if TYPE_CHECKING:
    from dsl4bes.cli.run_files import Wanted
    from dsl4bes.driver import Compilation
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.results import RunResult
    from dsl4bes.run.runner import Selection, Settings


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
    plot: Annotated[str, typer.Option("--plot", help="Folder for pictures of the histograms.")] = "",
    formats: Annotated[
        str, typer.Option("--formats", help="Formats of pictures: png, pdf, svg (`png,pdf`).")
    ] = "png",
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    save: Annotated[str, typer.Option("--save", help="File for the result as JSON (for `compare`).")] = "",
    latex: Annotated[
        str, typer.Option("--latex", help="File for the cut flow as LaTeX (`-`: print it).")
    ] = "",
    report: Annotated[str, typer.Option("--report", help="HTML file with everything of the run.")] = "",
    n_1: Annotated[
        str,
        typer.Option("--n-1", help="Folder for N-1 distributions: each cut left out once (runs it again)."),
    ] = "",
    published: Annotated[
        str, typer.Option("--published", help="Published cut flow (CSV or JSON) to compare with.")
    ] = "",
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
    resume: Annotated[
        str, typer.Option("--resume", help="Folder that keeps finished pieces: an interrupted run goes on.")
    ] = "",
    dask: Annotated[
        str, typer.Option("--dask", help="Address of a Dask scheduler; `local`: workers on this machine.")
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
    from dsl4bes.cli.run_files import Further, Wanted
    from dsl4bes.run.errors import RunError

    wanted = Wanted(plot, formats, save, latex, report, n_1, published)
    if not _installed(wanted.pictures):
        raise typer.Exit(1)
    stop_in_order()
    compilation = None
    try:
        wanted.check()
        compilation = front(file, quiet=quiet, include=include or (), selection=True)
        request = Request(
            inputs or [],
            sample,
            output,
            jobs,
            events,
            vertex,
            beam,
            cross_check,
            systematics,
            chunk,
            quiet or json,
            resume,
            dask,
        )
        result, settings = _run(compilation, request, wanted)
        facts = {"events at most": str(events or "all"), "file of interaction points": vertex or "none"}
        further = Further()
        if not result.nothing_read:  # of nothing no file is made: an older one of its name may be a good one
            further = wanted.make(result, compilation, settings, facts, quiet or json)
    except KeyboardInterrupt as stop:
        ended = isinstance(stop, Terminated)
        target = _target(compilation, output)
        kept = f"; what was written is in {target}.partial" if target and os.path.exists(f"{target}.partial") else ""
        kept += f"; finished pieces are in {resume}: the same command goes on from there" if resume and os.path.isdir(resume) else ""
        print(f"{'terminated' if ended else 'interrupted'}{kept}", file=sys.stderr)
        raise Stop(TERMINATED if ended else INTERRUPTED) from None
    except RunError as error:
        _print_fault(error)
        raise typer.Exit(1) from error
    from dsl4bes.cli import run_report

    if json:
        print(json_module.dumps(run_report.as_json(result, further.pictures) | further.as_json(), indent=2))
    elif result.nothing_read:
        print("error: no event was read", file=sys.stderr)
    elif latex == "-":
        from dsl4bes.run.efficiency import as_latex

        sys.stdout.write(as_latex(result.cutflow))
    else:
        sys.stdout.write(run_report.as_text(result, further.written, rows, quiet))
        sys.stdout.write(further.as_text())
    sys.stdout.flush()
    if not result.events and not result.failures:
        print("warning: the files have no events", file=sys.stderr)
    run_report.print_faults(result)
    if further.fault is not None:
        _print_fault(further.fault)
    raise typer.Exit(0 if result.ok and further.fault is None else 1)


def _print_fault(error: RunError) -> None:
    """What stopped the run, or what could not be made of it."""
    print(f"error: {error}", file=sys.stderr)
    for text in (error.details.rstrip(), f"help: {error.advice}" if error.advice else ""):
        if text:
            print("  " + text.replace("\n", "\n  "), file=sys.stderr)


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
        "scipy",
        *(("matplotlib", "mplhep") * plots),
    )
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        print(
            f"error: `run` needs {', '.join(missing)}\n  help: pip install 'dsl4bes[run]'; see `dsl4bes doctor`",
            file=sys.stderr,
        )
    return not missing


@dataclass(frozen=True, slots=True)
class Request:
    """What to run on and how, as the options say it."""

    inputs: list[str]
    sample: bool
    output: str
    jobs: int
    events: int | None
    vertex: str
    beam: str
    cross_check: bool
    systematics: bool
    chunk: int
    quiet: bool
    resume: str
    dask: str


def _run(compilation: Compilation, request: Request, wanted: Wanted) -> tuple[RunResult, Settings]:
    from dsl4bes.events.sources import open_events
    from dsl4bes.run.beam import read_beam_file
    from dsl4bes.run.errors import FileFailure, RunError
    from dsl4bes.run.progress import Progress
    from dsl4bes.run.runner import Settings, run_selection
    from dsl4bes.run.tasks import check_read_once
    from dsl4bes.run.vertex import SIMULATION, read_vertex_file

    program = compilation.program
    assert program is not None  # `front` stops after errors
    patterns = list(request.inputs) or ([] if request.sample else list(program.analysis.inputs))
    notes: list[str] = []
    if request.sample or not patterns:
        from dsl4bes.cli.sample import sample_or_toy

        path, note = sample_or_toy() if request.sample else ("", "")
        patterns += [path] if path else []
        notes += [note] if note else []
    found = open_events(patterns, request.chunk)
    table = read_vertex_file(request.vertex) if request.vertex else SIMULATION
    target = _target(compilation, request.output)
    failures = [FileFailure(error.path, error.reason, error.advice) for error in found.unmatched]
    if not found.files and failures:
        raise RunError(f"{failures[0].path}: {failures[0].reason}", "name event files, or use `--sample`")
    check_read_once(found.files)
    wanted.check_targets(target, request.resume, (compilation.source.name, *found.files, request.vertex, request.beam, wanted.published))
    settings = Settings(
        request.jobs, request.chunk, request.events, table, target, cross_check=request.cross_check, systematics=request.systematics,
        beam=read_beam_file(request.beam) if request.beam else {}, resume=request.resume, dask=request.dask,
    )  # fmt: skip
    selection = build(compilation, request.quiet)
    with Progress(len(found.files), request.events, request.quiet) as progress:
        result = run_selection(selection, found.files, None, settings, progress, failures=failures)
    result.not_applied = (*notes, *result.not_applied)
    return result, settings


def _target(compilation: Compilation | None, output: str) -> str:
    """The ROOT file to write: the one asked for, the program's, or none."""
    default = compilation.program.analysis.output if compilation is not None and compilation.program is not None else ""
    return {"": default, "none": ""}.get(output, output)


def build(compilation: Compilation, quiet: bool = True) -> Selection:
    """The selection of a compiled program, its library built (or taken from the cache)."""
    from dsl4bes.run.build import build_selection

    def say(line: str) -> None:
        if not quiet:
            print(line, file=sys.stderr)

    assert compilation.program is not None
    return build_selection(compilation.program, compilation.files, say)
