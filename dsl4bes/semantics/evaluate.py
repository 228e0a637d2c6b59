"""Run a program on a batch of events: `evaluate(program, batch, options) -> Outcome`.

In: an `ir.Program`, a batch of columns, options (interaction point, parameter overrides). Out: per event the flags of every atomic cut, the
lists, fits and named values; tuples and histograms. Steps are taken one after the other over all living events, so that the fits of
all events are made together. Raises `Unsupported` for what the judge has no computation for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsl4bes.ir.custom import Custom
from dsl4bes.ir.fits import Combination, Listed, Others, Pairs, Scope, Tags
from dsl4bes.ir.primitives import (
    Collection,
    Cut,
    Define,
    FillHistogram,
    FillTruth,
    FillTuple,
    Identify,
    Match,
    Merge,
    Primitive,
    Products,
    ReadTruth,
    Require,
    Select,
)
from dsl4bes.ir.program import Block, Program, cuts_of
from dsl4bes.semantics import depends, listed, lists, output, tags, truth
from dsl4bes.semantics.conditions import Memory
from dsl4bes.semantics.detector import Detector
from dsl4bes.semantics.dispatch import Context
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.fits import FitAction
from dsl4bes.semantics.output import Histogram, TupleRows
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.state import EventState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsl4bes.events.batch import Batch

#: A step on all living events: the flags of its cuts per event.
Stage = Callable[[Sequence[EventState]], "list[tuple[bool, ...]]"]
#: Hears of every event that comes to a custom block, as it is there.
Watch = Callable[[Custom, EventState], None]


@dataclass(frozen=True, slots=True)
class CutColumn:
    """One atomic cut: its region (None: the baseline), its block and the cut."""

    region: str | None
    block: Block
    cut: Cut


@dataclass(frozen=True, slots=True)
class StepMark:
    """In a traced event: what follows belongs to this step, whose first cut is number `column`."""

    block: Block
    step: Primitive
    column: int


@dataclass(slots=True)
class Outcome:
    """What became of a batch. `passed` is (events, cuts) in the order of `cuts`, 0 after an event's first failure in its region; in a `Scope` the
    number of candidates that passed."""

    program: Program
    cuts: tuple[CutColumn, ...]
    run: NDArray[np.int64]
    event: NDArray[np.int64]
    passed: NDArray[np.int32]
    accepted: NDArray[np.bool_]
    regions: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    states: list[EventState] = field(default_factory=list)
    tuples: dict[str, TupleRows] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    photon_overflow: dict[str, int] = field(default_factory=dict)

    def lists(self, event: int) -> dict[str, list[int]]:
        """Positions of the entries of each list at the end of the baseline (for a rejected event: when it was rejected)."""
        return self.states[event].lists


def evaluate(program: Program, batch: Batch, options: Options | None = None, *, trace: bool = False) -> Outcome:
    """The whole program on every event; with `trace` each event's comparisons are kept in its state."""
    return Evaluator(program, options or Options()).run(batch, trace=trace)


