"""`dsl4bes fit`: the fits of a program, run in ROOT.

In: a program, its data. Out: for each fit a macro, a JSON file and a picture in one folder, and a table on the screen. A fit that has no valid result is an error, and its numbers are
marked as such; so is one that the judge (`--cross-check`) finds to be another. Files that somebody else made are not overwritten without `--force`.
"""

from __future__ import annotations

import json as json_module
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.cli import model_flags
from dsl4bes.cli.compile import front
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.files import INCLUDE_HELP
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, USAGE, Stop, stop_in_order

ASKED = "asked_fit.bes"  #: where a program goes that was asked for

if TYPE_CHECKING:
    from dsl4bes.fitting.cross_check import FitCheck
    from dsl4bes.fitting.results import FitResult
    from dsl4bes.fitting.run import FitRun
    from dsl4bes.ir.fitting import Fit
    from dsl4bes.root.find import Root


def _work(
    file: str, only: tuple[str, ...], output: str, data: str, pyroot: bool, macro: bool, timeout: str, force: bool, include: tuple[str, ...], as_json: bool, quiet: bool, ask: str, no_grammar: bool, cross_check: bool,
    **flags: Any
) -> int:  # fmt: skip
    seconds = _seconds(timeout)
    if not seconds:
        return _usage(f"--timeout is a number of seconds of at least 1, not `{timeout}`")
    if ask:
        from dsl4bes.cli.fit_ask import Place, ask_and_run

        if only or pyroot or macro or include or cross_check:
            return _usage("--ask goes with neither --fit, --pyroot, --macro, --cross-check nor -I: the program is not there yet")
        place = Place(file or ASKED, output or folder_of(file or ASKED), folders_of(file or ASKED, data), force, seconds)
        return ask_and_run(ask, place, flags, no_grammar=no_grammar, as_json=as_json, quiet=quiet or as_json)
    if not file:
        return _usage("which program? (`dsl4bes fit my.bes`, or `--ask WORDS` for one in words)")
    if data and not Path(data).is_dir():
        return _usage(f"--data is the folder that the data lie in, and there is no folder `{data}`")
    compilation = front(file, quiet=quiet or as_json, until="ir", include=include)
    assert compilation.program is not None
    fits = wanted(compilation.program.fits, only, file)
    source = os.path.basename(file)
    if macro:
        if cross_check:
            return _usage("--cross-check compares results, and --macro runs nothing")
        _print_macros(fits, source, pyroot)
        return CLEAN
    said: list[dict[str, object]] = []
    bad: list[bool] = []

    def told(fit: Fit, run: FitRun) -> None:
        """A fit that has ended is shown at once: the next may take long."""
        check = None
        if cross_check:
            from dsl4bes.fitting.cross_check import cross_check as judged

            check = judged(fit, run.result)
        said.append(as_data(run, check))
        bad.append(report_of(run, quiet or as_json, check))

    stop_in_order()
    run_fits(fits, source, the_root(), Path(output or folder_of(file)), folders_of(file, data), force, quiet or as_json, python=pyroot, seconds=seconds, told=told)
    if as_json:
        print(json_module.dumps(said, indent=2))
    return ERRORS if any(bad) else CLEAN


def report(runs: Sequence[FitRun], quiet: bool) -> int:
    """Print what came of the fits; the exit status."""
    bad = [report_of(run, quiet) for run in runs]  # all are shown, also behind one that is bad
    return ERRORS if any(bad) else CLEAN


def report_of(run: FitRun, quiet: bool, check: FitCheck | None = None) -> bool:
    """Print what came of a fit, and what the judge says of it; whether something is wrong."""
    _say(run, quiet)
    bad = run.result is None or not run.result.answers
    if check is not None:
        from dsl4bes.cli.fit_check import say

        bad = say(check, quiet) or bad
    sys.stdout.flush()
    return bad


