"""A program on toy events, in a process of its own with limits.

In: a program, a decay, a number of events, a seed. Out: cut flow, heads of the tuples, histograms. The process is ended with all its children when its time is over or nobody waits any more; a crash of it is an
answer like others. This module is also what runs inside: `python -m dsl4bes.agents.toy` with a request on its standard input.
"""

from __future__ import annotations

import math
import os
from typing import Any

from dsl4bes.agents import child
from dsl4bes.agents.places import Given, Inside
from dsl4bes.agents.refused import NotAllowed

MAX_EVENTS = 20_000
MAX_SECONDS = 120.0
MAX_ROWS = 20
_MAX_DECAY = 20_000


async def run_on_toy(program: Given, decay: str, events: int, seed: int, rows: int, root: str, progress: child.Progress, seconds: float = MAX_SECONDS) -> dict[str, Any]:
    """Run in a process of its own; `progress` is told how far it is, from 0 to 1. Raises `NotAllowed` for numbers out of bounds."""
    if not 1 <= events <= MAX_EVENTS or not 0 <= seed < 2**31 or not 0 <= rows <= MAX_ROWS:
        raise NotAllowed(f"`events` is from 1 to {MAX_EVENTS:,}, `seed` from 0 to 2147483647, `rows` from 0 to {MAX_ROWS}")
    if not decay.strip() or len(decay) > _MAX_DECAY or decay.strip().lower().endswith(".dec"):
        raise NotAllowed('`decay` is a decay such as "J/psi -> rho(770)0 pi0", or the text of a DecFile')
    name = os.path.join(program.folder, os.path.basename(program.source.name)) if program.folder else program.source.name
    request = {"text": program.source.text, "name": name, "folder": program.folder, "root": root, "decay": decay, "events": events, "seed": seed, "rows": rows}
    return await child.ask(__name__, request, seconds, "fewer events, rows or columns", progress)


# --- inside of the process


def _run(request: dict[str, Any], say: child.Say) -> dict[str, Any]:
    from dsl4bes.agents.tools import findings
    from dsl4bes.api import ProgramError, run
    from dsl4bes.events.toy import DecayError, toy_batches
    from dsl4bes.events.toy.decayfile import is_decay_file, read_decay_file
    from dsl4bes.run.errors import RunError
    from dsl4bes.standin.build import BuildError, ToolchainError
    from dsl4bes.syntax.includes import shipped

    say(0.05, "toy events")
    decay = request["decay"]
    try:
        batches = list(toy_batches(read_decay_file(decay, None) if is_decay_file(decay) else decay, request["events"], request["seed"]))
    except (DecayError, ValueError) as error:
        raise NotAllowed(f"`decay`: {error}") from error
    say(0.4, "building the package, and running it")
    loader = Inside(request["root"]) if request["folder"] else shipped()
    try:
        result = run(request["text"], batches, request["name"], processes=1, base=request["folder"] or None, loader=loader, systematics=False)
    except ProgramError as error:
        return {**findings(error.diagnostics), "fault": "the program has errors"}
    except (RunError, BuildError, ToolchainError) as error:
        raise NotAllowed(str(error)) from error
    say(0.95, "done")
    return {
        "ok": True, "events": result.events, "selected": result.cutflow.selected, "cut_flow": result.cutflow.as_json(),
        "tuples": {name: _head(table, request["rows"]) for name, table in result.tables.items()},
        "histograms": {name: {"title": each.title, "edges": [axis.tolist() for axis in each.edges], "contents": each.inside.tolist()} for name, each in result.histograms.items()},
        "not_applied": list(result.not_applied), "seconds": round(result.seconds, 2),
    }  # fmt: skip


def _head(table: Any, rows: int) -> dict[str, Any]:
    """The first rows of a tuple, columns by name."""
    import numpy as np

    columns = {}
    for name, values in table.columns.items():
        if name in table.scalars:
            columns[name] = [_plain(value) for value in np.asarray(values[:rows]).tolist()]
        else:
            ends = np.cumsum(values.counts[:rows])
            columns[name] = [[_plain(value) for value in values.flat[end - count : end].tolist()] for end, count in zip(ends, values.counts[:rows])]
    return {"rows": table.rows, "columns": columns}


def _plain(value: Any) -> Any:
    """A number that JSON can hold; what is none is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    child.serve(_run)
