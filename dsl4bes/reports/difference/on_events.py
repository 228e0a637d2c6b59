"""Two selections run on the same events: who keeps which, and which cut lost the others.

In: two compilations with their packages; event files, or a decay for toy events. Out: an `EventDifference`: both cut flows, events that one or both keep in the baseline and in each
region, and for those that only one keeps the first cut of the other that they fail. Both run as `dsl4bes run` does; a file that fails stops the comparison with a `RunError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsl4bes.run.cutflow import CutCounter, CutFlow, Line, Slot, regions_of, slots_of
from dsl4bes.run.errors import RunError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsl4bes.driver import Compilation
    from dsl4bes.events.batch import Batch
    from dsl4bes.run.results import Chunk
    from dsl4bes.run.runner import Settings

TOY_EVENTS = 1000
_SEED = 1


@dataclass(frozen=True, slots=True)
class Shared:
    """Events of one region (empty: the baseline): kept by both, by one only; `lost_first`: what only the first keeps, by the cut of the second that loses it, in its order; `examples`: run and
    event numbers of some that only one keeps."""

    region: str
    both: int
    only_first: int
    only_second: int
    lost_first: tuple[tuple[str, int], ...] = ()
    lost_second: tuple[tuple[str, int], ...] = ()
    examples: tuple[tuple[int, int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class EventDifference:
    """Both selections on the same events."""

    events: int
    flows: tuple[CutFlow, CutFlow]
    shared: tuple[Shared, ...]
    sources: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  #: what blocks of the second are called in the first

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        regions = [
            {
                "region": each.region, "both": each.both, "only_first": each.only_first, "only_second": each.only_second, "only_first_lost_by": dict(each.lost_first),
                "only_second_lost_by": dict(each.lost_second), "examples": [{"run": run, "event": event, "kept_by": "first" if first else "second"} for run, event, first in each.examples],
            }
            for each in self.shared
        ]  # fmt: skip
        return {"events": self.events, "sources": list(self.sources), "cut_flows": [flow.as_json() for flow in self.flows], "regions": regions}

    def as_text(self, first: str, second: str) -> str:
        """Cut flows beside each other, then who keeps what."""
        rows = _beside(*self.flows, self.names)
        width = max([len(name) for name, _, _ in rows] + [24])
        lines = [f"on {self.events} events (A: {first}, B: {second})", f"{'':{width}}  {'A':>9}  {'B':>9}", f"{'events':{width}}  {self.events:>9}  {self.events:>9}"]
        lines += [f"{name:{width}}  {_number(a):>9}  {_number(b):>9}" for name, a, b in rows]
        for each in self.shared:
            where = f"region {each.region}" if each.region else "selected"
            lines += ["", f"{where}: by both {each.both}, only by A {each.only_first}, only by B {each.only_second}"]
            lines += [f"  only A, lost in B by {name}: {count}" for name, count in each.lost_first]
            lines += [f"  only B, lost in A by {name}: {count}" for name, count in each.lost_second]
            lines += [f"  for example run {run}, event {event}: only {'A' if of_first else 'B'}" for run, event, of_first in each.examples]
        return "\n".join(lines) + "\n"


def _number(value: int | None) -> str:
    return "—" if value is None else str(value)


def _beside(first: CutFlow, second: CutFlow, names: Mapping[str, str]) -> list[tuple[str, int | None, int | None]]:
    """Lines of both by their name; one that a flow lacks comes behind the line before it."""

    def key(line: Line, called: Mapping[str, str]) -> str:
        block, dot, part = line.key.partition(".")
        known = f"{called.get(block, block)}{dot}{part}"
        return f"{line.region}: {known}" if line.region and not known.startswith(f"{line.region}.") else known

    ours, theirs = {key(line, {}): line.events for line in first.lines}, {key(line, names): line.events for line in second.lines}
    order = list(ours)
    at = 0
    for name in theirs:
        if name in ours:
            at = order.index(name) + 1
        else:
            order.insert(at, name)
            at += 1
    return [(name, ours.get(name), theirs.get(name)) for name in order]


def on_events(first: Compilation, second: Compilation, files: Sequence[str], toy: str, most: int | None, vertex: str = "", beam: str = "", names: Mapping[str, str] | None = None) -> EventDifference:
    """Run both; `toy` (a decay) instead of `files`; `names`: what blocks of the second are called in the first. Raises `RunError` if either cannot be run or a file cannot be read."""
    from dsl4bes.run.beam import read_beam_file
    from dsl4bes.run.runner import Settings
    from dsl4bes.run.vertex import SIMULATION, read_vertex_file

    settings = Settings(events=most, vertex=read_vertex_file(vertex) if vertex else SIMULATION, beam=read_beam_file(beam) if beam else {}, systematics=False)
    batches = _toy(toy, most or TOY_EVENTS, first) if toy else None
    paths = None if toy else _files(files)
    records = [_records(each, paths, batches, settings) for each in (first, second)]
    return compared(records[0], records[1], tuple(paths or (f"toy {toy}",)), names)


def _toy(decay: str, number: int, first: Compilation) -> list[Batch]:
    from dsl4bes.events.toy import DecayError, toy_batches

    assert first.program is not None
    analysis = first.program.analysis
    energy = None if analysis.ecms is None else float(analysis.ecms.value)
    try:
        return list(toy_batches(decay, number, _SEED, energy, float(analysis.crossing_angle.value)))
    except (DecayError, ValueError) as error:
        raise RunError(f"no toy events: {error}", 'give a decay, as in --toy "J/psi -> pi+ pi- gam gam"') from error


def _files(patterns: Sequence[str]) -> list[str]:
    from dsl4bes.events.sources import open_events

    opened = open_events(list(patterns))
    if opened.unmatched:
        raise RunError(str(opened.unmatched[0]), "give DST or toy files, folders or patterns")
    if not opened.files:
        raise RunError(f"no event file in {', '.join(patterns)}", "give DST or toy files, folders or patterns")
    return list(opened.files)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run kept of each event: run and event number, and for each cut how many passed (0: none, or it did not come so far)."""

    slots: tuple[Slot, ...]
    regions: tuple[tuple[str, str], ...]
    run: NDArray[Any]
    event: NDArray[Any]
    passed: NDArray[Any]

    def flow(self) -> CutFlow:
        counter = CutCounter(self.slots)
        counter.add(self.passed)
        return counter.result(self.regions)

    def columns(self, region: str) -> list[int]:
        """The cuts of a region and of what it goes on from, in their order."""
        parents = dict(self.regions)
        above = [] if not region else self.columns(parents.get(region, ""))
        return above + [number for number, slot in enumerate(self.slots) if slot.region == region]

    def kept(self, region: str) -> NDArray[Any]:
        """Flags of the events that pass everything of a region."""
        import numpy as np

        columns = self.columns(region)
        return np.ones(len(self.run), bool) if not columns else np.asarray((self.passed[:, columns] > 0).all(axis=1))


