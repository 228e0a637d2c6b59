"""`dsl4bes review`: the code of custom blocks, who wrote it, how sure that is, and the events that decide.

In: a program and its lock file. Out: for each block its words, values, code, state and what to do; its events and its place in the cut flow; a picture; JSON. All code runs in the sandbox, accepted or
not. Exit status 1 if the code of a block that is shown is not fresh. Nothing is pinned, and no model is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dsl4bes.cli import files
from dsl4bes.cli.ladder import all_known, climbing, compiler_of, lock_of, note, refuse, source_of
from dsl4bes.cli.show import print_diagnostics, printable, wants_colour
from dsl4bes.cli.status import ERRORS, Stop

if TYPE_CHECKING:
    from dsl4bes.source import SourceFile
    from dsl4bes.unknown.review.blocks import Block, Reviewed
    from dsl4bes.unknown.review.decide import Decided
    from dsl4bes.unknown.review.trial import Compile


def review(
    file: Annotated[str, typer.Argument(help="The program.")],
    block: Annotated[list[str] | None, typer.Argument(help="Blocks (default: all).")] = None,
    events: Annotated[list[str] | None, typer.Option("--events", metavar="FILE", help="Events to run on (may be repeated; the first 20,000; default: toy events and the sample).")] = None,
    number: Annotated[int, typer.Option("-n", "--number", min=0, help="Events to show of each block.")] = 5,
    run: Annotated[bool, typer.Option("--run/--no-run", help="Run the code on the events, in a sandbox.")] = True,
    plot: Annotated[str, typer.Option("--plot", metavar="FILE", help="Picture (png, pdf, svg) of what the code reads, for events that stay and that are rejected.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="One line a block: its state, and what to do.")] = False,
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=files.INCLUDE_HELP)] = None,
) -> None:
    """Show the code of custom blocks and the events that decide."""
    if plot and not run:
        raise refuse("`--plot` needs events", "leave `--no-run` out")
    source = source_of(file, "review")
    reviewed, compile_ = _read(source, include or ())
    blocks = _chosen(reviewed, block or ())
    _check_plot(plot, (file, *(events or ())))
    found: dict[str, Decided] = {}
    reasons: dict[str, str] = {}
    if run and not (quiet and not as_json and not plot):
        found, reasons = _decided(reviewed, blocks, compile_, events or (), number, plot)
    if as_json:
        from dsl4bes.cli.review_json import as_text

        print(as_text(file, blocks, found, reasons, reviewed.leftover))
    else:
        from dsl4bes.cli.review_text import report, short

        sys.stdout.write(short(blocks) if quiet else report(blocks, found, reasons, wants_colour(sys.stdout)))
        for name in reviewed.leftover:
            print(f"note: the lock file has code for `{printable(name)}`, which the program does not have", file=sys.stderr)
    if any(each.why for each in blocks.values()):
        raise Stop(ERRORS)


def _read(source: SourceFile, include: Sequence[str]) -> tuple[Reviewed, Compile]:
    """The blocks of the program; an error in the program, a broken lock file and a program without such blocks end the command."""
    from dsl4bes.unknown.review.blocks import Reviewed

    reviewed, compile_ = Reviewed(lock_of(source.name)), compiler_of(source, include)
    made = compile_(reviewed, "")
    if made.bag.has_errors:
        print_diagnostics(made.bag, stream=sys.stderr, total=True)
        raise Stop(ERRORS)
    if not reviewed.blocks:
        raise refuse("this program has no custom block", "every block of it is one that the language knows: there is no code to review")
    return reviewed, compile_


def _chosen(reviewed: Reviewed, wanted: Sequence[str]) -> dict[str, Block]:
    all_known(wanted, reviewed.blocks)
    return {name: block for name, block in reviewed.blocks.items() if not wanted or name in wanted}


def _check_plot(plot: str, inputs: Sequence[str]) -> None:
    if not plot:
        return
    from importlib.util import find_spec

    if missing := [name for name in ("matplotlib", "mplhep") if find_spec(name) is None]:
        raise refuse(f"`--plot` needs {', '.join(missing)}", "pip install 'dsl4bes[run]'")
    from dsl4bes.cli.targets import check_files
    from dsl4bes.run.errors import RunError
    from dsl4bes.unknown.review.pictures import kind_of

    try:
        kind_of(plot)
        check_files({"--plot": plot}, inputs)
    except RunError as error:
        raise refuse(str(error), error.advice) from None


def _decided(reviewed: Reviewed, blocks: dict[str, Block], compile_: Compile, events: Sequence[str], number: int, plot: str) -> tuple[dict[str, Decided], dict[str, str]]:
    """What the code did, by block, and why a block's code did not run."""
    with climbing():
        from dsl4bes.run.errors import RunError
        from dsl4bes.unknown.result import NoResult
        from dsl4bes.unknown.review.decide import decided
        from dsl4bes.unknown.review.trial import trial
        from dsl4bes.unknown.samples import sample

        if not any(block.runs for block in blocks.values()):
            return {}, {name: block.refusal for name, block in blocks.items()}
        try:
            made = trial(reviewed, compile_, lambda program: sample(program, events, note))
            found = decided(blocks, made, number, compile_, everything=bool(plot))
            if plot:
                from dsl4bes.unknown.review.pictures import draw

                _say_drawn(draw(blocks, found, plot), plot)
        except NoResult as reason:
            return {}, dict.fromkeys(blocks, f"the trial {reason}")
        except RunError as error:
            raise refuse(str(error), error.advice) from None
    return found, made.left_out


def _say_drawn(left: int, plot: str) -> None:
    if left < 0:
        note("nothing is drawn: the code reads no number, or no event came to it")
    else:
        note(f"wrote {plot}" + (f"; {left} further numbers have no place in it: name one block" if left else ""))
