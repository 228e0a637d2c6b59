"""`dsl4bes compile`: a program becomes a BOSS package on disk.

In: a program. Out: the package's folder; files that did not change keep their time stamps. With `--fragment` only the methods of the
blocks in the file go to the standard output. What stands in the way of a file that was edited by hand is not overwritten without `--force`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli import files
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.diagnostics.model import Bag

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation


def compile_(
    file: Annotated[str, typer.Argument(help="The program; `-` is the standard input.")],
    output: Annotated[
        str, typer.Option("-o", "--output", help="Folder that gets the package's folder.")
    ] = ".",
    profile: Annotated[str, typer.Option(help="BOSS profile, 7.0.x or 8 (default: the program's).")] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand.")] = False,
    fragment: Annotated[
        bool, typer.Option("--fragment", help="Print the methods of the blocks only.")
    ] = False,
    template_dir: Annotated[
        str, typer.Option(help="Folder with templates of your own, looked at first.")
    ] = "",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors.")] = False,
) -> None:
    """Compile a program to a BOSS package."""
    compilation = front(file, profile, template_dir, quiet)
    if fragment:
        sys.stdout.write(compilation.fragment)
        return
    from dsl4bes.cli.package import write_package

    written = write_package(compilation.files, output, force)
    for path in written.refused:
        print(
            f"error: `{path}` was edited by hand; it is left as it is (--force overwrites it)",
            file=sys.stderr,
        )
    if not quiet:
        package = os.path.join(output, min(compilation.files).split("/")[0])
        print(f"{package}: {len(written.changed)} files written, {len(written.same)} unchanged")
    raise typer.Exit(1 if written.refused else 0)


def front(
    file: str, profile: str = "", template_dir: str = "", quiet: bool = False, until: str = "text"
) -> Compilation:
    """Compile a file, print its diagnostics on the error output, exit with status 1 after an error."""
    from dsl4bes.driver import compile_source

    bag = Bag()
    source = files.read(file, bag)
    if source is None:
        print_diagnostics(bag, stream=sys.stderr)
        raise typer.Exit(1)
    compilation = compile_source(
        source, profile=profile or None, template_dir=template_dir or None, until=until
    )
    shown = [item for item in compilation.bag if not quiet or item.severity.value == "error"]
    print_diagnostics(shown, stream=sys.stderr, total=True)
    if compilation.bag.has_errors:
        raise typer.Exit(1)
    return compilation
