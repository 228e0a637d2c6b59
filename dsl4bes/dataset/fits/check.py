"""Whether a drawn program is worth learning: it runs in ROOT, its fit converges, and what it prints is the truth within its errors.

In: a program, its data, the truth. Out: empty, or why not. Run confined like any program that is not the user's. A name is printed as `name = value +/- error`, a line each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from dsl4bes.dataset.verified import Undecided
from dsl4bes.fitting.asked.macros.confined import run_beside
from dsl4bes.fitting.asked.macros.converged import failed
from dsl4bes.fitting.asked.macros.program import of_code
from dsl4bes.fitting.asked.macros.ran import Fault, ran
from dsl4bes.root.find import Root
from dsl4bes.unknown.sandbox.scratch import scratch_folder

FAR = 5.0  #: errors that a value may be from the truth
_LINE = r"^\s*{name}\s*=\s*(?P<value>[-+0-9.eE]+)\s*\+/-\s*(?P<error>[-+0-9.eE]+)\s*$"


def faults(code: str, files: Mapping[str, bytes], truth: Mapping[str, float], root: Root) -> str:
    """What is wrong; empty if nothing is. Raises `Undecided` for one that took too long."""
    with scratch_folder() as folder:
        data: dict[str, Path] = {}
        for name, content in files.items():
            data[name] = folder / name
            data[name].write_bytes(content)
        run = run_beside(of_code(code), data, root)
    fault, words = ran(run)
    if fault is Fault.TIMED_OUT:
        raise Undecided(f"{fault.value}: {words}")
    if fault is not None:
        return f"{fault.value}: {words}"
    if said := failed(run.stdout, run.stderr):
        return f"does not converge: {said}"
    for name, true in truth.items():
        found = list(re.finditer(_LINE.format(name=re.escape(name)), run.stdout, re.MULTILINE))
        if not found:
            return f"`{name}` is not printed"
        value, error = float(found[-1]["value"]), float(found[-1]["error"])
        if not 0 < error < float("inf") or abs(value - true) > FAR * error:
            return f"{name} = {value:g} +/- {error:g}, and {true:g} is true"
    return ""
