"""Programs of the rule tests, compiled and run on events: text in, tables and cut record out.

In: a program, batches, values of properties. Out: `Ran`. The judge runs beside it, so that every program here is a cross-check as well.
Tests skip where no C++ compiler is. No expected value comes from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from plain import Event

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.sources import read_file
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.ir.program import Program, cuts_of
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Settings
from dsl4bes.run.session import JobSession
from dsl4bes.run.vertex import Vertex, VertexTable
from dsl4bes.source import SourceFile
from dsl4bes.standin.toolchain import ToolchainError, toolchain
from dsl4bes.syntax.includes import Texts

DATA = Path(__file__).resolve().parents[2] / "../shared/data"
RHOPI = "J/psi -> pi+ pi- (pi0 -> gam gam)"


@dataclass
class Ran:
    """What a run gave: rows of every tuple, and per event which cuts it passed."""

    program: Program
    batches: Sequence[Batch]
    table: VertexTable
    tables: dict[str, dict[str, np.ndarray | list[np.ndarray]]] = field(default_factory=dict)
    passed: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    histograms: dict[str, np.ndarray] = field(default_factory=dict)
    log: str = ""
    inputs: list[Batch] = field(default_factory=list)  #: the batches with what producers of BOSS put into the events

    @property
    def cuts(self) -> list[str]:
        """Names of the entries of `passed`: `block.part`, or the block alone."""
        found = [cut for _, cut in cuts_of(self.program.blocks)]
        for region in self.program.regions:
            found += [cut for _, cut in cuts_of(region.blocks)]
        return [f"{cut.block}.{cut.part}" if cut.part else cut.block for cut in found]

    def events(self) -> list[Event]:
        return [
            Event(
                batch,
                number,
                self.table.runs[abs(int(batch["event.run"][number]))].xyz
                if self.table.given
                else (0.0, 0.0, 0.0),
            )
            for batch in self.batches
            for number in range(batch.n_events)
        ]

    def flag(self, cut: str) -> np.ndarray:
        return self.passed[:, self.cuts.index(cut)].astype(bool)

    def accepted(self) -> np.ndarray:
        """Events that passed all cuts of the baseline."""
        count = len(cuts_of(self.program.blocks))
        return self.passed[:, :count].all(axis=1)


def diagnostics(text: str) -> dict[str, str]:
    """Code → message of everything a program gets told."""
    return {item.code.id: str(item) for item in compile_source(SourceFile("rule.bes", text)).bag}


def vertices(batches: Sequence[Batch]) -> VertexTable:
    """Another interaction point for every run."""
    runs = sorted({abs(int(run)) for batch in batches for run in np.unique(batch["event.run"])})
    return VertexTable(
        {
            run: Vertex((0.07 + (run % 5) * 0.01, -0.11, 0.4 - (run % 3) * 0.2), (0.01, 0.01, 0.5))
            for run in runs
        }
    )


def run(
    text: str,
    batches: Sequence[Batch],
    *,
    options: Mapping[str, str] | None = None,
    table: VertexTable | None = None,
    energies: Mapping[int, float] | None = None,
    tolerated: float = 0.01,
    files: Mapping[str, str] | None = None,
) -> Ran:
    """Compile, build, run, compare with the judge (unless properties are set); `files` are what the program reads beside itself."""
    made = compile_source(SourceFile("rule.bes", text), loader=Texts(files or {}))
    assert made.program is not None and made.files, "\n".join(f"{item.code.id} {item}" for item in made.bag)
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])
    selection = build_selection(made.program, made.files)
    lines = [f"{selection.algorithm}.{name} = {value};" for name, value in (options or {}).items()]
    selection = replace(selection, options="\n".join([selection.options, *lines]))
    table = table or vertices(batches)
    ran = Ran(made.program, batches, table)
    session = JobSession(selection, Settings(vertex=table, cross_check=not options, beam=energies or {}), inputs=True)
    passed, tables, excused = [], [], 0
    try:
        for batch in batches:
            chunk = session.process(batch)
            ran.inputs.append(session.inputs)
            assert chunk.records is not None
            passed.append(np.asarray(chunk.records.passed))
            tables.append(chunk.tables)
            for name, histogram in chunk.histograms.items():
                ran.histograms[name] = ran.histograms.get(name, 0) + np.asarray(histogram.contents)
            if chunk.cross_check is not None:
                assert not chunk.cross_check.differences, chunk.cross_check.differences[:2]
                excused = max(excused, chunk.cross_check.tolerated)
    finally:
        ran.log = "\n".join(session.close())
    assert excused <= 2 + tolerated * sum(batch.n_events for batch in batches)
    ran.passed = np.concatenate(passed)
    for name in tables[0]:
        ran.tables[name] = _joined([each[name].columns for each in tables])
    return ran


def _joined(parts) -> dict:
    """Columns of all batches; an array is a list with one numpy array a row."""
    joined = {}
    for name in parts[0]:
        values = [part[name] for part in parts]
        if hasattr(values[0], "counts"):
            joined[name] = [
                row
                for each in values
                if len(each.counts)
                for row in np.split(np.asarray(each.flat), np.cumsum(each.counts)[:-1])
            ]
        else:
            joined[name] = np.concatenate([np.asarray(each) for each in values])
    return joined


def sample(name: str) -> Batch:
    """One of the files of real events; skips if it is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs {name}, which is not part of the repository")
    return Batch.concatenate(list(read_file(path, 2000)))


@cache
def rhopi() -> Batch:
    return toy_events(RHOPI, 150, 11, options=ToyOptions(extra_photons=0.7))


@cache
def busy() -> Batch:
    """Stressed events: broken links, empty events, crowds."""
    return toy_events("J/psi -> p+ anti-p- pi+ pi-", 80, 5, options=ToyOptions(stress=True))


@cache
def anything() -> Batch:
    """Random structures with values at the edges of the usual cuts."""
    return random_batch(77, 150)


def everything() -> list[Batch]:
    """All of these, and the real events where they are."""
    names = [name for name in ("test_full_mc_evt_1.dst", "test_mrpc.dst") if (DATA / name).exists()]
    return [anything(), busy(), rhopi(), *(sample(name) for name in names)]
