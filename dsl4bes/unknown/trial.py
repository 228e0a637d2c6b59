"""The trial of a package, inside the sandbox: built in both languages, run over sample events, twice as C++98 and once as C++17 with the checks of the library.

In: a folder with `spec.json` (texts of the packages, job options, the algorithm) and `events.npz`. Out: `result.json` in it: what the compiler said, what the events
gave. It runs as a process of its own (`python -m dsl4bes.unknown.trial FOLDER`), each job in a further one, and whoever reads the result trusts none of it (`result.py`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SPEC, EVENTS, RESULT = "spec.json", "events.npz", "result.json"
#: Indices out of range, `front()` of an empty list and the like end the program instead of giving some number.
CHECKS = ("-D_GLIBCXX_ASSERTIONS",)
CHECKED = "8"  #: the profile that is built with them
_MOST_WORDS = 8000  #: characters of the compiler's words that are kept
_PASSES = {"7.0.x": ("passed", "again"), CHECKED: ("checked",)}


def main(folder: Path) -> dict[str, Any]:
    """Build, run, say what happened."""
    from dsl4bes.standin.build import BuildError, build_package

    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    result: dict[str, Any] = {"errors": {}, "passed": [], "again": [], "checked": [], "stopped": ""}
    libraries = {}
    for profile, files in spec["packages"].items():
        try:
            libraries[profile] = build_package(files, profile=profile, defines=CHECKS if profile == CHECKED else ())
        except BuildError as error:
            result["errors"][profile] = error.output[:_MOST_WORDS]
    if not result["errors"]:
        for profile, library in libraries.items():
            result |= _in_a_process(folder, profile, library)
            if result["stopped"]:
                break
    return result


def _in_a_process(folder: Path, profile: str, library: Path) -> dict[str, Any]:
    """The job of one library: two of the same names do not share a process, and a check of the library ends its own alone."""
    part = folder / f"job-{profile}.json"
    command = [sys.executable, "-m", "dsl4bes.unknown.trial", str(folder), str(library), part.name, *_PASSES[profile]]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        said = "\n".join((done.stderr + done.stdout).strip().splitlines()[-5:])
        checks = ", with the checks of the library: does it read past the end of a list?" if profile == CHECKED else ""
        return {"stopped": f"status {done.returncode}{checks}\n{said}"[:_MOST_WORDS].rstrip()}
    found: dict[str, Any] = json.loads(part.read_text(encoding="utf-8"))
    return found


def job(folder: Path, library: str, passes: list[str]) -> dict[str, Any]:
    """All events for each pass, in one job: what the first pass left behind must not change the second."""
    from dsl4bes.events.store import read_events
    from dsl4bes.run.job import Job, JobError
    from dsl4bes.standin.build import build_library

    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    result: dict[str, Any] = {"stopped": "", **{key: [] for key in passes}}
    batches = list(read_events(folder / EVENTS, 5000))
    with Job(build_library()) as running:
        running.load(library)
        running.options(spec["options"])
        running.algorithm(spec["algorithm"])
        running.vertex(0, True, (0.0, 0.0, 0.0), (0.1, 0.1, 1.5))
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


def _flags(tuples: dict[str, Any], spec: dict[str, Any]) -> list[list[int]]:
    """The record of cuts, a list per event."""
    columns = tuples[f"FILE1/{spec['algorithm']}_events"]
    _, flat = columns["passed"]
    rows = len(columns["run"])
    return [[int(bool(value)) for value in row] for row in flat.reshape(rows, -1)] if rows else []


if __name__ == "__main__":
    where, *of_job = sys.argv[1:]
    made = job(Path(where), of_job[0], of_job[2:]) if of_job else main(Path(where))
    (Path(where) / (of_job[1] if of_job else RESULT)).write_text(json.dumps(made), encoding="utf-8")
