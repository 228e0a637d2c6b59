"""The C++ job of one worker, and (if asked) the judge beside it.

In: a `Selection` and `Settings`; then batches. Out: a `Chunk` per batch: event record, tuple rows, what was filled into histograms. Tables and
histograms carry the names of the program, without the instance name. Real data without an interaction point stops the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsl4bes.ir.primitives import FillHistogram, FillTuple
from dsl4bes.ir.program import Program, steps_of
from dsl4bes.run.errors import RunError, StopRun
from dsl4bes.run.results import Chunk, CrossCheck, Histogram, Jagged, Records, Table
from dsl4bes.run.truth import TruthCounter
from dsl4bes.run.vertex import SIMULATED

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.run.runner import Selection, Settings

#: Column of the event record that is 0 where the vertex data base has no valid vertex for the run.
_VERTEX_VALID = "vertex_valid"
#: The same for the measured energy of the run; packages that take it from the data base have this column.
_ECMS_VALID = "ecms_valid"


class JobSession:
    """One open job. `process` may be called for any number of batches."""

    def __init__(self, selection: Selection, settings: Settings) -> None:
        from dsl4bes.run.job import Job, JobError
        from dsl4bes.standin.build import build_library

        self._failure = JobError
        self._instance = selection.algorithm
        self._settings = settings
        self._names = _names(selection.program)
        self._cuts = selection.cuts
        self._truth = TruthCounter(selection.program)
        self._before: dict[str, Histogram] = {}
        self._judge = _judge(selection.program, settings) if settings.cross_check else None
        self._job = Job(build_library())
        try:
            self._job.load(selection.library)
            self._job.options(f"{selection.options}\n{self._instance}.record_events = true;\n")
            self._job.algorithm(self._instance)
            self._set_vertices()
            for run, ecms in settings.beam.items():
                self._job.energy(run, ecms)
            self._job.initialize()
        except JobError as error:
            log = "\n".join(self._job.messages())
            raise RunError(f"the selection does not start: {error}", "", log) from error

    def process(self, batch: Batch) -> Chunk:
        """Run the selection on every event of a batch."""
        self._check_runs(batch)
        try:
            done = self._job.process(batch)
        except self._failure as error:
            self._tables()  # what the events before the failure wrote must not be counted with the next batch
            self._histograms()
            raise RunError(f"the selection stopped: {error}", "", "\n".join(self._job.messages())) from error
        records, tables = self._tables()
        truth = self._truth.count(records, tables)
        chunk = Chunk(batch.source, done, records, tables, self._histograms(), truth=truth)
        if self._judge is not None:
            chunk = Chunk(
                *(chunk.source, chunk.events, records, tables, chunk.histograms),
                self._judge.check(batch, chunk),
                truth,
            )
        return chunk

    def close(self) -> tuple[str, ...]:
        """Finalise the job; returns its log, with the cut flow it prints itself."""
        self._job.finalize()
        messages = tuple(self._job.messages())
        self._job.close()
        return messages

    def _set_vertices(self) -> None:
        table = self._settings.vertex
        for run, vertex in table.runs.items():
            for signed in (run, -run):  # simulated runs carry the negative number of the run they imitate
                self._job.vertex(signed, True, vertex.xyz, vertex.sigma)
        if not table.given:
            self._job.vertex(0, True, SIMULATED.xyz, SIMULATED.sigma)

    def _check_runs(self, batch: Batch) -> None:
        """Without a file of vertices only simulation has one (SEMANTICS rule 25)."""
        import numpy as np

        if self._settings.vertex.given:
            return
        runs = np.unique(batch["event.run"])
        real = runs[runs > 0]
        if len(real):
            raise StopRun(
                f"{batch.source} has real data (run {int(real[0])}), and no interaction point is known",
                "give one with `--vertex FILE`, a line per run: run x y z sx sy sz (cm)",
            )

    def _tables(self) -> tuple[Records | None, dict[str, Table]]:
        records = None
        tables: dict[str, Table] = {}
        for path, columns in self._job.tuples().items():
            name = self._own(path.removeprefix("FILE1/"))
            if name == "events" and "passed" in columns:
                records = self._records(columns)
            elif name:
                table = _table(self._names.get(name, name), columns)
                tables[table.name] = table
        return records, tables

    def _own(self, name: str) -> str:
        """The name without `<instance>_`; empty if it is another instance's."""
        prefix = f"{self._instance}_"
        return name[len(prefix) :] if name.startswith(prefix) else ""

    def _records(self, columns: dict[str, Any]) -> Records:
        import numpy as np

        _, flat = columns["passed"]
        rows = len(columns["run"])
        passed = np.asarray(flat, np.int32).reshape(rows, self._cuts)
        without = [
            0 if (valid := columns.get(name)) is None else int(np.count_nonzero(np.asarray(valid) == 0))
            for name in (_VERTEX_VALID, _ECMS_VALID)
        ]
        return Records(columns["run"], columns["event"], passed, *without)

    def _histograms(self) -> dict[str, Histogram]:
        """What this batch added."""
        found: dict[str, Histogram] = {}
        for label, histogram in self._job.histograms().items():
            own = self._own(label.rsplit("/", 1)[-1])
            if own:
                name = self._names.get(own, own)
                found[name] = Histogram(
                    name, histogram.title, histogram.edges, histogram.contents, histogram.variances
                )
        added = {
            name: histogram.minus(self._before[name]) if name in self._before else histogram
            for name, histogram in found.items()
        }
        self._before = found
        return added


def _table(name: str, columns: dict[str, Any]) -> Table:
    """A tuple's columns; the index of an array is in its `counts` and not a column of its own."""
    made: dict[str, Any] = {}
    for column, values in columns.items():
        made[column] = Jagged(values[0], values[1]) if isinstance(values, tuple) else values
    indices = {f"n_{column}" for column, values in made.items() if isinstance(values, Jagged)}
    rows = len(next((values for values in made.values() if not isinstance(values, Jagged)), ()))
    return Table(name, rows, {column: values for column, values in made.items() if column not in indices})


def _names(program: Program) -> dict[str, str]:
    """Name in the package → name in the program, of tuples and histograms."""
    from dsl4bes.cpp.names import option_name

    blocks = (
        *program.always,
        *program.blocks,
        *program.outputs,
        *(block for region in program.regions for block in region.blocks),
    )
    outputs = [step for step in steps_of(blocks) if isinstance(step, (FillTuple, FillHistogram))]
    return {option_name(step.name): step.name for step in outputs}


class _Judge:
    """The NumPy evaluator on the same batches, its findings as plain data."""

    def __init__(self, program: Program, settings: Settings) -> None:
        from dsl4bes.semantics.compare import CrossCheck as Check
        from dsl4bes.semantics.settings import Options

        table = settings.vertex
        points = {run: vertex.xyz for run, vertex in table.runs.items()}
        self._check = Check(
            program,
            Options(
                vertex=None if table.given else SIMULATED.xyz,
                vertices=points,
                sigma=SIMULATED.sigma,
                sigmas={run: vertex.sigma for run, vertex in table.runs.items()},
                energies=settings.beam,
            ),
        )

    def check(self, batch: Batch, chunk: Chunk) -> CrossCheck:
        from dsl4bes.semantics.errors import Unsupported

        try:
            report = self._check.check(batch, chunk)
        except Unsupported as error:
            return CrossCheck(0, [], 0, [f"the judge has no computation for this: {error}"])
        first = [] if report.first is None else [str(report.first)]
        return CrossCheck(report.events, first, len(report.tolerated), [], report.differences)


def _judge(program: Program, settings: Settings) -> _Judge:
    return _Judge(program, settings)
