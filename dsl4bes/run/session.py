"""The C++ job of one worker, and (if asked) the judge beside it.

In: a `Selection` and `Settings`; then batches. Out: a `Chunk` per batch: event record, tuple rows, what was filled into histograms, for the nominal
instance and its variations. Tables and histograms carry the names of the program, without the instance name. Real data without an interaction point stops the run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.primitives import FillHistogram, FillTruth, FillTuple
from dsl4bes.ir.program import Program, blocks_of, steps_of
from dsl4bes.run.boss_lists import lists_of, with_lists
from dsl4bes.run.errors import RunError, StopRun
from dsl4bes.run.instances import Variations
from dsl4bes.run.judge import Judge
from dsl4bes.run.results import Chunk, Histogram, Jagged, Records, Table
from dsl4bes.run.tags import asks_for_tags, with_tags
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

    def __init__(self, selection: Selection, settings: Settings, *, inputs: bool = False) -> None:
        """`inputs`: keep what a judge of its own needs beside the events, cross-check or not."""
        from dsl4bes.run.job import Job, JobError
        from dsl4bes.standin.build import build_library

        self._failure = JobError
        self._instance = selection.algorithm
        self._settings = settings
        self._names = _names(selection.program)
        self._cuts = selection.cuts
        self._truth = TruthCounter(selection.program)
        self._judge = Judge(selection.program, settings) if settings.cross_check else None
        self._variations = Variations(selection, settings, self._names)
        self._inputs: Batch | None = None
        self._tagged = (inputs or settings.cross_check) and asks_for_tags(selection.program)
        self._lists = lists_of(selection.program) if inputs or settings.cross_check else {}
        self._job = Job(build_library())
        try:
            self._job.load(selection.library)
            own = f"{self._instance}.record_events = true;\n"
            self._job.options(f"{selection.options}\n{own}{self._variations.options}")
            self._job.algorithm(self._instance)
            self._set_vertices()
            for run, ecms in settings.beam.items():
                self._job.energy(run, ecms)
            self._job.initialize()
            if self._tagged:
                self._job.keep_tags()
            for which in self._lists.values():
                self._job.keep_list(which)
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
            self._job.tags()
            self._job.lists({})
            raise RunError(f"the selection stopped: {error}", "", "\n".join(self._job.messages())) from error
        self._inputs = with_tags(batch, self._job.tags()) if self._tagged else batch
        if self._lists:
            self._inputs = with_lists(self._inputs, self._job.lists(self._lists))
        written, filled = self._tables(), self._histograms()
        parts = {key: Chunk(batch.source, done, *written[key], filled.get(key, {})) for key in written}
        chunk = parts.pop("")
        return replace(
            chunk,
            cross_check=None if self._judge is None else self._judge.check(self._inputs, chunk),
            truth=self._truth.count(chunk.records, chunk.tables),
            variations=self._variations.chunks(self._inputs, chunk, parts),
        )

    @property
    def inputs(self) -> Batch:
        """The batch that was processed last as the judge needs it: with what a producer of BOSS (here the stand-in) put into the events."""
        if self._inputs is None:
            raise ValueError("nothing was processed yet")
        return self._inputs

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

    def _tables(self) -> dict[str, tuple[Records | None, dict[str, Table]]]:
        """Event record and tables of each instance, by the key of the variation (empty: the nominal one)."""
        records: dict[str, Records] = {}
        tables: dict[str, dict[str, Table]] = {key: {} for key in ("", *self._variations.keys)}
        for path, columns in self._job.tuples().items():
            key, name = self._owner(path.removeprefix("FILE1/"))
            if name == "events" and "passed" in columns:
                records[key] = self._records(columns)
            elif name:
                table = _table(self._names.get(name, name), columns)
                tables[key][table.name] = table
        return {key: (records.get(key), found) for key, found in tables.items()}

    def _owner(self, label: str) -> tuple[str, str]:
        """Whose tuple or histogram it is (key of a variation, empty for the nominal instance), and its name without `<instance>_`; an empty name
        if it is nobody's here."""
        varied = self._variations.labels.get(label)
        if varied is not None:
            return varied
        prefix = f"{self._instance}_"
        return "", label[len(prefix) :] if label.startswith(prefix) else ""

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

    def _histograms(self) -> dict[str, dict[str, Histogram]]:
        """What this batch filled, by instance. Its sums begin at zero: they are the same whatever the job did before (a difference would
        carry the rounding of what was filled until then)."""
        found: dict[str, dict[str, Histogram]] = {}
        for label, histogram in self._job.histograms().items():
            key, own = self._owner(label.rsplit("/", 1)[-1])
            if own:
                name = self._names.get(own, own)
                found.setdefault(key, {})[name] = replace(histogram, name=name)
        return found


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

    outputs = [step for step in steps_of(blocks_of(program)) if isinstance(step, (FillTuple, FillHistogram, FillTruth))]
    return {option_name(step.name): step.name for step in outputs}
