"""`dsl4bes accept`: the code of custom blocks through the ladder, and into the lock file.

In: a program whose blocks name files of code (`code "file.inc"`), or a lock file whose entries are stale. Out: the rungs of every block, and the lock file with what was accepted. A block that is refused
leaves the file as it was. With `--view` nothing is tried: what the code of each block may see is printed, as C++.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dsl4bes.cli import files
from dsl4bes.cli.ladder import all_known, climbing, compiler_of, lock_of, note, source_of
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import ERRORS, Stop
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.unknown.candidates import Candidates
    from dsl4bes.unknown.ladder import Climb
    from dsl4bes.unknown.lock import Lock

def accept(
    file: Annotated[str, typer.Argument(help="The program.")],
    block: Annotated[list[str] | None, typer.Argument(help="Blocks (default: all whose code is new or stale).")] = None,
    events: Annotated[list[str] | None, typer.Option("--events", metavar="FILE", help="Events to try the code on (may be repeated; the first 20,000; default: toy events and the sample).")] = None,
    view: Annotated[bool, typer.Option("--view", help="Print what the code of each block sees, and try nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what is accepted already.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: blocks, rungs, warnings.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only what was refused.")] = False,
    include: Annotated[list[str] | None, typer.Option("-I", "--include", metavar="FOLDER", help=files.INCLUDE_HELP)] = None,
) -> None:
    """Put the code of custom blocks through the ladder: policy, compiler, events in a sandbox."""
    from dsl4bes.unknown.candidates import Candidates
    from dsl4bes.unknown.lock import ENDING

    source, lock = source_of(file, "accept"), lock_of(file)
    candidates = Candidates(lock)
    compile_ = compiler_of(source, include or ())
    found = compile_(candidates, "")
    if view:
        _print_views(candidates, found.bag)
        return
    if found.bag.has_errors:
        print_diagnostics(found.bag, stream=sys.stderr, total=True)
        raise Stop(ERRORS)
    names = _chosen(candidates, block or (), again)
    climbs = _climbed(candidates, names, compile_, events or ()) if names else {}
    _report(climbs, as_json, quiet)
    if any(not each.accepted for each in climbs.values()):
        raise Stop(ERRORS)
    if climbs:
        _pin(lock, climbs)
        files.write(file + ENDING, lock.text(file.rpartition("/")[2]))
    if not quiet and not as_json:
        print(f"wrote {file}{ENDING}" if climbs else "nothing new: every custom block has accepted code")


def _chosen(candidates: Candidates, wanted: Any, again: bool) -> list[str]:
    """The blocks to try; a name that is none is an error."""
    all_known(wanted, candidates.found)
    return [name for name, each in candidates.found.items() if (name in wanted if wanted else again or not each.accepted)]


def _climbed(candidates: Candidates, names: list[str], compile_: Callable[[Candidates, str], Compilation], events: Any) -> dict[str, Climb]:
    from dsl4bes.unknown.ladder import climb
    from dsl4bes.unknown.samples import sample

    with climbing():
        return climb(candidates, names, compile_, lambda program: sample(program, events, note))


def _pin(lock: Lock, climbs: dict[str, Climb]) -> None:
    from dsl4bes.unknown.lock import SOURCE, Entry

    for name, each in climbs.items():
        task, source = each.candidate.task, each.candidate.source
        origin = {SOURCE: source} if source else dict(lock.entries[name].origin)
        lock.entries[name] = Entry(name, each.candidate.author, task.block, task.context, each.code, each.ladder, origin).sealed()


def _report(climbs: dict[str, Climb], as_json: bool, quiet: bool) -> None:
    if as_json:
        from json import dumps

        data = {
            name: {"accepted": each.accepted, "rungs": [{"name": rung.name, "passed": rung.passed, "words": rung.words} for rung in each.rungs], "warnings": each.warnings}
            for name, each in climbs.items()
        }  # fmt: skip
        print(dumps(data, indent=2))
        return
    for name, each in climbs.items():
        if quiet and each.accepted:
            continue
        print(f"{name}: {'accepted' if each.accepted else 'refused' if each.refused else 'not tried to the end: another block is refused'}")
        for rung in each.rungs:
            first, *rest = safe(rung.words).split("\n")
            print(f"  {'ok' if rung.passed else 'NO':3} {rung.name:8} {first}")
            for line in rest:
                print(f"               {line}")
        for warning in each.warnings:
            print(f"  warning: {warning}")


def _print_views(candidates: Candidates, bag: Bag) -> None:
    """The views that there are; that a block has no code yet is no error here, everything else is."""
    from dsl4bes.diagnostics.codes import unknown as codes
    from dsl4bes.unknown.task import declaration

    tasks = {**{name: each.task for name, each in candidates.found.items()}, **candidates.lacking}
    for name, task in tasks.items():
        print(f"// {name}: {task.describe}" if task.describe else f"// {name}")
        print("// the body of: bool accept(const View& in)")
        print("\n".join(declaration(task)))
    wrong = Bag([item for item in bag if item.code not in (codes.CODE_MISSING, codes.CODE_NOT_ACCEPTED, codes.CODE_STALE, codes.CODE_TAMPERED)])
    if wrong.has_errors:
        print_diagnostics(wrong, stream=sys.stderr, total=True)
        raise Stop(ERRORS)
    if not tasks:
        print("this program has no custom block")
