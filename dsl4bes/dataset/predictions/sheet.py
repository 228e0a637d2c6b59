"""What one event looks like to a selection: every comparison that its cuts make, with the numbers rounded as they are shown.

In: a program in its IR, toy events. Out: a `Sheet` for each event: the steps in order, with facts and what follows from them, and apart from that the cut at which the judge rejects the event. All quantities are there, those behind the rejecting cut too, so that what is shown gives nothing away.
Decisions here are made from the rounded numbers alone; the judge knows nothing of them. Raises `Unsupported` for a program with steps that are not told in this way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import degrees, isnan
from typing import TYPE_CHECKING

from dsl4bes.ir import expr as ir
from dsl4bes.ir.fits import Fit
from dsl4bes.ir.primitives import Collection, Define, Identify, Require, Select, Source
from dsl4bes.ir.types import ListSymbol
from dsl4bes.semantics.dispatch import Context, species_of
from dsl4bes.semantics.errors import Unsupported
from dsl4bes.semantics.evaluate import evaluate
from dsl4bes.semantics.expressions import compiled
from dsl4bes.semantics.fits import Tried
from dsl4bes.semantics.loops import combinations
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.state import EventState, Particle
from dsl4bes.semantics.words import words

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch
    from dsl4bes.ir.program import Program

_EVERY_CHI2 = 1e9  #: in place of the program's limits, so that what stands behind them is known, too
_OPERATORS = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b}


@dataclass(frozen=True)
class Label:
    """A track or a shower: the `number`-th of the event, from 1."""

    charged: bool
    number: int


@dataclass(frozen=True)
class Fact:
    """A comparison. `value`, `limit`: as shown, with the unit; NaN is absent. `against`: what stands on the right, if it is measured as well."""

    what: str
    value: float
    shown: str
    operator: str
    limit: float
    limit_shown: str
    against: str = ""
    clear: bool = True  #: the rounded numbers decide as the exact ones do, and are not equal

    @property
    def holds(self) -> bool:
        return not isnan(self.value) and not isnan(self.limit) and bool(_OPERATORS[self.operator](self.value, self.limit))


@dataclass(frozen=True)
class Joint:
    """Several that must hold all, or of which one must."""

    parts: tuple[Fact | Joint, ...]
    every: bool

    @property
    def holds(self) -> bool:
        held = [part.holds for part in self.parts]
        return all(held) if self.every else any(held)


Node = Fact | Joint


@dataclass(frozen=True)
class Entry:
    label: Label
    node: Node


@dataclass(frozen=True)
class ListStep:
    """`target` takes those of `source` for which the node holds."""

    target: str
    source: str
    entries: tuple[Entry, ...]

    @property
    def kept(self) -> tuple[Label, ...]:
        return tuple(entry.label for entry in self.entries if entry.node.holds)


@dataclass(frozen=True)
class CutStep:
    """A line of the cut flow; with `veto` events are rejected where the node holds. `counts`: what is compared follows from a list, and is not shown beforehand."""

    name: str
    node: Node
    veto: bool = False
    counts: bool = False

    @property
    def passes(self) -> bool:
        return self.node.holds is not self.veto


@dataclass(frozen=True)
class FitStep:
    """A fit found a combination that converged, or none."""

    name: str
    fit: str
    passes: bool


Step = ListStep | CutStep | FitStep


@dataclass(frozen=True)
class Sheet:
    """`objects`: tracks and showers, with all that the cuts need of each. `rejected`: the name of the cut by the judge, empty if the event is accepted; `clear`: nothing is within rounding of a limit, and the lists are those of the judge."""

    steps: tuple[Step, ...]
    objects: tuple[tuple[Label, tuple[tuple[str, str], ...]], ...]
    rejected: str
    clear: bool
    cuts: tuple[str, ...] = ()

    @property
    def decided(self) -> str:
        """The first cut that the shown numbers do not pass; empty if there is none."""
        return next((step.name for step in self.steps if isinstance(step, CutStep | FitStep) and not step.passes), "")


def sheets(program: Program, batch: Batch) -> list[Sheet]:
    """The sheets of all events of a batch."""
    judged = evaluate(program, batch)
    names = tuple(column.cut.name for column in judged.cuts)
    fits = [step for block in program.blocks for step in block.steps if isinstance(step, Fit)]
    limits = {right.parameter.name: _EVERY_CHI2 for fit in fits for cut in fit.after if isinstance(cut.condition, ir.Compare) and isinstance(right := cut.condition.right, ir.ParameterRef)}
    opened = replace(program, blocks=tuple(replace(block, steps=tuple(step for step in block.steps if not isinstance(step, Require))) for block in program.blocks))
    states = evaluate(opened, batch, Options(overrides=limits), trace=True).states
    made = []
    for event, state in enumerate(states):
        failed = next((name for name, passed in zip(names, judged.passed[event].tolist(), strict=True) if not passed), "")
        made.append(_Reader(program, state).sheet(names, failed))
    return made


@dataclass
class _Reader:
    """One event, step by step."""

    program: Program
    state: EventState
    steps: list[Step] = field(default_factory=list)
    values: dict[Label, dict[str, str]] = field(default_factory=dict)
    clear: bool = True

    def sheet(self, names: tuple[str, ...], failed: str) -> Sheet:
        self.context = Context(self.program, Options())
        self._charges()
        for block in self.program.blocks:
            for step in block.steps:
                match step:
                    case Select():
                        self._select(step)
                    case Require():
                        self._require(step)
                    case Fit():
                        self._fit(step)
                    case Collection() | Identify():
                        pass
                    case Define():
                        raise Unsupported("a named value in a sheet")
                    case _:
                        raise Unsupported(f"step {type(step).__name__} in a sheet")
        objects = tuple((label, tuple(own.items())) for label, own in sorted(self.values.items(), key=lambda each: (not each[0].charged, each[0].number)))
        return Sheet(tuple(self.steps), objects, failed, self.clear, names)

    # --- what is told of -----------------------------------------------------------------------------------------------

    def _charges(self) -> None:
        for label, position in self._all(Source.CHARGED):
            self.values[label] = {"charge": f"{self.state.detector.charge[self.state.first + position]:+.0f}"}

    def _all(self, source: Source) -> list[tuple[Label, int]]:
        charged = source is Source.CHARGED
        name = next((step.target.name for block in self.program.blocks for step in block.steps if isinstance(step, Collection) and step.source is source), "")
        return [(Label(charged, number), position) for number, position in enumerate(self.state.lists.get(name, ()), 1)]

    def _labels(self, symbol: ListSymbol) -> dict[int, Label]:
        return {position: label for label, position in self._all(Source.NEUTRAL if species_of(symbol) < 0 else Source.CHARGED)}

    def _select(self, step: Select) -> None:
        labels, inside = self._labels(step.source), set(self.state.lists.get(step.source.name, ()))
        entries = []
        for position, label in labels.items():
            self.state.bound[step.binder] = Particle(position, species_of(step.source))
            node = self._node(step.condition, step.binder.name, label)
            self.values.setdefault(label, {}).update({what: shown for what, shown in _shown(node) if what != "charge"})
            if position in inside:
                entries.append(Entry(label, node))
                self.clear = self.clear and _clear(node)
        self.state.bound.pop(step.binder, None)
        made = ListStep(step.target.name, step.source.name, tuple(entries))
        self.clear = self.clear and [labels[position] for position in self.state.lists.get(step.target.name, ())] == list(made.kept)
        self.steps.append(made)

    def _require(self, step: Require) -> None:
        if step.when is not None:
            raise Unsupported("a cut that can be switched off in a sheet")
        node = self._node(step.condition, "", None)
        self._add_cut(CutStep(step.cut.name, node, step.veto, _counts(step.condition)))

    def _fit(self, step: Fit) -> None:
        if step.before or step.symbol.optional or step.symbol.several:
            raise Unsupported("a fit with several candidates in a sheet")
        found = self.state.fits.get(step.symbol) is not None
        tried = next((item for item in self.state.trace or () if isinstance(item, Tried) and item.fit == step.symbol), None)
        if tried is not None:
            near = [abs(chi2 - tried.ceiling) for chi2 in tried.chi2] + [abs(one.chi2 - other.chi2) for at, one in enumerate(tried.accepted) for other in tried.accepted[:at]]
            self.clear = self.clear and all(distance > 0.05 for distance in near if not isnan(distance)) and all(tried.determined)
        self.steps.append(FitStep(f"{step.symbol.name}.fit", step.symbol.name, found))
        for cut in step.after:
            self._add_cut(CutStep(cut.cut.name, self._node(cut.condition, "", None)))

    def _add_cut(self, step: CutStep) -> None:
        self.clear = self.clear and _clear(step.node)
        self.steps.append(step)

    # --- conditions -----------------------------------------------------------------------------------------------------

    def _node(self, condition: ir.Expr, bound: str, label: Label | None) -> Node:
        match condition:
            case ir.And() | ir.Or():
                return Joint(tuple(self._node(each, bound, label) for each in condition.operands), isinstance(condition, ir.And))
            case ir.Compare():
                return self._fact(condition, bound, label)
            case ir.Constant(value=bool(always)):  # a list without cuts
                return Joint((), always)
            case ir.Reduce(reduction=ir.Reduction.ANY | ir.Reduction.ALL):
                return self._loop(condition)
            case _:
                raise Unsupported(f"{type(condition).__name__} in a sheet")

    def _loop(self, condition: ir.Reduce) -> Node:
        (binder,) = condition.over.binders
        labels, parts = self._labels(binder.list), []
        for (particle,) in combinations(self.state, condition.over.binders):
            node = self._node(condition.over.body, binder.name, labels[particle.position])
            own = _without_index(node)
            if own is not None:
                parts.append(own)
        return Joint(tuple(parts), condition.reduction is ir.Reduction.ALL)

    def _fact(self, node: ir.Compare, bound: str, label: Label | None) -> Fact:
        left, right = compiled(node.left, self.context)(self.state), compiled(node.right, self.context)(self.state)
        constant = isinstance(node.right, ir.ParameterRef | ir.Constant)
        what = _name(node.left, bound, label)
        form = _form(node.left, what, float(right) if constant else float(left))
        value, limit = form.rounded(float(left)), form.rounded(float(right)) if not constant else form.scaled(float(right))
        exact = not isnan(left) and not isnan(right) and _OPERATORS[node.operator.value](float(left), float(right))
        made = Fact(what, value, form.text(value), node.operator.value, limit, form.text(limit, constant), "" if constant else _name(node.right, bound, label))
        whole = float(left).is_integer() and float(right).is_integer()
        return replace(made, clear=made.holds == exact and (whole or value != limit))


# --- numbers as they are shown -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """How a quantity is shown: times `factor`, so many `digits` behind the point (-1: three that count), the unit."""

    factor: float
    digits: int
    unit: str

    def scaled(self, value: float) -> float:
        return float(f"{value * self.factor:.10g}")

    def rounded(self, value: float) -> float:
        scaled = self.scaled(value)
        return float(f"{scaled:.3g}") if self.digits < 0 else round(scaled, self.digits)

    def text(self, value: float, bare: bool = False) -> str:
        """The number with its unit; `bare`: without digits that say nothing."""
        if isnan(value):
            return "undefined"
        number = f"{value:.10g}" if bare or self.digits < 0 else f"{value:.{self.digits}f}"
        return f"{number} {self.unit}".rstrip()


def _form(node: ir.Expr, what: str, scale: float) -> Form:
    dimension = node.type.dimension
    if dimension.angle and not (dimension.energy or dimension.length or dimension.time):
        return Form(degrees(1.0), 1, "deg")
    if dimension.energy == 1 and not dimension.length:
        return Form(1000.0, 1, "MeV") if abs(scale) <= 0.1 and what in ("e", "pt", "p") else Form(1.0, 3, "GeV")
    if dimension.length == 1:
        return Form(1.0, 3, "cm")
    if dimension.time == 1:
        return Form(1.0, 2, "ns")
    if what.startswith(("prob", "lhf")):
        return Form(1.0, -1, "")
    if what == "time":
        return Form(1.0, 1, "ticks")
    if what in ("charge",) or what.startswith(("count", "sum(charge")):
        return Form(1.0, 0, "")
    return Form(1.0, 1 if "chi2" in what else 3, "")


def _name(node: ir.Expr, bound: str, label: Label | None) -> str:
    text = words(node)
    if bound:
        text = text.replace(f"({bound})", "")
        text = re.sub(rf"\b{bound}\b", "" if label is None else f"{'track' if label.charged else 'shower'} {label.number}", text)
    text = re.sub(r"^abs\(\(?(.*?)\)?\)$", r"|\1|", text) if text.startswith("abs(") else text
    text = re.sub(r"m\(\(beam - ([^()]*)\)\)", r"recoil(\1)", text)
    return "time" if text == "ticks" else text


def _counts(condition: ir.Expr) -> bool:
    if isinstance(condition, ir.And | ir.Or):
        return all(_counts(each) for each in condition.operands)
    return isinstance(condition, ir.Compare) and isinstance(condition.left, ir.ListSize | ir.Reduce)


def _clear(node: Node) -> bool:
    return node.clear if isinstance(node, Fact) else all(_clear(part) for part in node.parts)


def _shown(node: Node) -> Iterator[tuple[str, str]]:
    """What a node needs, with the numbers."""
    if isinstance(node, Joint):
        for part in node.parts:
            yield from _shown(part)
        return
    yield node.what, node.shown
    if node.against:
        yield node.against, node.limit_shown


def _without_index(node: Node) -> Node | None:
    """Comparisons of entries with themselves are no physics: true ones go, and a false one takes the whole with it."""
    parts: Sequence[Node] = node.parts if isinstance(node, Joint) and node.every else (node,)
    kept: list[Node] = []
    for part in parts:
        if isinstance(part, Fact) and part.what.startswith("index"):
            if not part.holds:
                return None
            continue
        kept.append(part)
    return kept[0] if len(kept) == 1 else Joint(tuple(kept), True)


def facts(node: Node) -> list[tuple[str, str]]:
    """What the cuts of the whole event need, once each."""
    return list(dict(_shown(node)).items())
