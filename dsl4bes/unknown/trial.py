"""The trial of a package, inside the sandbox: built in both languages, run over sample events, twice as C++98 and once as C++17 with the checks of the library.

In: a folder with `spec.json` (texts of the packages, job options, the algorithm, how many drafts the package holds) and `events.npz`. Out: `result.json` in it: what the compiler said, what the
events gave for every draft. It runs as a process of its own (`python -m dsl4bes.unknown.trial FOLDER`), each job in a further one, and whoever reads the result trusts none of it (`result.py`).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from dsl4bes.unknown.slate import VARIABLE

SPEC, EVENTS, RESULT = "spec.json", "events.npz", "result.json"
#: Indices out of range, `front()` of an empty list and the like end the program instead of giving some number.
CHECKS = ("-D_GLIBCXX_ASSERTIONS",)
CHECKED = "8"  #: the profile that is built with them
JOB_SECONDS = 240  #: of CPU for all drafts of a package together; each has its share
_LEAST_SECONDS = 20
JOB_MEMORY = 1 << 30  #: bytes that a job may take beyond what the interpreter has: the sandbox's own limit would end all drafts together
_MOST_WORDS = 8000  #: characters of the compiler's words that are kept, for each draft
_PASSES = {"7.0.x": ("passed", "again"), CHECKED: ("checked",)}


def main(folder: Path) -> dict[str, Any]:
    """Build, run, say what happened."""
    from dsl4bes.standin.build import BuildError, build_package

    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    drafts: list[dict[str, Any]] = [{"stopped": "", "passed": [], "again": [], "checked": []} for _ in range(spec["drafts"])]
    errors, libraries = {}, {}
    for profile, files in spec["packages"].items():
        try:
            libraries[profile] = build_package(files, profile=profile, defines=CHECKS if profile == CHECKED else ())
        except BuildError as error:
            errors[profile] = error.output[: _MOST_WORDS * len(drafts)]
    if not errors:
        for profile, library in libraries.items():
            _jobs_of(folder, profile, library, drafts)
    return {"errors": errors, "drafts": drafts}


def _jobs_of(folder: Path, profile: str, library: Path, drafts: list[dict[str, Any]]) -> None:
    """The jobs of one library, all drafts that have not stopped: two libraries of the same names do not share a process."""
    numbers = [number for number, draft in enumerate(drafts) if not draft["stopped"]]
    if not numbers:
        return
    command = [sys.executable, "-m", "dsl4bes.unknown.trial", str(folder), str(library), profile, *map(str, numbers)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    for number in numbers:
        part = folder / f"job-{profile}-{number}.json"
        if part.is_file():
            drafts[number] |= json.loads(part.read_text(encoding="utf-8"))
        else:
            drafts[number]["stopped"] = _words(profile, done.returncode, done.stderr + done.stdout)


def jobs(folder: Path, library: str, profile: str, numbers: list[int]) -> None:
    """One job for each draft, in a child of its own: a check of the library ends that one alone. Events are read once."""
    from dsl4bes.events.store import read_events
    from dsl4bes.standin.build import build_library

    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    batches = list(read_events(folder / EVENTS, 5000))
    standin = build_library()
    seconds = max(_LEAST_SECONDS, JOB_SECONDS // len(numbers))
    for number in numbers:
        part, said = folder / f"job-{profile}-{number}.json", folder / f"job-{profile}-{number}.txt"
        child = os.fork()
        if child == 0:
            _as_child(said, seconds, number)
            found = _job(spec, standin, library, batches, _PASSES[profile])
            part.write_text(json.dumps(found), encoding="utf-8")
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            words = said.read_text(encoding="utf-8", errors="replace") if said.is_file() else ""
            part.write_text(json.dumps({"stopped": _words(profile, status, words)}), encoding="utf-8")


def _as_child(said: Path, seconds: int, number: int) -> None:
    """What the job says goes into a file; its time and memory are bounded; it learns which draft answers."""
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + used if hard == resource.RLIM_INFINITY else min(seconds + used, hard), hard))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize() + JOB_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    os.environ[VARIABLE] = str(number)
    sys.excepthook = lambda kind, value, trace: os._exit(_told(kind, value))


def _told(kind: type[BaseException], value: BaseException) -> int:
    """An exception in one line, and the status of the child that it ends."""
    os.write(2, f"{kind.__name__}: {value}\n".encode())
    return 1


def _job(spec: dict[str, Any], standin: Path, library: str, batches: list[Any], passes: tuple[str, ...]) -> dict[str, Any]:
    """All events for each pass, in one job: what the first pass left behind must not change the second."""
    from dsl4bes.run.job import Job, JobError
    from dsl4bes.run.vertex import SIMULATED

    result: dict[str, Any] = {"stopped": "", **{key: [] for key in passes}}
    with Job(standin) as running:
        running.load(library)
        running.options(spec["options"])
        running.algorithm(spec["algorithm"])
        running.vertex(0, True, SIMULATED.xyz, SIMULATED.sigma)
        for run in sorted({abs(int(run)) for batch in batches for run in batch["event.run"]}):
            running.energy(run, spec["ecms"])
        try:
            running.initialize()
            for key in passes:
                for batch in batches:
                    running.process(batch)
                    result[key] += _flags(running.tuples(), spec)
        except JobError as error:
            result["stopped"] = str(error)[:_MOST_WORDS]
    return result


def _words(profile: str, status: int, output: str) -> str:
    """Why a job stopped: its status, and what it said last."""
    said = "\n".join(output.strip().splitlines()[-5:])
    why = ""
    if status == -signal.SIGXCPU:
        why = ", it takes too long"
    elif profile == CHECKED and status == -signal.SIGABRT:
        why = ", with the checks of the library: does it read past the end of a list?"
    return f"status {status}{why}\n{said}"[:_MOST_WORDS].rstrip()


def _flags(tuples: dict[str, Any], spec: dict[str, Any]) -> list[list[int]]:
    """The record of cuts, a list per event."""
    columns = tuples[f"FILE1/{spec['algorithm']}_events"]
    _, flat = columns["passed"]
    rows = len(columns["run"])
    return [[int(bool(value)) for value in row] for row in flat.reshape(rows, -1)] if rows else []


if __name__ == "__main__":
    where, *of_jobs = sys.argv[1:]
    if of_jobs:
        jobs(Path(where), of_jobs[0], of_jobs[1], [int(number) for number in of_jobs[2:]])
    else:
        (Path(where) / RESULT).write_text(json.dumps(main(Path(where))), encoding="utf-8")
