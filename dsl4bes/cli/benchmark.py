"""`dsl4bes benchmark fits`: a model writes ROOT macros for the six fit tasks; they are run, graded and counted.

In: the model of the settings, how many programs, a folder. Out: in the folder `programs.jsonl` (a line for each program; a run that was stopped goes on there), and made of it `table.md`, `summary.json`, `plot.png`; the table on the
standard output. Exit status 1 if it could not be run to its end, whatever the model was worth. A program runs confined or not at all. A folder that holds anything else is not written to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli import model_flags
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, stop_in_order
from dsl4bes.cli.values import installed, make_folder, names, unusable, whole_number
from dsl4bes.diagnostics.codes.root import BAD_BENCHMARK
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.benchmark.programs import Programs
    from dsl4bes.benchmark.results import Results
    from dsl4bes.benchmark.run import OnProgram
    from dsl4bes.root.find import Root

TEMPLATE = "template"  #: as a backend: no model, but `fit` blocks of the language, compiled
PROGRAMS, TABLE, SUMMARY, PLOT = "programs.jsonl", "table.md", "summary.json", "plot.png"
_MOST = 1000
_NEEDS = ("numpy", "scipy", "iminuit", "uproot", "pydantic")


def _work(
    what: str, programs: str, tasks: str, languages: str, out: str, seed: str, ladder: bool, language: bool, report: bool, show: bool, backend: str | None, as_json: bool, quiet: bool, **flags: Any
) -> int:
    bag = Bag()
    try:
        _is_fits(what)
        installed(_NEEDS, "the benchmark", "fits,llm", BAD_BENCHMARK)
        if show:
            return _list()
        folder = Path(out)
        path = folder / PROGRAMS
        given = model_flags.given(flags) | ({"backend": backend} if backend is not None else {})
        results = _read(path) if report else _run(path, programs, tasks, languages, seed, ladder, language, given, quiet or as_json, bag)
        if results is not None:
            _write(folder, results, as_json)
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    if bag.items:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json and bag.has_errors else sys.stderr)
    return ERRORS if bag.has_errors else CLEAN


def _run(path: Path, programs: str, tasks: str, languages: str, seed: str, ladder: bool, language: bool, given: dict[str, str], silent: bool, bag: Bag) -> Results | None:
    """The benchmark to its end; None if the settings are faulty."""
    from dsl4bes.benchmark.prompts import LANGUAGES
    from dsl4bes.benchmark.run import run
    from dsl4bes.benchmark.tasks import TASKS
    from dsl4bes.root.find import find_root
    from dsl4bes.unknown.settings import read_settings

    count = whole_number(programs, "-n", 1, _MOST, BAD_BENCHMARK)
    chosen = names(tasks, tuple(TASKS), "--tasks", BAD_BENCHMARK)
    spoken = names(languages, LANGUAGES, "--languages", BAD_BENCHMARK)
    number = whole_number(seed, "--seed", 0, 10**6, BAD_BENCHMARK)
    compiled = given.get("backend") == TEMPLATE
    settings = read_settings(None, bag, flags={} if compiled else given)
    if bag.has_errors:
        return None
    if compiled and (ladder or language):
        raise Trouble(BAD_BENCHMARK, "the compiler's own programs need no ladder and no model", "leave --ladder and --language away")
    _is_ours(path)
    root = find_root()
    make_folder(path.parent, "--out", BAD_BENCHMARK)
    stop_in_order()
    with _progress(count * len(chosen), silent) as told:
        return run(_writer(settings, ladder, language, root, compiled), path, root, tasks=chosen, count=count, languages=spoken, seed=number, on_program=told)


def _writer(settings: Any, ladder: bool, language: bool, root: Root, compiled: bool) -> Programs:
    from dsl4bes.unknown.backends.choose import open_backend

    if compiled:
        from dsl4bes.benchmark.template import Template

        return Template()
    backend = open_backend(settings, Path.cwd())
    if language:
        from dsl4bes.benchmark.asked import Asked

        return Asked(backend, settings, root)
    if ladder:
        from dsl4bes.benchmark.asked import Ladder

        return Ladder(backend, settings, root)
    from dsl4bes.benchmark.programs import Bare

    return Bare(backend, settings)


def _is_fits(what: str) -> None:
    if what != "fits":
        raise Trouble(BAD_BENCHMARK, f"there is no benchmark `{what}`", "the benchmark of fit programs is `dsl4bes benchmark fits`")


def _is_ours(path: Path) -> None:
    """A `Trouble` if the folder of the results holds anything else."""
    folder = path.parent
    try:
        strange = folder.exists() and not path.exists() and any(folder.iterdir())
    except OSError as error:
        raise unusable(folder, error, "--out", BAD_BENCHMARK) from None
    if strange:
        raise Trouble(BAD_BENCHMARK, f"`{folder}` holds files, and no results of a benchmark", "name a new or empty folder with --out")


def _read(path: Path) -> Results:
    from dsl4bes.benchmark.results import read

    results = read(path)
    if results is None:
        raise Trouble(BAD_BENCHMARK, f"there is no file `{path}`", "name the folder of a benchmark with --out")
    return results


def _write(folder: Path, results: Results, as_json: bool) -> None:
    """Table, summary and picture, made anew of the results."""
    from json import dumps

    from dsl4bes.benchmark.plot import picture
    from dsl4bes.benchmark.summary import as_data, summary
    from dsl4bes.benchmark.table import table

    found = summary(results)
    text, data = table(found), dumps(as_data(found), indent=2, ensure_ascii=False) + "\n"
    for name, content in ((TABLE, text.encode()), (SUMMARY, data.encode()), (PLOT, picture(found))):
        temporary = folder / f".{name}.{os.getpid()}"
        try:
            temporary.write_bytes(content)
            os.replace(temporary, folder / name)
        except OSError as error:
            raise Trouble(BAD_BENCHMARK, f"`{folder / name}` cannot be written: {error.strerror or error}", "the programs are kept; `--report` makes table and plot of them") from None
    sys.stdout.write(data if as_json else safe(text))


@contextmanager
def _progress(total: int, silent: bool) -> Iterator[OnProgram | None]:
    """A bar on a terminal, a line for each program elsewhere, nothing if silent."""
    if silent:
        yield None
        return
    if not sys.stderr.isatty():
        yield lambda record: print(safe(_said(record)), file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("programs", total=total)

        def told(record: dict[str, Any]) -> None:
            bar.update(task, advance=1, description=safe(_said(record))[:60])

        yield told


def _said(record: dict[str, Any]) -> str:
    first = record["words"].partition("\n")[0][:120]
    return f"{record['task']} {record['number'] + 1} ({record['language']}): {record['fault'] or 'correct'}" + (f": {first}" if first else "")


def _list() -> int:
    from dsl4bes.benchmark.tasks import TASKS

    for name, task in TASKS.items():
        print(f"{task.number}  {name:<14} {task.title}")
    return CLEAN


COMMAND = Command(
    "benchmark",
    "Measure how well a model writes ROOT fits: six tasks, each program run and graded.",
    (
        Parameter("what", help="Which benchmark: `fits`.", metavar="fits"),
        Parameter("programs", ("-n", "--programs"), "10", "Programs for each task."),
        Parameter("tasks", ("--tasks",), "", "Only these tasks, separated by commas."),
        Parameter("languages", ("--languages",), "", "Of the prompts: en, zh (default: both in turn)."),
        Parameter("out", ("-o", "--out"), "benchmark-fits", "Folder of the results; a benchmark that was stopped goes on there."),
        Parameter("seed", ("--seed",), "1", "Of the data and their names."),
        Parameter("ladder", ("--ladder",), False, "What a user gets: facts of the installed ROOT, its words back to the model, several samples and a vote."),
        Parameter("language", ("--language",), False, "What `dsl4bes fit --ask` gives: first a `fit` block, checked, compiled and run; the ladder where there is none."),
        Parameter("report", ("--report",), False, "Ask nobody: table, summary and plot of the programs in the folder."),
        Parameter("show", ("--list",), False, "List the tasks."),
        Parameter("backend", ("--backend",), None, "The same as --model-backend; `template`: no model, but the compiler's own programs, the line of reference."),
        Parameter("as_json", ("--json",), False, "Print the summary as JSON."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only the table."),
        *model_flags.parameters(),
    ),
    _work,
)
