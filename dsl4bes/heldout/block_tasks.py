"""Evaluation tasks: custom blocks whose right behaviour is known, because a known construct means the same.

In: the folder `blocks/`: a file for each task, the programs they stand in, the decays on which they are judged, and apart from these (`blocks/gold/`) a body that is right. Out: `BlockTask`s: the
program with the block hidden or with the construct, the right answers to events, the answers of any bodies. No prompt is made here, and nothing here is shown in one but `program(custom=True)`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.heldout.answers import ENDING, Answers, answers
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.ladder import climb_each
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.task import Task
from dsl4bes.unknown.toml_text import loads
from dsl4bes.unknown.writing.worked_examples import Worked, bases, complete, read, with_blocks

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

FOLDER = Path(__file__).resolve().parent / "blocks"
GOLD = FOLDER / "gold"
DIGEST = FOLDER / "SHA256"  #: digest of the whole set, committed
KINDS = ("single", "pair", "event", "composite")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class BlockTask:
    """A block to be written. `family` says which shape it has, `tags` which kinds it belongs to; `nearest` is the worked example most like it, `differs` what is other."""

    worked: Worked
    family: str
    nearest: str
    differs: str

    @property
    def block(self) -> str:
        """Name of the block."""
        return self.worked.name

    @property
    def words(self) -> str:
        return self.worked.words

    @property
    def tags(self) -> tuple[str, ...]:
        return self.worked.tags

    @property
    def base(self) -> str:
        """Name of the program that the block stands in."""
        return self.worked.written.base

    @property
    def task(self) -> Task:
        """What the compiler makes of the block."""
        return self.worked.task

    @property
    def chinese(self) -> bool:
        return bool(_HAN.search(self.words))

    @property
    def gold(self) -> str:
        """A body that is right. Never for a prompt."""
        return self.worked.body

    def program(self, custom: bool = True) -> str:
        """The program with the block to be written, or with the construct that it hides."""
        written = self.worked.written
        return with_blocks(self.worked.program, [written.block if custom else written.known])

    def events(self) -> tuple[Batch, ...]:
        """The events on which the task is judged."""
        return events_of(self.base)

    def right_answers(self, events: Sequence[Batch] | None = None) -> Answers:
        """What the known construct says of the events that reach the block: 1 stays, 0 is rejected."""
        return (_right(self.base) if events is None else _known(self.base, events))[self.block]

    def answers_of(self, bodies: Sequence[str], events: Sequence[Batch] | None = None) -> list[Answers | None]:
        """What bodies say of the same events, each by the ladder and in its sandbox; None for one that does not get to the end of it."""
        batches = list(self.events() if events is None else events)
        candidates, name = self.lacking()
        climbs = climb_each(candidates, name, bodies, self.compile, lambda program: batches)
        return [each.answers if each.accepted else None for each in climbs]

    def lacking(self) -> tuple[Candidates, str]:
        """The program as the ladder takes it, with no code for the block, and the block's full name there."""
        candidates = Candidates(Lock(), lenient=True)
        self.compile(candidates, "")
        (name,) = candidates.lacking
        return candidates, name

    def compile(self, candidates: Candidates, profile: str) -> Compilation:
        """The program with code on trial, for a profile; up to its primitives for none."""
        return compile_source(self.program(custom=True), "blocks.bes", profile=profile or None, until="text" if profile else "ir", bodies=candidates)


@cache
def load() -> tuple[BlockTask, ...]:
    """All tasks, by family and name."""
    paths = sorted(FOLDER.glob("*/*.toml"))
    written = [read(path.read_text(encoding="utf-8"), path.stem, _gold(path.stem)) for path in paths]
    made = zip(paths, complete(written, bases(FOLDER)), strict=True)
    return tuple(BlockTask(each, path.parent.name, each.written.notes["nearest"], each.written.notes["differs"]) for path, each in made)


@cache
def events_of(base: str) -> tuple[Batch, ...]:
    """Toy events of the decays of a program; a seed of their own, so that no ladder has tried code on them."""
    from dsl4bes.events.toy import toy_events
    from dsl4bes.events.toy.options import ToyOptions

    said, options = settings(), ToyOptions(extra_photons=0.5)
    return tuple(toy_events(decay, said["events"], said["seed"] + number, options=options) for number, decay in enumerate(said["decays"][base]))


@cache
def settings() -> dict[str, Any]:
    """What `events.toml` says: seed, number of events of a decay, decays of a program."""
    return loads((FOLDER / "events.toml").read_text(encoding="utf-8"))


def digest() -> str:
    """Digest of the files that the tasks are made of, by path."""
    paths = sorted((path for path in FOLDER.rglob("*") if path.suffix in (".toml", ".bes", ENDING)), key=lambda path: path.relative_to(FOLDER).as_posix())
    whole = hashlib.sha256()
    for path in paths:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.relative_to(FOLDER).as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


@cache
def _right(base: str) -> dict[str, Answers]:
    return _known(base, events_of(base))


def _known(base: str, events: Sequence[Batch]) -> dict[str, Answers]:
    """The constructs of all tasks of a program, in one package."""
    tasks = [each for each in load() if each.base == base]
    return answers(tasks[0].worked.program, {each.block: each.worked.written.known for each in tasks}, {}, events)


def _gold(name: str) -> str:
    return (GOLD / f"{name}{ENDING}").read_text(encoding="utf-8")


def main() -> None:
    """Write the digest of the set as it is now: `python -m dsl4bes.heldout.block_tasks`."""
    DIGEST.write_text(f"{digest()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
