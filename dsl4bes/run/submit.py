"""A sample as many BOSS jobs: job options split by files, a run script, an HTCondor submit description, a script that merges.

In: the C++ model of a program, the input files, how many of them per job. Out: `{path: text}` of a folder. The jobs together have every file once, in
the order given, and the merged output keeps that order. Names go into the texts escaped or are refused; nothing is written here.
HTCondor syntax: condor_submit manual, "Submit Description File Commands" (`queue <var> from <file>`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING

from dsl4bes.run.errors import RunError

if TYPE_CHECKING:
    from dsl4bes.cpp.model import Package

#: The file that marks a folder as written here.
MARK = ".dsl4bes-submit"
SCRIPTS = ("run_job.sh", "merge.sh")
#: Folders that jobs write into.
FOLDERS = ("results", "logs")
#: Characters that mean something in a submit description or a quoted option.
_FORBIDDEN = "$\"'\\#"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where and how: `folder` (absolute), `per_job` files a job, `setup` a script to source (empty: the environment of who submits), `memory`
    as HTCondor takes it."""

    folder: str
    per_job: int
    setup: str = ""
    memory: str = "2GB"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: its number as text with leading zeros, its files, the name of its output."""

    number: str
    files: tuple[str, ...]
    output: str


def jobs_of(files: Sequence[str], per_job: int, output: str) -> tuple[Job, ...]:
    """The files in groups of at most `per_job`, in order. Raises `RunError` without files."""
    if not files:
        raise RunError("no event file to submit", "name DST files, folders, patterns or lists")
    groups = [tuple(files[i : i + per_job]) for i in range(0, len(files), per_job)]
    width = max(4, len(str(len(groups) - 1)))
    stem, dot, ending = os.path.basename(output or "output.root").rpartition(".")
    stem, ending = (stem, ending) if dot else (ending, "root")
    return tuple(
        Job(f"{i:0{width}}", group, f"{_plain(stem)}_{i:0{width}}.{_plain(ending)}")
        for i, group in enumerate(groups)
    )


def _plain(word: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in word) or "output"


def texts(package: Package, jobs: Sequence[Job], plan: Plan) -> dict[str, str]:
    """All files of the folder but the BOSS package itself. Raises `RunError` for names that no job could use."""
    from dsl4bes.cpp.render import render_run_options

    _usable(plan, jobs)
    whole = replace(package, events=-1)
    files = {f"jobs/job_{job.number}.txt": render_run_options(whole, job.files, job.output) for job in jobs}
    files["jobs.list"] = "".join(f"{job.number}\n" for job in jobs)
    files["files.txt"] = "".join(f"{job.number} {path}\n" for job in jobs for path in job.files)
    files["run_job.sh"] = _run_script(package, jobs, plan)
    files["submit.sub"] = _description(package, jobs, plan)
    files["merge.sh"] = _merge_script(package, jobs, plan)
    files["README.txt"] = _instructions(package, jobs, plan)
    files[MARK] = "written by dsl4bes submit\n"
    return files


def _usable(plan: Plan, jobs: Sequence[Job]) -> None:
    for what, path in (("folder", plan.folder), ("setup script", plan.setup)):
        if any(c in _FORBIDDEN or not c.isprintable() for c in path):
            raise RunError(
                f"the name of the {what} cannot stand in a submit description: {path!r}",
                "choose another name",
            )
    for job in jobs:
        for path in job.files:
            if not path.isascii() or not path.isprintable() or '"' in path or "\\" in path:
                raise RunError(
                    f"the name of an input file cannot stand in job options: {path!r}", "rename or link it"
                )
    memory = plan.memory.strip()
    if not memory.rstrip("KMGTB ").strip().isdigit():
        raise RunError(f"`{plan.memory}` is no amount of memory", "write for example 2GB or 1500MB")


def _run_script(package: Package, jobs: Sequence[Job], plan: Plan) -> str:
    """Runs one job in a folder of its own and moves its output to `results` when it is complete."""
    stem, ending = _name(jobs)
    setup = f". {quote(plan.setup)}\n" if plan.setup else ""
    options = (
        f'ln -s "$here/package/{package.folder}/opts" opts  # where the job options are looked for\n'
        if package.modern
        else ""
    )
    names = " ".join(f'"{stem}_${{number}}{kind}.{ending}"' for kind in _kinds(package))
    return (
        "#!/bin/bash\n"
        f"# One job of {_plain(package.algorithm)}, written by dsl4bes: run_job.sh NUMBER\n"
        'number="$1"\n'
        f"here={quote(plan.folder)}\n"
        'if [ ! -f "$here/jobs/job_$number.txt" ]; then echo "no job $number" >&2; exit 2; fi\n'
        f"{setup}"
        'command -v boss.exe > /dev/null || { echo "boss.exe is not found: set up BOSS and the package first" >&2; exit 3; }\n'
        'work=$(mktemp -d "${_CONDOR_SCRATCH_DIR:-${TMPDIR:-/tmp}}/job_$number.XXXXXX") || exit 4\n'
        "trap 'rm -rf \"$work\"' EXIT\n"
        'cd "$work" || exit 4\n'
        f"{options}"
        'boss.exe "$here/jobs/job_$number.txt" || { status=$?; echo "boss.exe ended with status $status" >&2; exit $status; }\n'
        f"for name in {names}; do\n"
        '    if [ ! -s "$name" ]; then echo "job $number left no $name" >&2; exit 5; fi\n'
        "done\n"
        f"for name in {names}; do\n"
        '    cp "$name" "$here/results/.$name.part" && mv "$here/results/.$name.part" "$here/results/$name" || exit 6\n'
        "done\n"
        'echo "$number" > "$here/results/job_$number.done"\n'
    )


def _kinds(package: Package) -> list[str]:
    """What ends the names of the files that a job leaves: nothing for tuples, `_hist` for histograms."""
    return [""] * bool(package.tuples) + ["_hist"] * bool(package.histograms)


def _name(jobs: Sequence[Job]) -> tuple[str, str]:
    """`rhopi`, `root` of `rhopi_0000.root`."""
    stem, _, ending = jobs[0].output.rpartition(".")
    return stem[: -len(jobs[0].number) - 1], ending


def _description(package: Package, jobs: Sequence[Job], plan: Plan) -> str:
    """The submit description; all paths are absolute, so that it may be submitted from anywhere."""
    environment = "" if plan.setup else "getenv = True\n"
    return (
        f"# {len(jobs)} jobs of {_plain(package.algorithm)}, written by dsl4bes: condor_submit submit.sub\n"
        "universe = vanilla\n"
        f"executable = {plan.folder}/run_job.sh\n"
        "arguments = $(number)\n"
        f"initialdir = {plan.folder}\n"
        "output = logs/job_$(number).out\n"
        "error = logs/job_$(number).err\n"
        "log = logs/condor.log\n"
        f"{environment}"
        "should_transfer_files = NO\n"
        "request_cpus = 1\n"
        f"request_memory = {plan.memory.strip()}\n"
        f"queue number from {plan.folder}/jobs.list\n"
    )


def _merge_script(package: Package, jobs: Sequence[Job], plan: Plan) -> str:
    """Merges when every job has its output; else says which are missing and how to run them again."""
    stem, ending = _name(jobs)
    kinds = _kinds(package)
    merges = "".join(
        f'hadd -f "{stem}{kind}.part.{ending}" "${{files{kind}[@]}}" && mv "{stem}{kind}.part.{ending}" "{stem}{kind}.{ending}" || exit 1\n'
        for kind in kinds
    )
    lists = "".join(f"files{kind}=()\n" for kind in kinds)
    adds = "".join(f'    files{kind}+=("results/{stem}_${{number}}{kind}.{ending}")\n' for kind in kinds)
    return (
        "#!/bin/bash\n"
        f"# Merges the output of {len(jobs)} jobs, in the order of the input files: merge.sh\n"
        f"cd {quote(plan.folder)} || exit 1\n"
        f"{lists}"
        "rm -f missing.list\n"
        "while read -r number; do\n"
        '    [ -s "results/job_$number.done" ] || echo "$number" >> missing.list\n'
        f"{adds}"
        "done < jobs.list\n"
        "if [ -s missing.list ]; then\n"
        '    echo "$(wc -l < missing.list) jobs have not ended well (missing.list, logs/); to run them again:" >&2\n'
        "    echo \"  sed 's/jobs.list$/missing.list/' submit.sub > again.sub && condor_submit again.sub\" >&2\n"
        "    exit 1\n"
        "fi\n"
        f"{merges}"
    )


def _instructions(package: Package, jobs: Sequence[Job], plan: Plan) -> str:
    stem, ending = _name(jobs)
    merged = (
        " and ".join(f"{stem}{kind}.{ending}" for kind in _kinds(package))
        or "nothing: the program has no tuple and no histogram"
    )
    count = sum(len(job.files) for job in jobs)
    ready = (
        f"run_job.sh sources {plan.setup}."
        if plan.setup
        else "Jobs take your environment: submit from a shell in which boss.exe runs."
    )
    build = f"package/{package.folder}" + (
        ": cmake, or your site's way to build for BOSS 8"
        if package.modern
        else "/cmt: cmt config; source setup.sh; gmake"
    )
    return (
        f"{package.algorithm}: {count} files in {len(jobs)} jobs, written by dsl4bes\n\n"
        f"1. Build the package ({build}).\n"
        f"   {ready}\n"
        f"2. Try one job here: bash {plan.folder}/run_job.sh {jobs[0].number}\n"
        f"3. condor_submit {plan.folder}/submit.sub\n"
        f"4. When all have ended: bash {plan.folder}/merge.sh makes {merged}\n"
        "   (with ROOT's hadd), in the order of files.txt; it names the jobs that have not ended well and how to run only those again.\n\n"
        "The cut flow is printed by each job (logs/job_*.out); counts of the jobs add up.\n"
    )
