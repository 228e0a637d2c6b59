"""`dsl4bes fit`: the fits of a program, run in ROOT.

In: a program, its data. Out: for each fit a macro, a JSON file and a picture in one folder, and a table on the screen. A fit that has no valid result is an error, and its numbers are
marked as such. Files that somebody else made are not overwritten without `--force`.
"""

from __future__ import annotations

import json as json_module
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli.compile import front
from dsl4bes.cli.files import INCLUDE_HELP
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, Stop

if TYPE_CHECKING:
    from dsl4bes.fitting.results import FitResult
    from dsl4bes.fitting.run import FitRun
    from dsl4bes.ir.fitting import Fit
    from dsl4bes.root.find import Root


def fit(
    file: Annotated[str, typer.Argument(help="The program.")],
    only: Annotated[list[str] | None, typer.Option("--fit", metavar="NAME", help="Only this fit; may be given again.")] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="Folder for macros, results and pictures (default: <program>_fits).")] = "",
    data: Annotated[str, typer.Option("--data", help="Folder in which the data are looked for first.")] = "",
    pyroot: Annotated[bool, typer.Option("--pyroot", help="The macro in Python.")] = False,
    macro: Annotated[bool, typer.Option("--macro", help="Print the macro, and run nothing.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds one fit may take.")] = 600,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files of other origin.")] = False,
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=INCLUDE_HELP)] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Run the fits of a program in ROOT."""
    compilation = front(file, quiet=quiet or json, until="ir", include=include or ())
    assert compilation.program is not None
    fits = _wanted(compilation.program.fits, only or [], file)
    source = os.path.basename(file)
    if macro:
        _print_macros(fits, source, pyroot)
        return
    runs = _run(fits, source, _root(), Path(output or _folder(file)), _folders(file, data), pyroot, timeout, force, quiet or json)
    if json:
        print(json_module.dumps([_as_json(run) for run in runs], indent=2))
    bad = [run for run in runs if run.result is None or not run.result.valid]
    for run in runs:
        _say(run, quiet or json)
    raise Stop(ERRORS if bad else CLEAN)


def _wanted(fits: tuple[Fit, ...], names: list[str], file: str) -> list[Fit]:
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


def _root() -> Root:
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


def _folder(file: str) -> str:
    stem = os.path.basename(file)
    return stem.removesuffix(".bes") + "_fits"


def _folders(file: str, data: str) -> list[Path]:
    """Where data are looked for, first to last."""
    return [Path(folder) for folder in dict.fromkeys(([data] if data else []) + [".", os.path.dirname(file) or "."])]


def _run(fits: list[Fit], source: str, root: Root, output: Path, folders: list[Path], python: bool, seconds: float, force: bool, quiet: bool) -> list[FitRun]:
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
            bag.add(DATA_NOT_FOUND, f"`{missing.file}` of the fit `{fit.name}` is not in {looked}", fit.span, help="`--data FOLDER` says where else to look; `dsl4bes run` makes the tuples of a program")
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
            runs.append(run_fit(fit, source, root, output, python=python, seconds=seconds))
            kept.add(runs[-1].files)
    return runs


def _say(run: FitRun, quiet: bool) -> None:
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
        if not run.result.valid:
            code = AT_LIMIT if _only_limits(run.result) else NO_RESULT
            help = "move its limits (`range:`), or fix it where it cannot be measured" if code is AT_LIMIT else "other start values, or a model with fewer parameters"
            bag.add(code, f"the fit `{run.name}` is not valid: {'; '.join(reasons(run.result))}", help=help)
    if bag.has_errors:
        sys.stdout.flush()
        print_diagnostics(bag, stream=sys.stderr)


def _only_limits(result: FitResult) -> bool:
    return result.status == 0 and result.covariance_quality == 3 and bool(result.at_limit)


def _as_json(run: FitRun) -> dict[str, object]:
    from dataclasses import asdict

    found: dict[str, object] = {"fit": run.name, "seconds": round(run.seconds, 2), "files": [str(path) for path in run.files]}
    if run.result is None:
        return {**found, "valid": False, "error": run.words}
    parameters = {parameter.name: {key: value for key, value in asdict(parameter).items() if key != "name"} for parameter in run.result.parameters}
    return {**found, "valid": run.result.valid, "status": run.result.status, "covariance_quality": run.result.covariance_quality, "minimum": run.result.minimum, "parameters": parameters, **run.result.more}
