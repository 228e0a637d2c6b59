"""`dsl4bes evaluate`: a model is judged by running what it writes; two evaluations are compared.

In: suites, the model of the settings, a folder. Out: in the folder `SUITE.jsonl` (every answer with its grade; an evaluation that was stopped goes on there), and made of them `results.json`, `report.md`, `report.png`; a table on the
standard output. Exit status 1 if it could not be run to its end, whatever the model was worth. What a model wrote runs confined or not at all. A folder that holds anything else is not written to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli import model_flags
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, stop_in_order
from dsl4bes.cli.trying import trying
from dsl4bes.cli.values import installed, make_folder, names, unusable, whole_number
from dsl4bes.diagnostics.codes.training import BAD_EVALUATION
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.evaluation.kept import Results
    from dsl4bes.evaluation.record import Head, Record
    from dsl4bes.evaluation.run import Sampling
    from dsl4bes.evaluation.suite import Suite
    from dsl4bes.unknown.backends.protocol import Backend
    from dsl4bes.unknown.settings import Settings

NUMBERS, REPORT, PICTURE = "results.json", "report.md", "report.png"
_MOST = 1000
_NEEDS = ("numpy", "matplotlib", "pydantic", "tree_sitter", "tree_sitter_cpp")
_OF_GRADERS = ("root",)  #: options of a suite that say by what answers are graded, not how they were asked for
_NEEDS_OF_FITS = ("scipy", "iminuit", "uproot")


def _work(folders: Sequence[str], as_json: bool, quiet: bool, **values: Any) -> int:
    bag = Bag()
    try:
        installed(_NEEDS, "an evaluation", "run,llm", BAD_EVALUATION)
        if values["compare"]:
            _compare(folders, as_json)
        elif folders:
            raise Trouble(BAD_EVALUATION, f"`{folders[0]}` is nothing that an evaluation takes", "two folders are compared by `dsl4bes evaluate --compare A B`; results go to the folder of -o")
        elif values["show"]:
            _list()
        else:
            _evaluate(Path(values["output"]), values, bag, quiet or as_json)
            if not bag.has_errors:
                _tell(Path(values["output"]), as_json)
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    except KeyboardInterrupt:
        print("what is graded is kept; the same command goes on", file=sys.stderr)
        raise
    if bag.items:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json and bag.has_errors else sys.stderr)
    return ERRORS if bag.has_errors else CLEAN


def _evaluate(folder: Path, values: Mapping[str, Any], bag: Bag, silent: bool) -> None:
    """Ask and grade, or grade anew, or nothing (`--report`)."""
    from dsl4bes.run.runner import available_cores

    if values["report"]:
        return
    graders = whole_number(values["jobs"], "--jobs", 1, 256, BAD_EVALUATION) if values["jobs"] else available_cores()
    stop_in_order()
    if values["regrade"]:
        with trying(BAD_EVALUATION):
            _regrade(folder, values["suites"], graders, silent)
        return
    samples = whole_number(values["samples"], "--samples", 1, _MOST, BAD_EVALUATION)
    chosen = _suites(values["suites"])
    settings = _settings(values, bag)
    if settings is None:
        return
    _is_ours(folder)
    with trying(BAD_EVALUATION):
        _run(folder, chosen, samples, settings, values, graders, silent)


def _run(folder: Path, chosen: Sequence[str], samples: int, settings: Settings, values: Mapping[str, Any], graders: int, silent: bool) -> None:
    from dsl4bes.evaluation.kept import agree, path_of
    from dsl4bes.evaluation.run import run

    backend = _backend(settings)
    suites = _made(chosen, backend, settings, values)
    heads = {name: _head(suite, backend, settings, samples, values["tasks"]) for name, suite in suites.items()}
    for suite in suites.values():
        suite.prepare()
    agree(folder, next(iter(heads.values())))  # all heads are of one model
    make_folder(folder, "-o", BAD_EVALUATION)
    for name, suite in suites.items():
        head = heads[name]
        with _progress(name, len(head.tasks) * samples, _there(path_of(folder, name)), silent) as told:
            run(suite, backend, _sampling(settings), path_of(folder, name), head, graders, told)


def _regrade(folder: Path, text: str, graders: int, silent: bool) -> None:
    """Grade the kept answers anew, by the graders of today."""
    from dsl4bes.evaluation.kept import path_of, read_all
    from dsl4bes.evaluation.run import again
    from dsl4bes.evaluation.suites import SUITES

    found = read_all(folder)
    for name in names(text, tuple(found), "--suite", BAD_EVALUATION):
        results = found[name]
        suite = SUITES[name](_means_of(results.head.options)) if name in SUITES else None
        known = {task.name for task in suite.tasks()} if suite else set()
        if suite is None or suite.digest != results.head.digest or not known.issuperset(results.head.tasks):
            raise Trouble(BAD_EVALUATION, f"the answers of `{name}` in `{folder}` are to tasks that this version does not have", "evaluate anew into another folder")
        suite.prepare()
        options = results.head.options | {name: suite.options[name] for name in _OF_GRADERS if name in suite.options}
        head = results.head.model_copy(update={"graders": suite.graders, "rungs": suite.rungs, "options": options})
        with _progress(name, sum(len(record.samples) for record in results.records), 0, silent) as told:
            again(suite, path_of(folder, name), results, head, graders, told)


def _compare(folders: Sequence[str], as_json: bool) -> None:
    from json import dumps

    from dsl4bes.evaluation.compare import as_data, compare, table
    from dsl4bes.evaluation.kept import read_all

    if len(folders) != 2:
        raise Trouble(BAD_EVALUATION, f"--compare takes two folders, not {len(folders)}", "dsl4bes evaluate --compare base/ adapter/")
    first, second = (read_all(Path(each)) for each in folders)
    found = compare(first, second)
    print(dumps(as_data(found), indent=2, ensure_ascii=False) if as_json else safe(table(found)), end="\n" if as_json else "")


def _tell(folder: Path, as_json: bool) -> None:
    """Numbers, report and picture, made anew of the results; the table for the terminal."""
    from json import dumps

    from dsl4bes.evaluation.kept import put, read_all
    from dsl4bes.evaluation.numbers import all_numbers, as_data
    from dsl4bes.evaluation.picture import picture
    from dsl4bes.evaluation.report import overview, report, warnings

    results = read_all(folder)
    found = all_numbers(results)
    if not found:
        raise Trouble(BAD_EVALUATION, f"`{folder}` holds no graded answer yet")
    data = dumps({name: as_data(each) for name, each in found.items()}, indent=2, ensure_ascii=False) + "\n"
    text = report(found, results)
    for name, content in ((NUMBERS, data.encode()), (REPORT, text.encode()), (PICTURE, picture(found))):
        put(folder / name, content)
    said = [*warnings(found), f"{folder / REPORT}: rungs, outcomes, families; {folder / PICTURE}: the picture"]
    sys.stdout.write(data if as_json else safe(overview(found) + "\n" + "\n".join(said) + "\n"))


def _suites(text: str) -> tuple[str, ...]:
    from dsl4bes.evaluation.suites import SUITES

    chosen = names(text, tuple(SUITES), "--suite", BAD_EVALUATION)
    if "fits" in chosen:
        installed(_NEEDS_OF_FITS, "the suite `fits`", "fits,llm", BAD_EVALUATION)
    return chosen


def _made(chosen: Sequence[str], backend: Backend, settings: Settings, values: Mapping[str, Any]) -> dict[str, Suite]:
    from dsl4bes.evaluation.suites import SUITES
    from dsl4bes.evaluation.suites.means import Means
    from dsl4bes.unknown.writing.prompt import Parts

    bare = values["bare"]
    examples = whole_number(values["examples"], "--examples", 0, 20, BAD_EVALUATION) if values["examples"] else 0 if bare else settings["examples"]
    means = Means(Parts(examples, not (bare or values["no_facts"])), bool(backend.takes_grammar and settings["typed"]), bare=bare, max_tokens=settings["max_tokens"])
    return {name: SUITES[name](means) for name in chosen}


def _means_of(options: Mapping[str, Any]) -> Any:
    """The means that results were made with, as far as grading depends on them."""
    from dsl4bes.evaluation.suites.means import Means
    from dsl4bes.unknown.writing.prompt import Parts

    if "examples" not in options:
        return Means()  # grading does not depend on them
    return Means(Parts(options["examples"], options["facts"], options["narrow"]), options["typed"], options["mend"])


def _head(suite: Suite, backend: Backend, settings: Settings, samples: int, only: str) -> Head:
    from dsl4bes.evaluation.record import FORMAT, Head
    from dsl4bes.unknown.writing.program import named_adapter

    tasks = names(only, [task.name for task in suite.tasks()], "--tasks", BAD_EVALUATION)
    sampling = {name: settings[name] for name in ("temperature", "top_p", "max_tokens", "endpoint")} | {"seed": _sampling(settings).seed}
    return Head(
        format=FORMAT, suite=suite.name, digest=suite.digest, graders=suite.graders, tasks=tasks, model=backend.model, adapter=named_adapter(backend.adapter, Path.cwd()) if backend.adapter else "",
        sampling=sampling, options=dict(suite.options), rungs=suite.rungs, samples=samples,
    )  # fmt: skip


def _sampling(settings: Settings) -> Sampling:
    from dsl4bes.evaluation.run import Sampling

    return Sampling(settings["temperature"], settings["top_p"], settings["max_tokens"], settings["seed"] if "seed" in settings.origins else None)


def _settings(values: Mapping[str, Any], bag: Bag) -> Settings | None:
    from dsl4bes.unknown.settings import read_settings

    settings = read_settings(None, bag, flags=model_flags.given(values))
    return None if bag.has_errors else settings


def _backend(settings: Settings) -> Backend:
    """The backend; a server computes a prompt once before several answers to it are asked for. A recording holds requests as they were, so it gets none that it does not know."""
    from dsl4bes.evaluation.warm import Warm
    from dsl4bes.unknown.backends.choose import open_backend

    backend = open_backend(settings, Path.cwd())
    return Warm(backend) if settings.backend == "openai" and not settings["cassette"] else backend


def _is_ours(folder: Path) -> None:
    """A `Trouble` if the folder holds anything else than an evaluation."""
    from dsl4bes.evaluation.kept import read_all

    try:
        strange = folder.exists() and any(not each.name.startswith(".") for each in folder.iterdir())
    except OSError as error:
        raise unusable(folder, error, "-o", BAD_EVALUATION) from None
    if strange and not any(folder.glob("*.jsonl")):
        raise Trouble(BAD_EVALUATION, f"`{folder}` holds files, and no results of an evaluation", "name a new or empty folder with -o")
    if strange:
        read_all(folder)


def _there(path: Path) -> int:
    from dsl4bes.evaluation.kept import read

    found: Results | None = read(path)
    return sum(len(record.samples) for record in found.records) if found else 0


@contextmanager
def _progress(suite: str, total: int, done: int, silent: bool) -> Iterator[Callable[[Record], None]]:
    """A bar on a terminal; elsewhere a line for every request."""
    if silent:
        yield lambda record: None
        return
    if not sys.stderr.isatty():

        def told(record: Record) -> None:
            nonlocal done
            done += len(record.samples)
            print(safe(f"{suite} {done} of {total}: {_said(record)}"), file=sys.stderr, flush=True)

        yield told
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(suite, total=total, completed=done)
        yield lambda record: bar.update(task, advance=len(record.samples), description=f"{suite}: {safe(_said(record))[:60]}")


def _said(record: Record) -> str:
    right = sum(sample.right for sample in record.samples)
    if len(record.samples) > 1:
        return f"{record.task}: {right} of {len(record.samples)} right"
    (only,) = record.samples
    words = only.words.partition("\n")[0][:120]
    return f"{record.task} {only.number + 1}: {only.outcome}" + (f": {words}" if words and not only.right else "")


def _list() -> None:
    from dsl4bes.evaluation.suites import SUITES
    from dsl4bes.evaluation.suites.means import Means

    for name, make in SUITES.items():
        suite = make(Means())
        print(f"{name:<12} {suite.about}")
        print("             " + ", ".join(task.name for task in suite.tasks()))


#: Flags of settings that have a short form here.
_SHORT = {"model_backend": "--backend", "model_url": "--url", "model_adapter": "--adapter"}


def _model_parameters() -> Iterator[Parameter]:
    for each in model_flags.parameters(without=("samples", "rounds", "agreement", "larger")):
        yield replace(each, flags=(_SHORT[each.name], *each.flags)) if each.name in _SHORT else each


COMMAND = Command(
    "evaluate",
    "Judge a model by running what it writes: suites of held-out tasks, numbers with intervals.",
    (
        Parameter("folders", (), "", "With --compare: two folders of results.", "[FOLDER FOLDER]", many=True),
        Parameter("suites", ("--suite",), "", "Suites, separated by commas (default: all; `--list` says which there are)."),
        Parameter("samples", ("-n", "--samples"), "20", "Answers to each task."),
        Parameter("tasks", ("--tasks",), "", "Only these tasks, separated by commas (of one suite)."),
        Parameter("output", ("-o", "--output"), "evaluation", "Folder of the results; an evaluation that was stopped goes on there."),
        Parameter("examples", ("--examples",), "", "Worked examples in the prompt of a block (default: those of the settings, 4; 0 for an adapter that was trained without them)."),
        Parameter("no_facts", ("--no-facts",), False, "The prompt of a block without the facts of the interface."),
        Parameter("bare", ("--bare",), False, "Blocks and words asked alone, as in training data: no examples, no facts, not the prompt of `ask`."),
        Parameter("jobs", ("-j", "--jobs"), "", "Answers that are graded at once (default: all cores)."),
        Parameter("compare", ("--compare",), False, "Ask nobody: two folders, the second against the first."),
        Parameter("regrade", ("--regrade",), False, "Ask nobody: grade the kept answers anew."),
        Parameter("report", ("--report",), False, "Ask nobody: numbers, report and picture of the results in the folder."),
        Parameter("show", ("--list",), False, "List suites and tasks."),
        Parameter("as_json", ("--json",), False, "Print the numbers as JSON."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only the table."),
        *_model_parameters(),
    ),
    _work,
)
