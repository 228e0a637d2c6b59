"""The events through a program, quickly: the package is built once per code, and a result is kept per code and numbers.

In: events, a compilation without errors. Out: `Ran`, the result of `run.runner` and how much of it was there already. What costs time is the compiler: numbers are
job options and need none, a text that was there before (undo) needs neither compiler nor run. Raises `RunError`. Nothing is printed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.ir.program import Program, blocks_of, steps_of
from dsl4bes.preview.code import code_alone
from dsl4bes.run.build import options_of, with_toolchain
from dsl4bes.run.cutflow import regions_of, slots_of
from dsl4bes.run.runner import Selection, Settings, run_selection

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.preview.events import Events
    from dsl4bes.run.results import RunResult

#: Results that are kept; one holds the rows of all tuples.
_KEPT = 12


@dataclass(frozen=True, slots=True)
class Ran:
    """A result, and the number of the program's steps that needed no compiler."""

    result: RunResult
    reused: int


@dataclass(slots=True)
class Engine:
    """Runs one text of a program after another on the same events."""

    events: Events
    log: Callable[[str], None] | None = None
    processes: int = 0  #: 0: all cores
    _results: OrderedDict[Hashable, RunResult] = field(default_factory=OrderedDict)

    def run(self, compilation: Compilation) -> Ran:
        """The events through the program; variations are left out. Raises `RunError` where it cannot be built or run."""
        program, files = compilation.program, compilation.files
        assert program is not None
        options = options_of(files, "jobOptions_")
        library, built = self._library(compilation, options)
        steps = sum(1 for _ in steps_of(blocks_of(program)))
        key = (library, options, slots_of(program), regions_of(program), _expected(program))
        if key in self._results:
            self._results.move_to_end(key)
            return Ran(self._results[key], steps)
        text = "\n".join(text for path, text in files.items() if path.endswith(".cxx"))
        settings = Settings(self.processes, vertex=self.events.vertex, beam=self.events.beam, keep=None, systematics=False)
        result = run_selection(Selection(program, library, options, text), batches=self.events.batches, settings=settings)
        self._results[key] = result
        while len(self._results) > _KEPT:
            self._results.popitem(last=False)
        return Ran(result, steps if built else 0)

    def _library(self, compilation: Compilation, options: str) -> tuple[str, bool]:
        """The library of the code, and whether it was built before."""
        from dsl4bes.standin.quick import build_quickly

        program, files = compilation.program, compilation.files
        assert program is not None
        profile = program.analysis.profile
        library, built = with_toolchain(files, lambda: build_quickly(code_alone(compilation.model, files, options), profile, log=self.log))
        return str(library), built


def _expected(program: Program) -> Hashable:
    """The numbers of `expect` blocks: with others the same events have other remarks."""
    return tuple((each.sample, tuple(number[:2] for number in each.numbers)) for each in program.expectations)
