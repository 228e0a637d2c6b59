"""The blocks of a program that a model writes: which they are, one after the other, and what is pinned of them.

In: a program that compiles but for code, its lock, the model's settings. Out: an `Outcome` for every block: an entry for the lock file, or why there is none and the best attempt. Blocks
that name a file of code are a hand's and are left alone; a block that is written sees those before it with their code. Only the ladder runs what a model wrote.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.custom import Author
from dsl4bes.unknown.backends.choose import open_backend
from dsl4bes.unknown.candidates import Candidates
from dsl4bes.unknown.ladder import Climb, Compile, climb, climb_each
from dsl4bes.unknown.lock import Entry, Lock
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.writing.prompt import VERSION, Parts
from dsl4bes.unknown.writing.vote import disputed
from dsl4bes.unknown.writing.writer import Asking, Written, write

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

ALL = "*"  #: `--update` without a name
_MOST_EVENTS = 20  #: of those on which behaviours differ, that an entry names
Events = Callable[[Any], "list[Batch]"]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one block. `entry` is None if nothing can be pinned, and `reason` says why."""

    name: str
    written: Written
    entry: Entry | None
    reason: str = ""


def to_write(candidates: Candidates, update: Sequence[str] = ()) -> list[str]:
    """The blocks that a model shall write: without code, with stale code of a model, or named; in the order of the program."""
    stale = [name for name, each in candidates.found.items() if each.author is Author.MODEL and not each.accepted]
    named = [name for name, each in candidates.found.items() if not each.source and (ALL in update or name in update)]
    wanted = {*candidates.lacking, *stale, *named}
    return [name for name in candidates.order if name in wanted]


def write_blocks(names: Sequence[str], lock: Lock, compile_: Compile, events: Events, settings: Settings, folder: Path, say: Say = lambda words: None) -> Iterator[Outcome]:
    """Write these blocks, one after the other; what passes goes into `lock` before its outcome is given, so that nothing is lost if a later one fails. Relative paths of the settings
    start at `folder`. Raises `Trouble`, and what the ladder raises."""
    for name in names:
        outcome = _one(name, lock, compile_, events, settings, folder, say)
        if outcome.entry is None and settings["larger"]:
            say(f"{name}: {outcome.reason}; asking {settings['larger']}")
            larger = Settings({**settings.values, "model": settings["larger"], "adapter": ""}, settings.origins)
            second = _one(name, lock, compile_, events, larger, folder, say)
            outcome = second if second.entry is not None or _height(second) >= _height(outcome) else outcome
        if outcome.entry is not None:
            lock.entries[name] = outcome.entry
        yield outcome


def _height(outcome: Outcome) -> int:
    """How far the best draft got."""
    best = outcome.written.best
    return -1 if best is None else len(best.climb.rungs)


def _one(name: str, lock: Lock, compile_: Compile, events: Events, settings: Settings, folder: Path, say: Say) -> Outcome:
    backend = open_backend(settings, folder)
    candidates = Candidates(Lock({key: entry for key, entry in lock.entries.items() if key != name}), lenient=True)
    compile_(candidates, "")
    task = candidates.lacking[name]
    sample: list[Batch] = []

    def once(program: Any) -> list[Batch]:
        sample[:] = sample or events(program)
        return sample

    asking = asking_of(settings)
    written = write(task, backend, asking, lambda codes: climb_each(candidates, name, codes, compile_, once), lambda words: say(f"{name}: {words}"))
    chosen = written.chosen
    if chosen is None:
        return Outcome(name, written, None, f"none of {len(written.drafts)} drafts passes every rung")
    if written.confidence < settings["agreement"]:
        return Outcome(name, written, None, f"the drafts disagree: at most {len(written.clusters[0].members)} of {len(written.last)} behave alike")
    if not written.clusters[0].decides:
        return Outcome(name, written, None, "every draft keeps all sample events, or rejects all")
    alone = _alone(candidates, name, chosen.climb, compile_, once)
    if not alone.accepted:
        return Outcome(name, written, None, f"the chosen draft does not pass alone: {alone.rungs[-1].words}")
    for warning in alone.warnings:
        say(f"{name}: warning: {warning}")
    origin = {
        "model": backend.model, **({"adapter": named_adapter(backend.adapter, folder)} if backend.adapter else {}), "prompt": VERSION, "sampling": _sampling(asking),
        "agreement": f"{len(written.clusters[0].members)} of {len(written.last)}", **_disputed(written, sample),
    }  # fmt: skip
    return Outcome(name, written, Entry(name, Author.MODEL, task.block, task.context, alone.code, alone.ladder, origin).sealed())


def asking_of(settings: Settings) -> Asking:
    """How the settings say to ask."""
    same = {name: settings[name] for name in ("samples", "rounds", "temperature", "top_p", "max_tokens", "typed")}
    return Asking(**same, seed=settings["seed"] if "seed" in settings.origins else None, parts=Parts(settings["examples"]))


def _alone(candidates: Candidates, name: str, chosen: Climb, compile_: Compile, events: Events) -> Climb:
    """The chosen draft through the whole ladder as it would stand in the package: what is pinned was never part of a slate."""
    candidates.written[name] = chosen.code
    candidates.checked[name] = chosen.code
    compile_(candidates, "")
    try:
        candidates.found = {name: candidates.found[name]}
        return climb(candidates, [name], compile_, events)[name]
    finally:
        candidates.written.pop(name), candidates.checked.pop(name, None)


def _sampling(asking: Asking) -> str:
    shown = asking.parts.examples
    rest = ("" if asking.seed is None else f", seed {asking.seed}") + (", typed" if asking.typed else "") + ("" if shown == Parts().examples else f", {shown} examples")
    return f"{asking.samples} samples, {asking.rounds} rounds, temperature {asking.temperature:g}, top-p {asking.top_p:g}{rest}"


def named_adapter(name: str, folder: Path) -> str:
    """The adapter's name; with the digest of its weights where they are a folder here."""
    from hashlib import sha256

    weights = folder / Path(os.path.expanduser(name)) / "adapter_model.safetensors"
    return f"{name} sha256:{sha256(weights.read_bytes()).hexdigest()}" if weights.is_file() else name


def _disputed(written: Written, sample: Sequence[Batch]) -> dict[str, str]:
    """The events on which the drafts that passed behave differently, by run and number."""
    places = disputed(written.clusters)
    if not places:
        return {}
    reached = written.last[written.clusters[0].members[0]].climb.reached
    numbers = [(int(run), int(event)) for batch in sample for run, event in zip(batch["event.run"], batch["event.number"], strict=True)]
    shown = ", ".join(f"{run}/{event}" for run, event in (numbers[reached[place]] for place in places[:_MOST_EVENTS]))
    return {"disputed": f"{len(places)} of {len(reached)} events: {shown}{', ...' if len(places) > _MOST_EVENTS else ''}"}

