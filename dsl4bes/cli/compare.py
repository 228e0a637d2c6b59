"""`dsl4bes compare`: two results of `run` beside each other.

In: two files that `run --save` wrote. Out: cut flows with ratio and pull, histograms with chi2 and Kolmogorov distance, as text or JSON, and
pictures. Exit status 0 unless something cannot be read; with `--same`, 1 if the two are not exactly the same.
"""

from __future__ import annotations

import json as json_module
import sys
from typing import Annotated

import typer

from dsl4bes.cli.status import CLEAN, ERRORS


def compare(
    first: Annotated[str, typer.Argument(help="A result saved by `run --save` (data, drawn as points).")],
    second: Annotated[str, typer.Argument(help="Another one (simulation, drawn as area).")],
    normalise: Annotated[
        str,
        typer.Option(
            "--normalise",
            help="`none`, or `area`: histograms of the second scaled to the entries of the first.",
        ),
    ] = "none",
    weights: Annotated[
        tuple[float, float] | None,
        typer.Option("--weights", help="What an event of the first and of the second counts (luminosity)."),
    ] = None,
    plot: Annotated[str, typer.Option("--plot", help="Folder for pictures, with a panel of ratios.")] = "",
    formats: Annotated[str, typer.Option("--formats", help="Formats of pictures: png, pdf, svg.")] = "png",
    same: Annotated[bool, typer.Option("--same", help="Exit status 1 unless the two are the same.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print only errors.")] = False,
) -> None:
    """Compare two results of `run`: cut flows and histograms."""
    from dsl4bes.cli.run_files import kinds_of
    from dsl4bes.cli.targets import check_folders
    from dsl4bes.run.compare import Scaling, as_text
    from dsl4bes.run.compare import compare as compared
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.saved import read

    if normalise not in ("none", "area"):
        raise typer.BadParameter(f"--normalise is `none` or `area`, not `{normalise}`")
    try:
        kinds = kinds_of(formats)
        check_folders({"--plot": plot})
        found = compared(read(first), read(second), Scaling(normalise == "area", weights))
        written: list[str] = []
        if plot:
            from dsl4bes.run.compare_plots import write_pictures

            written = write_pictures(found, plot, kinds)
    except RunError as error:
        help_line = f"\n  help: {error.advice}" if error.advice else ""
        print(f"error: {error}{help_line}", file=sys.stderr)
        raise typer.Exit(ERRORS) from error
    if json:
        print(json_module.dumps(found.as_json() | {"written": written}, indent=2))
    elif not quiet:
        sys.stdout.write(as_text(found))
        for path in written:
            print(f"wrote {path}")
    raise typer.Exit(ERRORS if same and not found.same else CLEAN)
