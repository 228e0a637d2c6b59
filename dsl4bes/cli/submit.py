"""`dsl4bes submit`: a selection on a large sample as many BOSS jobs under HTCondor.

In: a program and files. Out: a folder with the package, job options per group of files, run script, submit description and merge script; it appears
as a whole. Nothing is submitted. A folder that holds results, or that `submit` did not write, is never replaced.
"""

from __future__ import annotations

import json as json_module
import os
import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli.compile import front
from dsl4bes.cli.status import ERRORS

if TYPE_CHECKING:
    from dsl4bes.run.submit import Job, Plan


def submit(
    file: Annotated[str, typer.Argument(help="The program.")],
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="[EVENTS]...", help="DST files, folders, patterns, lists.")
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", help="Folder to write (default: ALGORITHM_jobs).")
    ] = "",
    per_job: Annotated[int, typer.Option("-N", "--files-per-job", min=1, help="Files per job.")] = 10,
    setup: Annotated[
        str,
        typer.Option("--setup", help="Script that sets up BOSS and the package (default: your environment)."),
    ] = "",
    memory: Annotated[str, typer.Option("--memory", help="Memory of a job.")] = "2GB",
    profile: Annotated[
        str, typer.Option("--profile", help="BOSS profile, 7.0.x or 8 (default: the program's).")
    ] = "",
    unchecked: Annotated[
        bool,
        typer.Option("--unchecked", help="Take names of files that are not on this machine as they are."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a folder that `submit` wrote (never results).")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Write job options and an HTCondor description, split by files."""
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.submit import Plan, jobs_of, texts

    compilation = front(file, profile=profile, quiet=quiet or json, selection=True)
    program = compilation.program
    assert program is not None  # `front` stops after errors
    folder = os.path.abspath(output or f"{program.analysis.algorithm}_jobs")
    try:
        names = _files(inputs or list(program.analysis.inputs), unchecked)
        if setup and not unchecked and not os.path.isfile(setup):
            raise RunError(f"{setup} (--setup): no such file", "check the name; a file of another machine: `--unchecked`")
        jobs = jobs_of(names, per_job, program.analysis.output)
        plan = Plan(folder, per_job, os.path.abspath(setup) if setup else "", memory)
        made = texts(compilation.model, jobs, plan)
        made |= {f"package/{path}": text for path, text in compilation.files.items()}
        _replaceable(folder, force)
        _write(folder, made)
    except RunError as error:
        help_line = f"\n  help: {error.advice}" if error.advice else ""
        print(f"error: {error}{help_line}", file=sys.stderr)
        raise typer.Exit(ERRORS) from error
    _say(jobs, plan, program.analysis.events, json, quiet)


def _files(patterns: list[str], unchecked: bool) -> list[str]:
    """Absolute names of all files, in order. Raises `RunError` for what is not there, unless unchecked."""
    from dsl4bes.events.errors import EventFileError
    from dsl4bes.events.sources import expand
    from dsl4bes.events.store import SUFFIX
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.tasks import check_read_once

    found: list[str] = []
    for pattern in patterns:
        try:
            found += expand(pattern)
        except EventFileError as error:
            if not unchecked:
                advice = f"{error.advice}; files of another machine: `--unchecked`"
                raise RunError(f"{error.path}: {error.reason}", advice) from error
            found.append(pattern)
    missing = [path for path in found if not os.path.isfile(path)]
    if missing and not unchecked:
        raise RunError(
            f"{missing[0]}: no such file", "check the name; files of another machine: `--unchecked`"
        )
    toys = [path for path in found if path.endswith(SUFFIX)]
    if toys:
        raise RunError(f"{toys[0]}: BOSS cannot read toy events", "`dsl4bes run` can")
    if not unchecked:
        _check_heads(found)
    check_read_once(found, absent=True)
    return [path if "://" in path else os.path.abspath(path) for path in found]


def _check_heads(paths: list[str]) -> None:
    """Raise `RunError` for a file that BOSS could not open: a job would find it hours later."""
    from dsl4bes.events.dst import check_head
    from dsl4bes.events.errors import EventFileError
    from dsl4bes.run.errors import RunError

    for path in paths:
        try:
            check_head(path)
        except EventFileError as error:
            raise RunError(f"{error.path}: {error.reason}", f"{error.advice}; to submit it as it is: `--unchecked`") from error


def _replaceable(folder: str, force: bool) -> None:
    """Raise `RunError` unless nothing is there, or with `force` a folder of ours without results."""
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.submit import MARK

    if not os.path.lexists(folder):
        return
    if not os.path.isfile(os.path.join(folder, MARK)):
        raise RunError(f"{folder} exists and was not written by `submit`", "choose another folder with `-o`")
    results = os.path.join(folder, "results")
    if os.path.isdir(results) and os.listdir(results):
        raise RunError(
            f"{folder} holds results of jobs: it is not replaced",
            "move them away, or choose another folder with `-o`",
        )
    if not force:
        raise RunError(f"{folder} exists", "`--force` replaces it, `-o` names another one")


def _write(folder: str, made: dict[str, str]) -> None:
    """Write all files under a temporary name, then give the folder its name."""
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.submit import FOLDERS, SCRIPTS

    temporary, old = f"{folder}.{os.getpid()}.tmp", f"{folder}.{os.getpid()}.old"
    try:
        for name in FOLDERS:
            os.makedirs(os.path.join(temporary, name))
        for name, text in made.items():
            path = os.path.join(temporary, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            if name in SCRIPTS:
                os.chmod(path, 0o755)
        if os.path.lexists(folder):
            os.rename(folder, old)
        os.rename(temporary, folder)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise RunError(
            f"cannot write {folder}: {error.strerror or error}", "check the folder and its rights"
        ) from error
    shutil.rmtree(old, ignore_errors=True)


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _say(jobs: tuple[Job, ...], plan: Plan, events: int, json: bool, quiet: bool) -> None:
    limit = (
        f"the program's limit of {events} events is not applied: every job reads its files to the end"
        if events >= 0
        else ""
    )
    if json:
        listed = [{"number": job.number, "files": list(job.files), "output": job.output} for job in jobs]
        print(
            json_module.dumps(
                {"folder": plan.folder, "jobs": listed, "notes": [limit] if limit else []}, indent=2
            )
        )
    elif not quiet:
        print(f"{plan.folder}: {_number(sum(len(job.files) for job in jobs), 'file')} in {_number(len(jobs), 'job')}")
        print(f"build the package in {plan.folder}/package, then: condor_submit {plan.folder}/submit.sub")
        print(f"when all jobs have ended: bash {plan.folder}/merge.sh   (README.txt has the details)")
        if limit:
            print(f"note: {limit}")
