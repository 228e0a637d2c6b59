"""The trial of a package, inside the sandbox: built in both languages, run twice over sample events.

In: a folder with `spec.json` (texts of the packages, job options, columns of the record) and `events.npz`. Out: `result.json` in it: what the compiler said, what the events
gave. It runs as a process of its own (`python -m dsl4bes.unknown.trial FOLDER`), and whoever reads the result trusts none of it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

SPEC, EVENTS, RESULT = "spec.json", "events.npz", "result.json"
_MOST_WORDS = 8000  #: characters of the compiler's words that are kept


def main(folder: Path) -> dict[str, Any]:
    """Build, run, say what happened."""
    from dsl4bes.standin.build import BuildError, build_package

    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    result: dict[str, Any] = {"compiled": [], "errors": {}, "passed": [], "again": [], "seconds": 0.0, "stopped": ""}
    libraries = {}
    for profile, files in spec["packages"].items():
        try:
            libraries[profile] = build_package(files, profile=profile)
            result["compiled"].append(profile)
        except BuildError as error:
            result["errors"][profile] = error.output[:_MOST_WORDS]
    if not result["errors"]:
        _run(folder, spec, str(next(iter(libraries.values()))), result)
    return result


def _run(folder: Path, spec: dict[str, Any], library: str, result: dict[str, Any]) -> None:
    """All events twice, in one job: what the first pass left behind must not change the second."""
    from dsl4bes.events.store import read_events
    from dsl4bes.run.job import Job, JobError
    from dsl4bes.standin.build import build_library

    batches = list(read_events(folder / EVENTS, 5000))
    with Job(build_library()) as job:
        job.load(library)
        job.options(spec["options"])
        job.algorithm(spec["algorithm"])
        job.vertex(0, True, (0.0, 0.0, 0.0), (0.1, 0.1, 1.5))
        for run in sorted({abs(int(run)) for batch in batches for run in batch["event.run"]}):
            job.energy(run, spec["ecms"])
        try:
            job.initialize()
            start = time.perf_counter()
            for key in ("passed", "again"):
                for batch in batches:
                    job.process(batch)
                    result[key] += _flags(job.tuples(), spec)
            result["seconds"] = time.perf_counter() - start
        except JobError as error:
            result["stopped"] = str(error)[:_MOST_WORDS]


def _flags(tuples: dict[str, Any], spec: dict[str, Any]) -> list[list[int]]:
    """The record of cuts, a list per event."""
    columns = tuples[f"FILE1/{spec['algorithm']}_events"]
    _, flat = columns["passed"]
    rows = len(columns["run"])
    return [[int(value) for value in row] for row in flat.reshape(rows, -1)] if rows else []


if __name__ == "__main__":
    where = Path(sys.argv[1])
    (where / RESULT).write_text(json.dumps(main(where)), encoding="utf-8")
