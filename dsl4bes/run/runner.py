"""A built selection on events: the whole run, from tasks to the result.

In: a `Selection` (program and built library), files or batches, `Settings`. Out: `RunResult`; rows go to the ROOT file as they come.
A file that fails is a `FileFailure` and the others go on; real data without an interaction point stops the run. Nothing is printed:
the caller gives a `Progress` and a `log`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.program import Program
from dsl4bes.run import expectations
from dsl4bes.run.cutflow import CutCounter, regions_of, slots_of
from dsl4bes.run.errors import FileFailure, RunError
from dsl4bes.run.kept import Kept, open_kept, resumed
from dsl4bes.run.limits import not_applied
from dsl4bes.run.output import RootWriter
from dsl4bes.run.progress import Progress
from dsl4bes.run.results import Chunk, CrossCheck, Histogram, RunResult, Table
from dsl4bes.run.systematics import VariationsCollector
from dsl4bes.run.tasks import Task, tasks_of_batches, tasks_of_files
from dsl4bes.run.truth import TruthCount
from dsl4bes.run.vertex import SIMULATION, VertexTable
from dsl4bes.run.workers import Event, Finished, Read, Session, run_tasks

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

#: Rows kept in memory for the summary when nobody asked for all of them.
KEPT_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Selection:
    """A program and the library its package was built into."""

    program: Program
    library: str
    options: str = ""  #: job options text of the package
    sources: str = ""  #: text of the generated C++, for finding out which collections it reads
    variations: str = ""  #: job options text of the variations
    package: tuple[tuple[str, str], ...] = ()  #: path and text of its files, for building it on another machine

    @property
    def algorithm(self) -> str:
        return self.program.analysis.algorithm

    @property
    def cuts(self) -> int:
        """Number of atomic cuts: entries of the event record."""
        return len(slots_of(self.program))


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run. `processes` 0 = all cores; `keep` = rows per tuple kept in memory (None: all)."""

    processes: int = 0
    chunk: int = 2000
    events: int | None = None
    vertex: VertexTable = SIMULATION
    output: str = ""
    keep: int | None = KEPT_ROWS
    cross_check: bool = False
    systematics: bool = True  #: run the program's variations, too
    beam: Mapping[int, float] = field(default_factory=dict)  #: measured energies by |run|, GeV
    resume: str = ""  #: folder of finished pieces (`run/kept.py`)
    dask: str = ""  #: address of a scheduler, or `local` (`run/cluster.py`)


@dataclass(slots=True)
class _Collector:
    """What has come back so far."""

    selection: Selection
    settings: Settings
    writer: RootWriter | None
    counter: CutCounter
    rows: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[Table]] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    failures: list[FileFailure] = field(default_factory=list)
    cross_check: CrossCheck | None = None
    variations: VariationsCollector = field(default_factory=VariationsCollector)
    events: int = 0
    without_vertex: int = 0
    without_ecms: int = 0
    tasks: int = 0
    truth: TruthCount | None = None

    def add(self, chunk: Chunk) -> None:
        self.events += chunk.events
        if chunk.cross_check is not None:
            self.cross_check = self.cross_check or CrossCheck()
            self.cross_check.add(chunk.cross_check)
        if chunk.truth is not None:
            self.truth = self.truth or TruthCount()
            self.truth.add(chunk.truth)
        if chunk.records is not None:
            self.counter.add(chunk.records.passed)
            self.without_vertex += chunk.records.without_vertex
            self.without_ecms += chunk.records.without_ecms
        self.variations.add(chunk.variations)
        for name, histogram in chunk.all_histograms():
            known = self.histograms.get(name)
            self.histograms[name] = histogram if known is None else known.plus(histogram)
        for name, table in chunk.all_tables():
            before = self.rows.get(name, 0)
            self.rows[name] = before + table.rows
            if self.writer is not None:
                self.writer.add(table)
            if self.settings.keep is None or before < self.settings.keep or name not in self.kept:
                self.kept.setdefault(name, []).append(table)

    def tables(self) -> dict[str, Table]:
        return {name: Table.concatenate(parts) for name, parts in self.kept.items()}


