"""Lists of runs as they are written: `9947..10878, 27255`.

In: the values of a line. Out: `Runs`, or None after diagnostics that point at the value. Runs are positive: a simulated run counts as the run it
imitates (SEMANTICS rule 16). No run is looked up anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.parameters import Parameter
from dsl4bes.source import Span
from dsl4bes.syntax import ast

LAST_RUN = 9_999_999  #: no run number has more digits


@dataclass(frozen=True, slots=True)
class RunRange:
    """The runs `first` to `last`, both included."""

    first: int
    last: int
    span: Span

    def meets(self, other: RunRange) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Runs:
    """A list of runs and ranges, in the order written."""

    ranges: tuple[RunRange, ...]

    @property
    def text(self) -> str:
        """As a property holds it: `9947..10878, 27255`."""
        return ", ".join(f"{each.first}" if each.first == each.last else f"{each.first}..{each.last}" for each in self.ranges)

    @property
    def span(self) -> Span:
        return self.ranges[0].span.to(self.ranges[-1].span)

    def covers(self, other: RunRange) -> bool:
        """Whether every run of a range is in the list."""
        next_one = other.first
        for each in sorted(self.ranges, key=lambda part: part.first):
            if each.first <= next_one <= each.last:
                next_one = each.last + 1
        return next_one > other.last


def read_runs(values: Iterable[ast.Expr], bag: Bag) -> Runs | None:
    """The runs that these values name; None if one of them is no run."""
    found = [_range(value, bag) for value in values]
    good = tuple(each for each in found if each is not None)
    return Runs(good) if good and len(good) == len(found) else None


def _range(value: ast.Expr, bag: Bag) -> RunRange | None:
    if not isinstance(value, ast.Range):
        run = _run(value, bag)
        return None if run is None else RunRange(run, run, value.span)
    first, last = _run(value.low, bag), _run(value.high, bag)
    if first is None or last is None:
        return None
    if first > last:
        message = f"the range of runs begins at {first} and ends at {last}"
        bag.add(codes.REVERSED_RANGE, message, value.span, help=f"write `{last}..{first}`")
        return None
    return RunRange(first, last, value.span)


def _run(value: ast.Expr, bag: Bag) -> int | None:
    """One run number."""
    negative = isinstance(value, ast.Negative)
    number = value.operand if isinstance(value, ast.Negative) else value
    if not isinstance(number, ast.Number) or number.unit is not None:
        help = "write numbers and ranges: `9947..10878, 27255`"
        bag.add(codes.BAD_VALUE, f"`{value.span.text}` is no run number", value.span, help=help)
        return None
    if number.value != int(number.value):
        bag.add(codes.NOT_WHOLE, f"a run number is whole, and `{value.span.text}` is not", value.span)
        return None
    if negative or number.value < 0 or number.value > LAST_RUN:
        help = "runs are written without a sign: a simulated run counts as the run it imitates"
        bag.add(codes.VALUE_OUT_OF_RANGE, f"no run has the number {value.span.text}", value.span, help=help)
        return None
    return int(number.value)


def overlap(lists: list[Runs]) -> tuple[Label, Label] | None:
    """The first two ranges of different lists that share a run, as labels: the later one, then the earlier one."""
    for number, later in enumerate(lists):
        for earlier in lists[:number]:
            for one in later.ranges:
                for other in earlier.ranges:
                    if one.meets(other):
                        return Label(one.span, "these runs"), Label(other.span, "were named here")
    return None


def in_runs(name: str, runs: Runs, doc: str, span: Span) -> ir.Expr:
    """Whether the run is in the list, which is the property `name`."""
    return nodes.call("in_runs", (nodes.parameter_ref(Parameter(name, runs.text, doc=doc, span=runs.span)),), span)


def simulated(span: Span | None) -> ir.Expr:
    """Whether the event is simulated: its run number is negative."""
    return nodes.compare(ir.Comparison.LT, nodes.call("run", (), span), nodes.constant(0.0, span), span)