def _seconds(text: str) -> float:
    """The number of seconds; 0 if it is none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 1 <= value < 1e6 else 0.0


def _usage(message: str) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return USAGE


def wanted(fits: tuple[Fit, ...], names: Sequence[str], file: str) -> list[Fit]:
    """The fits of these names, or all; a name that is none is said, and ends the command (`Stop`)."""
    from dsl4bes.constructs.words import did_you_mean, listed
    from dsl4bes.diagnostics.codes.fitted import NO_FIT
    from dsl4bes.diagnostics.model import Bag

    bag = Bag()
    known = [fit.name for fit in fits]
    if not known:
        bag.add(NO_FIT, f"`{file}` has no fit", help='a fit is written `fit("name") do ... end`; `dsl4bes explain fit` shows one')
    for name in names:
        if known and name not in known:
            bag.add(NO_FIT, f"`{file}` has no fit `{name}`", help=did_you_mean(name, known, f"it has {listed(known)}"))
    if bag.has_errors:
        print_diagnostics(bag, stream=sys.stderr)
        raise Stop(ERRORS)
    return [fit for fit in fits if not names or fit.name in names]


def _print_macros(fits: list[Fit], source: str, python: bool) -> None:
    from dsl4bes.macro.from_ir import lower
    from dsl4bes.macro.render import render

    for fit in fits:
        sys.stdout.write(render(lower(fit, source), python))


def the_root() -> Root:
    """The ROOT of this machine; where there is none, that is said, and ends the command (`Stop`)."""
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.root.find import find_root
    from dsl4bes.unknown.trouble import Trouble

    try:
        return find_root()
    except Trouble as trouble:
        bag = Bag()
        bag.add(trouble.code, trouble.message, help=trouble.help)
        print_diagnostics(bag, stream=sys.stderr)
        raise Stop(ERRORS) from trouble


def folder_of(file: str) -> str:
    """Where what the fits of a program make goes: `<program>_fits`, here."""
    stem = os.path.basename(file)
    return stem.removesuffix(".bes") + "_fits"


def folders_of(file: str, data: str) -> list[Path]:
    """Where data are looked for, first to last."""
    return [Path(folder) for folder in dict.fromkeys(([data] if data else []) + [".", os.path.dirname(file) or "."])]


def run_fits(
    fits: Sequence[Fit], source: str, root: Root, output: Path, folders: Sequence[Path], force: bool, quiet: bool, *, python: bool = False, seconds: float = 600, readable: Sequence[Path] | None = None,
    told: Callable[[Fit, FitRun], None] | None = None,
) -> list[FitRun]:
    """Run the fits in a folder of their own; with `readable` confined, those files alone seen. `told` hears of each as soon as it has ended."""
    from dsl4bes.diagnostics.codes.fitted import DATA_NOT_FOUND
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.fitting.kept import Kept
    from dsl4bes.fitting.located import NotFound, located
    from dsl4bes.fitting.run import outputs, run_fit

    bag = Bag()
    ready: list[Fit] = []
    for fit in fits:
        try:
            ready.append(located(fit, folders))
        except NotFound as missing:
            looked = " and ".join(f"`{folder}`" for folder in folders)
            bag.add(DATA_NOT_FOUND, f"`{missing.file}` of the fit `{fit.name}` is not in {looked}", missing.place or fit.span, help="`--data FOLDER` says where else to look; `dsl4bes run` makes the tuples of a program")
    kept = Kept(output)
    foreign = kept.foreign([name for fit in ready for name in outputs(fit, python)])
    if foreign and not force:
        from dsl4bes.diagnostics.codes.fitted import FOREIGN_FILE

        bag.add(FOREIGN_FILE, f"`{output / foreign[0]}` was not made by this command, or was changed since", help="choose another folder with `-o`, or overwrite it with `--force`")
    if bag.has_errors:
        print_diagnostics(bag, stream=sys.stderr)
        raise Stop(ERRORS)
    runs = []
    with kept:
        for number, fit in enumerate(ready, 1):
            if not quiet and sys.stderr.isatty():
                print(f"fit {number} of {len(ready)}: {fit.name} ...", file=sys.stderr)
            runs.append(run_fit(fit, source, root, output, python=python, seconds=seconds, confined=readable is not None, readable=readable or ()))
            kept.add(runs[-1].files)
            if told is not None:
                told(fit, runs[-1])
    return runs


def _say(run: FitRun, quiet: bool) -> None:
    from dsl4bes.diagnostics.codes.fit_outcomes import NO_SIGNAL
    from dsl4bes.diagnostics.codes.fitted import AT_LIMIT, FIT_FAILED, NO_RESULT
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.fitting.show import reasons, text

    bag = Bag()
    if run.result is None:
        bag.add(FIT_FAILED, f"the fit `{run.name}` has no result: {run.words}", help=f"its macro is `{run.files[0]}`" if run.files else "")
    else:
        if not quiet:
            sys.stdout.write(text(run.result))
            pictures = [str(path) for path in run.files if path.suffix == ".pdf"]
            print(f"  {', '.join(pictures)} ({run.seconds:.1f} s)\n")
        if run.result.no_signal:
            bag.add(NO_SIGNAL, f"the fit `{run.name}` finds no signal: {', '.join(run.result.no_signal)} ended at 0; its upper limit is the result, value and error are none")
        elif not run.result.valid:
            code = AT_LIMIT if _only_limits(run.result) else NO_RESULT
            help = "other start values, or a model with fewer parameters"
            if code is AT_LIMIT:
                help = "move its limits (`range:`), or fix it where it cannot be measured; of a yield at 0, `upper_limit 90 %` says how large it may be"
            bag.add(code, f"the fit `{run.name}` is not valid: {'; '.join(reasons(run.result))}", help=help)
    if bag.items:
        sys.stdout.flush()
        print_diagnostics(bag, stream=sys.stderr)


def _only_limits(result: FitResult) -> bool:
    return result.status == 0 and result.covariance_quality == 3 and bool(result.at_limit)


def as_data(run: FitRun, check: FitCheck | None = None) -> dict[str, object]:
    """A fit that was run, and what the judge says of it, for JSON."""
    from dataclasses import asdict

    found: dict[str, object] = {"fit": run.name, "seconds": round(run.seconds, 2), "files": [str(path) for path in run.files]}
    if check is not None:
        from dsl4bes.fitting.cross_check import as_json

        found["cross_check"] = as_json(check)
    if run.result is None:
        return {**found, "valid": False, "error": run.words}
    parameters = {parameter.name: {key: value for key, value in asdict(parameter).items() if key != "name"} for parameter in run.result.parameters}
    return {**found, "valid": run.result.valid, "no_signal": list(run.result.no_signal), "status": run.result.status, "covariance_quality": run.result.covariance_quality, "minimum": run.result.minimum, "parameters": parameters, **run.result.more}


COMMAND = Command(
    "fit",
    "Run the fits of a program in ROOT; or ask a model for one, in words.",
    (
        Parameter("file", default="", help=f"The program. With --ask, where it is written (default: {ASKED}).", metavar="FILE"),
        Parameter("only", ("--fit",), (), "Only this fit; may be given again."),
        Parameter("output", ("-o", "--output"), "", "Folder for macros, results and pictures (default: <program>_fits)."),
        Parameter("data", ("--data",), "", "Folder in which the data are looked for first."),
        Parameter("ask", ("--ask",), "", "Ask a model: what is fitted to what, in English or Chinese, the file of the data named."),
        Parameter("pyroot", ("--pyroot",), False, "The macro in Python."),
        Parameter("macro", ("--macro",), False, "Print the macro, and run nothing."),
        Parameter("cross_check", ("--cross-check",), False, "Make each fit once more by NumPy and iminuit, and compare."),
        Parameter("timeout", ("--timeout",), "600", "Seconds one fit may take."),
        Parameter("force", ("--force",), False, "Overwrite files of other origin."),
        Parameter("include", ("-I", "--include"), (), INCLUDE_HELP),
        Parameter("as_json", ("--json",), False, "Print JSON."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only errors."),
        Parameter("no_grammar", ("--no-grammar",), False, "With --ask, for servers that know no grammars: only check, and ask again."),
        *model_flags.parameters(without=("agreement", "larger")),
    ),
    _work,
)
