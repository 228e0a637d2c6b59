"""The IR as text: expressions as a reader would write them, programs block by block, the same for the same program.

In: an expression, a step or a `Program`. Out: text. Equal expressions give equal text and different ones different text, loop variables
numbered by where they are bound, so that the text also serves as a key. Nothing here is parsed again.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from dsl4bes.ir import expr as ir
from dsl4bes.ir.candidates import FitSymbol, FromCandidate, FromPart, FromSecondary, FromTagged, FromVertex
from dsl4bes.ir.fits import Scope
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import PidSpec, Primitive
from dsl4bes.ir.program import Block, Program
from dsl4bes.ir.truth import GeneratedP4, GeneratedRole, InProcess, MotherOf, OneDecay, Process, TruthOf
from dsl4bes.ir.types import ListSymbol, View
from dsl4bes.source import Span


def expression(node: ir.Expr) -> str:
    """One expression on one line.

    >>> from dsl4bes.ir.nodes import constant
    >>> expression(constant(2.0, None))
    '2'
    """
    return _Writer().write(node)


def program(value: Program) -> str:
    """A program: settings, parameters, every block with its steps."""
    analysis = value.analysis
    lines = [f"analysis {analysis.package} {analysis.algorithm} {analysis.profile}"]
    lines += [
        f"parameter {parameter.name} = {parameter.value!r} {parameter.unit}".rstrip()
        for parameter in value.parameters
    ]
    for block in value.always:
        lines += _block(block, "", "always ")
    for block in value.blocks:
        lines += _block(block, "")
    for region in value.regions:
        lines.append(f"region {region.name} from {region.parent or 'baseline'}")
        for block in region.blocks:
            lines += _block(block, "  ")
    for block in value.outputs:
        lines += _block(block, "", "output ")
    for expectation in value.expectations:
        numbers = ", ".join(f"{key} {number}" for key, number, _ in expectation.numbers)
        lines.append(f"expect {expectation.sample}: {numbers}")
    for variation in value.variations:
        changes = ", ".join(f"{name} = {changed!r}" for name, changed in variation.values.items())
        lines.append(f"variation {variation.key}: {changes}")
    return "\n".join(lines) + "\n"


def _block(block: Block, indent: str, kind: str = "") -> list[str]:
    assumed = " (assumed)" if block.assumed else ""
    lines = [f"{indent}{kind}block {block.name}: {block.construct}{assumed}"]
    for each in block.steps:
        if isinstance(each, Scope):
            lines.append(f"{indent}  Scope({each.symbol.name})")
            for inner in each.blocks:
                lines += _block(inner, f"{indent}    ")
        else:
            lines.append(f"{indent}  {step(each)}")
    return lines


def step(value: Primitive) -> str:
    """One step on one line."""
    writer = _Writer()
    parts = []
    for field in fields(value):
        if field.name != "span":
            parts.append(f"{field.name}={writer.any(getattr(value, field.name))}")
    return f"{type(value).__name__}({', '.join(parts)})"


class _Writer:
    """Writes expressions; binders get numbers in the order they are met."""

    def __init__(self) -> None:
        self.binders: dict[int, str] = {}

    def any(self, value: object) -> str:
        """Whatever a field of a step holds."""
        if isinstance(value, ir.Expr):
            return self.write(value)
        if isinstance(value, ir.Binder):
            return self.binder(value)
        if isinstance(value, ListSymbol):
            return value.name
        if isinstance(value, FitSymbol):
            return value.name
        if isinstance(value, Process):
            return f"process {value.name} {value.decay} conjugate={value.conjugate}{' through' if value.through else ''}"
        if isinstance(value, FromVertex):
            return f"{value.fit.name}.{value.role}"
        if isinstance(value, FromSecondary):
            return value.fit.name
        if isinstance(value, FromPart):
            return f"{'each ' if value.each else ''}{value.fit.name}.{value.path} of {value.unit}"
        if isinstance(value, FromCandidate):
            return f"each {value.fit.name}" if value.each else value.fit.name
        if isinstance(value, FromTagged):
            return f"{value.fit.name}{f'.{value.part}' if value.part else ''} charm={value.charm}"
        if isinstance(value, Parameter):
            return f"{{{value.name}}}"
        if isinstance(value, Enum):
            return str(value.value)
        if isinstance(value, tuple):
            return "[" + ", ".join(self.any(item) for item in value) + "]"
        if is_dataclass(value) and not isinstance(value, (type, Span)):
            inner = ", ".join(
                self.any(getattr(value, field.name)) for field in fields(value) if field.name != "span"
            )
            return f"{type(value).__name__}({inner})"
        return str(value) if isinstance(value, str) else repr(value)

    def binder(self, value: ir.Binder) -> str:
        name = self.binders.setdefault(id(value), f"{value.list.name}#{len(self.binders) + 1}")
        return name

    def write(self, node: ir.Expr) -> str:
        return str(_WRITERS[type(node)](self, node))

    def joined(self, nodes: tuple[ir.Expr, ...], separator: str = ", ") -> str:
        return separator.join(self.write(node) for node in nodes)

    def constant(self, node: ir.Constant) -> str:
        return (
            f"{node.value:g}"
            if isinstance(node.value, float) and float(f"{node.value:g}") == node.value
            else repr(node.value)
        )

    def call(self, node: ir.Call) -> str:
        view = "" if node.view is View.KALMAN else "@mdc"
        return f"{node.function.name}{view}({self.joined(node.arguments)})"

    def p4_of(self, node: ir.P4Of) -> str:
        view = "" if node.view is View.KALMAN else "@mdc"
        assigned = "" if not node.assigned else " as " + "|".join(symbol.name for symbol in node.assigned)
        return f"p4{view}({self.write(node.particle)}{assigned})"

    def pid(self, node: ir.PidValue) -> str:
        return f"{node.quantity.value}_{node.species.value}({self.write(node.particle)}; {_spec(node.spec)})"

    def each(self, node: ir.Each) -> str:
        names = []
        for binder in node.binders:
            after = "" if binder.after is None else f" after {self.binder(binder.after)}"
            names.append(f"{self.binder(binder)}{after}")
        return f"[{self.write(node.body)} for {', '.join(names)}]"

    def group(self, node: ir.Group) -> str:
        name = self.binder(node.binder)
        condition = "" if node.condition is None else f" if {self.write(node.condition)}"
        return f"*[{self.write(node.p4)} for {name}{condition}]"

    def product(self, node: ir.Product) -> str:
        return f"{self.home(node)}.{'' if node.fitted else 'raw.'}{node.role}"

    def home(self, node: ir.Product | ir.FitValue) -> str:
        return node.fit.name if node.within is None else f"{self.product(node.within)}({node.fit.name})"

    def truth(self, node: TruthOf) -> str:
        difference = "" if node.difference is None else f", {{{node.difference.name}}}"
        return f"truth({self.write(node.particle)} within {{{node.angle.name}}}{difference})"

    def one_decay(self, node: OneDecay) -> str:
        groups = " ".join(f"{group.pdgid}{list(group.members)}{' direct' if group.direct else ''}" for group in node.groups)
        return f"one_decay({self.joined(node.terms)}; {', '.join(str(each) for each in node.species)}; {groups})"

    def pick(self, node: ir.Pick) -> str:
        return node.list.name if node.rank is None else f"{node.list.name}[{node.rank}]"


def _spec(spec: PidSpec) -> str:
    systems = "+".join(system.value for system in spec.systems)
    return f"{spec.method.value} {systems} {'+'.join(species.value for species in spec.hypotheses)}"


_WRITERS: dict[type, Any] = {
    ir.Constant: _Writer.constant,
    ir.ParameterRef: lambda w, n: f"{{{n.parameter.name}}}",
    ir.ValueRef: lambda w, n: f"let {n.define.name}",
    ir.Variable: lambda w, n: w.binder(n.binder),
    ir.Pick: _Writer.pick,
    ir.Product: _Writer.product,
    ir.FitValue: lambda w, n: f"{w.home(n)}.{n.quantity.value}",
    ir.Beam: lambda w, n: "beam",
    ir.ListSize: lambda w, n: f"count({n.list.name})",
    ir.Minus: lambda w, n: f"-({w.write(n.operand)})",
    ir.Binary: lambda w, n: f"({w.write(n.left)} {n.operator.value} {w.write(n.right)})",
    ir.Compare: lambda w, n: f"{w.write(n.left)} {n.operator.value} {w.write(n.right)}",
    ir.And: lambda w, n: "(" + w.joined(n.operands, " and ") + ")",
    ir.Or: lambda w, n: "(" + w.joined(n.operands, " or ") + ")",
    ir.Not: lambda w, n: f"not ({w.write(n.operand)})",
    ir.Call: _Writer.call,
    ir.P4Of: _Writer.p4_of,
    ir.P4Sum: lambda w, n: "(" + w.joined(n.terms, " + ") + ")",
    ir.Momenta: lambda w, n: "{" + w.joined(n.terms) + "}",
    ir.Group: _Writer.group,
    ir.Boost: lambda w, n: f"boost({w.write(n.p4)}, {w.write(n.frame)})",
    ir.PidValue: _Writer.pid,
    ir.Among: lambda w, n: f"{w.write(n.particle)} among {'|'.join(symbol.name for symbol in n.lists)}",
    ir.Each: _Writer.each,
    ir.Reduce: lambda w, n: f"{n.reduction.value}{w.each(n.over)}",
    TruthOf: _Writer.truth,
    MotherOf: lambda w, n: f"mother({w.write(n.particle)})",
    GeneratedRole: lambda w, n: f"{n.process.name}.{n.role}",
    InProcess: lambda w, n: f"process {n.process.name}",
    GeneratedP4: lambda w, n: f"p4({w.write(n.particle)})",
    OneDecay: _Writer.one_decay,
    ir.IfElse: lambda w, n: f"({w.write(n.condition)} ? {w.write(n.then)} : {w.write(n.otherwise)})",
}