def _records(compilation: Compilation, paths: list[str] | None, batches: list[Batch] | None, settings: Settings) -> Recorded:
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.runner import available_cores, check_beam, events_of, input_of, remembers
    from dsl4bes.run.workers import Finished

    assert compilation.program is not None
    selection = build_selection(compilation.program, compilation.files)
    check_beam(selection, settings)
    processes = 1 if remembers(selection, settings) else available_cores()
    tasks, read, _ = input_of(selection, paths, batches, settings, processes)
    chunks: list[Chunk] = []
    for each in events_of(selection, settings, tasks, read, processes, lambda _: None, None):
        if isinstance(each, Finished):
            if each.failures:
                raise RunError(f"{each.failures[0].path}: {each.failures[0].reason}", "both selections must see the same events: leave the file out")
        else:
            chunks.append(each)
    return _recorded(compilation, chunks)


def _recorded(compilation: Compilation, chunks: Sequence[Chunk]) -> Recorded:
    import numpy as np

    program = compilation.program
    assert program is not None
    slots = slots_of(program)
    records = [chunk.records for chunk in chunks if chunk.records is not None]
    if not records:
        raise RunError("no event was read")
    run, event = (np.concatenate([np.asarray(getattr(each, name)) for each in records]) for name in ("run", "event"))
    return Recorded(slots, regions_of(program), run, event, np.concatenate([each.passed for each in records]))


def compared(first: Recorded, second: Recorded, sources: tuple[str, ...] = (), called: Mapping[str, str] | None = None) -> EventDifference:
    """Two records of the same events, in the same order."""
    if len(first.run) != len(second.run):
        raise RunError(f"the first selection saw {len(first.run)} events and the second {len(second.run)}")
    names = [name for name, _ in first.regions if name in dict(second.regions)]
    return EventDifference(len(first.run), (first.flow(), second.flow()), tuple(_shared(first, second, region) for region in ("", *names)), sources, called or {})


def _shared(first: Recorded, second: Recorded, region: str) -> Shared:
    import numpy as np

    ours, theirs = first.kept(region), second.kept(region)
    one, two = ours & ~theirs, theirs & ~ours
    examples = [(int(first.run[at]), int(first.event[at]), bool(one[at])) for at in np.flatnonzero(one | two)[:5]]
    return Shared(region, int((ours & theirs).sum()), int(one.sum()), int(two.sum()), _lost(second, region, one), _lost(first, region, two), tuple(examples))


def _lost(record: Recorded, region: str, which: NDArray[Any]) -> tuple[tuple[str, int], ...]:
    """By which cut, the first that they fail, these events are lost."""
    columns = record.columns(region)
    failed = record.passed[which][:, columns] == 0
    counts = [0] * len(columns)
    for at in failed.argmax(axis=1):
        counts[at] += 1
    return tuple((record.slots[column].name, count) for column, count in zip(columns, counts, strict=True) if count)
