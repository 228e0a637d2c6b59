"""The events that decide about a block: how many come, stay, go; those on which other drafts differ; some of the smaller side, with what the code saw of them.

In: the blocks, a trial, how many events to show. Out: `Decided` for each block. Which events are nearest to the border nobody can know of code that answers yes or no; so the disputed ones come first,
then events of the smaller side and of the other one in turn, in the order of the sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from dsl4bes.run.cutflow import CutCounter, regions_of, slots_of
from dsl4bes.run.errors import RunError
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.unknown.ladder import answers_of
from dsl4bes.unknown.review.inputs import with_producers
from dsl4bes.unknown.review.values import Seen, Wanted, values_of

if TYPE_CHECKING:
    from dsl4bes.run.cutflow import CutFlow
    from dsl4bes.unknown.review.blocks import Block
    from dsl4bes.unknown.review.trial import Compile, Trial


@dataclass(frozen=True, slots=True)
class Event:
    """An event that came to a block. `seen` is None where the judge has no values."""

    run: int
    event: int
    stays: bool
    disputed: bool
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Flow:
    """The block in the cut flow: the line before it (empty: all events) with its events, what it leaves, and what all cuts of its region (empty: the baseline) leave."""

    line: str
    before: int
    name: str
    after: int
    region: str
    end: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What the code of a block did on the sample. `disputed`: of these events the entry says that other drafts behaved differently, and they came to the block; `shown`: the telling ones; `all_seen`: every
    event with values, where they were asked for; `without`: why there are no values."""

    events: int
    reached: int
    stay: int
    flow: Flow
    disputed: tuple[tuple[int, int], ...]
    shown: tuple[Event, ...]
    all_seen: tuple[Event, ...]
    without: str
    unsteady: bool

    @property
    def rejected(self) -> int:
        return self.reached - self.stay


def decided(blocks: Mapping[str, Block], trial: Trial, most: int, compile_: Compile, *, everything: bool = False) -> dict[str, Decided]:
    """For the blocks whose code ran. `everything`: the values of all events, not only of those that are shown."""
    ran = {name: block for name, block in blocks.items() if name not in trial.left_out}
    answers = {name: dict(zip(*answers_of(trial.program, name, trial.rows), strict=True)) for name in ran}
    disputed = {name: _disputed(block, trial, answers[name]) for name, block in ran.items()}
    chosen = {name: telling(answers[name], disputed[name], most) for name in ran}
    wanted = {name: Wanted(block.reads, frozenset(answers[name] if everything else chosen[name])) for name, block in ran.items()}
    seen, without = _seen(trial, wanted, compile_)
    flow = _flow(trial)
    found = {}
    for name in ran:

        def event(number: int, name: str = name) -> Event:
            return Event(*trial.names[number], bool(answers[name][number]), number in disputed[name], seen.get(name, {}).get(number))

        found[name] = Decided(
            len(trial.names), len(answers[name]), sum(answers[name].values()), _place(trial, name, flow), tuple(trial.names[number] for number in disputed[name]),
            tuple(event(number) for number in chosen[name]), tuple(event(number) for number in answers[name]) if everything else (), without, name in trial.unsteady,
        )  # fmt: skip
    return found


def telling(answers: Mapping[int, int], disputed: Sequence[int], most: int) -> list[int]:
    """At most so many events: the disputed ones, then the smaller side and the other one in turn.

    >>> telling({1: 1, 2: 1, 4: 0, 5: 1, 7: 1}, [5], 4)
    [5, 4, 1, 2]
    """
    rest = [number for number in answers if number not in disputed]
    sides = [[number for number in rest if answers[number] == side] for side in (0, 1)]
    if sum(answers.values()) * 2 < len(answers):
        sides.reverse()
    return [*disputed, *(number for number in chain.from_iterable(zip_longest(*sides)) if number is not None)][:most]


def _disputed(block: Block, trial: Trial, answers: Mapping[int, int]) -> list[int]:
    named = set(block.disputed)
    return [number for number in answers if trial.names[number] in named]


def _seen(trial: Trial, wanted: Mapping[str, Wanted], compile_: Compile) -> tuple[dict[str, dict[int, Seen]], str]:
    """Values of events by block, or why there are none."""
    if not any(each.events for each in wanted.values()):
        return {}, ""
    try:
        return values_of(trial.program, with_producers(trial.program, trial.batches, compile_), trial.rows, wanted), ""
    except (Unsupported, RunError) as error:
        return {}, f"the judge cannot compute them: {error}"


def _flow(trial: Trial) -> CutFlow:
    import numpy as np

    counter = CutCounter(slots_of(trial.program))
    if trial.rows:
        counter.add(np.array(trial.rows, dtype=bool)[:, : len(slots_of(trial.program))])
    return counter.result(regions_of(trial.program))


def _place(trial: Trial, name: str, flow: CutFlow) -> Flow:
    """Where the block stands in the cut flow: its line by the number of its cut."""
    from dsl4bes.unknown.ladder import columns_of

    slots = slots_of(trial.program)
    column = next(column for column, (block, _) in enumerate(columns_of(trial.program)) if block == name)
    before = list(columns_of(trial.program))[column][1]
    left = [sum(row[place] for row in trial.rows) for place in (before, column)] if before >= 0 else [len(trial.rows), sum(row[column] for row in trial.rows)]
    return Flow("" if before < 0 else slots[before].block, left[0], slots[column].block, left[1], slots[column].region, flow.left(slots[column].region))
