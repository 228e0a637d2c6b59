"""`dsl4bes check`: everything that is wrong with programs, and what is only doubtful.

In: program files or folders. Out: diagnostics on the standard output in the asked format; `--fix` applies what can be mended safely.
Exit status 1 if there is an error (or, with `--strict`, a warning).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS
from dsl4bes.diagnostics.model import Bag, Severity
from dsl4bes.diagnostics.places import fragments_to_mend

if TYPE_CHECKING:
    from dsl4bes.syntax.includes import Loader

#: `--fix` goes over a file again while fixes of one round uncover others.
MAX_ROUNDS = 10
_FORMATS = ("full", "concise", "json", "sarif", "github")


def _work(paths: list[str], format: str, fix: bool, strict: bool, quiet: bool, include: tuple[str, ...]) -> int:
    bag = Bag()
    fixed = 0
    loader = files.loader(include)
    for path in files.expand(paths, bag):
        fixed += _mend(path, loader) if fix and path != "-" else 0
        bag.items.extend(_check(path, loader))
    shown = [item for item in bag if not (quiet and item.severity is Severity.NOTE)]
    print_diagnostics(shown, format, sys.stdout, total=True)
    if fixed and format in ("full", "concise"):
        print(f"mended {fixed} place{'s' if fixed > 1 else ''}")
    if fix and format in ("full", "concise"):
        _say_left_alone(bag)
    doubtful = strict and any(item.severity is Severity.WARNING for item in bag)
    return ERRORS if bag.has_errors or doubtful else CLEAN


def _say_left_alone(bag: Bag) -> None:
    """Other programs include a fragment as well: it is not changed unless it was named."""
    for name in fragments_to_mend(bag):
        advice = "" if name.startswith("<") else f"; to mend it: dsl4bes check --fix {name}"
        print(f"left alone: {name} is included and was not named{advice}")


def _check(path: str, loader: Loader) -> Bag:
    from dsl4bes.driver import compile_source

    bag = Bag()
    source = files.read(path, bag)
    return bag if source is None else compile_source(source, until="ir", loader=loader, bodies=files.bodies(source.name)).bag


def _mend(path: str, loader: Loader) -> int:
    """Apply fixes until nothing changes; returns how many went in."""
    from dsl4bes.diagnostics.fixes import apply
    from dsl4bes.driver import compile_source

    total = 0
    for _ in range(MAX_ROUNDS):
        source = files.read(path, Bag())
        if source is None:
            return total
        done = apply(source, compile_source(source, until="ir", loader=loader, bodies=files.bodies(source.name)).bag)
        if not done.applied or done.text == source.text:
            return total
        files.write(path, done.text)
        total += done.applied
    return total


COMMAND = Command(
    "check",
    "Check programs: spelling, units, physics.",
    (
        Parameter("paths", help="Programs or folders; `-` is the standard input.", metavar="FILE...", many=True),
        Parameter("format", ("--format",), "full", "full, concise, json, sarif or github.", choices=_FORMATS),
        Parameter("fix", ("--fix",), False, "Apply the fixes that are safe, then check."),
        Parameter("strict", ("--strict",), False, "Warnings count as errors."),
        Parameter("quiet", ("-q", "--quiet"), False, "No notes."),
        files.INCLUDE,
    ),
    _work,
)
