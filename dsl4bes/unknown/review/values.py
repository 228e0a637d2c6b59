"""What the code of a block saw of an event: the values of its view, computed by the judge.

In: a program, events with what the package said to them, the members that the code reads. Out: `Seen` for each event that was asked for. No C++ is read or run: a view is made of expressions, and the judge
computes them. An event that does not come to the block on the judge's road (rounding) has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from dsl4bes.ir.custom import Custom, Member, View, ViewList
from dsl4bes.run.vertex import SIMULATED
from dsl4bes.semantics.dispatch import species_of
from dsl4bes.semantics.evaluate import Evaluator
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.state import EventState, Particle
from dsl4bes.unknown.ladder import OTHER_ENERGY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.primitives import Cut
    from dsl4bes.ir.program import Program
    from dsl4bes.semantics.dispatch import Context
    from dsl4bes.unknown.result import Rows
    from dsl4bes.unknown.task import Task

#: A number (absent: NaN), a flag, or a four-momentum (px, py, pz, E).
Plain = float | bool | tuple[float, ...]
Entry = Mapping[str, Plain]
_FEW = 20  #: events of a batch; more of them, and all of the batch are evaluated at once


@dataclass(frozen=True, slots=True)
class Seen:
    """`values` by member (`limit`, `fit.chi2`), `lists` by name with an entry for each track or shower."""

    values: Mapping[str, Plain]
    lists: Mapping[str, tuple[Entry, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The events of a block, by their number in the sample, and what its code reads."""

    reads: Task
    events: frozenset[int]


@dataclass(slots=True)
class _Watch:
    """Hears of events at their blocks and keeps what is wanted. `numbers`: of the events of the batch, in the sample."""

    wanted: Mapping[str, Wanted]
    context: Context
    numbers: Sequence[int] = ()
    found: dict[str, dict[int, Seen]] = field(default_factory=dict)
    _readers: dict[str, Callable[[EventState], Seen]] = field(default_factory=dict)

    def __call__(self, step: Custom, state: EventState) -> None:
        name, number = step.cut.block, self.numbers[state.event]
        if name not in self.wanted or number not in self.wanted[name].events:
            return
        if name not in self._readers:
            self._readers[name] = _reader(step.view, self.wanted[name].reads, self.context)
        self.found.setdefault(name, {})[number] = self._readers[name](state)


def values_of(program: Program, batches: Sequence[Batch], rows: Rows, wanted: Mapping[str, Wanted]) -> dict[str, dict[int, Seen]]:
    """By block and event. Raises `Unsupported` where the judge has no computation."""
    runs = {abs(int(run)) for batch in batches for run in batch["event.run"]}
    options = Options(sigma=SIMULATED.sigma, energies=dict.fromkeys(runs, OTHER_ENERGY))  # interaction point and energy of the trial
    evaluator = Evaluator(program, options)
    watch = _Watch(wanted, evaluator.context)
    columns = _columns(evaluator)
    every = frozenset[int]().union(*(each.events for each in wanted.values()))
    for start, batch in zip(accumulate((len(batch) for batch in batches), initial=0), batches, strict=False):
        here = [number for number in range(start, start + len(batch)) if number in every]
        whole = len(here) > _FEW
        for numbers in [range(start, start + len(batch))] if whole else [range(number, number + 1) for number in here]:
            watch.numbers = numbers
            evaluator.run(batch.slice(numbers.start - start, numbers.stop - start), given=_answers(columns, rows, numbers), watch=watch)
    return watch.found


def _columns(evaluator: Evaluator) -> dict[Cut, int]:
    """The cuts of the custom blocks, with their columns in the record."""
    from dsl4bes.ir.program import blocks_of, steps_of

    custom = {step.cut for step in steps_of(blocks_of(evaluator.program)) if isinstance(step, Custom)}
    return {column.cut: number for number, column in enumerate(evaluator.cuts) if column.cut in custom}


def _answers(columns: Mapping[Cut, int], rows: Rows, numbers: Sequence[int]) -> dict[Cut, NDArray[np.bool_]]:
    """What the custom blocks of the package said to these events."""
    import numpy as np

    return {cut: np.array([rows[number][column] for number in numbers], bool) for cut, column in columns.items()}


def _reader(view: View, reads: Task, context: Context) -> Callable[[EventState], Seen]:
    """Computes what is read of a view."""
    top, structs = {value.name for value in reads.values}, dict(reads.structs)
    members = [(member.name, member) for member in view.members if member.name in top]
    for group in view.groups:
        named = {value.name for value in structs.get(group.type, ())}
        members += [(f"{group.name}.{member.name}", member) for member in group.members if group.name in top and member.name in named]
    values = [(name, compiled(member.value, context)) for name, member in members]
    lists = [(each.name, _list_reader(each, {value.name for value in structs.get(each.entry, ())}, context)) for each in view.lists if each.name in top]
    return lambda state: Seen({name: value(state) for name, value in values}, {name: entries(state) for name, entries in lists})


def _list_reader(each: ViewList, named: set[str], context: Context) -> Callable[[EventState], tuple[Entry, ...]]:
    members: list[Member] = [member for member in each.members if member.name in named]
    values = [(member.name, compiled(member.value, context)) for member in members]
    name, binder, species = each.list.name, each.binder, species_of(each.list)

    def entries(state: EventState) -> tuple[Entry, ...]:
        found = []
        for position in state.lists.get(name, ()):
            state.bound[binder] = Particle(position, species)
            found.append({member: value(state) for member, value in values})
        state.bound.pop(binder, None)
        return tuple(found)

    return entries