class Evaluator:
    """A program made ready: closures and fits are prepared once, `run` may be called for many batches."""

    def __init__(self, program: Program, options: Options) -> None:
        self.program = program
        self.context = Context(program, options)
        self.options = options
        found = [CutColumn(None, block, cut) for block, cut in cuts_of(program.blocks)]
        for region in program.regions:
            found.extend(CutColumn(region.name, block, cut) for block, cut in cuts_of(region.blocks))
        self.cuts = tuple(found)
        self._given: Mapping[Cut, NDArray[np.bool_]] = {}
        self._watch: Watch | None = None
        self._memory = Memory(program, self.context)
        self._needs_vertex = depends.on_vertex(program)
        self._needs_energy = program.analysis.measured_ecms and depends.on_beam(program)

    def run(self, batch: Batch, *, trace: bool = False, given: Mapping[Cut, NDArray[np.bool_]] = MappingProxyType({}), watch: Watch | None = None) -> Outcome:
        """Evaluate one batch; tuples and histograms are those of this batch alone. `given`: the answers of custom blocks, per event; `watch` sees what their code sees."""
        import numpy as np

        self._given, self._watch = given, watch

        detector = Detector(batch, self.options)
        n = batch.n_events
        outcome = Outcome(
            self.program, self.cuts, np.asarray(batch["event.run"], np.int64), np.asarray(batch["event.number"], np.int64),
            np.zeros((n, len(self.cuts)), np.int32), np.zeros(n, bool),
        )  # fmt: skip
        first = detector.first
        states = [EventState(detector, i, first[i], first[i + 1]) for i in range(n)]
        self._memory.note(states)
        for block in self.program.always:  # whatever becomes of the event
            for step in block.steps:
                self._stage(step, outcome)(states)
        if self._needs_vertex:  # a run without an interaction point is rejected, never taken at (0, 0, 0)
            for state, run in zip(states, outcome.run.tolist()):
                state.alive = not isnan(self.options.point(run)[0])
        if self._needs_energy:  # nor is an energy guessed
            for state, run in zip(states, outcome.run.tolist()):
                state.alive = state.alive and self.options.energy(run) > 0
        if trace:
            for state in states:
                state.trace = []
        outcome.states = states
        column = self._blocks(self.program.blocks, states, outcome, 0)
        outcome.accepted[:] = [state.alive for state in states]
        self._regions(outcome, states, column)
        self._blocks(self.program.outputs, states, outcome, len(self.cuts))
        return outcome

    def _regions(self, outcome: Outcome, baseline: list[EventState], column: int) -> None:
        import numpy as np

        ends: dict[str | None, list[EventState]] = {None: baseline}
        for region in self.program.regions:
            states = [state.branch() for state in ends[region.parent]]
            column = self._blocks(region.blocks, states, outcome, column)
            ends[region.name] = states
            outcome.regions[region.name] = np.array([state.alive for state in states], bool)

    def _blocks(
        self, blocks: Sequence[Block], states: Sequence[EventState], outcome: Outcome, column: int
    ) -> int:
        """Take the steps of these blocks; returns the column after their last cut."""
        for block in blocks:
            for step in block.steps:
                living = [state for state in states if state.alive]
                if isinstance(step, Scope):
                    column = self._scope(step, living, outcome, column)
                    continue
                for state in living:
                    if state.trace is not None:
                        state.trace.append(StepMark(block, step, column))
                stage = self._stage(step, outcome)
                width = len(cuts_of((Block(block.name, block.construct, (step,)),)))
                for state, flags in zip(living, stage(living)):
                    if len(flags) != width:
                        raise AssertionError(f"{type(step).__name__}: {len(flags)} flags for {width} cuts")
                    for i, flag in enumerate(flags):
                        if not flag:
                            state.alive = False
                            break
                        outcome.passed[state.event, column + i] += 1
                column += width
                if isinstance(stage, FitAction) and stage.overflow:
                    outcome.photon_overflow[stage.symbol.name] = stage.overflow
        return column

    def _scope(self, step: Scope, living: list[EventState], outcome: Outcome, column: int) -> int:
        """The blocks for every candidate; the event keeps those that are left, and lives while one is (SEMANTICS rule 2)."""
        inside = [[state.with_candidate(step.symbol, *each) for each in state.kept[step.symbol]] for state in living]
        after = self._blocks(step.blocks, [child for children in inside for child in children], outcome, column)
        for state, children in zip(living, inside):
            left = [child.alive for child in children]
            state.kept[step.symbol] = [each for each, alive in zip(state.kept[step.symbol], left) if alive]
            state.alive = any(left) or after == column
        return after

    def _stage(self, step: Primitive, outcome: Outcome) -> Stage:
        if isinstance(step, Tags):
            return tags.TagAction(step, self.context)
        if isinstance(step, Listed):
            return listed.ListedAction(step, self.context)
        if isinstance(step, Pairs):
            return tags.PairAction(step, self.context)
        if isinstance(step, Combination):
            return FitAction(step, self.context)
        action = self._action(step, outcome)
        return lambda states: [action(state) for state in states]

    def _given_answer(self, step: Custom) -> Callable[[EventState], tuple[bool, ...]]:
        """The answer of code that the judge does not know: the package's, where it was recorded."""
        answers = self._given.get(step.cut)
        if answers is None:
            raise Unsupported(f"the code of the block {step.cut.block}, whose answers are not known")
        watch = self._watch

        def answer(state: EventState) -> tuple[bool, ...]:
            if watch is not None:
                watch(step, state)
            return (bool(answers[state.event]),)

        return answer

    def _action(self, step: Primitive, outcome: Outcome) -> Callable[[EventState], tuple[bool, ...]]:
        match step:
            case Collection():
                return lists.collection(step, self.context)
            case Select():
                return lists.select(step, self.context)
            case Merge():
                return lists.merge(step, self.context)
            case Products():
                return lists.products(step)
            case Others():
                return tags.others(step)
            case Match():
                return lists.match(step, self.context)
            case Identify():
                return lambda state: ()  # a PidValue computes what it needs, once per track and settings
            case Define():
                return _define(step, self.context)
            case Require():
                return _require(step, self.context)
            case Custom():
                return self._given_answer(step)
            case FillTuple():
                return output.fill_tuple(step, self.context, outcome.tuples.setdefault(step.name, TupleRows()))
            case ReadTruth():
                return truth.read_truth(step, self.context)
            case FillTruth():
                return truth.fill_truth(step, self.context, outcome.tuples.setdefault(step.name, TupleRows()))
            case FillHistogram():
                histogram = outcome.histograms.setdefault(step.name, Histogram(step.axes))
                return output.fill_histogram(step, self.context, histogram)
            case _:
                raise Unsupported(f"step {type(step).__name__}")


def _define(step: Define, context: Context) -> Callable[[EventState], tuple[bool, ...]]:
    value, name = compiled(step.value, context), step.name

    def define(state: EventState) -> tuple[bool, ...]:
        state.values[name] = value(state)
        return ()

    return define


def _require(step: Require, context: Context) -> Callable[[EventState], tuple[bool, ...]]:
    condition = compiled(step.condition, context)
    when = None if step.when is None else compiled(step.when, context)

    def require(state: EventState) -> tuple[bool, ...]:
        if when is not None and not when(state):
            return (True,)
        return (bool(condition(state)) is not step.veto,)

    return require
