"""`dsl4bes dataset build`: training data, each pair verified.

In: which kinds, a seed, a folder. Out: in the folder the pairs in the formats of the common trainers, a card; what was verified is kept there, so that a build that was stopped goes on. Files of somebody else are not overwritten without `--force`. Exit status 1 if nothing could be built.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.show import print_diagnostics
from dsl4bes.cli.status import CLEAN, ERRORS, stop_in_order
from dsl4bes.cli.values import installed, names, whole_number
from dsl4bes.diagnostics.codes.training import BAD_DATASET
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.dataset.build import Built

_NEEDS = ("numpy", "scipy", "iminuit", "uproot", "pydantic", "datasketch")
_VERIFIED = ".verified.jsonl"
_MOST = 10_000


def _work(what: str, output: str, kinds: str, seed: str, draws: str, families: str, jobs: str, force: bool, as_json: bool, quiet: bool) -> int:
    bag = Bag()
    built = None
    try:
        if what != "build":
            raise Trouble(BAD_DATASET, f"`{what}` is nothing that is done to a data set", "the command is `dsl4bes dataset build`")
        built = _built(Path(output), kinds, seed, draws, families, jobs, force, quiet or as_json)
    except Trouble as trouble:
        bag.add(trouble.code, trouble.message, help=trouble.help)
    if bag.items:
        print_diagnostics(bag, "json" if as_json else "full", sys.stdout if as_json else sys.stderr)
    if built is None:
        return ERRORS
    _say(built, output, as_json, quiet)
    return CLEAN


def _built(folder: Path, kinds: str, seed: str, draws: str, families: str, jobs: str, force: bool, silent: bool) -> Built:
    installed(_NEEDS, "a data set", "fits,llm,data", BAD_DATASET)
    from dsl4bes.dataset.build import build, steps
    from dsl4bes.dataset.fits.families import load
    from dsl4bes.dataset.source import Means, Size
    from dsl4bes.dataset.sources import SOURCES
    from dsl4bes.dataset.verified import Verified
    from dsl4bes.fitting.kept import Kept
    from dsl4bes.root.find import find_root
    from dsl4bes.run.runner import available_cores

    chosen, only = names(kinds, SOURCES, "--kinds", BAD_DATASET), names(families, load(), "--families", BAD_DATASET)
    at_once = whole_number(jobs, "--jobs", 1, 256, BAD_DATASET) if jobs else available_cores()
    size = Size(whole_number(seed, "--seed", 0, 10**6, BAD_DATASET), whole_number(draws, "--draws", 1, _MOST, BAD_DATASET), only, at_once)
    kept = Kept(folder)
    if not force and folder.exists() and any(folder.iterdir()) and not (folder / _VERIFIED).exists():
        raise Trouble(BAD_DATASET, f"`{folder}` holds files, and no data set", "name a new or empty folder with -o, or add --force")
    if any(SOURCES[kind].needs_root for kind in chosen):
        find_root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _VERIFIED).touch()
    except OSError as error:
        raise Trouble(BAD_DATASET, f"`{folder}` cannot be used: {error.strerror or error}", "name another folder with -o") from None
    stop_in_order()
    with _progress(steps(chosen, size), silent) as on_step:
        built = build(chosen, size, Means(Verified(folder / _VERIFIED), find_root, on_step))
    foreign = kept.foreign(sorted(built.files))
    if foreign and not force:
        raise Trouble(BAD_DATASET, f"`{folder / foreign[0]}` was not made by this command, or was changed since", "name another folder with -o, or overwrite it with --force")
    with kept:
        for name, text in built.files.items():
            files.write(str(folder / name), text)
        kept.add(folder / name for name in built.files)
    return built


def _say(built: Built, output: str, as_json: bool, quiet: bool) -> None:
    from json import dumps

    if as_json:
        print(dumps({**built.counts, "folder": output, "reasons": dict(built.refused)}, indent=2, ensure_ascii=False))
        return
    if quiet:
        return
    for name, reason in list(built.refused.items())[:20]:
        print(safe(f"left out: {name}: {reason.splitlines()[0]}"), file=sys.stderr)
    counts = built.counts
    print(f"{output}: {counts['pairs']:,} pairs ({counts['train']:,} train, {counts['validation']:,} validation), digest {counts['digest']}; left out: {counts['refused']} that did not verify, {counts['leaks']} near a test task, {counts['near_duplicates']} near another")


@contextmanager
def _progress(total: int, silent: bool) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal; elsewhere a line for every hundredth step."""
    if silent:
        yield lambda name: None
        return
    if not sys.stderr.isatty():
        done = 0

        def told(name: str) -> None:
            nonlocal done
            done += 1
            if done % 100 == 0 or done == total:
                print(f"{done} of {total}", file=sys.stderr, flush=True)

        yield told
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verified", total=total)
        yield lambda name: bar.update(task, advance=1, description=safe(name)[:40])


COMMAND = Command(
    "dataset",
    "Build training data, each pair verified.",
    (
        Parameter("what", help="What is done: `build`.", metavar="{build}"),
        Parameter("output", ("-o", "--output"), "dataset", "Folder of the data set; a build that was stopped goes on there."),
        Parameter("kinds", ("--kinds",), "", "Only these: study (questions on ROOT's tutorials), fits (drawn at random), programs (words to the language)."),
        Parameter("seed", ("--seed",), "1", "Of what is drawn, and of the split."),
        Parameter("draws", ("--draws",), "25", "Of each family of what is drawn; a draw gives a pair for every style and language."),
        Parameter("families", ("--families",), "", "Only these families of fits, separated by commas."),
        Parameter("jobs", ("-j", "--jobs"), "", "Programs that are run at once (default: all cores)."),
        Parameter("force", ("--force",), False, "Write into a folder that holds something else."),
        Parameter("as_json", ("--json",), False, "Print JSON: counts, digest, what was left out and why."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only errors."),
    ),
    _work,
)
