"""What a preview shows of a program, as data.

In: nothing. Out: `View` and its parts, frozen. Two views are equal if they show the same of the program and of the events; how long it took, what was taken from
a cache and what changed since the version before are no part of that. Nothing is computed here, and arrays are plain tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.driver import Compilation
    from dsl4bes.run.cutflow import CutFlow
    from dsl4bes.run.results import Histogram, Table


@dataclass(frozen=True, slots=True)
class MethodView:
    """The C++ of one block: `text`, and `diff`, the lines of a unified difference from the version before (none if it is the same; every line if the block is new)."""

    name: str
    keyword: str
    span: Span | None
    text: str
    assumed: bool = False  #: of a block that nobody wrote: the standard of the collaboration
    diff: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line of the cut flow: `passed` events are left after it. `part` marks a cut of a block with several; `region` is empty for the baseline."""

    label: str
    key: str  #: as in `expect`
    region: str
    passed: int
    span: Span | None  #: of its block
    part: bool = False
    candidates: int | None = None  #: of a cut on candidates: how many passed


@dataclass(frozen=True, slots=True)
class HistogramView:
    """A filled histogram: `edges` in `unit`, `counts` between them (sums of weights, if it is weighted). With a second axis `counts` are the projection on the
    first, and `cells[i][j]` is the content of bin i of the first axis and j of the second."""

    name: str
    title: str
    unit: str
    edges: tuple[float, ...]
    counts: tuple[float, ...]
    outside: float = 0.0  #: under- and overflow
    axis: str = ""  #: what stands at the first axis, unit included
    edges_y: tuple[float, ...] = ()
    cells: tuple[tuple[float, ...], ...] = ()
    filled: Histogram | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """A program as it stands: what the compiler says of it, its C++, and what it does with the events.

    `cut_flow` is None if there is none, and `words` says why. `events` is how many events the numbers are of, `events_name` which. `tuples` are numbers of rows by
    name, `tables` the rows themselves. `without` are custom blocks that nobody has written code for: in the numbers every event passes them. `remarks` are what a run could not apply here, and expectations that do not hold.
    """

    compilation: Compilation = field(compare=False, repr=False)
    methods: tuple[MethodView, ...] = ()
    cut_flow: tuple[FlowLine, ...] | None = None
    histograms: tuple[HistogramView, ...] = ()
    tuples: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    tables: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)
    flow: CutFlow | None = None  #: the same as the command `run` has it
    events: int = 0
    events_name: str = ""
    remarks: tuple[str, ...] = ()
    words: str = ""
    without: tuple[str, ...] = ()
    runnable: Compilation | None = field(default=None, compare=False, repr=False)  #: what was run: `compilation`, or the one in which blocks without code pass every event
    seconds: float = field(default=0.0, compare=False)
    reused: int = field(default=0, compare=False)  #: steps whose compiled code, or whose result, was there already

    def uncounted(self, words: str) -> View:
        """The same program without numbers; `words` say why."""
        return View(self.compilation, self.methods, words=words, without=self.without, runnable=self.runnable)

    @property
    def ok(self) -> bool:
        """Whether the text is a program without errors."""
        return self.compilation.ok
