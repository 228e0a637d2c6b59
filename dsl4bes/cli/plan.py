"""`dsl4bes plan`: what `compile` would change, and where every generated line comes from.

In: a program and the folder its package is or will be in. Out: a list of files with `+` new, `~` changed, `=` unchanged, `!` edited by hand,
`-` no longer generated; with `--diff` the changes; with `--origins` how many lines are from templates, model and hand. Writes nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli.compile import front
from dsl4bes.cli.files import INCLUDE_HELP

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation

_MAP = "sourcemap.json"


def plan(
    file: Annotated[str, typer.Argument(help="The program.")],
    output: Annotated[str, typer.Option("-o", "--output", help="Folder of the package's folder.")] = ".",
    profile: Annotated[str, typer.Option(help="BOSS profile, 7.0.x or 8 (default: the program's).")] = "",
    diff: Annotated[bool, typer.Option("--diff", help="Print the changes line by line.")] = False,
    origins: Annotated[
        bool, typer.Option("--origins", help="Count lines by origin: template, model, hand.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: path, what happens to it.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only what would change.")] = False,
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=INCLUDE_HELP)] = None,
) -> None:
    """Say what `compile` would change."""
    from dsl4bes.cli.package import compare

    compilation = front(file, profile, quiet=True, include=include or ())
    outcome = compare(compilation.everything, output)
    new = {path for path in outcome.changed if not os.path.exists(path)}
    marks = dict.fromkeys(outcome.same, "=") | dict.fromkeys(outcome.changed, "~") | dict.fromkeys(new, "+")
    marks |= dict.fromkeys(outcome.refused, "!") | dict.fromkeys(outcome.stale, "-")
    words = {"+": "new", "~": "changed", "=": "unchanged", "!": "edited by hand", "-": "no longer generated"}
    if as_json:
        print(json.dumps({path: words[marks[path]] for path in sorted(marks)}, indent=2))
        return
    for path in sorted(marks):
        if quiet and marks[path] == "=":
            continue
        print(f"{marks[path]} {path}")
        if diff and marks[path] in "~!":
            _print_diff(path, compilation.everything[os.path.relpath(path, output)])
    counts = Counter(marks.values())
    if not quiet:
        print(", ".join(f"{counts[mark]} {word}" for mark, word in words.items() if counts[mark]))
    if origins:
        _print_origins(compilation)


def _print_diff(path: str, text: str) -> None:
    from difflib import unified_diff

    with open(path, encoding="utf-8", errors="replace", newline="") as stream:
        old = stream.read()
    lines = unified_diff(old.splitlines(), text.splitlines(), path, f"{path} (planned)", lineterm="")
    sys.stdout.writelines(f"    {line}\n" for line in lines)


def _print_origins(compilation: Compilation) -> None:
    from dsl4bes.cpp.sourcemap import labels

    folder, text = next(
        (name[: -len(_MAP)], text) for name, text in compilation.everything.items() if name.endswith(_MAP)
    )
    data = json.loads(text)
    counts: Counter[str] = Counter()
    for name, text in compilation.everything.items():
        if not name.endswith(_MAP):
            counts.update(labels(data, name.removeprefix(folder), text.count("\n")))
    total = sum(counts.values())
    for label, count in counts.most_common():
        print(f"{label:10} {count:6} lines  {100 * count / total:5.1f} %")
