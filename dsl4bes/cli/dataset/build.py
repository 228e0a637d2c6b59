"""`dsl4bes dataset build`: training data, each pair verified.

In: which kinds, a seed, a folder; a model, if one shall add questions. Out: in the folder the pairs in the formats of the common trainers, a card; what was verified and answered is kept there, so that a build that was stopped goes on. Files of somebody else are not overwritten without `--force`. Exit status 1 if nothing could be built.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dsl4bes.cli import files
from dsl4bes.cli.dataset.folder import ANSWERS, EXTRAS, NEEDS, VERIFIED, ended, is_ours, made
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.status import stop_in_order
from dsl4bes.cli.trying import trying
from dsl4bes.cli.values import installed, names, whole_number
from dsl4bes.diagnostics.codes.training import BAD_DATASET
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.unknown.trouble import Trouble

if TYPE_CHECKING:
    from dsl4bes.dataset.build import Built
    from dsl4bes.dataset.source import Size
    from dsl4bes.fitting.kept import Kept

_MOST, _MOST_ASKED = 10_000, 100_000
_TEACHER = "teacher"


def _work(
    output: str, kinds: str, seed: str, draws: str, families: str, jobs: str, teacher: str, teacher_model: str, teacher_requests: str, force: bool, as_json: bool, quiet: bool
) -> int:
    def work() -> bool:
        installed(NEEDS, "a data set", EXTRAS, BAD_DATASET)
        chosen = _kinds(kinds, bool(teacher))
        size = _size(seed, draws, families, jobs, teacher_requests if teacher else "0")
        _say(_built(Path(output), chosen, size, teacher, teacher_model, force, quiet or as_json), output, as_json, quiet)
        return True

    return ended(work, as_json)


def _kinds(text: str, taught: bool) -> tuple[str, ...]:
    """The sources that are meant; a teacher is one where its address is given, and nowhere else."""
    from dsl4bes.dataset.sources import ASKED_FOR, SOURCES

    chosen = names(text, SOURCES, "--kinds", BAD_DATASET)
    if _TEACHER in text and not taught:
        raise Trouble(BAD_DATASET, "a teacher is a model, and none is named", "give the address of its server: --teacher http://localhost:8000/v1")
    if taught and not set(chosen) - ASKED_FOR:
        raise Trouble(BAD_DATASET, "a teacher reads pairs of other kinds, and none of these is built", "name them, too: --kinds study,fits")
    return tuple(name for name in SOURCES if (name in chosen and name not in ASKED_FOR) or (name == _TEACHER and taught))


def _size(seed: str, draws: str, families: str, jobs: str, asked: str) -> Size:
    from dsl4bes.dataset.fits.families import load
    from dsl4bes.dataset.source import Size
    from dsl4bes.run.runner import available_cores

    at_once = whole_number(jobs, "--jobs", 1, 256, BAD_DATASET) if jobs else available_cores()
    return Size(
        whole_number(seed, "--seed", 0, 10**6, BAD_DATASET), whole_number(draws, "--draws", 1, _MOST, BAD_DATASET), names(families, load(), "--families", BAD_DATASET), at_once,
        whole_number(asked, "--teacher-requests", 0, _MOST_ASKED, BAD_DATASET),
    )  # fmt: skip


def _built(folder: Path, chosen: tuple[str, ...], size: Size, url: str, model: str, force: bool, silent: bool) -> Built:
    from dsl4bes.dataset.build import build, file_names, steps
    from dsl4bes.dataset.contributed import FILE
    from dsl4bes.dataset.source import Means
    from dsl4bes.dataset.sources import SOURCES
    from dsl4bes.dataset.verified import Verified
    from dsl4bes.fitting.kept import Kept
    from dsl4bes.root.find import find_root

    kept = Kept(folder)
    if not force:
        is_ours(folder, "name a new or empty folder with -o, or add --force")
    _are_ours(kept, file_names(), force)  # before hours of work, too
    if any(SOURCES[kind].needs_root for kind in chosen):
        find_root()
    teacher = None
    if url:
        from dsl4bes.cli.dataset.teacher import teacher_of

        teacher = teacher_of(url, model, folder / ANSWERS)
    made(folder)
    stop_in_order()
    with _progress(steps(chosen, size), silent) as on_step, trying(BAD_DATASET):
        built = build(chosen, size, Means(Verified(folder / VERIFIED), find_root, on_step, teacher=teacher, contributed=folder / FILE))
    _are_ours(kept, sorted(built.files), force)
    with kept:
        for name, text in built.files.items():
            files.write(str(folder / name), text)
        kept.add(folder / name for name in built.files)
    return built


def _are_ours(kept: Kept, names: Sequence[str], force: bool) -> None:
    """A `Trouble` if a file that would be written is somebody else's."""
    foreign = () if force else kept.foreign(names)
    if foreign:
        raise Trouble(BAD_DATASET, f"`{kept.folder / foreign[0]}` was not made by this command, or was changed since", "name another folder with -o, or overwrite it with --force")


