"""`dsl4bes diff`: what is different between two selections, in what they mean and on events.

In: two programs; with `--events` or `--toy` the events that both are run on. Out: changes as text or JSON; cut flows beside each other, events that only one selects and the cut that lost
them. Exit status as that of `diff`: 0 the same meaning, 1 another one, 2 wrong usage or a program or file that cannot be read.
"""

from __future__ import annotations

import json as json_module
import sys
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.compile import front
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.delivery import FORCE, OUTPUT, check_place, deliver
from dsl4bes.cli.status import CLEAN, ERRORS, USAGE, Stop

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.reports.difference.on_events import EventDifference


def _work(programs: list[str], events: tuple[str, ...], toy: str, number: str, vertex: str, beam: str, json: bool, output: str, force: bool, quiet: bool, include: tuple[str, ...]) -> int:
    from dsl4bes.reports.difference import written
    from dsl4bes.reports.difference.compare import compare

    if len(programs) != 2:
        return _usage("give two programs: dsl4bes diff OLD.bes NEW.bes")
    if programs == ["-", "-"]:
        return _usage("the standard input can be one of the two programs only")
    if events and toy:
        return _usage("--events and --toy exclude each other")
    try:
        check_place(output, force, (*programs, *events, vertex, beam))
    except Stop as stop:
        raise Stop(USAGE) from stop
    first, second = (_read(each, include, bool(events or toy)) for each in programs)
    assert first.program is not None and second.program is not None  # `front` stops after errors
    found = compare(first.program, second.program)
    run = _on_events(first, second, events, toy, number, vertex, beam, found.names) if events or toy else None
    if json:
        data = written.as_json(found, *programs) | ({} if run is None else {"events": run.as_json()})
        text = json_module.dumps(data, indent=2, ensure_ascii=False) + "\n"
    else:
        text = written.as_text(found, *programs) + ("" if run is None else "\n" + run.as_text(*programs))
    if not quiet or output:
        deliver(text, output)
    return CLEAN if found.same else ERRORS


def _read(path: str, include: tuple[str, ...], package: bool) -> Compilation:
    try:
        return front(path, quiet=True, until="text" if package else "ir", include=include, selection=package)
    except Stop as stop:
        raise Stop(USAGE) from stop


def _on_events(first: Compilation, second: Compilation, events: tuple[str, ...], toy: str, number: str, vertex: str, beam: str, names: dict[str, str]) -> EventDifference:
    from dsl4bes.cli.run import _installed, _print_fault
    from dsl4bes.run.errors import RunError

    if not _installed(False):
        raise Stop(USAGE)
    from dsl4bes.reports.difference.on_events import on_events

    try:
        return on_events(first, second, list(events), toy, _count(number), vertex, beam, names)
    except RunError as error:
        _print_fault(error)
        raise Stop(USAGE) from error


def _count(number: str) -> int | None:
    from dsl4bes.run.errors import RunError

    if not number:
        return None
    if not number.isdecimal() or not 0 < int(number) < 10**9:
        raise RunError(f"-n is a number of events, not `{number}`")
    return int(number)


def _usage(message: str) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return USAGE


COMMAND = Command(
    "diff",
    "Say what differs between two selections, in physics terms and on events.",
    (
        Parameter("programs", help="The two programs, the old one first; `-` is the standard input.", metavar="OLD NEW", many=True),
        Parameter("events", ("--events",), (), "DST or toy file, folder or pattern to run both on (may be repeated).", metavar="FILE"),
        Parameter("toy", ("--toy",), "", 'Toy events of a decay to run both on, as in "J/psi -> pi+ pi- gam gam".', metavar="DECAY"),
        Parameter("number", ("-n",), "", "Events at most (toy: 1000 unless given)."),
        Parameter("vertex", ("--vertex",), "", "Interaction points of real data, as for `run`."),
        Parameter("beam", ("--beam",), "", "Energies for `ecms :database`, as for `run`."),
        Parameter("json", ("--json",), False, "Print JSON."),
        OUTPUT,
        FORCE,
        Parameter("quiet", ("-q", "--quiet"), False, "Nothing but the exit status."),
        files.INCLUDE,
    ),
    _work,
)