def run_selection(
    selection: Selection,
    files: Sequence[str] | None = None,
    batches: Sequence[Batch] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    log: Callable[[str], None] | None = None,
    failures: Sequence[FileFailure] = (),
) -> RunResult:
    """Run on files, or on batches in memory, in the order given.

    `failures` are files that were missing from the start. Raises `RunError` if the run cannot start or must stop.
    """
    settings = settings or Settings()
    check_beam(selection, settings)
    started = time.perf_counter()
    processes = 1 if remembers(selection, settings) else settings.processes or available_cores()
    tasks, read, names = input_of(selection, files, batches, settings, processes)
    messages: list[str] = []

    def note(line: str) -> None:
        messages.append(line)
        if log is not None:
            log(line)

    with ExitStack() as stack:
        progress = progress or Progress(len(names), None, quiet=True)
        writer = stack.enter_context(RootWriter(settings.output, names)) if settings.output else None
        collector = _Collector(selection, settings, writer, CutCounter(slots_of(selection.program)))
        collector.failures.extend(failures)
        kept = open_kept(settings.resume, selection, settings) if settings.resume and batches is None else None
        for event in events_of(selection, settings, tasks, read, processes, note, kept):
            if isinstance(event, Finished):
                collector.failures.extend(event.failures)
                collector.tasks += 1
                progress.advance(files=1)
            else:
                collector.add(event)
                progress.advance(events=event.events)
        nothing_read = collector.events == 0 and bool(collector.failures)
        if writer is not None and nothing_read:
            writer.discard()
        elif writer is not None:
            writer.histograms(collector.histograms)
    flow = collector.counter.result(regions_of(selection.program))
    if flow.events != collector.events:
        raise RuntimeError(f"{collector.events} events were processed, {flow.events} recorded")
    return RunResult(
        cutflow=flow,
        tables=collector.tables(),
        histograms=collector.histograms,
        files=tuple(names),
        failures=tuple(collector.failures),
        expectations=expectations.check(selection.program.expectations, names, flow),
        not_applied=(
            *not_applied(selection.sources, settings.vertex, collector.without_vertex, collector.without_ecms),
            *(collector.truth.remarks() if collector.truth is not None else ()),
        ),
        cross_check=collector.cross_check,
        variations=collector.variations.results(selection.program, settings.systematics and bool(selection.variations)),
        messages=tuple(messages),
        rows=collector.rows,
        output="" if nothing_read else settings.output,
        seconds=time.perf_counter() - started,
        processes=max(1, min(processes, collector.tasks)),
        truth=collector.truth,
        kept=0 if kept is None else kept.taken,
    )


def check_beam(selection: Selection, settings: Settings) -> None:
    """A selection that asks the data base for the energy needs a file of energies: they are never guessed."""
    if "MeasuredEcmsSvc" in selection.sources and not settings.beam:
        raise RunError(
            "the program takes the energy of the beams from the data base, and no energies are known here",
            "give them with `--beam FILE`, a line per run: run ecms (GeV)",
        )


def remembers(selection: Selection, settings: Settings) -> bool:
    """Whether one job must meet all events, as it knows an event again by what it met before."""
    if "m_seen" not in selection.sources:
        return False
    if settings.resume or settings.dask:
        raise RunError(
            "the program looks for events that come twice, and no job meets all events with `--resume` or `--dask`",
            "run it without them, or without the block `duplicates`",
        )
    return True