def _say(built: Built, output: str, as_json: bool, quiet: bool) -> None:
    from json import dumps

    if as_json:
        print(dumps({**built.counts, "folder": output, "reasons": dict(built.refused)}, indent=2, ensure_ascii=False))
        return
    if quiet:
        return
    taught = Counter(_plain(reason) for name, reason in built.refused.items() if name.startswith(f"{_TEACHER}:"))
    for name, reason in [item for item in built.refused.items() if not item[0].startswith(f"{_TEACHER}:")][:20]:
        print(safe(f"left out: {name}: {reason.splitlines()[0]}"), file=sys.stderr)
    for reason, count in taught.most_common():
        print(safe(f"left out: {count:,} of the teacher's questions: {reason}"), file=sys.stderr)
    counts = built.counts
    print(f"{output}: {counts['pairs']:,} pairs ({counts['train']:,} train, {counts['validation']:,} validation), digest {counts['digest']}; left out: {counts['refused']} that did not verify, {counts['leaks']} near a test task, {counts['near_duplicates']} near another")


def _plain(reason: str) -> str:
    """A reason without what is its own in each case: what is missing, what a server said."""
    return re.sub(r"(?: the number .*| name (?!a place).*|: .*| task .*)$", "", reason.splitlines()[0])


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
    "build",
    "Build training data, each pair verified.",
    (
        Parameter("output", ("-o", "--output"), "dataset", "Folder of the data set; a build that was stopped goes on there."),
        Parameter("kinds", ("--kinds",), "", "Only these, separated by commas: study (questions on ROOT's tutorials), fits (drawn at random), methods (code of blocks that are not known), programs (words to the language), repairs (broken programs), predictions (cuts and events), contributed (given by users)."),
        Parameter("seed", ("--seed",), "1", "Of what is drawn, and of the split."),
        Parameter("draws", ("--draws",), "25", "Of each family of what is drawn; a draw gives a pair for every style and language."),
        Parameter("families", ("--families",), "", "Only these families of fits, separated by commas."),
        Parameter("jobs", ("-j", "--jobs"), "", "Programs that are run at once (default: all cores)."),
        Parameter("teacher", ("--teacher",), "", "Address of an OpenAI-compatible server whose model adds questions to these answers; its key is taken from DSL4BES_MODEL_KEY."),
        Parameter("teacher_model", ("--teacher-model",), "", "Its model (default: the only one that the server has)."),
        Parameter("teacher_requests", ("--teacher-requests",), "200", "Requests to it; what it answered once is not asked again."),
        Parameter("force", ("--force",), False, "Write into a folder that holds something else."),
        Parameter("as_json", ("--json",), False, "Print JSON: counts, digest, what was left out and why."),
        Parameter("quiet", ("-q", "--quiet"), False, "Only errors."),
    ),
    _work,
)
