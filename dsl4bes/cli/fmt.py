"""`dsl4bes fmt`: programs in canonical form.

In: program files. Out: the files rewritten where they differ; `--check` and `--diff` write nothing. A file with syntax errors is left alone.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dsl4bes.cli import files
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile


def fmt(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Programs or folders; `-`: from the input to the output."),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Only say which files would change; exit 1 if any.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print the changes instead of making them; exit 1 if any.")
    ] = False,
) -> None:
    """Format programs."""
    bag = Bag()
    changed = failed = 0
    for path in files.expand(paths, bag):
        source = files.read(path, bag)
        text = None if source is None else formatted(source, bag)
        if source is None or text is None:
            failed += 1
        elif path == "-" and not check and not diff:
            sys.stdout.write(text)
        elif text != source.text:
            changed += 1
            _show_or_write(path, source.text, text, check, diff)
    print_diagnostics(bag, stream=sys.stderr)
    if bag.has_errors or failed:
        raise typer.Exit(1)
    raise typer.Exit(1 if changed and (check or diff) else 0)


def formatted(source: SourceFile, bag: Bag) -> str | None:
    """The canonical text of a program, or None after a syntax error."""
    from dsl4bes.editing.layout import canonical

    return canonical(source, bag)


def _show_or_write(path: str, old: str, new: str, check: bool, diff: bool) -> None:
    if diff:
        from difflib import unified_diff

        lines = unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), path, f"{path} (formatted)"
        )
        sys.stdout.writelines(line if line.endswith("\n") else line + "\n" for line in lines)
    elif check:
        print(f"would format {path}")
    else:
        files.write(path, new)
        print(f"formatted {path}")