def events_of(
    selection: Selection, settings: Settings, tasks: Iterable[Task], read: Read, processes: int,
    note: Callable[[str], None], kept: Kept | None,
) -> Iterator[Event]:  # fmt: skip
    """Chunks and ends of tasks, in the order of the tasks: here or on a cluster, finished pieces taken from `kept`."""

    def execute(missing: Iterable[Task]) -> Iterator[Event]:
        if settings.dask:
            from dsl4bes.run.cluster import run_on_dask

            return run_on_dask(missing, selection, settings, note)
        return run_tasks(missing, lambda: open_session(selection, settings), read, processes, note)

    return execute(tasks) if kept is None else resumed(tasks, kept, execute)


def available_cores() -> int:
    """Cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def open_session(selection: Selection, settings: Settings) -> Session:
    """The C++ job in this process."""
    from dsl4bes.run.session import JobSession

    return JobSession(selection, settings)


def input_of(
    selection: Selection,
    files: Sequence[str] | None,
    batches: Sequence[Batch] | None,
    settings: Settings,
    processes: int,
) -> tuple[Iterable[Task], Callable[[Task], Iterable[Any]], list[str]]:
    """Tasks, how a worker reads one, and the names of the inputs. Raises `RunError` without any."""
    if batches is not None:
        if settings.dask:
            raise RunError("batches in memory are not sent to a cluster", "write them to files (`write_events`)")
        held = list(batches)
        names = [batch.source for batch in held]
        tasks = tasks_of_batches([batch.n_events for batch in held], names, settings.events)
        return tasks, lambda task: held[task.batch].slice(0, task.last or 0).split(settings.chunk), names
    paths = list(files or ())
    if not paths:
        raise RunError("no event file to run on", "name DST files, or use `--sample`")
    needs = needed_collections(selection.sources, everything=settings.cross_check)
    _warm_up()
    return (
        tasks_of_files(paths, settings.events, 2 if settings.resume or settings.dask else processes),
        lambda task: read_task(task, settings.chunk, needs),
        paths,
    )


def _warm_up() -> None:
    """Import what every worker needs once, in the parent, before they are forked."""
    import pybes3  # noqa: F401

    import dsl4bes.events.sources  # noqa: F401


def read_task(task: Task, chunk: int, needs: frozenset[str] | None) -> Iterator[Batch]:
    """The events of a task in batches of `chunk`. Raises `EventFileError`."""
    from dsl4bes.events.columns import BY_NAME
    from dsl4bes.events.sources import read_file

    entries = None if task.last is None else (task.first, task.last)
    return read_file(task.path, chunk, BY_NAME if needs is None else needs, 0, entries)


#: Words of generated C++ that mean a collection is read; what has no word here is always read.
_TAGS = ("DTag", "SimplePID")  # the producer of D tags identifies particles
_WORDS: dict[str, tuple[str, ...]] = {
    "dedx": ("Dedx", "ParticleID", *_TAGS),
    "tof": ("tofTrack", "TofTrack", "ParticleID", *_TAGS),
    "ext": ("extTrack", "ExtTrack", "EvtRecPi0", "EvtRecEtaToGG", *_TAGS),
    "muc": ("mucTrack", "MucTrack", "ParticleID", "DTagTool"),
    "mc": ("McParticle", "MCParticle", "Navigator"),
    "vee": ("VeeVertex", "DTag"),
    "pi0": ("EvtRecPi0", "DTag"),
    "eta": ("EvtRecEtaToGG", "DTag"),
    "primary_vertex": ("EvtRecPrimaryVertex",),
    "primary_track": ("EvtRecPrimaryVertex",),
    "trigger": ("TrigData",),
    "mdc_match": ("Navigator",),
    "emc_match": ("Navigator",),
}


def needed_collections(sources: str, everything: bool = False) -> frozenset[str] | None:
    """The collections generated C++ can read; None (all) if the text is not known. With `everything` only those that
    files may lack are left out if they are not named (the judge reads the others)."""
    if not sources:
        return None
    from dsl4bes.events.columns import BY_NAME, OPTIONAL

    unused = {name for name, words in _WORDS.items() if not any(word in sources for word in words)}
    return frozenset(BY_NAME) - (unused & OPTIONAL if everything else unused)
