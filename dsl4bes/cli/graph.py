"""`dsl4bes graph`: a selection as a picture.

In: a program, and with `--counts` a result that `run --save` wrote. Out: SVG, or HTML if the file of `-o` ends so. Counts of another program are drawn where the cuts have the same names, with a
warning. Diagnostics go to the error output; a program with errors has no picture (exit status 1).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.compile import front
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.delivery import FORCE, OUTPUT, check_place, deliver
from dsl4bes.cli.status import CLEAN, ERRORS, Stop

if TYPE_CHECKING:
    from dsl4bes.run.cutflow import CutFlow


def _work(file: str, counts: str, html: bool, output: str, force: bool, include: tuple[str, ...]) -> int:
    from dsl4bes.reports.picture.flow import picture
    from dsl4bes.reports.picture.layout import placed
    from dsl4bes.reports.picture.page import page
    from dsl4bes.reports.picture.svg import svg

    check_place(output, force, (file, counts) if counts else (file,))
    compilation = front(file, quiet=True, until="ir", include=include, selection=True)
    assert compilation.program is not None  # `front` stops after errors
    made = picture(compilation.program, _counts(counts) if counts else None)
    if not made.known:
        print(f"warning: {counts} does not have every cut of {file}: it is of another program or an older one", file=sys.stderr)
    layout = placed(made)
    as_page = html or output.lower().endswith((".html", ".htm"))
    deliver(page(layout) if as_page else svg(layout), output)
    return CLEAN


def _counts(path: str) -> CutFlow:
    from dsl4bes.cli.run import _print_fault
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.saved import read

    try:
        return read(path).cutflow
    except ModuleNotFoundError as error:  # histograms of a saved run are arrays of numpy
        print(f"error: reading a saved run needs {error.name}\n  help: pip install \"dsl4bes[run]\"", file=sys.stderr)
        raise Stop(ERRORS) from error
    except RunError as error:
        _print_fault(error)
        raise Stop(ERRORS) from error


COMMAND = Command(
    "graph",
    "Draw a selection: blocks, lists, cuts, as SVG or HTML.",
    (
        Parameter("file", help="The program; `-` is the standard input.", metavar="FILE"),
        Parameter("counts", ("--counts",), "", "Result of `run --save`: events that are left after each cut.", metavar="RUN.json"),
        Parameter("html", ("--html",), False, "An HTML page (so is a file of -o that ends in .html)."),
        OUTPUT,
        FORCE,
        files.INCLUDE,
    ),
    _work,
)
