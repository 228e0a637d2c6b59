"""Expressions in words for people: `abs(vr(x)) < charged_tracks.vr`, close to the formulas of the language.

In: an `ir.expr` tree. Out: one line of text. Used where a difference between the two roads is explained; nothing reads it back and
nothing is evaluated here.
"""

from __future__ import annotations

from functools import singledispatch

from dsl4bes.ir import expr as ir
from dsl4bes.ir.truth import GeneratedP4, GeneratedRole, InProcess, MotherOf, OneDecay, TruthOf


@singledispatch
def words(node: ir.Expr) -> str:
    """The expression as a formula."""
    return type(node).__name__.lower()


@words.register
def _(node: ir.Constant) -> str:
    return f"{node.value:g}" if isinstance(node.value, float | int) else str(node.value)


@words.register
def _(node: ir.ParameterRef) -> str:
    return node.parameter.name


@words.register
def _(node: ir.ValueRef) -> str:
    return node.define.name


@words.register
def _(node: ir.Variable) -> str:
    return node.binder.name


@words.register
def _(node: ir.Pick) -> str:
    return node.list.name if node.rank is None else f"{node.list.name}{node.rank + 1}"


@words.register
def _(node: ir.Product) -> str:
    return f"{_home(node)}.{'' if node.fitted else 'raw.'}{node.role}"


def _home(node: ir.Product | ir.FitValue) -> str:
    """The candidate, also one within another: `omega.pi0`."""
    return node.fit.name if node.within is None else words(node.within)


@words.register
def _(node: ir.FitValue) -> str:
    return f"{_home(node)}.{node.quantity.value}"


@words.register
def _(node: ir.Beam) -> str:
    return "beam"


@words.register
def _(node: ir.ListSize) -> str:
    return f"count({node.list.name})"


@words.register
def _(node: ir.Minus) -> str:
    return f"-{words(node.operand)}"


@words.register
def _(node: ir.Binary) -> str:
    return f"({words(node.left)} {node.operator.value} {words(node.right)})"


@words.register
def _(node: ir.Compare) -> str:
    return f"{words(node.left)} {node.operator.value} {words(node.right)}"


@words.register
def _(node: ir.And) -> str:
    return " and ".join(words(operand) for operand in node.operands)


@words.register
def _(node: ir.Or) -> str:
    return "(" + " or ".join(words(operand) for operand in node.operands) + ")"


@words.register
def _(node: ir.Not) -> str:
    return f"not {words(node.operand)}"


@words.register
def _(node: ir.IfElse) -> str:
    return f"({words(node.then)} if {words(node.condition)} else {words(node.otherwise)})"


@words.register
def _(node: ir.Call) -> str:
    return f"{node.function.name}({', '.join(words(argument) for argument in node.arguments)})"


@words.register
def _(node: ir.P4Of) -> str:
    return words(node.particle)


@words.register(ir.P4Sum)
@words.register(ir.Momenta)
def _(node: ir.P4Sum | ir.Momenta) -> str:
    return ", ".join(words(term) for term in node.terms)


@words.register
def _(node: ir.Group) -> str:
    condition = "" if node.condition is None else f" if {words(node.condition)}"
    return f"{words(node.p4)} of {node.binder.list.name}{condition}"


@words.register
def _(node: ir.Boost) -> str:
    return f"{words(node.p4)} in the frame of {words(node.frame)}"


@words.register
def _(node: ir.PidValue) -> str:
    return f"{node.quantity.value}_{node.species.value}({words(node.particle)})"


@words.register
def _(node: ir.Among) -> str:
    return f"{words(node.particle)} in {', '.join(symbol.name for symbol in node.lists)}"


@words.register
def _(node: ir.Each) -> str:
    return f"{words(node.body)} for {', '.join(f'{b.name} of {b.list.name}' for b in node.binders)}"


@words.register
def _(node: ir.Reduce) -> str:
    return f"{node.reduction.value}({words(node.over)})"


@words.register
def _(node: TruthOf) -> str:
    return f"truth({words(node.particle)})"


@words.register
def _(node: MotherOf) -> str:
    return f"mother({words(node.particle)})"


@words.register
def _(node: GeneratedRole) -> str:
    return f"{node.process.name}.{node.role}"


@words.register
def _(node: InProcess) -> str:
    return node.process.name


@words.register
def _(node: GeneratedP4) -> str:
    return words(node.particle)


@words.register
def _(node: OneDecay) -> str:
    return f"matched({', '.join(words(term) for term in node.terms)})"
