"""Both roads for the tests: a program compiled and run as a package, and the judge beside it.

In: text of a program or an IR program, batches, overrides of parameters. Out: `Report` of the comparison. Tests skip where no C++ compiler is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.ir.program import Program
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Selection, Settings
from dsl4bes.run.session import JobSession
from dsl4bes.run.vertex import Vertex, VertexTable
from dsl4bes.semantics.compare import CrossCheck, Report
from dsl4bes.semantics.settings import Options
from dsl4bes.source import SourceFile
from dsl4bes.standin.toolchain import ToolchainError, toolchain

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@dataclass(frozen=True)
class Compiled:
    """A program and the texts of its package."""

    program: Program
    files: Mapping[str, str]

    @property
    def source(self) -> str:
        """Path of the generated source."""
        name = self.program.analysis.algorithm
        return next(path for path in self.files if path.endswith(f"/{name}.cxx"))


def compiled(text: str, name: str = "test.bes") -> Compiled:
    """Compile a program; a diagnostic that is an error fails the test."""
    made = compile_source(SourceFile(name, text))
    assert made.program is not None and made.files, [str(diagnostic) for diagnostic in made.bag]
    return Compiled(made.program, made.files)


def example(name: str) -> Compiled:
    path = EXAMPLES / name / f"{name}.bes"
    return compiled(path.read_text(encoding="utf-8"), path.name)


def built(made: Compiled) -> Selection:
    """The package as a library (built once per content)."""
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])
    return build_selection(made.program, made.files)


def vertices(batches: Sequence[Batch]) -> VertexTable:
    """An interaction point for every run of these events, another one for each."""
    runs = {abs(int(run)) for batch in batches for run in np.unique(batch["event.run"])}
    table = {}
    for run in sorted(runs):
        shift = (run % 7) * 0.01
        table[run] = Vertex((0.05 + shift, -0.03, 0.2 - shift), (0.01, 0.01, 0.5))
    return VertexTable(table)


def cross_check(
    made: Compiled | Program,
    batches: Sequence[Batch],
    overrides: Mapping[str, float | bool] | None = None,
    selection: Selection | None = None,
    table: VertexTable | None = None,
) -> Report:
    """Run the package on the batches and compare it with the judge; `overrides` by property name go to both."""
    program = made if isinstance(made, Program) else made.program
    chosen = selection or built(made)  # type: ignore[arg-type]
    lines = [f"{chosen.algorithm}.{name} = {_option(value)};" for name, value in (overrides or {}).items()]
    table = table or vertices(batches)
    session = JobSession(
        replace(chosen, options="\n".join([chosen.options, *lines])), Settings(vertex=table), inputs=True
    )
    points = {run: vertex.xyz for run, vertex in table.runs.items()}
    sigmas = {run: vertex.sigma for run, vertex in table.runs.items()}
    options = Options(vertex=None, vertices=points, sigmas=sigmas, overrides=dict(overrides or {}))
    judge = CrossCheck(program, options)
    try:
        for batch in batches:
            recorded = session.process(batch)
            judge.check(session.inputs, recorded)
    finally:
        session.close()
    return judge.report


def _option(value: float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def assert_agree(report: Report, tolerated: float = 0.02) -> None:
    """No difference that counts, and few that the fits' tolerance excuses."""
    assert report.agrees, f"{report.differences} differences; first: {report.first}"
    events = {(difference.run, difference.event) for difference in report.tolerated}
    assert len(events) <= 2 + tolerated * report.events, [str(d) for d in report.tolerated[:5]]
