"""The judge beside a run (`--cross-check`): one evaluation of the program per instance of the algorithm.

In: a program, the settings of the run, the numbers of a variation; then batches with what the job recorded. Out: `CrossCheck`s, plain data. What the judge
cannot compute is said, never passed over. Nothing is run in C++ here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dsl4bes.ir.parameters import Value
from dsl4bes.ir.program import Program
from dsl4bes.run.results import CrossCheck
from dsl4bes.run.vertex import SIMULATED

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.run.runner import Settings
    from dsl4bes.semantics.compare import Recorded


class Judge:
    """The NumPy evaluator on the same batches, its findings as plain data; `overrides` are the numbers of a variation."""

    def __init__(self, program: Program, settings: Settings, overrides: Mapping[str, Value] | None = None) -> None:
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
                overrides=dict(overrides or {}),
            ),
        )

    def check(self, batch: Batch, chunk: Recorded) -> CrossCheck:
        """Compare what a job recorded for a batch with what the judge finds."""
        from dsl4bes.semantics.errors import Unsupported

        try:
            report = self._check.check(batch, chunk)
        except Unsupported as error:
            return CrossCheck(0, [], 0, [f"the judge has no computation for this: {error}"])
        first = [] if report.first is None else [str(report.first)]
        return CrossCheck(report.events, first, len(report.tolerated), [], report.differences, sorted(cut.name for cut in self._check.custom))
